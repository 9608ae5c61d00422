"""Totals (итоги): how many rows of a table share the same values, and their sums, kept by the database with every write.

A subclass of `Totals` is declared beside its model: its fields named like the model's are what rows are told apart by, `sums`
name its columns and what is multiplied for them. Where many write at once, triggers append what a statement adds and takes
away, so that nobody waits for a row of another; `fold` puts the rows together now and then. A condition that speaks of
nothing but those fields — an access group, a person, a kind, a stage — is answered from the totals instead of the rows
(docs/decisions/0030).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from .dialect import Kept, dialect_of
from .dialect.totals import astray, emptied, filled

WORTH = 1.2
"""Folding is worth while when the table holds so many times the rows that it would have."""
FEW = 200


class Totals(models.Model):
    """One row: so many records of `of` with these values were added (or, below nothing, taken away), and their sums.

    `sums`: column of the totals -> the columns of the record whose product is added up.
    """

    journal_exempt = "made by the database from the rows; `mend` makes them again"
    of: ClassVar[type[models.Model]]
    sums: ClassVar[Mapping[str, Sequence[str]]] = {}

    id = models.BigAutoField(primary_key=True)
    counted = models.IntegerField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.of._meta.label_lower}: {self.counted}"

    @classmethod
    def by(cls) -> list[str]:
        """The fields that tell the rows apart."""
        technical = {"id", "counted", *cls.sums}
        return [one.name for one in cls._meta.local_concrete_fields if one.name not in technical]


def all_totals() -> Iterator[type[Totals]]:
    """Every kind of totals in the house."""
    return (model for model in apps.get_models() if issubclass(model, Totals))


def totals_of(model: type[models.Model]) -> type[Totals] | None:
    """The totals kept of a model, if there are any."""
    return next((one for one in all_totals() if one.of is model), None)


def told_by(model: type[models.Model], condition: Q) -> QuerySet[Any] | None:
    """The totals of the rows that hold a condition; None when none are kept, or they do not tell these rows apart."""
    kept = totals_of(model)
    return kept.objects.filter(condition) if kept and tells(kept, condition) else None


def tells(kept: type[Totals], condition: Q) -> bool:
    """Whether the totals tell the rows that hold a condition from the others."""
    return _speaks_of(condition, set(kept.by()))


def _speaks_of(condition: Any, names: set[str]) -> bool:
    """Whether a condition asks for these fields and nothing else."""
    if isinstance(condition, Q):
        return all(_speaks_of(part, names) for part in condition.children)
    if not isinstance(condition, tuple):
        return False  # an expression of its own: it may ask for anything
    path, value = condition
    if hasattr(value, "resolve_expression") and not isinstance(value, QuerySet):
        return False  # it is compared with another column
    name = path.partition("__")[0]
    return name in names or name.removesuffix("_id") in names


def sum_of(kept: type[Totals], *factors: str) -> str | None:
    """The column in which the products of these columns are added up."""
    return next((name for name, product in kept.sums.items() if tuple(product) == factors), None)


def mend() -> None:
    """Count anew what differs from its rows; nobody may write those meanwhile."""
    dialect = dialect_of(connection)
    for kept in filter(differs, all_totals()):
        shape = shape_of(kept)
        script = [*dialect.still(shape.of), emptied(shape), filled(shape)]
        with transaction.atomic(), connection.cursor() as cursor:
            dialect.run_script(cursor, script)


def fold() -> int:
    """Put together rows with the same values, where that is worth while; answers of how many kinds of totals."""
    stale = [one for one in all_totals() if _is_worth_while(one)]
    for kept in stale:
        with transaction.atomic(), connection.cursor() as cursor:
            dialect_of(connection).run_script(cursor, dialect_of(connection).folded(shape_of(kept)))
    return len(stale)


def _is_worth_while(kept: type[Totals]) -> bool:
    left = kept.objects.order_by().values(*kept.by()).distinct().count()
    return bool(kept.objects.count() > WORTH * left + FEW)


def differs(kept: type[Totals]) -> bool:
    """Whether the totals are not those of the rows, both as they are at one moment."""
    with connection.cursor() as cursor:
        cursor.execute(astray(shape_of(kept)))
        return cursor.fetchone() is not None


def findings() -> Iterator[str]:
    """One sentence for each kind of totals that differs from its rows."""
    for kept in filter(differs, all_totals()):
        what = kept.of._meta.verbose_name_plural
        yield _("The totals of %(what)s differ from the records: artel migrate counts them anew.") % {
            "what": what
        }


def shape_of(kept: type[Totals]) -> Kept:
    """The table of totals for the writers of SQL."""
    of = kept.of._meta
    columns = {field.name: str(field.column) for field in kept._meta.local_concrete_fields}
    sums = [
        (columns[name], tuple(str(of.get_field(one).column) for one in product))  # type: ignore[union-attr]
        for name, product in kept.sums.items()
    ]
    return Kept(kept._meta.db_table, of.db_table, tuple(columns[name] for name in kept.by()), tuple(sums))
