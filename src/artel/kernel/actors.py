"""Who acts: a person, a token on a person's behalf, a job, a process or the system itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from .permissions import matches

if TYPE_CHECKING:
    from .access import GrantView
    from .people import Token, User


class ActorKind(StrEnum):
    """The five kinds of actor that the journal knows."""

    PERSON = "person"
    TOKEN = "token"
    JOB = "job"
    PROCESS = "process"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Asked about everything. Without a user only the system acts; anonymous visitors are not actors."""

    kind: ActorKind
    label: str
    user: User | None = None
    scopes: frozenset[str] | None = None
    _grants: list[GrantView] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def person(cls, user: User, grants: list[GrantView] | None = None) -> Actor:
        """`grants` are those of this person, when they have been read already."""
        return cls(ActorKind.PERSON, str(user), user, _grants=grants)

    @classmethod
    def token(cls, token: Token) -> Actor:
        return cls(ActorKind.TOKEN, token.name, token.user, frozenset(token.scopes) or None)

    @classmethod
    def system(cls, label: str = "system") -> Actor:
        return cls(ActorKind.SYSTEM, label)

    @classmethod
    def job(cls, label: str, user: User | None = None) -> Actor:
        return cls(ActorKind.JOB, label, user)

    @classmethod
    def process(cls, label: str, user: User | None = None) -> Actor:
        return cls(ActorKind.PROCESS, label, user)

    @property
    def is_unbounded(self) -> bool:
        """The house itself: a system, job or process that acts for nobody in particular."""
        return self.user is None and self.kind in {ActorKind.SYSTEM, ActorKind.JOB, ActorKind.PROCESS}

    @property
    def user_id(self) -> UUID | None:
        return self.user.pk if self.user else None

    @cached_property
    def grants(self) -> list[GrantView]:
        """The live grants of the person, read once per actor."""
        from .access import grants_of  # noqa: PLC0415 -- access reads the models

        if self._grants is not None:
            return self._grants
        return grants_of(self.user) if self.user and self.user.is_active else []

    def grants_of(self, permission: str) -> Iterable[GrantView]:
        """Grants whose role holds the permission (a token also needs it in its scopes)."""
        if self.scopes is not None and not matches(self.scopes, permission):
            return []
        return [grant for grant in self.grants if grant.permissions.covers(permission)]

    def has(self, permission: str) -> bool:
        """Whether the actor holds the permission for at least some records."""
        return self.is_unbounded or any(True for _ in self.grants_of(permission))
