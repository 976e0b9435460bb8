"""The DAG, the same for every runner, and what keys its cache."""
