"""What a terminal shows of long work, and where the log goes that it does not show."""
