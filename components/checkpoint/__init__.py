"""Pre-trained checkpoints: finding them, checking them, and telling them apart."""
