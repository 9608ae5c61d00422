"""How this person likes the pages on this device: theme, density, single keys. Kept in a cookie, so no page pays a query for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponseBase

from .formats import language

COOKIE = "artel_look"
YEAR = 365 * 24 * 3600
CHOICES: Mapping[str, tuple[str, ...]] = {
    "theme": ("system", "light", "dark"),
    "density": ("dense", "regular"),
    "single_keys": ("on", "off"),
}


@dataclass(frozen=True)
class Look:
    """The chosen look; `language` is the active one and lives with the person."""

    theme: str = "system"
    density: str = "dense"
    keys: str = "on"
    language: str = "en"

    @property
    def single_keys(self) -> bool:
        return self.keys == "on"

    def with_choices(self, given: Mapping[str, str]) -> Look:
        """This look with the known choices of a form; anything else is left out."""
        good = {name: given[name] for name, known in CHOICES.items() if given.get(name) in known}
        if "single_keys" in good:
            good["keys"] = good.pop("single_keys")
        return replace(self, **good)


def look_of(request: HttpRequest) -> Look:
    """The look of a request; a damaged cookie gives the defaults."""
    kept = dict(parse_qsl(request.COOKIES.get(COOKIE, "")))
    return replace(Look().with_choices(kept), language=language())


def keep(response: HttpResponseBase, look: Look, secure: bool) -> None:
    """Remember a look on this device for a year."""
    kept = urlencode({"theme": look.theme, "density": look.density, "single_keys": look.keys})
    response.set_cookie(COOKIE, kept, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)
