"""What may be written down, and what a new interaction is when nobody said otherwise (rules §2.21)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from artel.domains.company.factories import HOUSE
from artel.domains.interactions import commands
from artel.domains.interactions.models import Interaction, InteractionState
from artel.domains.partners.factories import contact, partner
from artel.kernel.arguments import Values
from artel.kernel.commands import Line
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Role
from artel.kernel.refusals import Refused
from artel.kernel.undoing import undo_change_set

from .office import in_days, taking_part


def refused(command, actor, *subject, **values):
    with pytest.raises(Refused) as no:
        command(actor, *subject, **values)
    return no.value


def test_a_call_is_ones_own_done_now_outgoing_and_reviewed(office):
    made = office.call()
    assert (made.kind, made.direction, made.state, made.is_ahead) == ("call", "out", "done", False)
    assert made.responsible == office.alice.user
    assert made.is_reviewed
    assert timezone.now() - made.started_at < timedelta(minutes=1)
    assert made.code


def test_the_topic_is_the_beginning_of_the_text(office):
    made = office.call(text="Просит прислать смету.\nИ счёт до пятницы.")
    assert made.name == "Просит прислать смету."
    long = office.call(text="слово " * 100)
    assert len(long.name) <= 80
    assert long.name.endswith("…")


def test_where_a_role_hides_the_text_the_topic_tells_none_of_it(office):
    with system_set("tests.hide"):
        Role.objects.filter(code="marketer").update(hidden_fields={"interactions.interaction": ["text"]})
    made = office.call(text="Просит прислать смету.")
    day = date_format(timezone.localtime(made.started_at), "SHORT_DATE_FORMAT")
    assert made.name == f"Телефонный звонок {day}"
    assert office.call(text="Просит прислать смету.", name="Смета").name == "Смета"
    assert refused(commands.record_call, office.alice, client=office.volga).fields.keys() == {"name"}


def test_something_must_be_said(office):
    assert refused(commands.record_call, office.alice, client=office.volga).fields.keys() == {"name"}


def test_a_call_gets_the_number_of_the_person_then_that_of_the_partner(office):
    assert office.call().how_to_reach == "+79123456789"
    assert office.call(contact=None, client=office.volga).how_to_reach == "+78460001427"
    assert office.call(how_to_reach="добавочный 12").how_to_reach == "добавочный 12"


def test_a_call_needs_a_subscriber_and_a_way_to_reach_him(office):
    assert refused(commands.record_call, office.alice, text="?").needs == ("client",)
    assert refused(commands.record_call, office.bob, text="?", client=office.kama).needs == ("how_to_reach",)
    known = commands.record_call(office.bob, text="?", client=office.kama, how_to_reach="—")
    assert known.how_to_reach == "—"


def test_a_meeting_needs_somebody_to_meet(office):
    assert refused(commands.record_meeting, office.alice, text="Смета").needs == ("client",)
    guest = commands.record_meeting(office.alice, text="Смета", contact_text="Иванов с выставки")
    assert taking_part(guest) == [("", "", "participant")]


def test_a_letter_goes_to_the_address_of_the_person(office):
    letter = commands.record_letter(office.alice, text="Смета", contact=office.orlova)
    assert letter.how_to_reach == "o@volga.example"
    assert taking_part(letter) == [("Волга", "Орлова", "to")]
    answer = commands.record_letter(office.alice, text="Спасибо", contact=office.orlova, direction="in")
    assert taking_part(answer) == [("Волга", "Орлова", "from")]


def test_what_came_in_waits_to_be_reviewed(office):
    assert not office.call(direction="in").is_reviewed
    assert not office.call(responsible=office.bob.user).is_reviewed
    assert office.call(direction="in", is_reviewed=True).is_reviewed


def test_a_person_comes_with_the_partner_he_acts_for(office):
    made = office.call()
    assert made.client == office.volga
    assert taking_part(made) == [("Волга", "Орлова", "subscriber")]


def test_a_note_needs_nobody_and_is_done(office):
    note = commands.record_note(office.alice, text="Подумать о скидке", started_at=in_days(3))
    assert (note.state, note.is_reviewed, note.direction) == ("done", True, "")


def test_what_lies_ahead_is_planned(office):
    assert office.plan().state == InteractionState.PLANNED
    meeting = commands.record_meeting(office.alice, text="Смета", client=office.volga, started_at=in_days(2))
    assert (meeting.state, meeting.is_ahead, meeting.is_reviewed) == ("planned", True, False)


def test_a_plan_about_a_deal_needs_nobody_yet(office):
    made = commands.plan_contact(office.alice, name="Узнать о сроках", subject=f"deal:{office.deal.code}")
    assert made.subject_id == office.deal.pk
    assert taking_part(made) == []


def test_it_does_not_end_before_it_begins(office):
    now = timezone.now()
    no = refused(
        commands.record_meeting,
        office.alice,
        text="Смета",
        client=office.volga,
        started_at=now,
        ended_at=now - timedelta(hours=1),
    )
    assert no.fields.keys() == {"ended_at"}


def test_only_the_responsible_keeps_something_private(office):
    no = refused(
        commands.record_note, office.alice, text="Тихо", is_private=True, responsible=office.bob.user
    )
    assert no.fields.keys() == {"is_private"}
    assert commands.record_note(office.alice, text="Тихо", is_private=True).is_private


def test_a_cancelled_one_of_a_file_says_why(office):
    line = Line(Values(kind="call", text="?", client=office.volga, state="cancelled"))
    commands.record_interaction.run(office.alice, [line])
    assert line.refusal.needs == ("cancel_reason",)


def test_a_batch_refuses_some_lines_and_writes_the_others(office):
    values = [
        {"kind": "call", "text": "Да", "client": office.volga},
        {"kind": "call", "text": "Нет"},
        {"kind": "note", "text": "Для себя"},
    ]
    outcome = commands.record_interaction.run(office.alice, [Line(Values(one)) for one in values])
    assert [line.is_open for line in outcome.lines] == [True, False, True]
    assert Interaction.objects.count() == 2


def test_a_letter_to_two_clients_is_one_record(office):
    people = [{"partner": str(office.volga.pk), "part": "cc"}]
    made = commands.record_letter(
        office.head, text="Новые цены", client=office.kama, participants=people, how_to_reach="k@kama.example"
    )
    assert taking_part(made) == [("Кама", "", "to"), ("Волга", "", "cc")]


def test_participants_one_may_not_see_are_refused(office):
    people = [{"partner": str(office.kama.pk)}]
    no = refused(commands.record_meeting, office.alice, text="?", client=office.volga, participants=people)
    assert no.fields.keys() == {"participants"}
    for nonsense in (["Волга"], [{"partner": "1"}], [{"part": "guest", "contact_text": "?"}], [{}], {"a": 1}):
        no = refused(
            commands.record_meeting, office.alice, text="?", client=office.volga, participants=nonsense
        )
        assert no.fields.keys() == {"participants"}


def test_changing_whom_it_is_with_changes_the_rows(office):
    made = office.call()
    sidorov = contact(office.volga, "Сидоров", office.alice)
    commands.change_interaction(office.alice, made, contact=sidorov)
    assert taking_part(made) == [("Волга", "Сидоров", "subscriber")]
    commands.add_participant(office.alice, made, employee=office.bob.user)
    commands.change_interaction(office.alice, made, contact=office.orlova)
    assert taking_part(made) == [("", "", "participant"), ("Волга", "Орлова", "subscriber")]


def test_a_list_of_participants_replaces_those_one_sees(office):
    made = office.call()
    commands.add_participant(office.head, made, partner=office.kama)
    commands.add_participant(office.alice, made, contact_text="Секретарь")
    commands.change_interaction(office.alice, made, participants=[])
    assert sorted(taking_part(made)) == [("Волга", "Орлова", "subscriber"), ("Кама", "", "participant")]


def test_participants_come_and_go(office):
    made = office.call()
    assert refused(commands.add_participant, office.alice, made).code == "nobody"
    commands.add_participant(office.alice, made, employee=office.bob.user)
    [main, other] = made.participants.order_by("id")
    assert refused(commands.remove_participant, office.alice, made, participant=main).code == "main_stays"
    commands.remove_participant(office.alice, made, participant=other)
    assert (
        refused(commands.remove_participant, office.alice, office.call(), participant=main).code
        == "not_of_it"
    )
    assert made.participants.count() == 1


def test_the_house_may_record_without_a_responsible(office):
    line = Line(Values(kind="meeting", text="Из старой базы", client=office.volga))
    commands.record_interaction.run(HOUSE, [line])
    assert line.result.responsible is None


def test_taking_back_what_was_recorded_leaves_nothing(office):
    office.call()
    undo_change_set(office.alice, ChangeSet.objects.latest("pk").pk)
    assert not Interaction.objects.exists()


def test_a_partner_that_was_talked_to_says_where_it_is_used(office):
    ufa = partner("Уфа", office.alice)
    commands.record_note(office.alice, text="Заметка", client=ufa)
    from artel.domains.partners.commands import partners

    assert refused(partners.mark, office.alice, ufa).code == "in_use"


def test_a_person_joins_with_the_partner_he_acts_for(office):
    sokolov = contact(office.kama, "Соколов")
    made = office.call()
    commands.add_participant(office.head, made, person=sokolov)
    assert made.participants.get(person=sokolov).partner == office.kama
    spoken = office.call(contact=None, contact_text="Прохожий", how_to_reach="-")
    commands.add_participant(office.alice, spoken, contact_text="Секретарь")
    commands.remove_participant(
        office.alice, spoken, participant=spoken.participants.get(contact_text="Секретарь")
    )
    main = spoken.participants.get()
    assert refused(commands.remove_participant, office.alice, spoken, participant=main).code == "main_stays"
