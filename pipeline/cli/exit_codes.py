"""The exit codes of `newscat`."""

NOT_BLESSED = 3
WRONG_USE = 2
FAILED = 1
