"""Found as one types: in any case, with ё or without, phones in any spelling; what may not be seen is not found."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from artel.domains.partners.models import (
    LegalEntity,
    Partner,
    PartnerContactPoint,
    PartnerLegalEntity,
)
from artel.kernel.actors import Actor
from artel.kernel.acts import Act, Lines
from artel.kernel.arguments import Values
from artel.kernel.commands import command
from artel.kernel.contact_points import ContactKind, canonical
from artel.kernel.journal.writing import system_set
from artel.kernel.models import AccessGroup, Grant, Role, User
from artel.kernel.roles import Reach
from artel.kernel.search import doctor
from artel.kernel.search.finding import OFTEN, across, find, suggest
from artel.kernel.search.models import SearchEntry

pytestmark = pytest.mark.django_db
HOUSE = Actor.system()


@command(permission="test.add_partner", label="Add", creates=Partner, fields=["name", "inn", "manager"])
def add_partner_of_search(act: Act, lines: Lines[Partner, Values]) -> None:
    """A partner with a phone and an e-mail, as an import makes them."""
    rows = act.insert(Partner, [{**line.args, "access_group": group()} for line in lines])
    phone, email = kind("phone"), kind("email")
    points = []
    for row in rows:
        for one, raw in ((phone, "8 (495) 787-40-08"), (email, "Info@Firm.example")):
            value, extension, key = canonical(one.type, raw)
            points.append(
                {"owner": row["id"], "kind": one, "value": value, "extension": extension, "key": key}
            )
    act.insert(PartnerContactPoint, points)
    for line, row in zip(lines, rows, strict=True):
        line.result = Partner.objects.get(pk=row["id"]) if len(rows) == 1 else None


def group():
    return AccessGroup.objects.filter(name="All").first() or AccessGroup.objects.create(name="All")


def kind(code):
    return ContactKind.objects.filter(code=code).first() or ContactKind.objects.create(
        code=code, name=code, type=code
    )


@pytest.fixture(autouse=True)
def _directories():
    with system_set("test.directories"):
        group()
        kind("phone")
        kind("email")


def partner(name="ООО «Ромашка-Ёлка»", **more):
    with transaction.atomic():
        return add_partner_of_search(HOUSE, name=name, **more)


def found(text, model=Partner, actor=None):
    return set(model.objects.filter(find(model, text, actor or HOUSE)).values_list("name", flat=True))


@pytest.mark.parametrize(
    "typed",
    [
        "ромашка", "РОМАШ", "машка", "елка", "ЁЛКА", "ромашка-ёлка", "ооо «ромашка", "елка ромаш", "ром ка",
        "7701234567", "34567", "+7 495 787 40 08", "8(495)787-40-08", "84957874008", "787-40-08", "8 495 787",
        "info@firm", "INFO@firm.example", "firm.exa", "00-0000",
    ],
)  # fmt: skip
def test_a_partner_is_found_however_it_is_typed(typed):
    made = partner(inn="7701234567")
    partner("Василёк")
    others = {"Василёк"} if typed == "00-0000" or "787" in typed or "firm" in typed.lower() else set()
    assert found(typed) == {made.name} | others


@pytest.mark.parametrize("typed", ["ромашки", "ромашка василек", "495 999 00 00", "%", "_", "ром%ик"])
def test_what_is_not_there_is_not_found(typed):
    partner()
    assert found(typed) == (set() if any(letter.isalnum() for letter in typed) else {"ООО «Ромашка-Ёлка»"})


def test_two_letters_find_the_beginning_of_a_name():
    partner("Ёж и компания")
    partner("Большой еж")
    assert found("еж") == {"Ёж и компания"}


def test_a_common_text_is_found_without_the_index(monkeypatch):
    monkeypatch.setattr("artel.kernel.search.finding.OFTEN", 1)
    names = {f"Завод {number}" for number in range(4)}
    for name in names:
        partner(name)
    partner("Фабрика")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert found("завод") == names
    assert "EXISTS" in queries[-1]["sql"]
    assert OFTEN > 1


def test_a_create_costs_two_statements():
    partner()
    with CaptureQueriesContext(connection) as queries:
        partner("Вторая")
    ours = [one["sql"] for one in queries if "journal_rowchange" in one["sql"] or "search_" in one["sql"]]
    assert len([sql for sql in ours if not sql.startswith(("UPDATE", "WITH"))]) <= 2, ours


def test_a_change_is_found_at_once_and_the_old_text_no_more():
    made = partner()
    with system_set("test.change"):
        Partner.objects.filter(pk=made.pk).update(name="Лютик", sort_name="лютик")
    assert found("лютик") == {"Лютик"}
    assert found("ромашка") == set()


def test_contact_points_are_followed_when_changed_moved_marked_and_deleted():
    first, second = partner("Первая"), partner("Вторая")
    point = PartnerContactPoint.objects.get(owner=first, kind__code="phone")
    with system_set("test.change"):
        PartnerContactPoint.objects.filter(pk=point.pk).update(value="+74951112233")
    assert found("111-22-33") == {"Первая"}
    with system_set("test.move"):
        PartnerContactPoint.objects.filter(owner=second, kind__code="phone").update(is_main=False)
        PartnerContactPoint.objects.filter(pk=point.pk).update(owner=second)
    assert found("111-22-33") == {"Вторая"}
    with system_set("test.mark"):
        PartnerContactPoint.objects.filter(pk=point.pk).update(is_deleted=True)
    assert found("111-22-33") == set()
    with system_set("test.unmark"):
        PartnerContactPoint.objects.filter(pk=point.pk).update(is_deleted=False)
    with system_set("test.delete"):
        PartnerContactPoint.objects.filter(pk=point.pk).delete()
    assert found("111-22-33") == set()
    assert doctor.findings() == []


def test_a_legal_entity_two_steps_away_is_followed():
    made = partner("Группа")
    with system_set("test.link"):
        entity = LegalEntity.objects.create(name="АО Север", inn="7799999999")
        PartnerLegalEntity.objects.create(partner=made, legal_entity=entity, is_main=True)
    assert found("7799999999") == {"Группа"}
    with system_set("test.change"):
        LegalEntity.objects.filter(pk=entity.pk).update(inn="7788888888")
    assert found("7799999999") == set()
    assert found("7788888888") == {"Группа"}
    with system_set("test.part"):
        PartnerLegalEntity.objects.filter(partner=made).delete()
    assert found("7788888888") == set()
    assert doctor.findings() == []


def test_a_deleted_record_leaves_the_index():
    made = partner()
    with system_set("test.delete"):
        PartnerContactPoint.objects.filter(owner=made).delete()
        Partner.objects.filter(pk=made.pk).delete()
    assert not SearchEntry.objects.filter(record_id=made.pk).exists()
    assert doctor.findings() == []


def test_a_batch_is_written_at_once():
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        add_partner_of_search.run(HOUSE, [add_line(number) for number in range(300)])
    assert len([one for one in queries if "search_searchentry" in one["sql"] and "INSERT" in one["sql"]]) == 1
    assert doctor.findings() == []
    assert found("завод а299") == {"Завод №а299"}


def add_line(number):
    from artel.kernel.acts import Line

    return Line(add_partner_of_search.read({"name": f"Завод №а{number}"}))


def test_the_doctor_sees_what_is_missing_stale_and_left_over():
    made, gone = partner("Первая"), partner("Вторая")
    SearchEntry.objects.filter(record_id=made.pk).update(text="nothing")
    SearchEntry.objects.filter(record_id=gone.pk).delete()
    SearchEntry.objects.create(
        entity="no.more", record_id=made.author_id or gone.access_group_id.__class__(int=7), name="", text=""
    )
    assert len(doctor.findings()) == 3
    doctor.rebuild()
    assert doctor.findings() == []
    assert found("вторая") == {"Вторая"}


def person(reach, login="bob", hidden=()):
    with system_set("test.person"):
        user = User.objects.create(login=login, name=login)
        role = Role.objects.create(
            name=login, added=["partners.view_partner"], hidden_fields={"partners.partner": list(hidden)}
        )
        Grant.objects.create(user=user, role=role, reach=reach)
    return Actor.person(user)


def test_suggestions_show_what_begins_so_first_and_nothing_hidden():
    bob = person(Reach.OWN)
    for name in ("Завод имени ромашки", "Ромашка", "Ромашкино поле"):
        partner(name, manager=bob.user)
    partner("Ромашка чужая")
    assert [one.name for one in suggest(bob, Partner, "ромаш")] == [
        "Ромашка",
        "Ромашкино поле",
        "Завод имени ромашки",
    ]
    assert [one.name for one in suggest(bob, Partner, "ромаш", 1)] == ["Ромашка"]
    assert len(suggest(HOUSE, Partner, "ромаш")) == 4
    assert [one.name for one in suggest(bob, Partner, "")] == [
        "Завод имени ромашки",
        "Ромашка",
        "Ромашкино поле",
    ]
    assert {model: len(rows) for model, rows in across(bob, [Partner, LegalEntity], "ромаш")} == {Partner: 3}


def test_marked_records_are_not_suggested():
    made = partner("Ромашка")
    with system_set("test.mark"):
        Partner.objects.filter(pk=made.pk).update(is_deleted=True)
    assert suggest(HOUSE, Partner, "ромаш") == []


def test_a_hidden_field_finds_nothing():
    partner("Ромашка", inn="7701234567")
    bob = person(Reach.ALL, hidden=["inn"])
    assert found("7701234567", actor=bob) == set()
    assert suggest(bob, Partner, "7701234567") == []
    assert found("ромашка", actor=bob) == {"Ромашка"}
    carol = person(Reach.ALL, "carol", hidden=["name"])
    assert found("ромашка", actor=carol) == set()
