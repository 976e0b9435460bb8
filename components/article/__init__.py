"""A news article: its fields, from a line of a file to the text that a model reads."""
