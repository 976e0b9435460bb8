"""What past runs left, read back and put into words."""
