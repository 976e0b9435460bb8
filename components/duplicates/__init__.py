"""Rows that say the same: exact and near duplicates, and texts with two labels."""
