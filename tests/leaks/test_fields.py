"""A field hidden by the role is as if it were not: pages, files, programs, words, orders and filters."""

import json
import re
from decimal import Decimal
from html import unescape
from urllib.parse import quote

import pytest

from artel.api.columns import Bound
from artel.domains.deals.commands import kinds, open_deal
from artel.domains.deals.models import Deal
from artel.domains.partners.commands import partners
from artel.domains.partners.models import Partner, PartnerContactPoint
from artel.domains.partners.source_types import SOURCES
from artel.exchange.tabular.references import Finder
from artel.kernel.actors import Actor
from artel.kernel.attributes.commands import ATTRIBUTES
from artel.kernel.attributes.models import Attribute, Kind
from artel.kernel.journal.writing import system_set
from artel.kernel.pointers import PointerKind
from artel.kernel.records import facts_of
from artel.kernel.refusals import Forbidden
from artel.kernel.search.finding import find, suggest
from artel.kernel.search.texts import sources
from artel.reports import registry as registry_of_reports
from artel.reports.asking import find_in
from artel.reports.composing import run
from artel.reports.splits import offered
from artel.screens import registry

from .making import entities
from .people import HOUSE, hide
from .test_pages import body, questions, shown_entities
from .test_programs import resources

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_on("postgres", "pages ask what programs ask of both databases"),
]
REFUSED = 400


def test_no_program_reads_filters_or_sorts_by_a_hidden_field(world):
    secrets = world.secrets.all()
    api = world.alice.program
    for resource in resources():
        record = secrets.made[resource.model]
        for name, column in Bound(resource, HOUSE).columns.items():
            hide(resource.model, name, *(step.name for step in column.steps[:1]))
            shown = api.get(f"{resource.path}/{record.pk}").json()
            assert name not in shown, f"{resource.path}.{name}"
            assert f"{name}_name" not in shown
            for question in (f"{name}=1", f"{name}__isnull=true", f"sort={name}", f"fields={name}"):
                if name == "id" and question in {"sort=id", "fields=id"}:
                    continue
                asked, nonsense = (
                    api.get(f"{resource.path}?{one}")
                    for one in (question, question.replace(name, "nonsense"))
                )
                assert asked.status_code == nonsense.status_code == REFUSED, f"{resource.path}?{question}"
            assert REFUSED < api.patch(f"{resource.path}/{record.pk}", {name: None}).status_code < 500


def test_no_page_shows_a_hidden_field(world):
    """All texts of an entity but what it is called by are hidden at once; none of them may stand anywhere.

    A record that may be seen is called by its name (`str`), whatever is hidden: there would be nothing to link.
    """
    secrets = world.secrets.all()
    told, proved = [], set()
    for entity in shown_entities():
        record = secrets.made[entity.model]
        called = str(record)
        own = {mark: name for mark, (model, name) in secrets.marks.items() if model is entity.model}
        names = {name for mark, name in own.items() if mark in called}
        own = {mark: name for mark, name in own.items() if name not in names}
        asked = list(dict.fromkeys(questions(entity, record.pk, ())))
        hide(entity.model)
        open_pages = {one: body(world.alice.browser.get(one)) for one in asked}
        hide(entity.model, *own.values())
        for question, before in open_pages.items():
            seen = [mark for mark in own if mark in before]
            if not seen:
                continue
            proved.add(entity.name)
            after = body(world.alice.browser.get(question))
            told += [f"{question} shows {entity.name}.{own[mark]}" for mark in seen if mark in after]
    assert not told, "\n".join(told)
    assert len(proved) > 3


def test_no_card_tells_a_hidden_sum_or_state(world):
    """Above a card, beside a list and among what is related to another record, numbers and states are closed, too."""
    alice = world.alice.actor.user
    volga = partners.add(HOUSE, name="Волга", is_client=True, manager=alice)
    deal = open_deal(
        HOUSE,
        name="Тара",
        client=volga,
        responsible=alice,
        kind=kinds.add(HOUSE, name="Простая", type="none"),
        potential=Decimal("884.70"),
        status="won",
    )
    pages = [f"/deals/{deal.pk}", f"/deals/{deal.pk}/beside", f"/partners/{volga.pk}"]
    hide(Deal)
    for address in pages:
        assert "884,70" in unescape(body(world.alice.browser.get(address))), address
    hide(Deal, "potential", "status")
    for address in pages:
        shown = unescape(body(world.alice.browser.get(address)))
        assert "884,70" not in shown, address
        assert 'class="tag good"' not in shown, address


