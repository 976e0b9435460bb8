"""What a training run would need of a TPU, found out with the TPU's compiler and without a TPU."""
