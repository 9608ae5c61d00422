"""The journal: one change set an act, every changed row in it, undo and readers on top."""
