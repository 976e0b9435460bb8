"""From a checkpoint to a served model: strategy, batches, training, signatures."""
