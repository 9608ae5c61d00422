"""People as vCard: a file of cards is a table whose columns are named like the fields of contact people; and the way back."""
