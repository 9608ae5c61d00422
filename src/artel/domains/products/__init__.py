"""Items, groups and sale terms (agreements)."""
