"""Asks the exported model in a process of its own, as a server would, before it is pushed."""
