"""Vertex AI: what the DAG needs there, the compiled file, its submission."""
