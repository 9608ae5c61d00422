"""One access engine: every way of seeing or changing a row, every field read, starts here."""

from .fields import ALL_FIELDS, FieldSet, fields_visible_to, hidden_from_some, hidden_paths, path_visible_to
from .granted import (
    ADMINISTER,
    Grants,
    GrantView,
    grants_of,
    members_of_unit,
    of_oneself,
    owners_besides,
    view_permission,
)
from .predicates import Q_ALL, Q_NOTHING, predicate
from .reasons import Reason, why
from .rows import (
    asking_for,
    can,
    one_seen,
    reaches_all_seen,
    ready,
    require,
    restrict,
    seen_by_key,
    sees_all,
    sees_few,
)

__all__ = [
    "ADMINISTER",
    "ALL_FIELDS",
    "Q_ALL",
    "Q_NOTHING",
    "FieldSet",
    "GrantView",
    "Grants",
    "Reason",
    "asking_for",
    "can",
    "fields_visible_to",
    "grants_of",
    "hidden_from_some",
    "hidden_paths",
    "members_of_unit",
    "of_oneself",
    "one_seen",
    "owners_besides",
    "path_visible_to",
    "predicate",
    "reaches_all_seen",
    "ready",
    "require",
    "restrict",
    "seen_by_key",
    "sees_all",
    "sees_few",
    "view_permission",
    "why",
]
