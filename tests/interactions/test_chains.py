"""Subjects and chains (rules §2.21): a new one inherits, another subject becomes that of the whole chain."""

import pytest

from artel.domains.deals.commands import open_deal
from artel.domains.deals.models import DealKind
from artel.domains.interactions import commands
from artel.domains.interactions.models import Interaction
from artel.kernel.acts import Line
from artel.kernel.journal.models import ChangeSet
from artel.kernel.refusals import Refused
from artel.kernel.undoing import undo_change_set


@pytest.fixture
def chain(office):
    """A call, a letter on its basis, a plan on the basis of the letter."""
    first = office.call(name="Первый звонок")
    second = commands.create_from(office.alice, first, kind="letter", text="Смета")
    third = commands.create_from(office.alice, second, kind="plan", name="Спросить")
    return [first, second, third]


def subjects(chain):
    return {one.subject_id for one in Interaction.objects.filter(pk__in=[one.pk for one in chain])}


def test_what_has_no_subject_begins_a_chain_of_its_own(chain):
    first, second, third = chain
    assert first.chain_id is None
    assert second.root == third.root == first.pk
    assert third.based_on == second
    assert set(Interaction.objects.of_chain(first.pk)) == set(chain)


def test_another_subject_becomes_that_of_the_whole_chain(office, chain):
    commands.set_subject(office.alice, chain[1], subject=f"deal:{office.deal.pk}")
    assert subjects(chain) == {office.deal.pk}
    undo_change_set(office.alice, ChangeSet.objects.latest("pk").pk)
    assert subjects(chain) == {None}


def test_so_it_does_when_the_form_of_one_is_saved(office, chain):
    commands.change_interaction(office.alice, chain[2], subject=office.deal.code)
    assert subjects(chain) == {office.deal.pk}
    commands.change_interaction(office.alice, chain[0], subject="")
    assert subjects(chain) == {None}


def test_what_is_made_on_the_basis_of_another_inherits_its_subject(office):
    first = office.call(subject="Кондиционеры")
    second = commands.create_from(office.alice, first, kind="meeting", text="Смета")
    assert (second.subject_type, second.subject_id) == ("deal", office.deal.pk)
    assert second.client == office.volga


def test_a_subject_named_for_the_new_one_becomes_that_of_the_chain(office):
    first = office.call()
    commands.record_call(
        office.alice, text="О сделке", contact=office.orlova, based_on=first, subject=office.deal.code
    )
    first.refresh_from_db()
    assert first.subject_id == office.deal.pk


def test_one_about_an_interaction_joins_its_chain_and_brings_its_own_along(office, chain):
    about_deal = office.call(name="О сделке", subject=office.deal.code)
    commands.set_subject(office.alice, chain[0], subject=f"interaction:{about_deal.code}")
    assert subjects(chain) == {office.deal.pk}
    assert set(Interaction.objects.of_chain(about_deal.pk)) == {about_deal, *chain}
    lone = office.call(name="Одинокий")
    commands.set_subject(office.alice, chain[2], subject=f"interaction:{lone.code}")
    chain[2].refresh_from_db()
    assert (chain[2].root, chain[2].subject_id) == (lone.pk, None)


def test_a_subject_is_named_by_code_name_or_kind_and_must_be_one(office):
    assert office.call(subject="кондиционеры").subject_id == office.deal.pk
    assert office.call(subject=f"Сделка: {office.deal.code}").subject_id == office.deal.pk
    open_deal(office.alice, name="Кондиционеры", kind=DealKind.objects.get(), client=office.volga)
    for text in ("Кондиционеры", "Чего нет", "deal:99"):
        with pytest.raises(Refused) as no:
            office.call(subject=text)
        assert no.value.fields.keys() == {"subject"}


def test_a_subject_one_may_not_see_is_as_a_missing_one(office):
    with pytest.raises(Refused) as no:
        office.call(office.bob, contact=None, client=office.kama, how_to_reach="—", subject=office.deal.code)
    assert no.value.fields.keys() == {"subject"}


def test_a_hidden_subject_survives_a_form_that_shows_it_empty(office):
    made = commands.record_letter(
        office.head, text="Обеим", client=office.kama, how_to_reach="k@kama.example", subject=office.deal.code
    )
    commands.change_interaction(office.bob, made, text="Исправлено", subject="")
    made.refresh_from_db()
    assert (made.text, made.subject_id) == ("Исправлено", office.deal.pk)


def test_two_lines_that_name_one_another_make_no_circle(office):
    first, second = office.call(name="Один"), office.call(name="Два")
    aim = commands.set_subject
    lines = [
        Line(aim.args(subject=f"interaction:{second.pk}"), first),
        Line(aim.args(subject=f"interaction:{first.pk}"), second),
    ]
    aim.run(office.alice, lines)
    rows = {one.pk: one for one in Interaction.objects.filter(pk__in=[first.pk, second.pk])}
    roots = {one.root for one in rows.values()}
    assert len(roots) == 1
    assert rows[roots.pop()].chain_id is None
