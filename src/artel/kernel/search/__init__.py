"""Find as you type: one row of normalised text for each searchable record, kept inside the act that changes the record.

`finding.find` narrows a list, `finding.suggest` answers a type-ahead, `finding.across` looks in several entities;
`doctor` compares the index and makes it anew. What is searched is `Facts.search` of each model.
"""
