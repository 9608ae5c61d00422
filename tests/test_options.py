"""A subsystem switched off is gone from menus, pages, files, programs, search and acts; its data stay and come back."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from tests.api.programs import program

from artel.domains.company.factories import person
from artel.domains.partners.commands import people
from artel.domains.partners.factories import HOUSE, contact, partner
from artel.domains.partners.models import Person
from artel.domains.partners.options import CONTACT_PEOPLE
from artel.kernel import options
from artel.kernel.refusals import Refused
from artel.kernel.rights_acts import switch_option
from artel.screens import registry

pytestmark = pytest.mark.django_db
OPTIONAL = sorted({one.option for one in registry.all_entities() if one.option})


def switch(code, is_on):
    switch_option(HOUSE, code=code, is_on=is_on)


@pytest.fixture
def admin():
    return person("admin", "administrator")


@pytest.fixture
def desk(admin):
    client = Client()
    client.force_login(admin.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def orlova():
    return contact(partner("Волга"), "Орлова", phone="8 846 000 14 27")


@pytest.mark.parametrize("code", OPTIONAL)
def test_its_pages_and_its_places_in_menus_are_gone_and_come_back(desk, orlova, code):
    entities = [one for one in registry.all_entities() if one.option == code]
    switch(code, False)
    menu = desk.get("/").content.decode() + desk.get("/more").content.decode()
    for entity in entities:
        assert f'href="/{entity.path}"' not in menu
        for address in (f"/{entity.path}", f"/{entity.path}/new", f"/{entity.path}/{orlova.pk}"):
            assert desk.get(address).status_code == 404, address
    switch(code, True)
    menu = desk.get("/more").content.decode()
    for entity in entities:
        assert desk.get(f"/{entity.path}").status_code == 200
    assert any(f'href="/{entity.path}"' in menu for entity in entities)


@pytest.mark.parametrize("code", OPTIONAL)
def test_programs_and_files_do_not_find_it(admin, code):
    resources = [one for one in registry.all_resources() if one.option == code]
    assert resources
    client = program(admin)
    switch(code, False)
    document = json.loads(client.get("openapi.json").content)
    for one in resources:
        assert client.get(one.path).status_code == 404
        assert client.post(one.path, {}).status_code == 404
        assert not [path for path in document["paths"] if f"/{one.path}" in path]
        with pytest.raises(KeyError):
            registry.resource(one.path)
    switch(code, True)
    for one in resources:
        assert client.get(one.path).status_code == 200


def test_nobody_acts_on_it_and_nothing_is_lost(admin, orlova):
    switch(CONTACT_PEOPLE, False)
    with pytest.raises(Refused) as refused:
        people.change(admin, orlova, comment="x")
    assert refused.value.code == "switched_off"
    assert Person.objects.get().name == "Орлова"
    assert orlova.points.get().key == "8460001427"
    switch(CONTACT_PEOPLE, True)
    people.change(admin, orlova, comment="x")
    assert Person.objects.get().comment == "x"


def test_search_does_not_lead_to_it(admin, orlova):
    client = program(admin)

    def found():
        items = json.loads(client.get("search?q=орлова").content)["items"]
        return {one["entity"] for one in items}

    assert "contact-people" in found()
    switch(CONTACT_PEOPLE, False)
    assert "contact-people" not in found()


def test_every_option_is_asked_about_somewhere():
    assert {fact.code for fact in options.declared()} == set(OPTIONAL)
