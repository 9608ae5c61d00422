"""What the kernel must know of a record: one frozen declaration on the model, read by every engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Declared once on a model as the class attribute `facts`; names are field names of that model.

    `owner`: the field that points at the user whose own record this is ("manager", "responsible").
    `access_group`: the column that points at the record's access group, if it has one.
    `parent`: the field that points at the record this one is a part of (a child is seen with its parent).
    `owners`: paths over rows that link the record to others (`participants__partner`): it is seen when any of them is, too,
    and a reach of all records alone does not open it.
    `derived`: column -> path it always equals ("access_group": "client__access_group"); kept by the database.
    `secret` fields and technical ones never enter the journal; `personal` ones can be erased from it.
    `sealed`: those of the `secret` ones that hold texts sealed with the key of the house (`sealing`).
    `lookup`: unique look-up keys of imports and type-ahead, best first; `search`: fields found as you type.
    `code_prefix`: numbering series of `code`; empty = the record has no code of its own series.
    `public`: everybody with the view permission sees every row (a plain directory).
    `standing`: few rows that seldom change and are read on every page: processes keep them while the base's epoch stays.
    `among`: reference -> what it may be chosen from: (rows, the record or None) -> rows, the same as its commands take.
    `currency`: the reference, or the path to it, that says in which currency the record's sums are; "" = the management
    currency, as is a reference that is empty.
    `rule`: whose rows these are when no column says it: a condition for an actor and a permission (saved views).
    `arrangement`: how somebody arranged his screens, no record of the business: no file or note names it.
    `shared`: a yes-or-no column; rows where it is yes are public, the others follow the rest of the facts.
    `record`: the columns (entity, key) that name a record of any kind: the row is seen, and acted on, as that record is.
    `private`: a yes-or-no column (or the path to one); rows where it is yes are seen by `owner` and administrators alone.
    `closed_with`: fields of the `parent` that a part tells more of (phones beside the phone): who may not see one of them sees
    no such part, nor what its history tells of it. `like_parent`: fields hidden whenever the parent's of the same name is.
    """

    owner: str = ""
    access_group: str = ""
    parent: str = ""
    owners: tuple[str, ...] = ()
    derived: Mapping[str, str] = field(default_factory=dict)
    secret: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    technical: tuple[str, ...] = ()
    lookup: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    code_prefix: str = ""
    public: bool = False
    standing: bool = False
    shared: str = ""
    record: tuple[str, str] | tuple[()] = ()
    private: str = ""
    closed_with: tuple[str, ...] = ()
    like_parent: tuple[str, ...] = ()
    currency: str = ""
    among: Mapping[str, Callable[[Any, Any], Any]] = field(default_factory=dict)
    rule: Callable[[Any, str], Q] | None = None
    arrangement: bool = False
