"""The command line, `newscat`: one file a command, with its options beside its work."""
