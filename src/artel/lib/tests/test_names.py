from __future__ import annotations

import pytest

from artel.lib.names import PersonName, search_text, sort_key, split_full_name
from artel.lib.transitions import TransitionRefused, Transitions


def test_yo_sorts_where_a_russian_looks_for_it():
    names = ["Ёлкин", "Жуков", "Дятлов", "ежов", "Яшин"]
    assert sorted(names, key=sort_key) == ["Дятлов", "ежов", "Ёлкин", "Жуков", "Яшин"]


def test_search_text_is_words_only():
    assert search_text(' ООО «Ёлка-2» & "Ко" ') == "ооо елка 2 ко"


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("Иванов Иван Иванович", "last_first_middle", PersonName("Иванов", "Иван", "Иванович")),
        ("Иванов И.И.", "last_first_middle", PersonName("Иванов", "И.", "И.")),
        ("Мамедов Али Гасан оглы", "last_first_middle", PersonName("Мамедов", "Али", "Гасан оглы")),
        ("Али Гасан оглы Мамедов", "first_middle_last", PersonName("Мамедов", "Али", "Гасан оглы")),
        ("John Smith", "first_middle_last", PersonName("Smith", "John")),
        ("Мария да Сильва", "first_last", PersonName("да Сильва", "Мария")),
        ("Аристотель", "first_middle_last", PersonName("Аристотель")),
        ("  ", "last_first_middle", PersonName("")),
    ],
)
def test_full_names_are_split(text, order, expected):
    assert split_full_name(text, order) == expected


def test_short_and_full_forms():
    name = PersonName("Иванов", "иван", "Иванович")
    assert name.short() == "Иванов И. И."
    assert PersonName("Иванов").short() == "Иванов"
    assert PersonName("Орлов", "Олег").full() == "Орлов Олег"


def test_transitions():
    status = Transitions({"in_work": ["won", "lost"], "lost": ["in_work"]})
    status.check("in_work", "won")
    status.check("won", "won")
    with pytest.raises(TransitionRefused, match="won cannot become lost"):
        status.check("won", "lost")
    assert status.targets("won") == frozenset()
