"""Permissions are words `room.verb_noun`; rooms declare them for the shipped roles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

_declared: dict[str, set[str]] = defaultdict(set)
_known: set[str] = set()
_labels: dict[str, str | Promise] = {}


@dataclass(frozen=True)
class PermissionSet:
    """What a role may do: permissions and `room.*` or `*` patterns, less those withdrawn."""

    held: frozenset[str]
    withdrawn: frozenset[str] = frozenset()

    def covers(self, permission: str) -> bool:
        return permission not in self.withdrawn and matches(self.held, permission)


def matches(patterns: Collection[str], permission: str) -> bool:
    """Whether a permission is listed, or its room's `room.*`, or `*`."""
    return permission in patterns or f"{permission.partition('.')[0]}.*" in patterns or "*" in patterns


def declare(role: str, *permissions: str) -> None:
    """A room says what a shipped role may do in it: `declare("sales_manager", "deals.view_deal", "deals.*")`."""
    _declared[role].update(permissions)


def effective(role: str, added: Iterable[str], withdrawn: Iterable[str]) -> PermissionSet:
    """Declared for the role, plus added, minus withdrawn."""
    return PermissionSet(frozenset(_declared.get(role, ())) | frozenset(added), frozenset(withdrawn))


def know(permission: str, label: str | Promise = "") -> None:
    """Register a permission that exists, so that the settings page and the checks can list it.

    One that a rule asks for, not an act, brings the words it is listed by.
    """
    _known.add(permission)
    if label:
        _labels[permission] = label


def label_of(permission: str) -> str:
    """The words that a permission brought, or "" when it is called by its acts."""
    return str(_labels.get(permission, ""))


def known() -> frozenset[str]:
    return frozenset(_known)


def exists(pattern: str) -> bool:
    """Whether some command or entity asks for it: a known permission, a room's `room.*`, or `*`."""
    if pattern == "*" or pattern in _known:
        return True
    room, _dot, word = pattern.partition(".")
    return word == "*" and any(known.partition(".")[0] == room for known in _known)
