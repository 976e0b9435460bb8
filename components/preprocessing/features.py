"""The names of every feature, in one place; each is a key of a tf.Example or of a tensor dict."""

# Raw features, as the rows of the News Category Dataset name them.
CATEGORY = "category"
HEADLINE = "headline"
SHORT_DESCRIPTION = "short_description"
AUTHORS = "authors"
LINK = "link"
DATE = "date"

ROW_FIELDS = (LINK, HEADLINE, CATEGORY, SHORT_DESCRIPTION, AUTHORS, DATE)
"""Fields of a row, in the order of the dataset; all of them become bytes features."""

PARTITION_KEY = "partition_key"
"""Raw feature whose hash alone decides the split of a row."""

# Features that Transform makes.
TOKEN_IDS = "token_ids"
LABEL = "label"
CLASS_NAME = "class_name"

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
