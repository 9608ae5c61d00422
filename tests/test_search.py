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
from artel.kernel import standing, steering
from artel.kernel.access import sees_few
from artel.kernel.actors import Actor
from artel.kernel.acts import Act, Lines
from artel.kernel.arguments import Values
from artel.kernel.commands import command
from artel.kernel.contact_points import ContactKind, canonical
from artel.kernel.journal.models import JournalReader
from artel.kernel.journal.writing import system_set
from artel.kernel.models import AccessGroup, Grant, Role, User
from artel.kernel.roles import Reach
from artel.kernel.search import commonness, doctor, finding, migrating, offering, reading, trigrams
from artel.kernel.search.asking import Typed
from artel.kernel.search.finding import across, find, suggest
from artel.kernel.search.models import SearchEntry
from artel.kernel.search.texts import FORM, sources

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


@pytest.mark.parametrize("typed", ["ромашников", "ромашка василек", "495 999 00 00", "%", "_", "ром%ик"])
def test_what_is_not_there_is_not_found(typed):
    partner()
    assert found(typed) == (set() if any(letter.isalnum() for letter in typed) else {"ООО «Ромашка-Ёлка»"})


def test_two_letters_find_the_beginning_of_a_name():
    partner("Ёж и компания")
    partner("Большой еж")
    assert found("еж") == {"Ёж и компания"}


@pytest.fixture
def many(monkeypatch):
    """Six factories and one mill in a base where a sample of the entries says what is common, and few are many."""
    monkeypatch.setattr(commonness, "SAMPLED", 1)
    monkeypatch.setattr(commonness, "COMMON", 2)
    monkeypatch.setattr(offering, "MOST", 3)
    monkeypatch.setattr(offering, "SOME", 2)
    monkeypatch.setattr(finding, "MOST", 3)
    monkeypatch.setattr(commonness, "_chosen", lambda last: range(1, last + 1))
    for number in range(6):
        partner(f"Завод {number}")
    partner("Мельница завода")
    partner("Пекарня")


def test_a_common_text_is_looked_for_while_the_list_is_walked(many):
    with standing.read_once(), CaptureQueriesContext(connection) as queries:
        assert len(found("завод")) == 7
        assert "EXISTS" in queries[-1]["sql"]
        assert found("пекар") == {"Пекарня"}
        assert "EXISTS" not in queries[-1]["sql"]


def test_common_and_rare_texts_are_suggested_alike(many):
    bob = person(Reach.OWN)
    with standing.read_once():
        assert [one.name for one in suggest(HOUSE, Partner, "завод", 7)][-1] == "Мельница завода"
        assert [one.name for one in suggest(HOUSE, Partner, "пекарни")] == ["Пекарня"]
        assert [one.name for one in suggest(HOUSE, Partner, "мельниц")] == ["Мельница завода"]
        assert [len(rows) for _model, rows in across(HOUSE, [Partner, LegalEntity], "завод")] == [5]
        assert suggest(bob, Partner, "завод") == across(bob, [Partner], "завод") == []


