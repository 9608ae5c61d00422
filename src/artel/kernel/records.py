"""What every business record shares: a time-ordered key, a version, a deletion mark, author and moments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F
from django.db.models.base import ModelState
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from artel.lib.names import sort_key
from artel.lib.uuid7 import uuid7

from .facts import Facts

if TYPE_CHECKING:
    from .actors import Actor

M = TypeVar("M", bound=models.Model, covariant=True)
R = TypeVar("R", bound=models.Model)

TECHNICAL = ("version", "changed_at")


class RecordQuerySet(models.QuerySet[M]):
    """Every way of seeing a row starts with `visible_to`; every set-wise change bumps the version."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows this actor may see: one SQL predicate, never a list of keys."""
        from .access import restrict, view_permission  # noqa: PLC0415 -- access reads the models

        return restrict(self, actor, view_permission(self.model))

    def allowed_to(self, actor: Actor, permission: str) -> Self:
        """Rows to which this actor's grants of `permission` reach."""
        from .access import restrict  # noqa: PLC0415 -- access reads the models

        return restrict(self, actor, permission)

    def present(self) -> Self:
        """Without those marked for deletion."""
        return self.filter(is_deleted=False)

    def update(self, **changes: Any) -> int:
        return super().update(**{"version": F("version") + 1, "changed_at": timezone.now(), **changes})

    update.alters_data = True  # type: ignore[attr-defined]


class Record(models.Model):
    """A row that people work with. Only commands write it; the database journals every change."""

    facts: ClassVar[Facts] = Facts()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_deleted = models.BooleanField(_("marked for deletion"), default=False, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("author"),
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def prepare(cls, row: dict[str, Any]) -> None:
        """Fill the columns that follow from others (sort keys). `row` is column values by field name."""

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if not self._state.adding:
            self.version += 1
            self.changed_at = timezone.now()
            update_fields = None if update_fields is None else {*update_fields, *TECHNICAL}
        written = (
            [field.attname for field in self._meta.concrete_fields]
            if update_fields is None
            else update_fields
        )
        row = {name: getattr(self, name) for name in written}
        self.prepare(row)
        for name, value in row.items():
            setattr(self, name, value)
        super().save(*args, update_fields=None if update_fields is None else list(row), **kwargs)


class Named(Record):
    """A record with a name, sorted and found without regard to case and ё."""

    name = models.CharField(_("name"), max_length=250)
    sort_name = models.CharField(max_length=250, editable=False, default="")

    class Meta:
        abstract = True

    @classmethod
    def prepare(cls, row: dict[str, Any]) -> None:
        super().prepare(row)
        if "name" in row:
            row["sort_name"] = sort_key(row["name"])[:250]

    def __str__(self) -> str:
        return self.name


class Item(Named):
    """A directory item. One that ships with the product has a fixed code and both names; a typed one has one name."""

    code = models.SlugField(_("fixed code"), max_length=60, blank=True, default="", editable=False)
    name_en = models.CharField(_("name in English"), max_length=250, blank=True, default="", editable=False)
    is_archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    def __str__(self) -> str:
        return self.label


class CodedNamed(Named):
    """A named record with a number of its own series (`00-00000036`): unique, never reused; given when none is brought."""

    code = models.CharField(_("code"), max_length=30, unique=True, blank=True, editable=False)

    class Meta:
        abstract = True


@lru_cache(maxsize=512)
def standing_references(model: type[models.Model]) -> tuple[str, ...]:
    """The fields of a model that point at standing records."""
    fields = [each for each in model._meta.concrete_fields if isinstance(each, models.ForeignKey)]
    return tuple(each.name for each in fields if facts_of(each.related_model).standing)


def built(model: type[R], names: Iterable[str], values: Sequence[Any]) -> R:
    """The record of columns (attnames) as the base keeps them: what `from_db` makes, without asking every field."""
    return _put_together(model, dict(zip(names, values, strict=True)), DEFAULT_DB_ALIAS, {})


def copied(record: R) -> R:
    """Another object of the same record: what `copy` makes, quicker. References that were read are shared."""
    state = record._state
    columns = {name: value for name, value in vars(record).items() if name != "_state"}
    return _put_together(type(record), columns, state.db, state.fields_cache.copy())


def _put_together(model: type[R], columns: dict[str, Any], base: str | None, references: dict[str, Any]) -> R:
    made = model.__new__(model)
    state = ModelState()
    state.adding, state.db, state.fields_cache = False, base, references
    vars(made).update(columns, _state=state)
    return made


def facts_of(model: type[models.Model]) -> Facts:
    """The declared facts, or empty ones for models of other makers."""
    return getattr(model, "facts", None) or Facts()
