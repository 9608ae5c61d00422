"""`artel check --deep` finds each of these damages, in the part of the house where it is, and none in a sound one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from inspect import isgenerator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone, translation

from artel.domains.deals.commands import kinds, open_deal
from artel.domains.deals.models import Deal, Stage
from artel.domains.partners.factories import HOUSE, partner
from artel.domains.partners.models import Partner
from artel.exchange.models import ImportRun
from artel.kernel.attributes.commands import ATTRIBUTES
from artel.kernel.attributes.models import Kind
from artel.kernel.files.commands import add_file
from artel.kernel.files.models import Blob
from artel.kernel.files.receiving import receive
from artel.kernel.files.stores import store
from artel.kernel.jobs.models import Job, State
from artel.kernel.journal import triggers
from artel.kernel.journal.models import RowChange
from artel.kernel.journal.writing import ActorStamp, open_parent, system_set
from artel.kernel.registers import Counter, Erasure
from artel.kernel.search.models import SearchEntry
from artel.site.doctor import examine

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sound(settings, tmp_path):
    """A small house in which all is well."""
    settings.HOME = tmp_path
    (tmp_path / "secret.key").touch(0o600)
    kind = kinds.add(HOUSE, name="Проект", stage_list="Замер\nСдача")
    client = partner("Волга")
    deal = open_deal(HOUSE, name="Дом", client=client, kind=kind, potential=1000)
    add_file(HOUSE, blob=receive([b"a plan"]), name="plan.txt", entity="partners.partner", record=client.pk)
    with translation.override("en"):
        yield deal


def ill() -> dict[str, list[str]]:
    return {part.name: list(part.findings) for part in examine(deep=True) if part.findings}


@contextmanager
def past_the_journal() -> Iterator[Any]:
    """As somebody at the database's console works who has switched everything off."""
    triggers.remove()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")
    triggers.install()


def a_trigger_is_gone(deal):
    with connection.cursor() as cursor:
        table, name = next(iter(sorted(triggers.wanted([Deal]))))
        cursor.execute(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}"))


def a_change_is_gone_from_the_journal(deal):
    RowChange.objects.filter(row_id=deal.pk, op="i").delete()


def a_row_was_written_past_the_journal(deal):
    with past_the_journal():
        Stage.objects.bulk_create([Stage(name="Nobody's", sort_name="nobody's")])


def the_search_lost_an_entry(deal):
    SearchEntry.objects.filter(record_id=deal.client_id).delete()


def a_derived_column_is_wrong(deal):
    with past_the_journal() as cursor:
        cursor.execute("UPDATE deals_deal SET access_group_id = NULL")


def totals_are_wrong(deal):
    with past_the_journal() as cursor:
        cursor.execute("UPDATE deals_deal SET potential = potential + 1")


def a_deal_stands_elsewhere_than_its_rows_say(deal):
    with system_set("test"):
        Deal.objects.filter(pk=deal.pk).update(stage=Stage.objects.get(name="Сдача"))


def stored_bytes_are_gone(deal):
    store().delete(Blob.objects.get().sha256)


def stored_bytes_are_altered(deal):
    sha256 = Blob.objects.get().sha256
    (store().place / sha256[:2] / sha256[2:4] / sha256).write_bytes(b"a plot")


def a_reference_leads_nowhere(deal):
    client = Partner.objects.filter(pk=deal.client_id)
    row = client.values().get()
    with past_the_journal():
        client._raw_delete("default")
    yield
    with past_the_journal():
        Partner.objects.bulk_create([Partner(**row)])


def a_counter_stands_before_its_numbers(deal):
    Counter.objects.filter(series="deal").update(last=0)


def a_worker_never_came_back(deal):
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.create(name="kernel.erase_again", state=State.RUNNING, lease_until=long_ago, due_at=long_ago)


def an_import_stopped_half_way(deal):
    parent = open_parent(ActorStamp("system", None, "x"), command="x")
    run = ImportRun.objects.create(entity="deals", file="a.csv", plan="p", total=5, change_set=parent)
    ImportRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - timedelta(days=2))


def the_key_can_be_read_by_others(deal):
    from django.conf import settings

    (settings.HOME / "secret.key").chmod(0o644)


def an_erased_person_is_back(deal):
    from artel.domains.partners.commands import erase_person
    from artel.domains.partners.factories import contact
    from artel.kernel import erased_ids

    orlova = contact(deal.client, "Орлова")
    erase_person(HOUSE, orlova)
    erased_ids.remember([("partners.person", orlova.pk)])
    Erasure.objects.all().delete()


def an_index_of_an_attribute_is_missing(deal):
    ATTRIBUTES.add(HOUSE, entity="deals.deal", code="size", kind=Kind.NUMBER, name="Размер", is_indexed=True)


DAMAGES: dict[Callable[[Deal], Any], tuple[str, str]] = {
    a_trigger_is_gone: ("journal", "is missing"),
    a_change_is_gone_from_the_journal: ("journal", "counted"),
    a_row_was_written_past_the_journal: ("journal (deep)", "not in the journal"),
    the_search_lost_an_entry: ("search", "index"),
    a_derived_column_is_wrong: ("kernel", "access_group differs"),
    totals_are_wrong: ("kernel", "totals"),
    a_deal_stands_elsewhere_than_its_rows_say: ("deals", "stands at another stage"),
    stored_bytes_are_gone: ("files", "are missing"),
    stored_bytes_are_altered: ("files (deep)", "are damaged"),
    a_reference_leads_nowhere: (
        "database" if connection.vendor == "sqlite" else "database (deep)",
        "not there",
    ),
    a_counter_stands_before_its_numbers: ("kernel", "artel migrate"),
    a_worker_never_came_back: ("jobs", "not taken up again"),
    an_import_stopped_half_way: ("exchange", "stopped after"),
    the_key_can_be_read_by_others: ("configuration", "can be read by others"),
    an_erased_person_is_back: ("kernel", "in the base again"),
    an_index_of_an_attribute_is_missing: ("attributes", "has no index yet"),
}


def test_a_sound_house_has_no_findings():
    assert ill() == {}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_each_damage_is_found(sound, damage, request):
    part, words = DAMAGES[damage]
    done = damage(sound)
    if isgenerator(done):  # some cannot be left so even in a transaction that is rolled back
        request.addfinalizer(partial(next, done, None))
        next(done)
    found = ill()
    assert part in found
    assert any(words in sentence for sentence in found[part]), found


def test_a_counter_is_set_right_by_migrate(sound):
    from artel.kernel import numbering

    Counter.objects.filter(series="deal").update(last=0)
    numbering.catch_up()
    assert ill() == {}
    assert numbering.reserve("deal", 1) != [sound.code]
