"""Files of rows before any run: where they come from, what they hold, which classes they make."""
