"""Web-hooks: the journal told to addresses outside the house, signed, in its own order, at least once.

following (is there anything to tell?) → telling (one web-hook, one message after another) → messages (the next piece of the
journal) → events (what its person may know of it) → sending (signed, out of the house, what was answered).
"""
