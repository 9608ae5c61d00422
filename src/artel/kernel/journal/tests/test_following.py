"""Who follows the journal without a place in the base hears of each set once, of parts with their whole, of many rows too."""

from __future__ import annotations

from uuid import uuid4

import pytest

from artel.kernel.bell import LIVE, Bell
from artel.kernel.journal import following
from artel.kernel.journal.following import is_kept, news_after, place_now
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.tests.samples.models import Ground, Part, Sample
from artel.kernel.journal.writing import system_set

pytestmark = [pytest.mark.usefixtures("samples"), pytest.mark.django_db(transaction=True)]

MOST = 100


def broken():
    with system_set("broken"):
        Ground.objects.create()
        raise ZeroDivisionError


def act(name):
    with system_set(name):
        return Ground.objects.create()


def test_news_are_what_was_done_after_a_place_and_no_more() -> None:
    act("before")
    place = place_now()
    assert not news_after(place, MOST)
    made = [act("one"), act("two")]
    news = news_after(place, MOST)
    assert news.place == place_now() > place
    assert [deed.actor_label for deed in news.deeds.values()] == ["system", "system"]
    assert news.rows_of(Ground) == {one.pk for one in made}
    assert news.rows_of(Sample) == set()
    first = next(iter(news.deeds.values())).place
    assert len(news.after(first).deeds) == 1
    assert not news_after(news.place, MOST)


def test_fewer_than_there_are_say_so() -> None:
    place = place_now()
    for name in "abc":
        act(name)
    news = news_after(place, 2)
    assert news.is_cut
    assert len(news.deeds) == 2
    assert len(news_after(news.place, 2).deeds) == 1


@pytest.mark.parametrize("few", [0, 2000])
def test_a_part_is_news_of_its_whole(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(following, "FEW_ROWS", few)
    with system_set("made"):
        whole = Sample.objects.create()
    place = place_now()
    with system_set("part"):
        part = Part.objects.create(sample=whole)
    news = news_after(place, MOST)
    about = news.about([whole.pk, uuid4()])
    assert list(about) == [whole.pk]
    assert not about[whole.pk].is_itself
    assert news.about([part.pk])[part.pk].is_itself
    assert [deed.id for deed in about[whole.pk].deeds] == [deed.id for deed in news.sets_of(Part)]
    assert news.sets_of(Ground) == []
    assert bool(news.rows_of(Part))
    assert not news.rows_of(Ground)


def test_what_went_to_files_is_not_kept_any_more() -> None:
    assert is_kept(0)
    for name in "ab":
        act(name)
    place = place_now()
    assert is_kept(place)
    ChangeSet.objects.exclude(pk=ChangeSet.objects.order_by("-pk").values("pk")[:1]).delete()
    assert is_kept(place)
    assert not is_kept(1)


def test_a_committed_act_rings_and_one_rolled_back_does_not(settings, tmp_path) -> None:
    settings.HOME = tmp_path
    with Bell(LIVE) as bell:
        act("one")
        assert bell.wait(5)
        with pytest.raises(ZeroDivisionError):
            broken()
        assert not bell.wait(0)
