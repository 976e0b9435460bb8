"""Files of rows: from a stream of any kind, compressed or not, to its rows and its proven end."""
