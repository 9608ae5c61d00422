"""Marketing events, and how clients come from them."""

from typing import Any

import pytest

from artel.domains.company.factories import person
from artel.domains.marketing.commands import copy_event, events, finish_event
from artel.domains.marketing.models import MarketingEvent
from artel.domains.partners.commands import channels, partners
from artel.domains.partners.factories import HOUSE, partner
from artel.domains.partners.models import PartnerFirstInterest
from artel.kernel.refusals import Refused

pytestmark = pytest.mark.django_db


def test_first_interest_is_written_with_its_source():
    shows = channels.add(HOUSE, name="Выставки", source_types=["marketing_event"])
    made = partner("Волга", channel=shows, source="Климат и дом")
    event = MarketingEvent.objects.get()
    interest = PartnerFirstInterest.objects.get(partner=made)
    assert (interest.channel, interest.source_type, interest.source) == (shows, "marketing_event", event.pk)
    again = partner("Кама", channel=shows, source_type="Маркетинговое мероприятие", source="климат и дом")
    assert again.first_interests.get().source == event.pk


def test_an_event_met_by_name_has_no_planned_days_but_one_made_by_hand_needs_them():
    marina = person("marina", "marketer")
    with pytest.raises(Refused) as caught:
        events.add.read({"name": "Ярмарка"}, marina)
    assert set(caught.value.fields) == {"planned_start_on", "planned_end_on"}


def test_who_may_not_make_events_makes_none_in_passing():
    alice = person("alice", "sales_manager")
    with pytest.raises(Refused) as caught:
        partner("Волга", alice, source_type="marketing_event", source="Неведомая ярмарка")
    assert list(caught.value.fields) == ["source"]
    assert not MarketingEvent.objects.exists()


def test_an_interest_changes_in_its_place():
    made = partner("Волга", source_type="marketing_event", source="Ярмарка")
    site = channels.add(HOUSE, name="Сайт")
    partners.change(HOUSE, made, channel=site)
    interest = PartnerFirstInterest.objects.get()
    assert (interest.channel, interest.source) == (site, MarketingEvent.objects.get().pk)


@pytest.mark.parametrize("last", ["planned_end_on", "ended_on"])
def test_an_event_ends_after_it_begins(last):
    days: dict[str, Any] = {last.replace("end", "start"): "2026-05-02", last: "2026-05-01"}
    with pytest.raises(Refused) as caught:
        events.add(HOUSE, name="Ярмарка", **days)
    assert list(caught.value.fields) == [last]


def test_a_copy_has_neither_days_nor_an_end():
    fair = events.add(HOUSE, name="Ярмарка", planned_start_on="2026-05-01", planned_end_on="2026-05-03")
    finish_event(HOUSE, fair)
    copy = copy_event(HOUSE, fair)
    assert MarketingEvent.objects.get(pk=fair.pk).is_finished
    assert (copy.name, copy.planned_start_on, copy.is_finished) == ("Ярмарка", None, False)
    assert copy.code != fair.code
