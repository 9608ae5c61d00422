"""The business, one room a subject; every room has the same file names."""
