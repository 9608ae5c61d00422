"""What a form only shows again stays as it is kept: requisites of legal entities, extensions, roles, the manager."""

import html
import re

import pytest
from django.test import Client

from artel.domains.company.factories import person
from artel.domains.partners.commands import (
    contact_roles,
    legal_entities,
    partner_points,
    partners,
    people,
    unlink_legal_entity,
)
from artel.domains.partners.factories import HOUSE, contact, partner
from artel.domains.partners.models import ContactRole, LegalEntity, Partner, PartnerLegalEntity, Person
from artel.domains.partners.readings import requisite
from artel.kernel.journal.models import RowChange
from artel.kernel.refusals import Refused
from artel.kernel.roles import Reach

pytestmark = pytest.mark.django_db
SBER, OTHER = "7707083893", "7736207543"


@pytest.fixture
def admin():
    return person("ada", "administrator", reach=Reach.ALL)


def browser_of(actor):
    made = Client()
    made.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    return made


def shown(page):
    """What a browser would post of the form of a page, unchanged."""
    text = page.content.decode()
    form = text[text.index("<form", text.index("form-guard")) :]
    given = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        named = re.search(r'\bname="([^"]*)"', tag)
        value = re.search(r'\bvalue="([^"]*)"', tag)
        if named and ("checkbox" not in tag or " checked" in tag):
            given[named[1]] = html.unescape(value[1]) if value else ""
    for name, inside in re.findall(r'<select\b[^>]*?\bname="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option[^>]*value="([^"]*)"[^>]*\bselected', inside)
        given[name] = html.unescape(chosen[1]) if chosen else ""
    for name, inside in re.findall(
        r'<textarea\b[^>]*?\bname="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        given[name] = html.unescape(inside).replace("\n", "\r\n")
    return given


def saved(browser, path, record, **changes):
    page = browser.get(f"/{path}/{record.pk}/edit")
    assert page.status_code == 200
    answer = browser.post(f"/{path}/{record.pk}/edit", {**shown(page), **changes})
    assert answer.status_code == 302, answer.content.decode()
    return answer


def read(name, record):
    return requisite(name)(HOUSE, [Partner.objects.get(pk=record.pk)]).get(record.pk)


def test_an_unchanged_form_changes_no_row(admin):
    volga = partner("Волга", inn=SBER, kpp="770701001", phone="8 846 000 14 27 доб. 123", is_client=True)
    orlova = contact(volga, "Орлова", first_name="Нина", phone="8 846 000 14 28 доб. 7")
    before = RowChange.objects.count()
    browser = browser_of(admin)
    saved(browser, "partners", volga)
    saved(browser, "contact-people", orlova)
    assert RowChange.objects.count() == before
    assert shown(browser.get(f"/partners/{volga.pk}/edit"))["inn"] == SBER


def test_a_comment_leaves_requisites_and_extensions_alone(admin):
    volga = partner("Волга", inn=SBER, kpp="770701001", phone="8 846 000 14 27 доб. 123")
    saved(browser_of(admin), "partners", volga, comment="новый")
    assert Partner.objects.get(pk=volga.pk).comment == "новый"
    assert (read("inn", volga), read("kpp", volga)) == (SBER, "770701001")
    assert volga.points.get().extension == "123"


def test_who_registers_a_partner_in_the_browser_keeps_him():
    alice = person("alice", "sales_manager")
    browser = browser_of(alice)
    given = shown(browser.get("/partners/new"))
    assert given["manager"] == ""
    answer = browser.post("/partners/new", {**given, "name": "Волга"})
    assert answer.status_code == 302
    made = Partner.objects.get()
    assert made.manager == alice.user
    assert browser.get(answer["Location"]).status_code == 200


def test_requisites_of_a_shared_legal_entity_said_again_stay():
    first, second = (partner(name, inn=SBER) for name in ("Первый", "Второй"))
    partners.change(HOUSE, first, inn=SBER)
    assert PartnerLegalEntity.objects.get(partner=first).is_main
    partners.change(HOUSE, first, kpp="770701001")
    assert (read("inn", first), read("kpp", first)) == (SBER, "770701001")
    assert (read("inn", second), read("kpp", second)) == (SBER, "")
    partners.change(HOUSE, first, inn=SBER, kpp="")
    assert read("kpp", first) == ""
    assert PartnerLegalEntity.objects.present().filter(partner=first, is_main=True).count() == 1


def test_another_legal_entity_comes_in_place_of_the_main_one():
    volga = partner("Волга", inn=SBER)
    legal_entities.add(HOUSE, name="Прочее", inn=OTHER, partner=volga)
    unlink_legal_entity(HOUSE, volga.legal_links.get(is_main=True))
    assert volga.legal_links.get(is_deleted=False).is_main
    assert LegalEntity.objects.present().count() == 2


def test_a_change_speaks_of_no_role_that_is_closed():
    open_one, closed = partner("Видимый"), partner("Тайный")
    alice = person("alice", "sales_manager")
    partners.change(HOUSE, open_one, manager=alice.user)
    orlova = contact(open_one, "Орлова")
    contact_roles.change(HOUSE, orlova.contact_roles.get(), started_on="2026-01-01", ended_on="2026-02-01")
    people.change(HOUSE, orlova, partner=closed)
    from artel.domains.partners.commands import positions

    buyer = positions.add(HOUSE, name="Закупщик")
    with pytest.raises(Refused):
        people.change(alice, orlova, position=buyer)
    assert ContactRole.objects.get(partner=closed).position is None


def test_people_of_several_roles_and_of_none_are_edited(admin):
    from artel.domains.partners.models import ContactPersonRole

    volga = partner("Волга")
    orlova = contact(volga, "Орлова")
    role = ContactPersonRole.objects.first()
    contact_roles.add(HOUSE, partner=volga, person=orlova, role=role)
    browser = browser_of(admin)
    saved(browser, "contact-people", orlova, comment="важная")
    for each in orlova.contact_roles.all():
        contact_roles.change(HOUSE, each, started_on="2026-01-01", ended_on="2026-02-01")
    saved(browser, "contact-people", orlova, comment="ушла")
    assert Person.objects.get(pk=orlova.pk).comment == "ушла"
    contact_roles.add(HOUSE, partner=volga, person=orlova, role=role)  # and comes back to the same role
    assert [one.pk for one in Person.objects.visible_to(HOUSE).of_partner(volga.pk)] == [orlova.pk]


def test_another_phone_comes_in_place_of_an_emptied_main_one():
    volga = partner("Волга", phone="8 846 000 14 27")
    kind = volga.points.get().kind
    partner_points.add(HOUSE, owner=volga, kind=kind, value="8 846 000 14 28")
    partners.change(HOUSE, volga, phone="")
    [left] = volga.points.filter(is_deleted=False)
    assert (left.value, left.is_main) == ("+78460001428", True)
