"""A copy of everything a house is — base, files, old changes, key — in one file, taken while it works, and put back.

taken = take(Path("/backups/2026-11-28.artel"))
restored = restore(Path("/backups/2026-11-28.artel"))
"""
