"""Files whose rows bring along other records: a deal with its client and contact person, a person with the company."""

from __future__ import annotations

import csv
import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artel.domains.company.factories import department, person
from artel.domains.deals.commands import kinds
from artel.domains.deals.models import Deal, Participant, ParticipantRole
from artel.domains.partners.factories import HOUSE, contact, partner
from artel.domains.partners.models import ContactRole, LegalEntity, Partner, Person, Position
from artel.domains.partners.options import CONTACT_PEOPLE, LEGAL_ENTITIES
from artel.exchange.models import Duplicates, RelatedWay, RunState
from artel.exchange.tabular import importing
from artel.exchange.tabular.importing import ImportOptions, begin, carry_on, open_import, rehearse
from artel.kernel.actors import Actor
from artel.kernel.people import User
from artel.kernel.refusals import Refused
from artel.kernel.rights_acts import roles, switch_option
from artel.kernel.roles import Role
from artel.kernel.undoing import undo_change_set
from artel.screens.registry import resource

pytestmark = pytest.mark.django_db
SBER, GAZPROM = "7707083893", "7736050003"
HEAD = ["Компания", "ИНН", "Контактное лицо", "Телефон контакта", "Должность", "Сделка", "Вид", "Сумма"]


@pytest.fixture
def table(tmp_path):
    numbers = itertools.count()

    def save(*rows, head=HEAD):
        path = tmp_path / f"table{next(numbers)}.csv"
        with path.open("w", newline="") as stream:
            csv.writer(stream).writerows([head, *rows])
        return path

    return save


@pytest.fixture(autouse=True)
def sale():
    """The kind of deal that everybody's files name."""
    return kinds.add(HOUSE, name="Продажа")


def deal(*cells, name="Поставка", kind="Продажа", amount=""):
    """Cells of the company, its INN, the person, the phone, the position; then those of the deal."""
    return [*cells, *([""] * (5 - len(cells))), name, kind, amount]


def run_of(path, entity="deals", *, actor=HOUSE, **options):
    opened = open_import(actor, resource(entity), path, ImportOptions(**options))
    run = carry_on(begin(opened, path), opened)
    assert (run.state, run.adds_up) == (RunState.DONE, True)
    return run


def counts(run):
    return run.created, run.updated, run.skipped, run.refused


def counted(run, part):
    found = run.related[part]
    return found["created"], found["found"], found["updated"]


def reasons(path):
    with path.with_name(f"{path.name}.refused.csv").open(encoding="utf-8-sig", newline="") as stream:
        return [(row[0], row[1], row[2]) for row in list(csv.reader(stream))[1:]]


def without(actor, permission):
    """The same person after the role was denied it."""
    roles.change(HOUSE, Role.objects.get(code="sales_manager"), withdrawn=[permission])
    return Actor.person(User.objects.get(pk=actor.user_id))


def test_a_row_brings_its_client_and_contact_person(table):
    run = run_of(
        table(
            deal(
                "Волга",
                SBER,
                "Орлов Иван Петрович",
                "84957874008",
                "Директор",
                name="Насосы",
                amount="1 200,50",
            ),
            deal("волга", SBER, "Орлов Иван Петрович", "", "", name="Трубы"),
            deal("Ока", GAZPROM, "", "", "", name="Краны"),
        )
    )
    assert counts(run) == (3, 0, 0, 0)
    assert counted(run, "partner") == (2, 1, 0)
    assert counted(run, "person") == (1, 1, 0)
    volga, oka = Partner.objects.get(name="Волга"), Partner.objects.get(name="Ока")
    orlov = Person.objects.get()
    assert (orlov.last_name, orlov.first_name, orlov.middle_name) == ("Орлов", "Иван", "Петрович")
    assert ContactRole.objects.get().partner == volga
    assert ContactRole.objects.get().position == Position.objects.get(name="Директор")
    assert LegalEntity.objects.count() == 2
    assert {one.name: one.client for one in Deal.objects.all()} == {
        "Насосы": volga,
        "Трубы": volga,
        "Краны": oka,
    }
    joined = Participant.objects.filter(person=orlov)
    assert {(one.partner, one.role.code) for one in joined} == {(volga, ParticipantRole.CLIENT)}
    assert joined.count() == 2