def test_who_sees_few_is_shown_his_own_among_many(many, monkeypatch):
    bob = person(Reach.OWN)
    partner("Завод Боба", manager=bob.user)
    monkeypatch.setattr(steering, "PAGE", 1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE partners_partner")
    with standing.read_once():
        assert sees_few(bob, Partner)
        assert [one.name for one in suggest(bob, Partner, "завод")] == ["Завод Боба"]
        assert [one.name for one in suggest(bob, Partner, "боб")] == ["Завод Боба"]


def test_more_hits_than_are_put_in_order_still_show_the_exact_one_first(many):
    for number in range(6):
        partner(f"Контора {number}", inn=f"770{number}123450")
    partner("Ян и 123450")
    partner("Яшма", inn="123450")
    with standing.read_once():
        best = suggest(HOUSE, Partner, "123450", 3)
    assert best[0].name == "Яшма"
    assert len(best) == 3


def shares(**known):
    return lambda gram: known.get(gram, 1000)


def test_the_index_is_asked_for_the_rare_pieces_of_words():
    def asked(text, share):
        return [reading._rare_keys(way, share) for way in Typed(text).ways]

    assert asked("office149", shares(e14=12, **{"149": 20})) == [[["e149"]]]
    assert asked("техно 149", shares(**{"149": 20})) == [[["149"]]]
    assert asked("qqx12", lambda _gram: 0) == [[["qqx12"]]]
    assert asked("zzz99 qqx12", lambda _gram: 300) == [[["zzz99"], ["qqx12"]]]


def test_a_word_of_common_pieces_is_found_whole(many):
    partner("Заводская")
    with standing.read_once():
        assert [one.name for one in suggest(HOUSE, Partner, "заводская")] == ["Заводская"]
        assert [one.name for one in suggest(HOUSE, Partner, "завод пекарня")] == []
        assert [one.name for one in suggest(HOUSE, Partner, "завод мельница")] == ["Мельница завода"]


def test_what_the_sample_held_is_read_anew(many):
    bob = person(Reach.OWN)
    mine = partner("Склад завода", manager=bob.user)
    with standing.read_once():
        assert [one.name for one in suggest(bob, Partner, "завод")] == ["Склад завода"]
        with system_set("test.change"):
            Partner.objects.filter(pk=mine.pk).update(name="Склад", sort_name="склад")
        assert suggest(bob, Partner, "завод") == []


@pytest.mark.only_on("postgres", "SQLite has nothing to set")
def test_a_look_through_the_index_leaves_the_settings_as_they_were():
    partner()
    assert [one.name for one in suggest(HOUSE, Partner, "ромаш")] == ["ООО «Ромашка-Ёлка»"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_seqscan'), current_setting('plan_cache_mode')")
        assert cursor.fetchone() == ("on", "auto")


def test_the_sample_is_nearly_the_same_when_the_base_has_grown():
    before, after = set(commonness._chosen(200_000)), set(commonness._chosen(201_000))
    assert len(before) == len(after) == commonness.SAMPLED
    assert len(before & after) > 0.95 * commonness.SAMPLED


@pytest.mark.parametrize("last", [4001, 4095, 4096, 4097, 8191, 8192])
def test_a_sample_is_drawn_from_a_base_that_is_hardly_larger(last):
    drawn = commonness._chosen(last)
    assert len(set(drawn)) == len(drawn) > commonness.SAMPLED / 2
    assert set(drawn) <= set(range(1, last + 1))


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


def test_everything_that_few_hold_takes_a_statement_and_one_for_each_entity_with_hits():
    partner("Ромашка")
    with system_set("test.link"):
        LegalEntity.objects.create(name="АО Ромашка", inn="7799999999")
    kinds = list(sources())
    across(HOUSE, kinds, "ромашка")
    with standing.read_once():
        across(HOUSE, kinds, "тюльпан")
        with CaptureQueriesContext(connection) as asked:
            assert [model for model, _rows in across(HOUSE, kinds, "ромашка")] == [Partner, LegalEntity]
        assert len(asked) == 3
        with CaptureQueriesContext(connection) as asked:
            assert across(HOUSE, kinds, "тюльпан") == []
        assert len(asked) == 1


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


ASKS = {
    # Stems, Russian and English.
    "клиентов": ["Клиент Клиентов"],
    "ромашками": ["Торговля ромашками", "Ромашка-Ёлка"],
    "торговлю ромашкой": ["Торговля ромашками"],
    "companies": ["Companies of Ivan", "First Company"],
    "company ivan": ["Companies of Ivan"],
    # Beginnings of words and parts of names.
    "ром": ["Ромашка-Ёлка", "Торговля ромашками", "Аэродром"],
    "клие": ["Клиент Клиентов"],
    "одро": ["Аэродром"],
    "елк": ["Ромашка-Ёлка"],
    # Codes, tax numbers, e-mails.
    "7707083893": ["Ромашка-Ёлка"],
    "770708": ["Ромашка-Ёлка"],
    "083893": ["Ромашка-Ёлка"],
    "zakaz@vasilek.example": ["Торговля ромашками"],
    "VASILEK.example": ["Торговля ромашками"],
    # Phones in any spelling.
    "+7 (812) 555-12-34": ["Торговля ромашками"],
    "8 812 5551234": ["Торговля ромашками"],
    "555-12-34": ["Торговля ромашками"],
    "88125551234": ["Торговля ромашками"],
    # What is nowhere.
    "тюльпан": [],
    "клиентела": [],
    "8 812 999 99 99": [],
}


@pytest.fixture
def garden():
    """Partners of all kinds of names; both databases find the same of them."""
    partner("Ромашка-Ёлка", inn="7707083893")
    made = partner("Торговля ромашками")
    for name in ("Аэродром", "Клиент Клиентов", "First Company", "Companies of Ivan"):
        partner(name)
    with system_set("test.points"):
        points = PartnerContactPoint.objects
        points.filter(owner=made, kind__code="phone").update(value="+78125551234")
        points.filter(owner=made, kind__code="email").update(value="zakaz@vasilek.example")


def test_every_ask_has_its_hits_in_lists_and_in_everything(garden):
    for ask, names in ASKS.items():
        assert found(ask) == set(names), ask
        everything = across(HOUSE, [LegalEntity, Partner], ask, 10)
        assert [one.name for _model, rows in everything for one in rows] == names, ask


def test_the_best_answer_comes_first(garden):
    partner("Мастер", inn="7712345678")
    for name in ("Мастерская", "Подмастерье", "Салон мастера", "Салон у мастера", "Мастерство"):
        partner(name)
    with system_set("test.person"):
        LegalEntity.objects.create(name="Салон мастеров", inn="7712345679")
    [first, second] = across(HOUSE, [LegalEntity, Partner], "мастер", 10)
    assert [one.name for one in first[1]] == [
        "Мастер", "Мастерская", "Мастерство", "Салон мастера", "Салон у мастера", "Подмастерье",
    ]  # fmt: skip
    assert second[0] is LegalEntity


def test_a_form_of_a_word_finds_nothing_hidden():
    partner("Ромашка", inn="7701234567")
    bob = person(Reach.OWN)
    assert found("ромашками", actor=bob) == found("ромашками") == {"Ромашка"}
    assert across(bob, sources(), "ромашками") == suggest(bob, Partner, "ромашками") == []
    carol = person(Reach.ALL, "carol", hidden=["name"])
    assert found("ромашками", actor=carol) == set()
    assert across(carol, sources(), "ромашками") == []


def test_an_upgrade_makes_texts_of_another_form_anew_and_goes_on_where_it_stopped(monkeypatch):
    names = [f"Завод {number}" for number in range(5)]
    for name in names:
        partner(name)
    SearchEntry.objects.update(text="of another form")
    JournalReader.objects.update_or_create(name=migrating.READER, defaults={"position": "{}"})
    monkeypatch.setattr(doctor, "CHUNK", 2)
    written = []
    right = doctor.write

    def broken(source, texts):
        written.extend(texts)
        if len(written) == 4:
            raise OSError("the plug was pulled")
        right(source, texts)

    only = {Partner: sources()[Partner]}
    monkeypatch.setattr(migrating, "sources", lambda: only)
    monkeypatch.setattr(doctor, "write", broken)
    with pytest.raises(OSError, match="plug"):
        migrating.after_migrate()
    migrating.after_migrate()
    assert len(written) == 4 + 3
    assert found("завод") == set(names)
    written.clear()
    migrating.after_migrate()
    assert written == []
    assert str(FORM) in JournalReader.objects.get(name=migrating.READER).position


@pytest.mark.only_on("sqlite", "PostgreSQL keeps its index itself")
def test_a_second_migrate_makes_no_grams_again(monkeypatch):
    made = []
    monkeypatch.setattr(trigrams, "refill", lambda: made.append(1))
    trigrams.mend()
    assert made == []
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {trigrams._triggers()[0][0]}")
    trigrams.mend()
    assert made == [1]
    assert len(trigrams._triggers()) == 3
