"""What is wrong with this base, in sentences: the house's own findings and those of each room's `doctor.py`: `findings()`, and `deep_findings()` when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Exists, ForeignKey, Model, OuterRef


@dataclass(frozen=True)
class Examination:
    """One part of the doctor's round: its findings, one sentence each; none when all is well."""

    name: str
    findings: tuple[str, ...]


def examine(*, deep: bool = False) -> list[Examination]:
    """The whole round; `deep` also what takes long. A part that cannot be examined is a finding, not a crash."""
    return [Examination(name, tuple(_safely(findings))) for name, findings in _parts(deep)]


def _parts(deep: bool) -> Iterator[tuple[str, Callable[[], Iterable[str]]]]:
    yield "configuration", configuration
    yield "schema", schema
    yield "database", database
    if deep:
        yield "database (deep)", references
    for app in apps.get_app_configs():
        if app.name.startswith("artel.") and find_spec(f"{app.name}.doctor"):
            yield from _of_room(app.label, import_module(f"{app.name}.doctor"), deep)


def _of_room(name: str, doctor: Any, deep: bool) -> Iterator[tuple[str, Callable[[], Iterable[str]]]]:
    yield name, doctor.findings
    if deep and hasattr(doctor, "deep_findings"):
        yield f"{name} (deep)", doctor.deep_findings


def _safely(findings: Callable[[], Iterable[str]]) -> Iterator[str]:
    try:
        yield from findings()
    except DatabaseError as error:
        yield f"It could not be examined: {error}."


def configuration() -> Iterator[str]:
    """Django's own checks, and a home that strangers of this machine can read."""
    for found in run_checks():
        if found.level >= WARNING:
            yield f"{found.msg} ({found.id})"
    if settings.HTTPS and settings.DEBUG:
        yield "ARTEL_DEBUG is on although the house is reached from outside: it shows its insides to strangers."
    key = settings.HOME / "secret.key"
    if key.exists() and key.stat().st_mode & 0o077:
        yield f"{key} can be read by others: chmod 600 it."


def schema() -> Iterator[str]:
    """Migrations not applied."""
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield f"Migrations that are not applied: {len(plan)}. Run artel migrate."


def database() -> Iterator[str]:
    """Damage the database itself can tell of."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check(20)")
            yield from (f"The file is damaged: {row[0]}." for row in cursor.fetchall() if row[0] != "ok")
            cursor.execute("PRAGMA foreign_key_check")
            broken = cursor.fetchmany(20)
            yield from (f"A row of {row[0]} refers to a row of {row[2]} that is not there." for row in broken)
        else:
            cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
            yield from (f"The index {row[0]} is not valid: REINDEX it." for row in cursor.fetchall())


def references() -> Iterator[str]:
    """Rows that refer to rows which are not there. SQLite is asked every time; PostgreSQL keeps them itself until somebody switches that off."""
    if connection.vendor == "sqlite":
        return
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields if model._meta.managed else ():
            if not isinstance(field, ForeignKey) or not getattr(field, "db_constraint", True):
                continue
            other: type[Model] = field.related_model
            there = other._base_manager.filter(pk=OuterRef(field.attname))
            lost = model._base_manager.filter(~Exists(there), **{f"{field.attname}__isnull": False})
            if count := lost.count():
                row = f"{count} rows of {model._meta.db_table} refer by {field.column}"
                yield f"{row} to rows of {other._meta.db_table} that are not there."
