"""Custom attributes (дополнительные реквизиты): fields that users add to a record without programming.

The values of a record are one JSON column, `attributes`, by attribute code; `attribute_keys` beside it holds what its
texts are compared by. An attribute marked as indexed gets an index on the expression that every query uses for it.
Engines name an attribute `attributes.<code>`. Why so: docs/decisions, attribute storage.
"""
