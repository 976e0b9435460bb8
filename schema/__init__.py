"""The reviewed contracts on the data: `schema.pbtxt` (TFDV) and `taxonomy.yaml` (categories)."""
