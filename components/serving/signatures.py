"""The names of an exported model's signatures, inputs and outputs; needs no TensorFlow."""

LIKELIEST = 3
"""How many classes `Signature.TEXT` names, where there are as many."""

EXAMPLES_INPUT = "examples"


class Signature:
    """What clients call."""

    TEXT = "serving_default"
    EXAMPLES = "classify_examples"
    TRANSFORM = "transform_features"
    TOKENIZE = "tokenize"
    CLASS_NAMES = "class_names"


class Output:
    """What they get."""

    LABELS = "labels"
    PROBABILITIES = "probabilities"
    SCORES = "scores"
    TOKEN_IDS = "token_ids"
    SUB_WORDS = "sub_words"
    CLASS_NAMES = "class_names"