def test_what_is_there_is_found_by_number_before_name_and_not_written_over(table):
    volga = partner("Волга", inn=SBER, phone="+74957874008")
    other = partner("Ока")
    run = run_of(
        table(
            deal("ООО «Волга»", SBER, name="1"),
            deal("Ока", GAZPROM, name="2"),
            deal("Волга", GAZPROM, name="3"),
        )
    )
    assert counted(run, "partner") == (0, 3, 1)
    volga.refresh_from_db()
    assert volga.name == "Волга"
    assert dict(Deal.objects.values_list("name", "client")) == {"1": volga.pk, "2": other.pk, "3": other.pk}
    assert other.legal_links.get().legal_entity.inn == GAZPROM


def test_a_name_with_another_number_is_another_partner(table):
    partner("Волга", inn=SBER)
    run = run_of(table(deal("Волга", GAZPROM, name="1"), deal("Волга", "", name="2")))
    assert counted(run, "partner")[0] == 1
    assert counts(run) == (1, 0, 0, 1), "the name alone may now be either of them"


@pytest.mark.parametrize(
    ("way", "phone", "comment"),
    [
        (RelatedWay.LINK, "", "старый"),
        (RelatedWay.FILL, "+74957874008", "старый"),
        (RelatedWay.UPDATE, "+74957874008", "новый"),
    ],
)
def test_what_is_there_is_linked_filled_in_or_updated(table, way, phone, comment):
    volga = partner("Волга", comment="старый")
    head = ["partner.name", "partner.phone", "partner.comment", "name", "kind"]
    path = table(["Волга", "84957874008", "новый", "Насосы", "Продажа"], head=head)
    run = run_of(path, on_related=way)
    volga.refresh_from_db()
    found = volga.points.filter(kind__code="phone").values_list("value", flat=True).first() or ""
    assert (volga.comment, found) == (comment, phone)
    assert counted(run, "partner") == (0, 1, int(way is not RelatedWay.LINK))


def test_a_refused_row_makes_nothing(table):
    path = table(
        deal("Волга", "123", name="1"),
        deal("Ока", GAZPROM, name="2", kind=""),
        deal("Кама", "", "Орлов Иван", "нет", name="3"),
        deal("Дон", "", name="4"),
        deal("", "", "Орлов Иван", name="5"),
    )
    run = run_of(path)
    assert counts(run) == (1, 0, 0, 4)
    assert [(line, column) for line, column, _reason in reasons(path)] == [
        ("2", "ИНН"),
        ("3", "Вид"),
        ("4", "Телефон контакта"),
        ("6", "Контактное лицо"),
    ]
    assert reasons(path)[-1][2] in {
        "“Partner” is not given, and there is no such record without it.",
        "Не указано «Партнёр», а без этого такой записи не бывает.",
    }
    assert list(Partner.objects.values_list("name", flat=True)) == ["Дон"]
    assert (Person.objects.count(), LegalEntity.objects.count()) == (0, 0)
    assert counted(run, "partner") == (1, 0, 0)


def test_a_good_row_keeps_the_company_that_a_bad_one_names_too(table):
    head = ["Компания", "КПП", "E-mail компании", "Сделка", "Вид", "Вероятность"]
    path = table(
        ["Волга", "", "info@volga.example", "1", "Продажа", "500"],
        ["Волга", "1", "", "2", "Продажа", ""],
        ["Волга", "", "", "3", "Продажа", ""],
        head=head,
    )
    run = run_of(path)
    assert counts(run) == (1, 0, 0, 2)
    assert Partner.objects.get().points.count() == 0, "what a refused row says is not written"
    assert counted(run, "partner") == (1, 0, 0)


