"""The journal: who changed what and when, written by the database itself, read and undone by everybody else.

with transaction.atomic(), change_set(stamp, command="deals.move_deal") as opened: ...   writing: nothing else may write
"""
