"""The names of the features that Transform makes; the raw ones are those of an article."""

TOKEN_IDS = "token_ids"
LABEL = "label"
CLASS_NAME = "class_name"
ROW_KEY = "row_key"
"""A hash of an article's identity: the order in which the Trainer takes the rows."""

# Figures of each row, of which the data profile is made.
RAW_CATEGORY = "raw_category"
DAY = "day"
CHARACTERS = "characters"
SUB_WORDS = "sub_words"
WORDS = "words"
WHOLE_WORDS = "whole_words"
ONE_CASE = "one_case"

CLASS_NAMES_ASSET = "class_names"
"""Asset of the Transform graph: one class name a line, in the order of the class ids."""

# Features that the gate slices by; each is its slice's name in the rows that belong to it, else ''.
DESCRIPTION_SLICE = "description_slice"
LENGTH_SLICE = "length_slice"
DATE_SLICE = "date_slice"

SLICES = {
    DESCRIPTION_SLICE: "no description",
    LENGTH_SLICE: "long text",
    DATE_SLICE: "newest rows",
}
"""Names of the slices that the gate measures beside the classes, by the feature that says so."""

OVERALL = "overall"
SERVING = "serving"
RESERVED_SLICES = (OVERALL, SERVING, *SLICES.values())
"""What the gate's rules are listed under beside the classes, so that no class may be named so."""
