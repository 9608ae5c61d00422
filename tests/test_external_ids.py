"""Records by their keys in other systems, in files and through the API."""

from __future__ import annotations

import pytest
from tests.api.programs import program

from artel.domains.company.factories import person
from artel.domains.partners.factories import HOUSE, partner
from artel.domains.partners.models import BusinessRegion, Partner
from artel.exchange.tabular.importing import ImportOptions, begin, carry_on, open_import
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.external_ids import external_ids, named_outside
from artel.kernel.refusals import Refused
from artel.screens.registry import resource

pytestmark = pytest.mark.django_db


def give(**values):
    """As lines are given: `key` of a call is the key of the request."""
    external_ids.add.one(HOUSE, Line(Values(values)))


@pytest.fixture
def volga():
    made = partner("Волга")
    give(system="1c", entity="partners.partner", key="000123", record=str(made.pk))
    return made


def test_a_key_means_a_record_with_its_system_or_without(volga):
    assert named_outside(Partner, ["000123", "1c:000123", "sap:000123"]) == {
        "000123": {volga.pk},
        "1c:000123": {volga.pk},
    }
    assert named_outside(BusinessRegion, ["000123"]) == {}


def test_a_key_of_a_system_is_given_once(volga):
    with pytest.raises(Refused) as refused:
        give(system="1c", entity="partners.partner", key="000123", record=str(volga.pk))
    assert refused.value.code == "already_exists"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"entity": "partners.nothing"}, "entity"), ({"record": "x"}, "record"), ({"key": " "}, "key")],
)
def test_what_does_not_fit_is_refused_beside_its_field(volga, change, field):
    given = {"system": "sap", "entity": "partners.partner", "key": "1", "record": str(volga.pk), **change}
    with pytest.raises(Refused) as refused:
        give(**given)
    assert list(refused.value.fields) == [field]


def test_a_file_names_a_record_by_its_key_elsewhere(volga, tmp_path):
    path = tmp_path / "legal.csv"
    path.write_text("partner,name\n1c:000123,ООО Волга\n000124,ООО Кама\n", encoding="utf-8")
    opened = open_import(HOUSE, resource("legal-entities"), path, ImportOptions())
    run = carry_on(begin(opened, path), opened)
    assert (run.created, run.refused) == (1, 1)
    assert str(volga.legal_links.get().legal_entity) == "ООО Волга"


def test_a_program_gives_keys_and_names_records_by_them(volga):
    admin = program(person("admin", "administrator"))
    made = admin.post(
        "external-ids", {"system": "sap", "entity": "partners.partner", "key": "77", "record": str(volga.pk)}
    )
    assert made.status_code == 201, made.content
    answer = admin.post("partners", {"name": "Волга-Юг", "head": "sap:77"})
    assert answer.status_code == 201, answer.content
    assert Partner.objects.get(name="Волга-Юг").head == volga
    assert admin.post("partners", {"name": "Кама", "head": "sap:78"}).status_code == 422


def test_a_stranger_names_nothing(volga):
    assert program(person("bob", "sales_manager")).get("external-ids").status_code in {403, 404}
