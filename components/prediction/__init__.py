"""Asking an exported model: what `newscat predict` does, and what a client would."""
