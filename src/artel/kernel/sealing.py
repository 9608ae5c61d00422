"""Secrets that the house must read again (to sign with them): sealed in the base, open in memory only.

sealed = seal("whsec_…")          # what is kept
unseal(sealed)                    # what it says; BrokenSeal when no key of ours opens it

The key is derived from the secret key of the house, so a copy of the base alone tells nothing. A former secret key stands in
ARTEL_OLD_SECRET_KEYS until `artel reseal`, or the worker in the night, has sealed everything anew.
A column of sealed texts is named in its model's `Facts(secret=…, sealed=…)`.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artel.lib.words import capital

from .jobs import cron, job
from .journal.writing import system_set
from .records import facts_of

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

    from .jobs.run import Run

INFO = b"artel: sealed secrets, 1"
"""What the derived key is for: the same secret key signs sessions, and neither key tells the other."""

AT_ONCE = 500


class BrokenSeal(Exception):
    """No key of the house opens a sealed text: the secret key is another one, or the text was touched."""


def seal(text: str) -> str:
    """The text as it may be kept: two sealings of one text differ."""
    return _keys()[0].encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed. Raises BrokenSeal."""
    for key in _keys():
        if (text := _opened(key, sealed)) is not None:
            return text
    raise BrokenSeal


def is_fresh(sealed: str) -> bool:
    """Whether a text is sealed with the present key."""
    return _opened(_keys()[0], sealed) is not None


def _opened(key: Fernet, sealed: str) -> str | None:
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 -- few processes ever open a seal

    try:
        return key.decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _keys() -> list[Fernet]:
    """The present key, then the former ones."""
    return [_derived(each) for each in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


@lru_cache(maxsize=16)
def _derived(secret: str) -> Fernet:
    from cryptography.fernet import Fernet  # noqa: PLC0415 -- as above
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=INFO).derive(secret.encode())
    return Fernet(urlsafe_b64encode(key))


def sealed_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every column of sealed texts."""
    for model in apps.get_models():
        for name in facts_of(model).sealed:
            yield model, name


def reseal() -> int:
    """Seal anew, with the present key, what a former one has sealed; returns how many. What no key opens stays as it is."""
    return sum(_reseal(model, name) for model, name in sealed_columns())


def _reseal(model: type[models.Model], name: str) -> int:
    count = 0
    stale = [(key, sealed) for key, sealed in _texts(model, name) if not is_fresh(sealed)]
    for start in range(0, len(stale), AT_ONCE):
        with system_set("kernel.reseal"):
            count += sum(_renewed(model, name, key, sealed) for key, sealed in stale[start : start + AT_ONCE])
    return count


def _renewed(model: type[models.Model], name: str, key: Any, sealed: str) -> int:
    """The text says what it said, so the record has no newer version; one that was renewed meanwhile is let alone."""
    try:
        text = unseal(sealed)
    except BrokenSeal:
        return 0
    rows: models.QuerySet[Any] = models.QuerySet(model)
    return rows.filter(**{"pk": key, name: sealed}).update(**{name: seal(text)})


def _texts(model: type[models.Model], name: str) -> Iterator[tuple[Any, str]]:
    rows = model._base_manager.exclude(**{name: ""}).order_by("pk")
    return iter(rows.values_list("pk", name).iterator(2000))


@cron("11 4 * * *")
@job("kernel.reseal", label=gettext_lazy("Seal secrets with the present key"))
def reseal_nightly(run: Run) -> int:
    """Nothing to do, and nothing read, while there is no former key."""
    return reseal() if settings.SECRET_KEY_FALLBACKS else 0


def findings() -> Iterator[str]:
    """What the doctor says: secrets that cannot be opened, and those that only a former key opens."""
    for model, name in sealed_columns():
        stale = [sealed for _key, sealed in _texts(model, name) if not is_fresh(sealed)]
        closed = sum(not _opens(sealed) for sealed in stale)
        said = {"what": capital(model._meta.verbose_name_plural)}
        if closed:
            yield _("%(what)s: secrets that ARTEL_SECRET_KEY does not open: %(count)s. Renew them.") % {
                **said,
                "count": closed,
            }
        if count := len(stale) - closed:
            yield _("%(what)s: secrets sealed with a former key: %(count)s. Run artel reseal.") % {
                **said,
                "count": count,
            }


def _opens(sealed: str) -> bool:
    try:
        unseal(sealed)
    except BrokenSeal:
        return False
    return True
