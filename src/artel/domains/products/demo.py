"""Sale terms of the demo: a few standard ones, a few of clients' own."""

from __future__ import annotations

from datetime import date

from artel.domains.partners.models import Partner
from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.arguments import Values

from .commands import agreements

STANDARD = ("Опт, предоплата", "Опт, отсрочка 14 дней", "Магазины, комиссия", "Дистрибьюторы")
OWN = (
    ("Монтаж, отсрочка 14 дней", "Волга-Климат"),
    ("Годовое обслуживание", "Северный фарфор"),
    ("Электра Плюс, особые цены", "Электра Плюс"),
)


def fill(actor: Actor) -> None:
    for name in STANDARD:
        agreements.add(actor, name=name, starts_on=date(2015, 1, 1))
    clients = {one.name: one for one in Partner.objects.filter(name__in=[client for _name, client in OWN])}
    agreements.add.run(actor, [Line(Values(name=name, client=clients[client])) for name, client in OWN])
