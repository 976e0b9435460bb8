"""The classifier: checkpoint to model, distribution strategy, training and the served signatures."""
