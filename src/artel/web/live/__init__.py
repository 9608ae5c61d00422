"""Live events: what a page is told while it is open, by server-sent events.

One thread a process follows the journal (`follower`) and, for what each open stream watches (`watches`), asks the access engine
at the moment of telling (`telling`). It hooks into no save: the journal is all it reads.
"""
