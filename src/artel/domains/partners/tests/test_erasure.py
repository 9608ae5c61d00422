"""A person's names, phones and notes go from every table, the journal and the search; who did what stays."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

import pytest
from django.db import connection, transaction

from artel.domains.company.factories import department, person
from artel.domains.company.models import Employee
from artel.domains.partners.commands import (
    erase_partner,
    erase_person,
    legal_entities,
    people,
)
from artel.domains.partners.factories import HOUSE, contact, partner
from artel.domains.partners.models import LegalEntity, Partner, Person, PersonContactPoint
from artel.kernel import erased_ids
from artel.kernel.account_acts import change_user, erase_user
from artel.kernel.doctor import findings
from artel.kernel.erasure import erase_again
from artel.kernel.jobs.worker import drain
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.reading import history
from artel.kernel.journal.values import is_erased
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Erasure, User
from artel.kernel.refusals import Forbidden, Refused
from artel.kernel.undoing import undo_change_set
from artel.web.changes import told

pytestmark = pytest.mark.django_db(transaction=True)

# The birthday whole, as a row and as JSON hold it: its year alone stands in many a key and in moments.
TRACES = ("орлов", "нина", "8460001427", "orlova@example.org", "1980-02-03", "date(1980, 2, 3)")


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def volga():
    return partner("Волга")


@pytest.fixture
def orlova(volga):
    made = contact(volga, "Орлова", first_name="Нина", phone="8 846 000 14 27", email="orlova@example.org")
    people.change(HOUSE, made, comment="любит Орловых", birthday=date(1980, 2, 3))
    people.change(HOUSE, made, first_name="Орлова-Нина")
    return made


def base() -> str:
    """Every value of every table, once the jobs are done."""
    drain()
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [f"{table}: {row}".casefold() for row in cursor.fetchall()]
    return "\n".join(found)


def last_set() -> int:
    return ChangeSet.objects.exclude(command="journal.undo").latest("pk").pk


def test_nothing_personal_is_left_in_any_table(orlova):
    contact(partner("Кама"), "Орлова")  # another one of that name
    before = base()
    assert all(trace in before for trace in TRACES)
    erase_person.run(HOUSE, [_line(each) for each in Person.objects.all()])
    left = base()
    for trace in TRACES:
        assert trace not in left
    assert {each.name for each in Person.objects.all()} == {"стёрто"}
    assert not PersonContactPoint.objects.present().exists()


def _line(record):
    from artel.kernel.acts import Line
    from artel.kernel.record_commands import NoArguments

    return Line(NoArguments(), record)


@pytest.mark.only_on("sqlite", "a server's files are not ours to read")
def test_nothing_personal_is_left_in_the_file(new_home):
    environment = new_home()
    file = environment["ARTEL_DATABASE_URL"].removeprefix("sqlite:///")
    line = [sys.executable, "-m", "artel.domains.partners.tests.erasing", file]
    done = subprocess.run(line, env=environment, cwd="src", capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout or "[]")) == (0, [True, False]), done.stderr


def test_who_changed_which_field_and_when_stays(orlova):
    entries = [
        (one.id, one.op, {each.field for each in one.fields}, one.set.at)
        for one in history(Person, orlova.pk)
    ]
    erase_person(HOUSE, orlova)
    after = {one.id: one for one in history(Person, orlova.pk)}
    for number, op, fields, at in entries:
        assert (after[number].op, {each.field for each in after[number].fields}, after[number].set.at) == (
            op,
            fields,
            at,
        )
    changed = [
        each for one in after.values() if one.op == "u" for each in one.fields if each.field != "is_deleted"
    ]
    assert changed
    assert all(is_erased(each.before) and is_erased(each.after) for each in changed)
    said = [each for one in told(orlova, HOUSE).sets for row in one.rows for each in row.differences]
    assert {(each.before, each.after) for each in said if each.label == "Комментарий"} == {("", "стёрто")}


def test_deleted_parts_are_reached_too(orlova):
    with system_set("test"):
        PersonContactPoint.objects.all().delete()
    erase_person(HOUSE, orlova)
    assert "8460001427" not in base()


def test_no_undo_brings_it_back(orlova):
    changed = last_set()
    erase_person(HOUSE, orlova)
    with pytest.raises(Refused) as refused:
        undo_change_set(HOUSE, last_set())
    assert refused.value.code == "irreversible"
    result = undo_change_set(HOUSE, changed)
    assert (result.restored, {one.reason for one in result.conflicts}) == (0, {"erased"})
    made = ChangeSet.objects.filter(command="partners.add_person").latest("pk").pk
    result = undo_change_set(HOUSE, made)
    assert {one.reason for one in result.conflicts if one.row == orlova.pk} == {"erased"}
    assert Person.objects.filter(pk=orlova.pk).exists()


def test_it_needs_its_own_right(orlova):
    head = person("head", "head")
    with pytest.raises(Forbidden):
        erase_person(head, orlova)
    erase_person(person("admin", "administrator"), orlova)
    assert Person.objects.get(pk=orlova.pk).name == "стёрто"


def test_of_partners_only_a_private_person_is_erased_and_what_he_is_before_the_law(volga):
    with pytest.raises(Refused) as refused:
        erase_partner(person("admin", "administrator"), volga)
    assert refused.value.code == "not_a_person"
    nina = partner("Орлова Нина", kind="person", phone="+7 846 000-14-27", city="Самара")
    own = legal_entities.add(HOUSE, partner=nina, name="ИП Орлова", kind="entrepreneur")
    shared = legal_entities.add(HOUSE, partner=nina, name="ООО Орлова", kind="company")
    erase_partner(HOUSE, nina)
    assert Partner.objects.get(pk=nina.pk).name == "стёрто"
    assert LegalEntity.objects.get(pk=own.pk).name == "стёрто"
    assert LegalEntity.objects.get(pk=shared.pk).name == "ООО Орлова"
    assert "8460001427" not in base()


def test_a_user_is_erased_when_he_has_left():
    sales = department("Sales")
    bob = person("bob", "sales_manager", department=sales)
    partner("Кама", actor=bob)
    with pytest.raises(Refused) as refused:
        erase_user(person("admin", "administrator"), bob.user)
    assert refused.value.code == "still_here"
    change_user(HOUSE, bob.user, is_active=False)
    erase_user(HOUSE, bob.user)
    user = User.objects.get(login__startswith="erased-")
    assert (user.name, Employee.objects.get(user=user).name) == ("стёрто", "стёрто")
    assert not user.check_password("")
    assert set(ChangeSet.objects.filter(actor_id=user.pk).values_list("actor_label", flat=True)) == {"стёрто"}
    assert "bob" not in base()


def test_a_restored_copy_is_erased_again(orlova):
    erase_person(HOUSE, orlova)
    assert erased_ids.remembered() == {("partners.person", orlova.pk)}
    assert list(findings()) == []
    with transaction.atomic():
        Erasure.objects.all().delete()
    people.change(HOUSE, Person.objects.get(), last_name="Орлова")  # as the copy has her
    assert len(list(findings())) == 1
    erase_again.enqueue()
    drain()
    assert Person.objects.get().name == "стёрто"
    assert list(findings()) == []


def test_what_the_list_outside_lost_is_put_into_it_again(orlova, tmp_path):
    erase_person(HOUSE, orlova)
    (tmp_path / "erased").unlink()
    erase_again.enqueue()
    drain()
    assert erased_ids.remembered() == {("partners.person", orlova.pk)}
