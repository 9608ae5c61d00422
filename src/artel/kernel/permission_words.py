"""Permissions in words, for those who compose roles: what may be seen, added, changed, removed, and the acts apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from artel.lib.words import capital

from . import permissions
from .commands import all_commands
from .refusals import type_of_text

VERBS: dict[str, type_of_text] = {
    "view": _("see"),
    "add": _("add"),
    "change": _("change"),
    "delete": _("mark for deletion"),
}


def split(permission: str) -> tuple[str, type[Model] | None]:
    """The verb of a plain permission and the record it is about, found in the permission's own room; others have neither."""
    room, _dot, words = permission.partition(".")
    verb, _sep, noun = words.partition("_")
    model = _records().get((room, noun)) if verb in VERBS else None
    return (verb, model) if model else ("", None)


def words_of(permission: str) -> str:
    """«Deals: change», or what the acts under it are called."""
    verb, model = split(permission)
    if model is not None:
        return f"{capital(model._meta.verbose_name_plural)}: {VERBS[verb]}"
    if told := permissions.label_of(permission):
        return told
    acts = {str(one.label).rstrip("…") for one in all_commands() if one.permission == permission}
    return ", ".join(sorted(acts)) or permission


class PermissionChoices(Sequence[tuple[str, type_of_text]]):
    """Every permission that exists, as a form offers it: whatever is known when it is asked."""

    def __len__(self) -> int:
        return len(permissions.known())

    @overload
    def __getitem__(self, place: int) -> tuple[str, type_of_text]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[str, type_of_text]]: ...
    def __getitem__(self, place: int | slice) -> Any:
        return sorted(((one, words_of(one)) for one in permissions.known()), key=lambda one: one[1])[place]


def _records() -> dict[tuple[str, str], type[Model]]:
    """Records by room and noun: two rooms may call a record alike."""
    records = [one for one in apps.get_models() if hasattr(one, "facts")]
    return {(one._meta.app_label, str(one._meta.model_name)): one for one in records}
