"""Rows as somebody may see or change them, one or many, and the queries for them made ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from artel.kernel import standing
from artel.kernel.actors import Actor
from artel.kernel.ready import Among, Given, Question, Ready
from artel.kernel.records import facts_of
from artel.kernel.refusals import Forbidden
from artel.kernel.steering import holds_seldom, steered

from .granted import Grants, following, view_permission
from .predicates import Q_ALL, Q_NOTHING, predicate

QS = TypeVar("QS", bound="QuerySet[Any]")
_house = Grants()


def restrict(rows: QS, actor: Actor, permission: str) -> QS:
    """The rows to which the actor's grants of a permission reach."""
    condition = predicate(actor, rows.model, permission)
    if condition is Q_ALL or condition is Q_NOTHING:
        return rows.filter(condition)
    return rows.filter(steered(condition, rows.model, (permission, actor.user_id, actor.scopes)))


def ready(
    actor: Actor,
    name: str,
    model: type[models.Model],
    permission: str,
    rows: Callable[[QuerySet[Any]], QuerySet[Any]],
    *,
    steer: bool = True,
) -> Ready:
    """A query over the rows to which the actor's grants of a permission reach, its SQL made once for those grants.

    `rows` says what is asked of them, and `name` tells that apart from other questions. Not to `steer` is for the few rows
    that a key leaves, ordered as they may be: an index finds them whoever asks.
    """

    def made() -> Ready:
        everything = model._default_manager.all()
        reached = everything.filter(predicate(actor, model, permission))
        return Ready(rows(restrict(everything, actor, permission) if steer else reached))

    grants = _house if actor.is_unbounded else actor.grants
    if not isinstance(grants, Grants):
        return made()
    key = (name, model, permission, actor.scopes)
    if key not in grants.ready:
        grants.ready[key] = made()
    return grants.ready[key]


def reaches_all_seen(actor: Actor, permission: str, model: type[models.Model]) -> bool:
    """Whether a right reaches every record that the actor may see, as far as it can be told without asking for one."""
    if actor.is_unbounded:
        return True

    def reaches() -> bool:
        reached = predicate(actor, model, permission)
        return reached in (Q_ALL, predicate(actor, model, view_permission(model)))

    return following(actor, ("reaches", permission, model), reaches)


def sees_all(actor: Actor, model: type[models.Model]) -> bool:
    """Whether nothing of the model is hidden from the actor."""
    return predicate(actor, model, view_permission(model)) is Q_ALL


def sees_few(actor: Actor, model: type[models.Model]) -> bool:
    """Whether reading all that the actor sees of the model costs less than walking past the rest."""
    permission = view_permission(model)
    condition = predicate(actor, model, permission)
    if condition is Q_ALL or condition is Q_NOTHING:
        return False
    return holds_seldom(condition, model, (permission, actor.user_id, actor.scopes))


def seen_by_key(actor: Actor, model: type[models.Model], keys: Iterable[UUID]) -> dict[UUID, Any]:
    """Those of some records that the actor may see; what stands comes from memory while a page is being made."""
    condition = predicate(actor, model, view_permission(model))
    kept = standing.present()
    if kept and facts_of(model).standing and condition == Q_ALL:
        records = kept.records(model, keys)
        return {key: record for key in keys if (record := records[key]) is not None}
    if len(wanted := list(keys)) == 1:
        record = one_seen(actor, model, wanted[0])
        return {} if record is None else {wanted[0]: record}
    asked = ready(actor, "some", model, view_permission(model), _among_keys, steer=False)
    return {record.pk: record for record in asked.rows(keys=tuple(wanted))} if wanted else {}


def one_seen(actor: Actor, model: type[models.Model], key: UUID) -> Any:
    """The record behind a key, newly read, or None when there is none or the actor may not see it."""
    asked = asking_for(actor, model, key)
    return next(iter(asked.ready.rows(**asked.given)), None)


def asking_for(actor: Actor, model: type[models.Model], key: UUID) -> Question:
    """What `one_seen` asks the base."""
    return ready(actor, "one", model, view_permission(model), _by_key).asking(key=key)


def _by_key(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(pk=Given("key"))


def _among_keys(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(Among("keys"))


def can(actor: Actor, permission: str, record: models.Model) -> bool:
    """The one question about acting on one record."""
    if actor.is_unbounded:
        return True
    return (
        type(record)
        ._default_manager.filter(predicate(actor, type(record), permission), pk=record.pk)
        .exists()
    )


def require(actor: Actor | None, permission: str) -> None:
    """Raise Forbidden unless the actor holds the permission for at least some records."""
    if actor is None or not actor.has(permission):
        raise Forbidden("forbidden", _("You have no right to do this. Ask an administrator for it."))
