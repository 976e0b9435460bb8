"""ExampleGen over JSON lines; every row is accepted, excluded by rule or quarantined."""
