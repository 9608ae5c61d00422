"""Rules that hold for every table: what is unique, what the database understands without us, what a change set says of itself."""

from __future__ import annotations

import re
import sqlite3

import pytest
from django.conf import settings
from django.db import connection, models
from django.test import override_settings

from artel.domains.company.factories import HOUSE, person
from artel.domains.partners.commands import partners, positions
from artel.domains.partners.factories import contact, partner
from artel.domains.partners.models import Partner, Position
from artel.kernel.access import why
from artel.kernel.journal.catalogue import journalled_models
from artel.kernel.journal.models import ChangeSet
from artel.kernel.records import Record
from artel.kernel.refusals import Refused
from artel.kernel.undoing import undo_change_set
from artel.kernel.where_used import uses_of

pytestmark = pytest.mark.django_db

# Fixed codes and numbers are never given again, not even those of marked rows; the others are parts that are deleted, not marked.
UNIQUE_FOR_EVER = {
    "code",
    "login",
    "digest",
    "attribute, code",
    "deal",
    "deal, stage",
    "entity, code",
    "kind, stage",
}
AT_ONCE = {"currency_management_once"}
"""One at a time, of marked ones too: the base always has a management currency."""


def unique(model):
    """What may stand once in a model's table: its fields, and the condition."""
    for field in model._meta.local_concrete_fields:
        if field.unique and not field.primary_key:
            yield field.name, field.name, None
    for each in model._meta.constraints:
        if isinstance(each, models.UniqueConstraint):
            yield each.name, ", ".join(each.fields), each.condition


def test_what_is_unique_is_so_among_rows_that_are_not_marked():
    strict = {
        f"{model._meta.label}: {fields}"
        for model in journalled_models()
        if issubclass(model, Record)
        for name, fields, condition in unique(model)
        if ("is_deleted", False) not in getattr(condition, "children", ())
        and fields not in UNIQUE_FOR_EVER
        and name not in AT_ONCE
    }
    assert strict == set()


def test_a_marked_name_is_free_on_this_database():
    marked = positions.add(HOUSE, name="Директор")
    positions.mark(HOUSE, marked)
    positions.add(HOUSE, name="директор")
    with pytest.raises(Refused) as refused:
        positions.unmark(HOUSE, marked)
    assert refused.value.code == "already_exists"
    assert Position.objects.present().filter(name__iexact="директор").count() == 1


@pytest.mark.only_on("sqlite", "PostgreSQL has no functions of ours")
def test_no_index_or_trigger_needs_a_function_of_ours():
    """A plain client compiles every index, and every trigger by preparing a write of each table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%%' "
            "AND name NOT LIKE 'search_grams_%%' ORDER BY type = 'trigger', type = 'index'",
            [],
        )
        made = cursor.fetchall()
    plain = sqlite3.connect(":memory:")
    for _name, _type, sql in made:
        plain.execute(sql)
    tables = [name for name, kind, _sql in made if kind == "table" and name != "search_grams"]
    assert len(tables) > 40
    for table in tables:
        columns = [row[1] for row in plain.execute(f'PRAGMA table_info("{table}")')]
        plain.execute(f'EXPLAIN INSERT INTO "{table}" DEFAULT VALUES')
        plain.execute(f'EXPLAIN DELETE FROM "{table}"')
        for column in columns:
            plain.execute(f'EXPLAIN UPDATE "{table}" SET "{column}" = NULL')


def test_an_undo_gives_no_number_twice():
    first = partner("Волга")
    made = ChangeSet.objects.get(command="partners.add_partner")
    undone = undo_change_set(HOUSE, made.pk)
    second = partner("Кама")
    assert second.code > first.code
    undo_change_set(HOUSE, undone.set_id or 0)
    assert Partner.objects.get(name="Волга").code == first.code
    assert partner("Ока").code > second.code


@override_settings(BASE_PREFIX="MSK")
def test_a_base_numbers_records_with_its_own_prefix():
    """So bases that exchange records never give one number twice (rules §4.6)."""
    volga = partner("Волга")
    assert re.fullmatch(r"MSK-\d{8}", volga.code)
    assert ChangeSet.objects.get(command="partners.add_partner").node == "MSK"
    number = int(volga.code.rpartition("-")[2])
    partners.add(
        HOUSE, name="Брат", kind="company", access_group=volga.access_group, code=f"00-{number + 7:08d}"
    )
    assert partner("Кама").code == f"MSK-{number + 1:08d}", "another base's number is no number of this one"
    partners.add(
        HOUSE, name="Свой", kind="company", access_group=volga.access_group, code=f"MSK-{number + 7:08d}"
    )
    assert partner("Ока").code == f"MSK-{number + 8:08d}"


def test_a_change_set_names_its_node_and_transaction():
    partner("Волга")
    made = ChangeSet.objects.get(command="partners.add_partner")
    assert made.node == settings.BASE_PREFIX
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            assert made.xid == cursor.fetchone()[0]
    else:
        assert made.xid is None


def test_what_is_used_is_not_marked_and_says_where():
    volga = partner("Волга")
    contact(volga, "Орлова")
    with pytest.raises(Refused) as refused:
        partners.mark(HOUSE, partner("Кама", head=volga).head)
    assert refused.value.code == "in_use"
    uses = {(one.entity, one.count) for one in uses_of(Partner, [volga.pk])[volga.pk]}
    assert ("partners.partner", 1) in uses


def test_why_one_sees_a_record_or_does_not():
    bob, charlie = person("bob", "sales_manager"), person("charlie", "sales_manager")
    own = partner("Волга", actor=bob)
    [seen], [unseen] = why(bob, own), why(charlie, own)
    assert (seen.role, seen.holds_permission, seen.reaches, seen.in_groups) == (
        "sales_manager",
        True,
        True,
        True,
    )
    assert (unseen.holds_permission, unseen.reaches) == (True, False)
    assert why(person("nobody"), own) == []
