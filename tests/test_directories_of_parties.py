"""One, two or three directories of parties (rules §2.16): what is switched off is in no menu, page, card or API; its data stay."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.api.programs import program

from artel.domains.company.factories import person
from artel.domains.partners.commands import partners, people
from artel.domains.partners.models import LegalEntity, Partner, Person
from artel.domains.partners.options import CONTACT_PEOPLE, LEGAL_ENTITIES
from artel.kernel.actors import Actor
from artel.kernel.rights_acts import switch_option

pytestmark = pytest.mark.django_db
HOUSE = Actor.system("tests")
PATHS = {LEGAL_ENTITIES: "legal-entities", CONTACT_PEOPLE: "contact-people"}
TITLES = {LEGAL_ENTITIES: "Контрагенты", CONTACT_PEOPLE: "Контактные лица"}


@pytest.fixture
def admin():
    return person("admin", "administrator")


@pytest.fixture
def browser(admin):
    made = Client()
    made.force_login(admin.user, backend="django.contrib.auth.backends.ModelBackend")
    return made


@pytest.fixture
def partner():
    made = partners.add(HOUSE, name="Волга", inn="7707083893")
    people.add(HOUSE, partner=made, last_name="Орлова")
    return made


def seen(browser, admin, partner, option):
    """Where the directory is met: list, form, menus, card of a partner, API."""
    path, title = PATHS[option], TITLES[option]
    card = browser.get(f"/partners/{partner.pk}").content.decode()
    return {
        "list": browser.get(f"/{path}").status_code == 200,
        "form": browser.get(f"/{path}/new").status_code == 200,
        "menu": f'href="/{path}"' in browser.get("/more").content.decode(),
        "create": f'href="/{path}/new"' in browser.get("/").content.decode(),
        "card": f">{title}<" in card,
        "api": program(admin).get(path).status_code == 200,
    }


@pytest.mark.parametrize("off", [(), (LEGAL_ENTITIES,), (CONTACT_PEOPLE,), (LEGAL_ENTITIES, CONTACT_PEOPLE)])
def test_what_is_switched_off_is_met_nowhere_and_kept(browser, admin, partner, off):
    for option in off:
        switch_option(HOUSE, code=option, is_on=False)
    for option in PATHS:
        found = seen(browser, admin, partner, option)
        assert set(found.values()) == {option not in off}, (option, found)
    assert (Partner.objects.count(), LegalEntity.objects.count(), Person.objects.count()) == (1, 1, 1)
    for option in off:
        switch_option(HOUSE, code=option, is_on=True)
        assert all(seen(browser, admin, partner, option).values())
