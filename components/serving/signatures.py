"""The names of an exported model's signatures, inputs and outputs; needs no TensorFlow."""

TEXT_SIGNATURE = "serving_default"
EXAMPLES_SIGNATURE = "classify_examples"
TRANSFORM_SIGNATURE = "transform_features"
TOKENIZE_SIGNATURE = "tokenize"
CLASS_NAMES_SIGNATURE = "class_names"

EXAMPLES_INPUT = "examples"

LABELS_OUTPUT = "labels"
PROBABILITIES_OUTPUT = "probabilities"
SCORES_OUTPUT = "scores"
TOKEN_IDS_OUTPUT = "token_ids"
SUB_WORDS_OUTPUT = "sub_words"
CLASS_NAMES_OUTPUT = "class_names"

LIKELIEST = 3
"""How many classes `TEXT_SIGNATURE` names, where there are as many."""
