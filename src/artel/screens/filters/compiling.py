"""From a tree to one condition in SQL.

A condition over a record on the way holds only for one that the actor may see, whatever is asked of it, and related rows
are those he may see: neither a filter nor its opposite tells of anything else. A reference, too, is compared with records
he may see only, so that guessing a key or a name finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from artel.kernel import colleagues
from artel.kernel.access import predicate, restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.lookups import resolve
from artel.kernel.refusals import type_of_text
from artel.kernel.search.texts import Path
from artel.lib.phones import phone_search_key

from . import comparing
from .fields import HOPS, FilterField, field_of, relations_of
from .operators import ME, MY_DEPARTMENT, OF_KIND, OPERATORS, Operator
from .tree import All, Any_, BadFilter, Leaf, Node, Not, Related
from .values import texts_of

NOTHING = comparing.NOTHING


def condition(
    model: type[models.Model],
    tree: Node,
    actor: Actor,
    now: datetime | None = None,
    *,
    must_be_called: bool = False,
) -> Q:
    """What rows of a model must fulfil. Raises BadFilter, which says of every place that is wrong why.

    A name that no record the actor may see is called by means nothing: a kept filter outlives what it names.
    `must_be_called` refuses it instead, whether there is such a record for others or not.
    """
    asking = _Asking(actor, now or timezone.now(), must_be_called)
    found = asking.node(model, tree, 0)
    if asking.errors:
        raise BadFilter(asking.errors, frozenset(asking.unknown))
    return found


@dataclass
class _Asking:
    """One tree being compiled."""

    actor: Actor
    now: datetime
    must_be_called: bool = False
    errors: dict[str, type_of_text] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def node(self, model: type[models.Model], node: Node, hops: int) -> Q:
        match node:
            case All(parts):
                return self._joined(model, parts, hops, Q.AND)
            case Any_(parts):
                return self._joined(model, parts, hops, Q.OR) if parts else NOTHING
            case Not(part):
                return _opposite(self.node(model, part, hops))
            case Related():
                return self._related(model, node, hops)
            case Leaf():
                return self._leaf(model, node, hops)

    def _joined(self, model: type[models.Model], parts: tuple[Node, ...], hops: int, connector: str) -> Q:
        made = Q()
        for part in parts:
            one = self.node(model, part, hops)
            if connector == Q.OR and one == Q():
                one = Q(pk__isnull=False)  # always, which an empty Q is not among alternatives
            made = made | one if connector == Q.OR else made & one
        return made

    def _related(self, model: type[models.Model], asked: Related, hops: int) -> Q:
        known = {one.name: one for one in relations_of(model, self.actor)}
        relation = known.get(asked.relation)
        if relation is None or hops >= HOPS:
            sentence = _("There are no such related records here: %(name)s.") if relation is None else _DEEP()
            return self._wrong(asked.at, sentence % {"name": asked.relation}, is_unknown=relation is None)
        rows = restrict(relation.model._default_manager.all(), self.actor, view_permission(relation.model))
        where = self.node(relation.model, asked.where, hops + 1)
        own = {relation.reference.name: OuterRef("pk"), "is_deleted": False}
        found = Q(Exists(rows.filter(**own).filter(where).order_by()))
        return ~found if asked.is_absent else found

    def _leaf(self, model: type[models.Model], leaf: Leaf, hops: int) -> Q:
        asked = field_of(model, leaf.field, self.actor)
        if asked is None:
            sentence = _("There is no such field here: %(name)s.") % {"name": leaf.field}
            return self._wrong(leaf.at, sentence, is_unknown=True)
        if hops + len(asked.walk) > HOPS:
            return self._wrong(leaf.at, _DEEP())
        if leaf.operator not in OF_KIND[asked.kind]:
            known = ", ".join(OF_KIND[asked.kind])
            sentence = _("This field can be asked by: %(known)s.") % {"known": known}
            return self._wrong(leaf.at, sentence, is_unknown=True)
        try:
            return self._asked(model, asked, OPERATORS[leaf.operator], leaf.value)
        except ValidationError as error:
            return self._wrong(leaf.at, error.messages[0])

    def _asked(self, model: type[models.Model], asked: FilterField, operator: Operator, value: Any) -> Q:
        positive = OPERATORS[operator.positive] if operator.positive else operator
        found = self._positive(model, asked, positive, value)
        if asked.walk and positive.code != "empty":
            # A row without the record on the way holds nothing, not «unknown».
            found &= Q(**{f"{'__'.join(step.name for step in asked.walk)}__isnull": False})
        seen = self._seen(asked)
        return seen & (~found if operator.positive else found)

    def _seen(self, asked: FilterField) -> Q:
        """Every record on the way is there to be seen, or there is none."""
        made, path = Q(), []
        for step in asked.walk:
            path.append(step.name)
            related: Any = step.related_model
            seen = predicate(self.actor, related, view_permission(related))
            if seen != Q():
                name = "__".join(path)
                keys = related._default_manager.filter(seen).values("pk")
                made &= Q(**{f"{name}__in": keys}) | Q(**{f"{name}__isnull": True})
        return made

    def _positive(self, model: type[models.Model], asked: FilterField, operator: Operator, value: Any) -> Q:
        if asked.declared is not None:
            return self._declared(model, asked, value)
        if asked.found is not None and operator.code == "equals":
            return self._elsewhere(model, asked, value)
        if asked.kind in {"reference", "tree"} and operator.code != "empty":
            return self._referring(asked, operator, value)
        return comparing.compared(asked, operator, value, self.now)

    def _declared(self, model: type[models.Model], asked: FilterField, value: Any) -> Q:
        """A filter of a screen narrows in its own way."""
        assert asked.declared is not None
        rows = asked.declared.apply(model._default_manager.all(), self.actor, ",".join(texts_of(value)))
        if not asked.walk:
            return Q(pk__in=rows.order_by().values("pk"))
        return Q(**{f"{asked.via}__in": rows.order_by().values("pk")})

    def _elsewhere(self, model: type[models.Model], asked: FilterField, value: Any) -> Q:
        """A look-up key in rows of its own (a phone, a requisite), or in the record's own column of that name."""
        assert asked.found is not None
        [text] = texts_of(value)[:1]
        owner: Any = asked.walk[-1].related_model if asked.walk else model
        path = Path(owner, asked.found.place)
        where: dict[str, Any] = {path.name: _KEYS.get(asked.found.kind, str.strip)(text)}
        if asked.found.model is not None:
            keys = resolve(self.actor, asked.found.model, [text], asked.found.lookup).values()
            where = {f"{path.name}__in": [record.pk for record in keys]}
        rows = owner._default_manager.filter(**where, **path.present()).values("pk")
        made = Q(**{f"{asked.via}__in" if asked.walk else "pk__in": rows})
        return made | Q(**{asked.path: text}) if asked.column is not None else made

    def _referring(self, asked: FilterField, operator: Operator, value: Any) -> Q:
        """By keys, codes and names of records the actor may see; people also by a word for them."""
        texts = texts_of(value)
        made = NOTHING
        if asked.is_of_people:
            made = self._people(asked, texts)
            texts = [text for text in texts if text not in {ME, MY_DEPARTMENT}]
        keys = self._keys(asked, texts)
        if not keys:
            return made
        target: Any = asked.target
        seen = predicate(self.actor, target, view_permission(target))
        if operator.code == "within":
            below = Q()
            for key in keys:
                below |= Q(path__contains=key.hex)
            branches = target._default_manager.filter(seen & below).values("pk")
            return Q(**{f"{asked.path}__in": branches})
        rows = keys if seen == Q() else target._default_manager.filter(seen, pk__in=keys).values("pk")
        made_of_keys = Q(**{f"{asked.path}__in": rows})
        return made_of_keys if made == NOTHING else made | made_of_keys

    def _people(self, asked: FilterField, texts: list[str]) -> Q:
        user, made = self.actor.user_id, NOTHING
        if user and ME in texts:
            made = Q(**{asked.path: user})
        known = colleagues.known()
        if user and known and MY_DEPARTMENT in texts:
            mine = Q(**{f"{asked.path}__in": known.mine(user)}) | Q(**{asked.path: user})
            made = mine if made == NOTHING else made | mine
        return made

    def _keys(self, asked: FilterField, texts: list[str]) -> list[UUID]:
        """The records meant; a text that names none, or several, means nothing."""
        keys = [key for text in texts if (key := _uuid(text)) is not None]
        named = [text for text in texts if _uuid(text) is None]
        if named and asked.target is not None:
            found = resolve(self.actor, asked.target, named, _lookup_of(asked))
            if self.must_be_called and (lacking := [text for text in named if text not in found]):
                sentence = _("Nothing that is visible to you is called so, or several are: %(names)s.")
                raise ValidationError(sentence % {"names": ", ".join(lacking)})
            keys += [record.pk for record in found.values()]
        return keys

    def _wrong(self, at: str, sentence: type_of_text, *, is_unknown: bool = False) -> Q:
        self.errors.setdefault(at, sentence)
        if is_unknown:
            self.unknown.add(at)
        return NOTHING


def _opposite(found: Q) -> Q:
    """The rows for which a condition does not hold; an empty Q holds always, and Django's opposite of it as well."""
    return NOTHING if found == Q() else ~found


def _DEEP() -> str:  # noqa: N802 -- a sentence in the reader's language
    return _("A filter goes over at most two records.")


_KEYS: Mapping[str, Callable[[str], str]] = {
    "phone": phone_search_key,
    "email": lambda text: text.strip().casefold(),
}


def _lookup_of(asked: FilterField) -> tuple[str, ...]:
    """By what the resource says its reference is resolved."""
    from artel.screens import registry  # noqa: PLC0415 -- only for references named by text

    column: Any = asked.column
    resource = registry.resource_of(column.model) if column is not None else None
    declared = resource.field(column.name) if resource else None
    return tuple(declared.lookup) if declared else ()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
