"""Many records changed at once: one edit, through the ordinary command of the records' form (docs/decisions/0028).

edits       what is to be changed: only what a person may see and change
comparing   what stands there now, and which records have it already
previewing  the difference before anything is written
selected    chosen rows, with the versions seen, in one change set
matching    all rows that a filter leaves, as a job that is taken up after a crash
"""
