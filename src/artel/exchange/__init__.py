"""Exchange with the outside: the runs of imports, and one folder per format (codec and protocol, no business)."""
