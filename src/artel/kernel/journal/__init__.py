"""The journal: who changed what and when. The database writes it by triggers; commands only open and close change sets.

writing     with transaction.atomic(), change_set(stamp, command="deals.move_deal") as opened: …   the only way to write
            publish(opened, DealWon(deal.pk)) · open_parent(…), finish_parent(id, "done") for jobs of many transactions
            with system_set("demo.fill"): …            the house itself, in a transaction of its own
undo        undo(set_id, stamp, may_change=…, strict=…, dry_run=…) -> UndoResult(restored, conflicts, set_id)
reading     with read_new("search") as sets: …  ·  changes_of(set_id)  ·  history(model, key, before=…, limit=…)
triggers    faults() -> sentences about triggers that are missing or altered; install() puts them right
migrating   JournaledPython, JournaledSQL: data migrations that write business tables

A model is journalled by being there. It has one UUID key; `journal_exempt = "why"` leaves its table out; `Facts` says which
fields are secret, technical, derived or personal.
"""
