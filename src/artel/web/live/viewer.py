"""Who looks at a stream: the person as his session says, judged anew when the base's epoch changes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.crypto import constant_time_compare

from artel.kernel.access import grants_of
from artel.kernel.actors import Actor
from artel.kernel.people import User
from artel.kernel.records import copied
from artel.kernel.standing import Standing


def kept_user(kept: Standing, key: UUID, digest: str) -> User | None:
    """A copy of the person from memory, while he is active and the session's digest is that of his row."""
    user: User | None = kept.records(User, [key])[key]
    if user is None or not user.is_active:
        return None
    known = kept.once(("session", key), user.get_session_auth_hash)
    return copied(user) if constant_time_compare(digest, known) else None


@dataclass
class Viewer:
    """The actor of a stream; `digest` is that of his session."""

    actor: Actor
    digest: str

    @property
    def key(self) -> UUID | None:
        return self.actor.user_id

    @property
    def language(self) -> str:
        return self.actor.user.language if self.actor.user else ""

    def again(self, kept: Standing) -> bool | None:
        """Read the person and his rights as they stand now: whether the rights are other ones; None when he may look no more."""
        user = kept_user(kept, self.key, self.digest) if self.key else None
        if user is None:
            return None
        before = self.actor.grants
        self.actor = Actor.person(user, kept.once(("grants", user.pk), lambda: grants_of(user)))
        return self.actor.grants != before
