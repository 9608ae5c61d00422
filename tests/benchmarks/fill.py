"""A base of the size under measurement, written through commands with the journal on; deterministic.

python fill.py SIZE [--deals-per-client N]: 100k makes 100,000 clients, people and deals, a tenth of the deals open,
activity skewed by client, Cyrillic names; 20 managers at 100k, 200 at 1m. A manager sees three of ten access groups
(about 30 %), `narrow` one group of every thousandth client (none of the busiest), `free` all groups by the same role, `boss` everything.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import django
from grow import MANAGERS, grow

SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
WRITTEN = 10_000
"""So many of each are written by commands, the rest are copies of them (grow.py)."""
CHUNK = 2_000
STAGES = 10
PASSWORD = "measured by the benchmarks"
SIGNING_IN = {"manager0", "narrow", "free", "boss"}
ZONE = ZoneInfo("Europe/Moscow")
WORDS = [
    "Альфа",
    "Берег",
    "Вектор",
    "Гранит",
    "Дельта",
    "Енисей",
    "Жемчуг",
    "Заря",
    "Импульс",
    "Каскад",
    "Лагуна",
    "Меридиан",
    "Нева",
    "Орион",
    "Прогресс",
    "Радуга",
    "Север",
    "Тайга",
    "Урал",
    "Факел",
    "Центр",
    "Юпитер",
    "Янтарь",
    "Ёлка",
    "Щит",
]
TRADES = [
    "Сервис",
    "Торг",
    "Строй",
    "Маркет",
    "Снаб",
    "Пром",
    "Транс",
    "Техно",
    "Мебель",
    "Климат",
    "Свет",
    "Инвест",
    "Агро",
    "Лес",
    "Металл",
]
LAST = [
    "Абрамов",
    "Белкин",
    "Волкова",
    "Громов",
    "Дроздов",
    "Ершова",
    "Жуков",
    "Зайцев",
    "Ильина",
    "Козлов",
    "Лаптев",
    "Морозова",
    "Нечаев",
    "Орлова",
    "Попов",
]
FIRST = [
    "Анна",
    "Борис",
    "Вера",
    "Глеб",
    "Дарья",
    "Егор",
    "Жанна",
    "Захар",
    "Ирина",
    "Кирилл",
    "Лидия",
    "Максим",
    "Нина",
    "Олег",
    "Полина",
]


def managers_of(size: int) -> int:
    return MANAGERS if size <= 100_000 else 10 * MANAGERS


def name_of(chance: random.Random, number: int) -> str:
    return f"{chance.choice(WORDS)} {chance.choice(TRADES)} {number}"


def chunks(total: int) -> Iterator[range]:
    for start in range(0, total, CHUNK):
        yield range(start, min(start + CHUNK, total))


def batch(actor: Any, command: str, rows: Sequence[dict[str, Any]]) -> list[Any]:
    """One change set; every row must go in."""
    from artel.kernel.acts import Line
    from artel.kernel.commands import find

    act = find(command)
    outcome = act.run(actor, [Line(act.args(**row)) for row in rows])
    if outcome.refused:
        raise SystemExit(f"{command} refused: {outcome.refused[0].refusal}")
    return outcome.results


def people(actor: Any) -> tuple[list[Any], list[Any]]:
    """(managers, access groups). Manager n sees groups n, n+1, n+2 of ten."""
    from artel.kernel.models import Role

    groups = batch(actor, "kernel.add_accessgroup", [{"name": f"Группа {n}"} for n in range(10)])
    [narrow_group] = batch(actor, "kernel.add_accessgroup", [{"name": "Узкая группа"}])
    managers = hire(actor, range(MANAGERS))
    narrow, free, boss = users(actor, ["narrow", "free", "boss"])
    seller = {"role": Role.objects.get(code="sales_manager"), "reach": "all"}
    grants: list[dict[str, Any]] = [
        {**seller, "user": narrow, "group_mode": "only", "groups": [narrow_group]},
        {**seller, "user": free},
        {"user": boss, "role": Role.objects.get(code="administrator"), "reach": "all"},
    ]
    batch(actor, "kernel.add_grant", grants)
    return managers, [*groups, narrow_group]


def users(actor: Any, logins: Sequence[str]) -> list[Any]:
    """A password costs a third of a second, and most of them never sign in."""
    passwords = [PASSWORD if login in SIGNING_IN else "" for login in logins]
    return batch(
        actor,
        "kernel.add_user",
        [
            {"login": login, "name": login, "password": password}
            for login, password in zip(logins, passwords, strict=True)
        ],
    )


def hire(actor: Any, numbers: range) -> list[Any]:
    """Managers with their access groups."""
    from artel.kernel.models import AccessGroup, Role

    groups = [AccessGroup.objects.get(name=f"Группа {n}") for n in range(10)]
    role = Role.objects.get(code="sales_manager")
    hired = users(actor, [f"manager{n}" for n in numbers])
    same = {"role": role, "reach": "all", "group_mode": "only"}
    batch(
        actor,
        "kernel.add_grant",
        [
            {**same, "user": user, "groups": [groups[(n + step) % 10] for step in range(3)]}
            for n, user in zip(numbers, hired, strict=True)
        ],
    )
    return hired


def clients(
    actor: Any, chance: random.Random, size: int, managers: list[Any], groups: list[Any]
) -> list[Any]:
    keys: list[Any] = []
    for numbers in chunks(size):
        rows = [
            {
                "name": name_of(chance, n),
                "manager": managers[n % len(managers)],
                "access_group": groups[10] if n % 1000 == 999 else groups[chance.randrange(10)],
                "phone": f"+7495{n:07d}",
                "email": f"office{n}@client.example",
            }
            for n in numbers
        ]
        keys += [partner.pk for partner in batch(actor, "partners.add_partner", rows)]
    return keys


def kind_of_ten_stages(actor: Any) -> Any:
    stages = batch(actor, "deals.add_stage", [{"name": f"Этап замера {n}"} for n in range(STAGES)])
    [kind] = batch(actor, "deals.add_dealkind", [{"name": "Замер", "type": "manual", "stages": stages}])
    return kind, stages


def deals(actor: Any, chance: random.Random, size: int, managers: list[Any], client_keys: list[Any]) -> None:
    """Skewed: a few clients have many deals. Nine of ten are finished, as in a company some years old."""
    kind, stages = kind_of_ten_stages(actor)
    [reason] = batch(actor, "deals.add_lossreason", [{"name": "Цена замера"}])
    begin = datetime(2024, 1, 1, tzinfo=ZONE)
    for numbers in chunks(size):
        rows = [
            {
                "name": f"{name_of(chance, n)}: поставка",
                "kind": kind,
                "client": client_keys[int(len(client_keys) * chance.random() ** 3)],
                "responsible": managers[int(len(managers) * chance.random() ** 1.3)],
                "started_at": begin + timedelta(minutes=chance.randrange(60 * 24 * 900)),
                "potential": Decimal(int(chance.lognormvariate(10.5, 1.2))),
                "probability": chance.randrange(101),
            }
            for n in numbers
        ]
        opened = batch(actor, "deals.open_deal", rows)
        work(actor, chance, opened, stages, reason)


def work(actor: Any, chance: random.Random, opened: list[Any], stages: list[Any], reason: Any) -> None:
    """Move the deals of one chunk to their stages and finish nine of ten."""
    from artel.kernel.acts import Line
    from artel.kernel.commands import find

    move, win, lose = find("deals.move_deal"), find("deals.win_deal"), find("deals.lose_deal")
    weights = (18, 16, 14, 12, 10, 8, 7, 6, 5, 4)
    aims = chance.choices(stages, weights, k=len(opened))
    moved: list[Any] = [
        Line(move.args(stage=stage), deal)
        for deal, stage in zip(opened, aims, strict=True)
        if stage != stages[0]
    ]
    check(move.run(actor, moved))
    ends = [chance.random() for _deal in opened]
    check(win.run(actor, [Line(win.args(), d) for d, end in zip(opened, ends, strict=True) if end < 0.45]))
    lost: list[Any] = [
        Line(lose.args(loss_reason=reason), d)
        for d, end in zip(opened, ends, strict=True)
        if 0.45 <= end < 0.9
    ]
    check(lose.run(actor, lost))


def check(outcome: Any) -> None:
    if outcome.refused:
        raise SystemExit(f"refused: {outcome.refused[0].refusal}")


def main(size: int) -> None:
    from artel.kernel.actors import Actor

    chance, actor = random.Random(20261121), Actor.system("benchmarks")
    managers, groups = people(actor)
    keys = clients(actor, chance, WRITTEN, managers, groups)
    deals(actor, chance, WRITTEN, managers, keys)
    multiply(actor, size)


def multiply(actor: Any, size: int) -> None:
    """Copies of what is written, up to the size; the users grow with the data."""
    from artel.kernel.models import User

    there = User.objects.filter(login__startswith="manager").count()
    hire(actor, range(there, managers_of(size)))
    managers = [User.objects.get(login=f"manager{n}").pk for n in range(managers_of(size))]
    grow(WRITTEN, size // WRITTEN - 1, managers)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")
    django.setup()
    main(SIZES[sys.argv[1]])
