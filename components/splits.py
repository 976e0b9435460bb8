"""The names of the splits, and which of them is judged."""

TRAIN = "train"
EVAL = "eval"
BATCH = "batch"

JUDGED = EVAL
"""The split that the gate, the serving check and the report measure a model on."""