def test_a_company_of_many_rows_is_made_once_across_chunks(table, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK_ROWS", 4)
    rows = [deal("Волга", SBER if n % 3 else "", "Орлов Иван", name=str(n)) for n in range(1, 31)]
    path = table(*rows)
    dry = rehearse(open_import(HOUSE, resource("deals"), path, ImportOptions()))
    run = run_of(path)
    assert (Partner.objects.count(), Person.objects.count(), Deal.objects.count()) == (1, 1, 30)
    assert counted(run, "partner")[:2] == (1, 29)
    assert counted(run, "person") == (1, 29, 0)
    assert dry.related["person"] == {"created": 1, "found": 29, "updated": 0}


def test_a_dry_run_says_the_same_and_writes_nothing(table):
    partner("Ока", inn=GAZPROM)
    path = table(deal("Волга", SBER, "Орлов Иван"), deal("Ока", GAZPROM), deal("Ока", "1"))
    found = rehearse(open_import(HOUSE, resource("deals"), path, ImportOptions()))
    assert found.related["partner"] == {"created": 1, "found": 1, "updated": 0}
    assert found.counts.total() == 3
    assert (Partner.objects.count(), Deal.objects.count()) == (1, 0)
    assert run_of(path).related == found.related


def test_one_undo_takes_all_of_it_back(table):
    oka = partner("Ока")
    path = table(deal("Волга", SBER, "Орлов Иван", "84957874008", "Директор"), deal("Ока", GAZPROM, "Белов"))
    run = run_of(path)
    undone = undo_change_set(HOUSE, run.change_set)
    assert not undone.conflicts
    assert list(Partner.objects.filter(is_deleted=False)) == [oka]
    for model in (Deal, Person, Participant, ContactRole, LegalEntity):
        assert not model.objects.filter(is_deleted=False).exists(), model


def test_who_may_not_create_partners_is_refused_only_where_one_is_needed(table):
    alice = person("alice", "sales_manager", department=department("Продажи"))
    partner("Ока", actor=alice)
    path = table(deal("Ока", name="1"), deal("Волга", name="2"))
    alice = without(alice, "partners.add_partner")
    run = run_of(path, actor=alice)
    assert counts(run) == (1, 0, 0, 1)
    assert [(line, column) for line, column, _reason in reasons(path)] == [("3", "Компания")]


def test_who_may_not_change_a_partner_is_linked_with_it_and_only_an_update_is_refused(table):
    alice = person("alice", "sales_manager", department=department("Продажи"))
    oka = partner("Ока", actor=alice)
    alice = without(alice, "partners.change_partner")
    run = run_of(table(deal("Ока", GAZPROM, name="1")), actor=alice)
    assert (counts(run), counted(run, "partner")) == ((1, 0, 0, 0), (0, 1, 0))
    assert not oka.legal_links.exists()
    path = table(deal("Ока", GAZPROM, name="2"))
    assert counts(run_of(path, actor=alice, on_related=RelatedWay.UPDATE)) == (0, 0, 0, 1)
    assert reasons(path)[0][1] == "Компания"


def test_a_partner_that_is_not_to_be_seen_is_answered_as_one_that_is_not_there(table):
    sales = department("Продажи")
    alice, bob = (person(name, "sales_manager", department=sales) for name in ("alice", "bob"))
    hidden = partner("Волга", actor=bob, inn=SBER, phone="84957874008")
    contact(hidden, "Орлов", actor=bob)
    path = table(deal("Волга", SBER, "Орлов"))
    dry = rehearse(open_import(alice, resource("deals"), path, ImportOptions()))
    run = run_of(path, actor=alice)
    assert (
        dry.related
        == run.related
        == {
            "partner": {"created": 1, "found": 0, "updated": 0},
            "person": {"created": 1, "found": 0, "updated": 0},
        }
    )
    assert Deal.objects.get().client != hidden
    alice = without(alice, "partners.add_partner")
    refused = [
        rehearse(open_import(alice, resource("deals"), table(deal(name, inn)), ImportOptions()))
        .refusals[0]
        .told
        for name, inn in (("Кама", ""), ("Ока", GAZPROM))
    ]
    assert len({str(told) for told in refused}) == 1


def test_a_file_of_people_brings_their_companies(table):
    head = ["ФИО", "Компания", "ИНН", "Телефон", "Роль"]
    path = table(
        ["Орлов Иван", "Волга", SBER, "84957874008", "Решает"],
        ["Белов Олег", "Волга", "", "", ""],
        ["Орлов Иван", "Волга", SBER, "", ""],
        head=head,
    )
    run = run_of(path, "contact-people")
    assert counts(run) == (2, 0, 1, 0)
    assert counted(run, "partner") == (1, 1, 0)
    assert {str(role.person) for role in Partner.objects.get().contact_roles.all()} == {
        "Орлов Иван",
        "Белов Олег",
    }
    assert counts(run_of(path, "contact-people")) == (0, 0, 3, 0)


def test_a_column_of_clients_names_the_client_only_beside_others_of_his(table):
    assert counts(run_of(table(["Волга", "1", "Продажа"], head=["Клиент", "Сделка", "Вид"]))) == (0, 0, 0, 1)
    path = table(["Волга", SBER, "1", "Продажа"], head=["Клиент", "Клиент: ИНН", "Сделка", "Вид"])
    assert counts(run_of(path)) == (1, 0, 0, 0)
    with pytest.raises(Refused, match="Клиент"):
        run_of(table(["Волга", "Ока", "1", "Продажа"], head=["Клиент", "partner.name", "Сделка", "Вид"]))


def test_a_contact_person_is_looked_for_with_the_client_that_a_column_names(table):
    volga, oka = partner("Волга"), partner("Ока")
    orlov = contact(volga, "Орлов", first_name="Иван")
    contact(oka, "Орлов", first_name="Иван")
    head = ["Клиент", "Client", "Contact person", "Contact: E-mail", "Сделка", "Вид"]
    path = table([volga.code, "Орлов Иван Петрович", "a@b.ru", "1", "Продажа"], head=[head[0], *head[2:]])
    run = run_of(path)
    assert (counts(run), counted(run, "person")) == ((1, 0, 0, 0), (0, 1, 1))
    orlov.refresh_from_db()
    assert orlov.middle_name == "Петрович"
    assert Participant.objects.get().person == orlov


def test_keys_of_related_records_are_chosen(table):
    partner("Волга", phone="84957874008")
    head = ["partner.name", "partner.phone", "name", "kind"]
    path = table(["Ока", "+7 495 787-40-08", "1", "Продажа"], head=head)
    run = run_of(path, key="name,partner.phone")
    assert counted(run, "partner") == (0, 1, 0)
    assert counts(run_of(path, key="name,partner.phone")) == (0, 0, 1, 0)
    for key in ("partner.inn", "person.phone"):
        with pytest.raises(Refused):
            run_of(path, key=key)


def test_an_update_of_deals_that_stay_as_they_are_still_updates_what_they_bring(table):
    head = ["code", "name", "kind", "partner.name", "partner.comment", "person.name"]
    run_of(table(["D-1", "Насосы", "Продажа", "Волга", "старый", "Орлов Иван"], head=head))
    again = table(["D-1", "Насосы", "Продажа", "Волга", "новый", "Орлов Иван"], head=head)
    assert counts(run_of(again)) == (0, 0, 1, 0)
    run = run_of(again, duplicates=Duplicates.UPDATE, on_related=RelatedWay.UPDATE)
    assert counts(run) == (0, 0, 1, 0)
    assert (Partner.objects.get().comment, run.related["partner"]["updated"]) == ("новый", 1)
    other = table(["D-1", "Насосы", "Продажа", "Ока", "", "Белов Олег"], head=head)
    run = run_of(other, duplicates=Duplicates.UPDATE)
    assert (counts(run), Deal.objects.get().client.name) == ((0, 1, 0, 0), "Ока")
    assert Participant.objects.count() == 2


def test_a_chunk_asks_as_often_for_many_rows_as_for_few(table):
    def asked(count):
        rows = (
            deal(f"Фирма {count} {n // 2}", "", f"Орлов{n} Иван", "", "Директор", name=str(n))
            for n in range(count)
        )
        path = table(*rows)
        opened = open_import(HOUSE, resource("deals"), path, ImportOptions())
        run = begin(opened, path)
        with CaptureQueriesContext(connection) as queries:
            carry_on(run, opened)
        return len(queries)

    asked(4)
    assert asked(40) == asked(400)


def test_an_inn_is_found_where_legal_entities_are_not_kept_apart(table):
    switch_option(HOUSE, code=LEGAL_ENTITIES, is_on=False)
    path = table(["Волга", SBER], head=["name", "inn"])
    assert counts(run_of(path, "partners")) == (1, 0, 0, 0)
    assert counts(run_of(path, "partners")) == (0, 0, 1, 0)
    assert counted(run_of(table(deal("ООО «Волга»", SBER))), "partner") == (0, 1, 0)


def test_people_are_not_offered_where_they_are_not_kept(table):
    switch_option(HOUSE, code=CONTACT_PEOPLE, is_on=False)
    assert counted(
        run_of(table(["Волга", "1", "Продажа"], head=["Компания", "Сделка", "Вид"])), "partner"
    ) == (1, 0, 0)
    with pytest.raises(Refused, match="Контактное лицо"):
        run_of(table(deal("Волга", "", "Орлов Иван")))
