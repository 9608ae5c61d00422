"""The feed of a card and its composer: what is told, to whom, in how many statements; nothing typed is lost."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from artel.domains.interactions import commands
from artel.domains.interactions.models import Interaction
from artel.domains.interactions.options import INTERACTIONS
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Option

from .office import in_days

HTMX = {"HX-Request": "true"}


def browser(actor):
    client = Client()
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def card(record, path):
    return f"/{path}/{record.pk}"


def lines(answer):
    """The topics of the feed, in order."""
    body = answer.content.decode()
    return [
        re.sub(r"<[^>]+>", " ", part).strip() for part in re.findall(r'<span class="grow">(.*?)</span>', body)
    ]


def text_of(answer):
    return " ".join(lines(answer))


def test_what_lies_ahead_comes_first_the_nearest_at_the_top(office):
    office.plan(days=9, name="Позже", subject=office.deal.code)
    office.call(name="Уже было", subject=office.deal.code)
    office.plan(days=2, name="Скоро", subject=office.deal.code)
    office.plan(days=-3, name="Просрочено", state="planned", subject=office.deal.code)
    body = browser(office.alice).get(card(office.deal, "deals")).content.decode()
    places = [body.index(name) for name in ("Просрочено", "Скоро", "Позже", "Уже было")]
    assert places == sorted(places)


@pytest.mark.parametrize("path", ["partners", "contact-people", "deals"])
def test_a_card_tells_what_was_said_and_offers_the_composer(office, path):
    office.call(name="Подтвердила", subject=office.deal.code)
    record = {"partners": office.volga, "contact-people": office.orlova, "deals": office.deal}[path]
    answer = browser(office.alice).get(card(record, path))
    assert "Подтвердила" in text_of(answer)
    assert 'class="composer"' in answer.content.decode()


def test_somebody_elses_are_not_told(office):
    commands.record_note(office.head, text="Тихо", client=office.volga, is_private=True)
    office.call(office.head, name="Громко")
    told = text_of(browser(office.alice).get(card(office.volga, "partners")))
    assert "Громко" in told
    assert "Тихо" not in told


def test_a_hidden_participant_is_not_named(office):
    commands.record_letter(
        office.head, text="Обеим", client=office.kama, how_to_reach="k@kama.example", subject=office.deal.code
    )
    body = browser(office.alice).get(card(office.deal, "deals")).content.decode()
    assert "Обеим" in body
    assert "Кама" not in body


def test_the_composer_writes_down_about_the_record_of_the_card(office):
    client = browser(office.alice)
    address = f"{card(office.deal, 'deals')}/timeline"
    answer = client.post(
        address,
        {"act": "record_call", "text": "Просит скидку", "contact": str(office.orlova.pk)},
        headers=HTMX,
    )
    assert answer.status_code == 200
    made = Interaction.objects.get()
    assert (made.kind, made.client, made.contact, made.subject_id) == (
        "call",
        office.volga,
        office.orlova,
        office.deal.pk,
    )
    assert made.how_to_reach == "+79123456789"
    assert "Просит скидку" in text_of(answer)
    assert "data-done" in answer.content.decode(), "the browser forgets its draft"


def test_a_refusal_keeps_what_was_typed_and_asks_for_what_is_missing(office):
    client = browser(office.bob)
    answer = client.post(
        f"{card(office.kama, 'partners')}/timeline",
        {"act": "record_call", "text": "Обещали позвонить"},
        headers=HTMX,
    )
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "Обещали позвонить" in body
    assert 'name="how_to_reach"' in body
    assert not Interaction.objects.exists()


def test_another_kind_keeps_the_text_and_asks_for_its_own_fields(office):
    address = f"{card(office.volga, 'partners')}/timeline?act=plan_contact&text=Напомнить"
    body = browser(office.alice).get(address, headers=HTMX).content.decode()
    assert ">Напомнить</textarea>" in body
    assert 'name="started_at"' in body


def test_a_double_click_writes_once(office):
    client = browser(office.alice)
    for _ in range(2):
        client.post(
            f"{card(office.volga, 'partners')}/timeline",
            {"act": "record_note", "text": "Раз", "idempotency": "1"},
            headers=HTMX,
        )
    assert Interaction.objects.count() == 1


def test_without_scripts_the_composer_returns_to_the_card(office):
    answer = browser(office.alice).post(
        f"{card(office.volga, 'partners')}/timeline", {"act": "record_note", "text": "Раз"}
    )
    assert answer.status_code == 302
    assert answer["Location"] == card(office.volga, "partners")


def test_the_timeline_of_a_hidden_record_and_of_one_without_is_not_there(office):
    address = f"{card(office.volga, 'partners')}/timeline"
    for method in ("get", "post"):
        assert (
            getattr(browser(office.bob), method)(address, {"act": "record_note", "text": "?"}).status_code
            == 404
        )
    assert browser(office.alice).post(address, {"act": "delete_everything"}).status_code == 404


def test_the_feed_costs_one_statement(office):
    client = browser(office.alice)
    address = card(office.deal, "deals")

    def statements():
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    for number in range(5):
        office.call(name=f"Звонок {number}", subject=office.deal.code)
        office.plan(days=number + 1, contact=office.orlova, subject=office.deal.code)
    with_feed = statements()
    with system_set("test.option"):
        Option.objects.filter(code=INTERACTIONS).update(is_on=False)
    assert with_feed <= statements() + 1


def test_switched_off_nothing_of_it_is_left(office):
    office.call(name="Было", subject=office.deal.code)
    with system_set("test.option"):
        Option.objects.filter(code=INTERACTIONS).update(is_on=False)
    client = browser(office.alice)
    body = client.get(card(office.deal, "deals")).content.decode()
    assert "Было" not in body
    assert 'class="composer"' not in body
    assert client.get("/interactions").status_code == 404
    assert client.get("/api/v1/interactions").status_code in {401, 404}
    assert "Взаимодействия" not in client.get("/").content.decode()


def test_the_start_page_tells_what_lies_ahead_and_what_waits(office):
    office.plan(name="Позвонить завтра")
    office.call(name="Пришло письмо", direction="in")
    body = browser(office.alice).get("/").content.decode()
    assert "Позвонить завтра" in body
    assert "Пришло письмо" in body
    assert "Позвонить завтра" not in browser(office.bob).get("/").content.decode()


def test_a_deal_is_begun_from_what_was_said(office):
    from artel.domains.deals.commands import open_deal
    from artel.domains.deals.models import DealKind

    first = office.call(name="Хотят вентиляцию")
    second = commands.create_from(office.alice, first, kind="letter", text="Смета")
    deal = open_deal(
        office.alice, name="Вентиляция", kind=DealKind.objects.get(), client=office.volga, interaction=second
    )
    assert {one.subject_id for one in Interaction.objects.all()} == {deal.pk}
    body = browser(office.alice).get(f"/interactions/{office.call().pk}").content.decode()
    assert "/deals/new?" in body


def test_unreviewed_rows_stand_out_in_the_list(office):
    office.call(name="Новое", direction="in")
    office.call(name="Старое")
    body = browser(office.alice).get("/interactions").content.decode()
    assert body.count('class="fresh"') == 1


def test_a_subject_is_found_as_one_types_and_a_closed_deal_is_not_offered(office):
    from artel.domains.deals.commands import close_deal

    client = browser(office.alice)
    [hit] = client.get("/lookup/interactions.subject?q=Кондиц").json()["results"]
    assert hit["value"] == f"deal:{office.deal.code}"
    close_deal(office.alice, office.deal)
    assert client.get("/lookup/interactions.subject?q=Кондиц").json()["results"] == []
    assert browser(office.bob).get("/lookup/interactions.subject?q=Кондиц").json()["results"] == []


def test_people_of_the_client_are_offered_first(office):
    near = browser(office.alice).get(f"/lookup/partners.person?near={office.volga.pk}").json()["results"]
    assert [hit["text"] for hit in near] == ["Орлова"]


def test_the_list_of_all_about_a_deal(office):
    office.call(name="О сделке", subject=office.deal.code)
    office.call(name="О другом", started_at=in_days(-1))
    client = browser(office.alice)
    body = client.get(f"/interactions?subject=deal:{office.deal.pk}").content.decode()
    assert "О сделке" in body
    assert "О другом" not in body
