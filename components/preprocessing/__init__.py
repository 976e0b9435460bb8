"""Rows to features: feature names, the category taxonomy and the Transform graph."""
