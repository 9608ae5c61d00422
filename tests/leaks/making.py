"""Records for the sweeps: one of any model, made from the model alone, so that a new entity joins by itself.

Every text column of a record holds a mark of its own; what a record needs is made first, with the same owner. A model that
its columns cannot explain has its own way in OWN_WAYS.
"""

from __future__ import annotations

import itertools
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import models

from artel.kernel.journal.writing import system_set
from artel.kernel.people import User
from artel.kernel.records import Record, facts_of

_numbers = itertools.count(1)
ZONE = ZoneInfo("Europe/Moscow")
PLAIN = {
    models.BooleanField: False,
    models.DecimalField: Decimal("7.00"),
    models.DateTimeField: datetime(2026, 3, 3, 12, tzinfo=ZONE),
    models.DateField: date(2026, 3, 3),
    models.IntegerField: 7,
}


class Maker:
    """Makes records of one owner; `marks` are the texts that nobody else may ever read."""

    def __init__(self, owner: User, word: str) -> None:
        self.owner = owner
        self.word = word
        self.made: dict[type[models.Model], Record] = {}
        self._busy: set[type[models.Model]] = set()
        self.marks: dict[str, tuple[type[models.Model], str]] = {}

    def all(self) -> Maker:
        """One record of every entity."""
        for model in entities():
            self.one(model)
        return self

    def told(self, text: str) -> list[str]:
        """What of the owner's stands in a text: marks and keys."""
        found = [
            f"{mark} ({model._meta.label}.{name})"
            for mark, (model, name) in self.marks.items()
            if mark in text
        ]
        plain = {record.pk.hex: model for model, record in self.made.items() if not facts_of(model).public}
        bare = text.replace("-", "").lower()
        return found + [f"key of {model._meta.label}" for key, model in plain.items() if key in bare]

    def one(self, model: type[Record], **values: object) -> Record:
        """The owner's record of a model, made once."""
        if model not in self.made:
            with system_set("tests.leaks"):
                self.made[model] = self._make(model, values)
                self._link(model)
        return self.made[model]

    def pointing(self, model: type[Record], at: Maker) -> Record:
        """The owner's record whose references lead, where its own access does not depend on them, to another's records."""
        if model in self.made:
            return self.made[model]
        facts = facts_of(model)
        held = {facts.owner, facts.access_group, *facts.parent.split("|"), *facts.derived}
        held |= {field.name for field in model._meta.concrete_fields if _shows(model, field.related_model)}
        foreign = {
            field.name: at.made[field.related_model]
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey)
            and field.name not in held
            and field.related_model in at.made
        }
        with system_set("tests.leaks"):
            record = self._make(model, foreign)
            self.made[model] = record
            self._link(model)
        return record

    def _make(self, model: type[Record], values: dict[str, object]) -> Record:
        self._busy.add(model)
        way = OWN_WAYS.get(model._meta.label_lower)
        values = {**(way(self) if way else {}), **values}
        for field in model._meta.concrete_fields:
            if field.name not in values and (value := self._value(model, field)) is not _DEFAULT:
                values[field.name] = value
        self._busy.discard(model)
        return model._default_manager.create(**values)

    def _value(self, model: type[Record], field: models.Field) -> object:
        facts = facts_of(model)
        if field.primary_key or field.name in TECHNICAL or field.name in facts.derived:
            return _DEFAULT
        if field.name == facts.owner:
            return self.owner
        if isinstance(field, models.ForeignKey):
            return self._related(model, field)
        return self._plain(model, field)

    def _plain(self, model: type[Record], field: models.Field) -> object:
        if isinstance(field, models.CharField | models.TextField) and not field.flatchoices:
            return self._text(model, field)
        if field.has_default() or field.null:
            return _DEFAULT
        if field.flatchoices:
            return field.flatchoices[0][0]
        return next((value for kind, value in PLAIN.items() if isinstance(field, kind)), _DEFAULT)

    def _related(self, model: type[Record], field: models.ForeignKey) -> object:
        related = field.related_model
        is_parent = field.name in facts_of(model).parent.split("|")
        if (field.null and not is_parent) or related is model:
            return _DEFAULT
        if related is User:
            return self.owner
        if facts_of(related).public and (known := related._default_manager.filter(is_deleted=False).first()):
            return known
        return self.made.get(related) or self._kept(related)

    def _kept(self, model: type[Record]) -> Record:
        self.made[model] = self._make(model, {})
        self._link(model)
        return self.made[model]

    def _text(self, model: type[Record], field: models.Field) -> object:
        number = next(_numbers)
        if isinstance(field, models.EmailField):
            mark = f"{self.word}{number:04}@leak.example"
        else:
            mark = f"{self.word}-{number:04}"
        if field.max_length and len(mark) > field.max_length:
            return "7" * field.max_length  # too short to hold a mark
        if facts_of(model).public:
            return mark.replace(self.word, "open")
        self.marks[mark] = (model, field.name)
        return mark

    def _link(self, model: type[Record]) -> None:
        """A record seen through rows that point at it (a person through its role) needs such a row."""
        for path in facts_of(model).parent.split("|"):
            relation = model._meta.get_field(path) if path else None
            if (
                relation is None
                or relation.concrete
                or {relation.related_model} & (self._busy | self.made.keys())
            ):
                continue
            self.made[relation.related_model] = self._make(
                relation.related_model, {relation.field.name: self.made[model]}
            )


TECHNICAL = {
    "version",
    "is_deleted",
    "author",
    "created_at",
    "changed_at",
    "is_archived",
    "sort_name",
    "path",
}
_DEFAULT = object()


def _shows(link: type[models.Model], model: object) -> bool:
    """Whether a record is seen through rows of the link (a person through its role): pointing at it shows it rightly."""
    if not (isinstance(model, type) and issubclass(model, Record)):
        return False
    paths = [path for path in facts_of(model).parent.split("|") if path]
    return any(model._meta.get_field(path).related_model is link for path in paths)


def _two_partners(maker: Maker) -> dict[str, object]:
    """A relation is between two different ones."""
    partner = apps.get_model("partners.partner")
    return {"first": maker._make(partner, {}), "second": maker._make(partner, {})}


def _on_a_partner(maker: Maker) -> dict[str, object]:
    """A file belongs to a record of any kind, named by its entity and key."""
    model = apps.get_model("partners.partner")
    partner = maker.made.get(model) or maker._make(model, {})
    return {"entity": "partners.partner", "record_id": partner.pk}


OWN_WAYS = {"partners.partnerrelation": _two_partners, "files.filelink": _on_a_partner}


def entities() -> list[type[Record]]:
    """Every record that not everybody with the right may see."""
    return [model for model in apps.get_models() if issubclass(model, Record) and not facts_of(model).public]