def test_a_hidden_phone_is_told_by_no_other_page(world):
    """Neither among all phones and addresses, nor in the history, nor by a filter that asks whether there is one."""
    alice = world.alice.actor.user
    volga = partners.add(HOUSE, name="Волга", is_client=True, manager=alice, phone="+7 846 000-14-27")
    partners.change(HOUSE, volga, phone="+7 846 000-14-28")
    asked = quote(
        json.dumps({"has": "points", "where": {"field": "value", "is": "contains", "value": "8460001428"}})
    )
    pages = [f"/partners/{volga.pk}", f"/partners/{volga.pk}/history", f"/partners/{volga.pk}/beside"]
    pages += [f"/api/v1/partners/{volga.pk}/history"]
    hide(Partner)
    seen = [digits_of(body(world.alice.browser.get(address))) for address in pages]
    assert "8460001428" in seen[0]
    assert "8460001427" in seen[1]
    assert "Волга" in body(world.alice.browser.get(f"/partners?filter={asked}"))
    hide(Partner, "phone")
    for address in pages:
        assert "84600014" not in digits_of(body(world.alice.browser.get(address))), address
    found = body(world.alice.browser.get(f"/partners?filter={asked}"))
    assert f"/partners/{volga.pk}" not in found
    head = Actor.person(world.alice.actor.user)
    assert not PartnerContactPoint.objects.visible_to(head).exists()


def digits_of(page):
    return re.sub(r"[\s()\u00a0+-]", "", page)


def test_no_word_finds_by_a_hidden_field(world):
    secrets = world.secrets.all()
    for model in entities():
        source = sources().get(model)
        for mark, (owner, name) in secrets.marks.items():
            if source is None or owner is not model or name not in {path.name for path in source.paths}:
                continue
            hide(model, name)
            alice = Actor.person(world.alice.actor.user)
            assert not model._default_manager.filter(find(model, mark, alice)).exists(), f"{model}.{name}"
            assert suggest(alice, model, mark) == []
            hide(model)
            assert model._default_manager.filter(
                find(model, mark, Actor.person(world.alice.actor.user))
            ).exists()


def test_no_look_up_tells_that_a_hidden_field_holds_a_text(world):
    """Files, pointers and parameters of reports find records by look-up fields: by those of the asker alone."""
    secrets = world.secrets.all()
    proved = 0
    for model in entities():
        record, names = secrets.made.get(model), facts_of(model).lookup
        hide(model, *names)
        alice = Actor.person(world.alice.actor.user)
        assert alice.grants  # read while the fields are hidden
        hide(model)
        open_to = Actor.person(world.alice.actor.user)
        for name in names:
            text = str(getattr(record, name, "") or "")
            if not text:
                continue
            kind = PointerKind("any", "", model)
            assert not Finder(model, alice).find([text]), f"{model}.{name}"
            assert not find_in(alice, model, text), f"{model}.{name}"
            has_names = hasattr(record, "sort_name")
            assert not has_names or not SOURCES.matches(alice, kind, {text})[text], f"{model}.{name}"
            proved += bool(find_in(open_to, model, text))
    assert proved > 5


def test_no_report_is_broken_down_by_a_hidden_attribute(world):
    world.secrets.all()
    for model in (Deal, Partner):
        entity = model._meta.label_lower
        ATTRIBUTES.add(HOUSE, entity=entity, code="margin", name="Маржа", kind=Kind.STRING)
        for report in registry_of_reports.all_reports():
            if model not in {owner for part in report.dataset.parts for owner in part.attributes}:
                continue
            params = {"rows": "attributes.margin"}
            hide(model, "attributes.margin")
            alice = Actor.person(world.alice.actor.user)
            offers = {one.name for one in offered(alice, report.dataset)}
            assert not {one for one in offers if one.endswith("attributes.margin")}
            with pytest.raises(Forbidden):
                run(alice, report.name, params)
            hide(model)
            alice = Actor.person(world.alice.actor.user)
            assert "attributes.margin" in {one.name for one in offered(alice, report.dataset)}
            run(alice, report.name, params)
        with system_set("tests.forget"):
            Attribute.objects.all().update(is_deleted=True)


def test_the_registries_are_not_empty():
    assert len(resources()) >= 5
    assert len(registry._entities) > len(resources())
