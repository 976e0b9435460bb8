"""Files of rows: from a stream, compressed or not, to numbered lines, and to its proven end."""
