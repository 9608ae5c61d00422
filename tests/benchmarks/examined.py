"""What the database examines for the list pages of somebody who sees 0.1 % (explained.py asks it)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from findings import Finding

if TYPE_CHECKING:
    from bases import Site

ROWS_A_ROW = 50
"""So many rows may be examined for each row of a page."""


def measured(here: Site) -> Iterator[Finding]:
    for page, found in json.loads(here.ask("explained.py")).items():
        name = f"sees 0.1 %, {page}"
        if here.database == "sqlite":
            detail = {"steps": found["examined"], "through": "; ".join(found["plan"])}
            yield Finding(name, here.database, here.size, len(found["plan"]), 0, "scans", detail)
        else:
            bound = ROWS_A_ROW * found["page"]
            yield Finding(name, here.database, here.size, found["examined"], bound, "rows")
