"""The one language of filters: a tree of conditions over a record's own fields, its attributes and the records around it.

    {"all": [
        {"field": "status", "is": "equals", "value": "in_work"},
        {"field": "client.region", "is": "within", "value": ["Волга"]},
        {"any": [{"field": "responsible", "is": "equals", "value": "me"},
                 {"has": "participants", "where": {"field": "role", "is": "empty"}}]}]}

Lists, exports, saved views, bulk acts and the API read it here and nowhere else (docs/decisions/0015).
"""

from .compiling import condition
from .tree import EVERYTHING, All, Any_, BadFilter, Leaf, Node, Not, Related, dump, leaves, load, read

__all__ = [
    "EVERYTHING",
    "All",
    "Any_",
    "BadFilter",
    "Leaf",
    "Node",
    "Not",
    "Related",
    "condition",
    "dump",
    "leaves",
    "load",
    "read",
]
