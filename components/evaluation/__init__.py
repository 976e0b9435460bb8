"""The gate: metrics that TFMA lacks, its configuration, and the explanation of a verdict."""
