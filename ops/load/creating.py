"""Run on a base, without HTTP: rows made one by one and in batches; prints rows a second and CPU of this process a row as JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import django

ONE_BY_ONE, MANY = 300, 3000


def main() -> None:
    django.setup()
    from artel.domains.deals.commands import open_deal
    from artel.domains.deals.models import DealKind
    from artel.domains.partners.commands import partners
    from artel.domains.partners.models import Partner
    from artel.kernel.actors import Actor
    from artel.kernel.acts import Line
    from artel.kernel.models import User

    boss = Actor.person(User.objects.get(login="boss"))
    kind = DealKind.objects.get(name="Замер")
    client = Partner.objects.visible_to(boss).first()

    def contact(number: int) -> object:
        return partners.add.args(name=f"ООО Ряд {number}", kind="company")

    def deal(number: int) -> object:
        return open_deal.args(name=f"Ряд {number}", kind=kind, client=client, potential=100)

    found = {}
    for what, command, made in (("client", partners.add, contact), ("deal", open_deal, deal)):
        command.one(boss, Line(made(-1)))

        def singly(command=command, made=made) -> None:
            for number in range(ONE_BY_ONE):
                command.one(boss, Line(made(number)))

        def together(command=command, made=made) -> None:
            outcome = command.run(boss, [Line(made(number)) for number in range(MANY)])
            if outcome.refused:
                raise SystemExit(f"refused: {outcome.refused}")

        found[f"{what}, one by one"] = _timed(singly, ONE_BY_ONE)
        found[f"{what}, {MANY} at once"] = _timed(together, MANY)
    sys.stdout.write(json.dumps(found))


def _timed(act: Callable[[], None], rows: int) -> list[float]:
    begun, used = time.perf_counter(), time.process_time()
    act()
    return [rows / (time.perf_counter() - begun), (time.process_time() - used) * 1000 / rows]


if __name__ == "__main__":
    main()
