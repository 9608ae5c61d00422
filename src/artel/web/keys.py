"""The sheet of keys: which key does what stands in `keys.json`, that the scripts read too; here stand the words for it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy

REGISTRY = Path(__file__).with_name("keys.json")

SCOPES: Mapping[str, Any] = {
    "everywhere": gettext_lazy("Everywhere"),
    "goto": gettext_lazy("Go to"),
    "list": gettext_lazy("In a list"),
    "card": gettext_lazy("On a card"),
    "files": gettext_lazy("Among files"),
    "board": gettext_lazy("On a board"),
}
WORDS: Mapping[str, Any] = {
    "palette": gettext_lazy("find or do anything"),
    "find": gettext_lazy("find in the list, elsewhere anything"),
    "create": gettext_lazy("create"),
    "star": gettext_lazy("put among favourites, or take away"),
    "save": gettext_lazy("save the form"),
    "main": gettext_lazy("the main act of a form or a dialog"),
    "undo": gettext_lazy("undo, while the note is shown"),
    "back": gettext_lazy("one step back"),
    "sheet": gettext_lazy("this sheet"),
    "go.home": gettext_lazy("my day"),
    "go.deals": gettext_lazy("deals"),
    "go.partners": gettext_lazy("partners"),
    "go.interactions": gettext_lazy("interactions"),
    "go.marketing": gettext_lazy("marketing"),
    "go.reports": gettext_lazy("reports"),
    "go.favourites": gettext_lazy("favourites"),
    "go.opened": gettext_lazy("opened records"),
    "go.settings": gettext_lazy("personal settings"),
    "rows": gettext_lazy("next and previous row"),
    "open": gettext_lazy("open the row"),
    "preview": gettext_lazy("look at the row beside the list"),
    "select": gettext_lazy("select the row"),
    "edit-row": gettext_lazy("edit the row"),
    "edit-cell": gettext_lazy("edit the cell where it stands"),
    "filter": gettext_lazy("add a filter"),
    "neighbours": gettext_lazy("next and previous record of the list"),
    "edit": gettext_lazy("edit"),
    "based-on": gettext_lazy("create based on this one"),
    "write": gettext_lazy("write a note"),
    "files": gettext_lazy("next and previous file"),
    "look": gettext_lazy("look at the file"),
    "before": gettext_lazy("the file before, while one is looked at"),
    "after": gettext_lazy("the file after"),
    "walk": gettext_lazy("next and previous card"),
    "lift": gettext_lazy("pick the card up, or drop it"),
    "carry": gettext_lazy("to another lane, with the card that is picked up"),
    "fold": gettext_lazy("fold the lane into a strip; Enter on the strip unfolds it"),
    "open-card": gettext_lazy("open the card"),
}


@dataclass(frozen=True)
class Key:
    """What one line of the registry says: its keys as events name them, and as people read them."""

    name: str
    scope: str
    keys: Sequence[str]
    shown: Sequence[str]

    @property
    def words(self) -> Any:
        """What it does."""
        return WORDS[self.name]


@lru_cache(maxsize=1)
def registry() -> Sequence[Key]:
    """Every key there is, in the order of the sheet."""
    lines = json.loads(REGISTRY.read_text())
    return [Key(one["name"], one["scope"], tuple(one["keys"]), tuple(one["shown"])) for one in lines]


def sheet() -> list[tuple[Any, list[Key]]]:
    """The keys by the place where they work."""
    return [(label, [one for one in registry() if one.scope == scope]) for scope, label in SCOPES.items()]


def key_to(section: str) -> str:
    """The keys that lead to a section, as the rail carries them; empty where none do."""
    return next((" ".join(one.keys) for one in registry() if one.name == f"go.{section}"), "")
