"""Who sees an interaction: its responsible, and whoever sees any of its partners, people or its deal; nobody else."""

import pytest

from artel.domains.company.factories import department, person
from artel.domains.interactions import commands
from artel.domains.interactions.models import Interaction, InteractionParticipant
from artel.domains.partners.factories import contact, partner
from artel.kernel.access import can, why
from artel.kernel.models import AccessGroup
from artel.kernel.refusals import NotThere
from artel.kernel.roles import Reach

from .office import seen_by


def test_it_is_seen_with_the_client_and_by_nobody_else(office):
    office.call(office.head, name="Директор звонил сам")
    assert seen_by(office.alice) == {"Директор звонил сам"}
    assert seen_by(office.bob) == set()
    assert seen_by(person("stranger")) == set()


def test_a_letter_to_two_clients_is_seen_through_either(office):
    people = [{"partner": str(office.volga.pk), "part": "cc"}]
    commands.record_letter(
        office.head, text="Новые цены", client=office.kama, participants=people, how_to_reach="k@kama.example"
    )
    assert seen_by(office.alice) == seen_by(office.bob) == {"Новые цены"}
    assert seen_by(office.charlie) == set()
    assert InteractionParticipant.objects.visible_to(office.bob).count() == 2


def test_it_is_seen_with_a_person_who_acts_for_several(office):
    contact(office.kama, "Общий", office.bob)
    shared = office.kama.contact_roles.get().person
    commands.record_call(
        office.head,
        text="Общему",
        client=office.volga,
        contact=shared,
        how_to_reach="—",
        responsible=office.head.user,
    )
    assert seen_by(office.alice) == seen_by(office.bob) == {"Общему"}


def test_it_is_seen_with_the_deal_it_is_about(office):
    ufa = partner("Уфа", office.bob, manager=office.bob.user)
    commands.record_meeting(office.bob, text="Обсудили цену", client=ufa)
    assert seen_by(office.alice) == set()
    made = Interaction.objects.get()
    commands.set_subject(office.head, made, subject=office.deal.code)
    assert seen_by(office.alice) == {"Обсудили цену"}
    assert seen_by(office.charlie) == set()


def test_what_is_with_nobody_is_seen_by_its_responsible_and_those_who_see_every_partner(office):
    commands.record_note(office.bob, text="Для себя")
    assert seen_by(office.bob) == seen_by(office.head) == {"Для себя"}
    assert seen_by(office.alice) == set()


def test_a_private_one_is_seen_by_its_responsible_and_administrators_only(office):
    commands.record_note(office.alice, text="Тихо", client=office.volga, is_private=True)
    administrator = person("admin", "administrator", reach=Reach.ALL)
    assert seen_by(office.alice) == seen_by(administrator) == {"Тихо"}
    assert seen_by(office.head) == set()
    assert not can(office.head, "interactions.view_interaction", Interaction.objects.get())


def test_a_reach_of_some_groups_opens_only_their_partners(office):
    groups = [AccessGroup.objects.get(pk=office.volga.access_group_id)]
    other = partner("Другая", access_group=_group("Другие"))
    commands.record_meeting(office.head, text="С другой", client=other)
    office.call(name="С Волгой")
    commands.record_note(office.head, text="Ни с кем")
    ours = person("ours", "sales_manager", reach=Reach.ALL, only=groups)
    theirs = person("theirs", "sales_manager", reach=Reach.ALL, only=[other.access_group])
    assert seen_by(ours) == {"С Волгой"}
    assert seen_by(theirs) == {"С другой"}


def _group(name):
    from django.db import transaction
    from django.utils import timezone

    from artel.domains.company.factories import HOUSE
    from artel.kernel.acts import Act
    from artel.kernel.commands import stamp_of
    from artel.kernel.journal.writing import change_set

    with transaction.atomic(), change_set(stamp_of(HOUSE), command="test.group") as opened:
        return Act(HOUSE, "test.group", timezone.now(), opened).create(AccessGroup, name=name)


def test_a_head_of_a_department_sees_what_his_people_are_responsible_for(office):
    unit = department("Юг")
    dora = person("dora", "sales_manager", department=unit)
    chief = person("chief", "head", department=unit, reach=Reach.DEPARTMENT)
    commands.record_note(dora, text="Внутреннее")
    assert seen_by(chief) == {"Внутреннее"}


def test_who_does_not_see_it_cannot_act_on_it(office):
    made = office.call()
    with pytest.raises(NotThere):
        commands.change_interaction(office.bob, made, text="?")
    with pytest.raises(NotThere):
        commands.review_interaction(office.bob, made)


def test_why_it_is_seen_and_why_not(office):
    made = office.call(office.head)
    [seen], [unseen] = why(office.alice, made), why(office.bob, made)
    assert (seen.reaches, unseen.reaches) == (True, False)
    private = commands.record_note(office.head, text="Тихо", is_private=True)
    assert [reason.reaches for reason in why(office.alice, private)] == [False]
