"""The fields of an article, by the names that the News Category Dataset gives them."""

CATEGORY = "category"
HEADLINE = "headline"
SHORT_DESCRIPTION = "short_description"
AUTHORS = "authors"
LINK = "link"
DATE = "date"

FIELDS = (LINK, HEADLINE, CATEGORY, SHORT_DESCRIPTION, AUTHORS, DATE)
"""In the order of the dataset; all of them become bytes features of a tf.Example."""

TEXT_FIELDS = (HEADLINE, SHORT_DESCRIPTION)
"""The fields that the model reads, in the order in which they are joined.

Who starts the work takes them from here: the DAG, the commands, the demo. Every component is given
them as a value, or asks the model that it has at hand.
"""

PARTITION_KEY = "partition_key"
"""The feature with the hash of the article's identity, by which it is split and ordered."""
