"""The reviewed schema as an artifact."""
