"""Fields hidden one by one: a text that stands in one field alone stands on no page and in no answer once that field is hidden."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.utils import timezone

from artel.domains.company.closed_fields import offered
from artel.domains.deals import commands as deals
from artel.domains.deals.boards import decks
from artel.domains.deals.models import Deal, LossReason
from artel.domains.interactions import commands as interactions
from artel.domains.interactions.models import Interaction
from artel.domains.marketing.commands import events
from artel.domains.partners.commands import channels, partners, people, regions
from artel.domains.partners.models import Partner
from artel.domains.products.commands import agreements
from artel.kernel.admission import add_user
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Grant
from artel.kernel.rights_acts import access_groups

from .people import HOUSE, hide

pytestmark = pytest.mark.django_db


def names_of(model, field):
    """Under which names the field is known when it is closed."""
    key = f"{model._meta.label_lower}:{field}"
    [names] = [names for at, _words, names in offered() if at == key]
    return names


class Told:
    """Records each of whose fields holds what stands nowhere else."""

    def __init__(self, alice):
        self.alice = alice
        sample = events.add(HOUSE, name="Источник-Ы")
        channel = channels.add(HOUSE, name="Канал-Ы", source_types=["marketing_event"])
        self.partner = partners.add(
            HOUSE,
            name="Партнёр-Ъ",
            is_client=True,
            manager=add_user(HOUSE, login="manager-y", name="Менеджер-Ы"),
            head=partners.add(HOUSE, name="Голова-Ы"),
            region=regions.add(HOUSE, name="Регион-Ы"),
            access_group=access_groups.add(HOUSE, name="Группа-Ы"),
            inn="7707083893",
            kpp="770701001",
            ogrn="1027700132195",
            phone="+7 846 000-14-27",
            email="ы@leak.example",
            city="Город-Ы",
            web="https://leak-y.example",
            channel=channel,
            source_type="marketing_event",
            source=sample.pk,
            comment="Примечание-Ы",
            note="Заметка-Ы",
        )
        partners.change(HOUSE, self.partner, public_name="Вывеска-Ы")
        self.deal = self._deal()
        self.interaction = self._interaction()

    def _deal(self):
        stage = deals.stages.add(HOUSE, name="Этап-Ю")
        client = partners.add(HOUSE, name="Клиент-Ю", is_client=True)
        sample = events.add(HOUSE, name="Источник-Ю")
        deal = deals.open_deal(
            HOUSE,
            name="Сделка-Ъ",
            client=client,
            agreement=agreements.add(HOUSE, name="Соглашение-Ю"),
            kind=deals.kinds.add(HOUSE, name="Вид-Ю", type="manual", stages=[stage]),
            responsible=add_user(HOUSE, login="responsible-y", name="Ответственный-Ю"),
            potential=Decimal("884.71"),
            channel=channels.add(HOUSE, name="Канал-Ю", source_types=["marketing_event"]),
            source_type="marketing_event",
            source=sample.pk,
            comment="Примечание-Ю",
        )
        winner = partners.add(HOUSE, name="Победитель-Ю", is_competitor=True)
        reason = LossReason.objects.get(code=LossReason.TO_COMPETITOR)
        with system_set("tests.rename"):
            LossReason.objects.filter(pk=reason.pk).update(name="Причина-Ю", name_en="Причина-Ю")
        deals.lose_deal(HOUSE, deal, loss_reason=reason, winner=winner)
        return Deal.objects.get(pk=deal.pk)

    def _interaction(self):
        client = partners.add(HOUSE, name="Собеседник-Я", is_client=True)
        talk = interactions.record_call(
            HOUSE,
            name="Разговор-Ъ",
            client=client,
            contact=people.add(HOUSE, last_name="Контакт-Я", partner=client),
            text="Сказано-Я",
            result="Итог-Я",
            how_to_reach="Связь-Я",
            responsible=add_user(HOUSE, login="talker-y", name="Говорил-Я"),
            started_at=timezone.now() - timedelta(hours=1),
        )
        return Interaction.objects.get(pk=talk.pk)


TEXTS = {
    Partner: {
        "public_name": "Вывеска-Ы",
        "manager": "Менеджер-Ы",
        "head": "Голова-Ы",
        "region": "Регион-Ы",
        "access_group": "Группа-Ы",
        "inn": "7707083893",
        "kpp": "770701001",
        "ogrn": "1027700132195",
        "phone": "000-14-27",
        "email": "ы@leak.example",
        "city": "Город-Ы",
        "web": "leak-y.example",
        "channel": "Канал-Ы",
        "source": "Источник-Ы",
        "comment": "Примечание-Ы",
        "note": "Заметка-Ы",
    },
    Deal: {
        "client": "Клиент-Ю",
        "agreement": "Соглашение-Ю",
        "kind": "Вид-Ю",
        "responsible": "Ответственный-Ю",
        "potential": "884,71",
        "stage": "Этап-Ю",
        "loss_reason": "Причина-Ю",
        "winner": "Победитель-Ю",
        "channel": "Канал-Ю",
        "source": "Источник-Ю",
        "comment": "Примечание-Ю",
    },
    Interaction: {
        "client": "Собеседник-Я",
        "contact": "Контакт-Я",
        "responsible": "Говорил-Я",
        "text": "Сказано-Я",
        "result": "Итог-Я",
        "how_to_reach": "Связь-Я",
    },
}
SAME = {(Partner, "inn"): {"partners.legalentity": ["inn"]}}
"""What another record has as its own is closed there."""
PATHS = {Partner: "partners", Deal: "deals", Interaction: "interactions"}


def pages_of(model, record):
    """The record's own pages, and the cards of what it points at."""
    path = PATHS[model]
    own = f"/{path}/{record.pk}"
    found = [own, f"{own}/beside", f"{own}/history", f"{own}/edit", f"/{path}?q=Ъ"]
    found += [f"/api/v1{own}", f"/api/v1{own}/history", f"/api/v1/{path}?id={record.pk}"]
    if model is not Partner:
        found.append(f"/partners/{record.client_id}")
    if model is Deal:
        found += [f"/deals?look=board&deck={deck.key}" for deck in decks() if "Ю" in deck.label]
    if model is Interaction:
        found.append(f"/contact-people/{record.contact_id}")
    return found


def shown(world, address):
    """What a page tells; what it was asked is not told."""
    if address.startswith("/api/"):
        answer = world.alice.program.get(address.removeprefix("/api/v1/"))
        text = str(answer.json()) if answer.status_code == 200 else ""
    else:
        answer = world.alice.browser.get(address)
        text = unescape(answer.content.decode()) if answer.status_code == 200 else ""
    return re.sub(r"[\u00a0]", " ", text)


@pytest.mark.parametrize("model", list(TEXTS), ids=lambda model: model._meta.model_name)
def test_a_text_of_a_hidden_field_stands_nowhere(world, model):
    with system_set("tests.reach"):
        Grant.objects.filter(user=world.alice.actor.user).update(reach="all")
    made = Told(world.alice)
    record = {Partner: made.partner, Deal: made.deal, Interaction: made.interaction}[model]
    pages = pages_of(model, record)
    hide(model)
    before = {page: shown(world, page) for page in pages}
    told = []
    for field, text in TEXTS[model].items():
        stood = [page for page in pages if text in before[page]]
        assert stood, f"{field} stands nowhere even when it may be seen"
        hide(model, *names_of(model, field), also=SAME.get((model, field), {}))
        own = (
            f"/partners/{getattr(record, 'client_id', '')}",
            f"/contact-people/{getattr(record, 'contact_id', '')}",
        )
        told += [
            f"{page} tells {field}"
            for page in pages
            if text in shown(world, page) and not (page in own and field in {"client", "contact"})
        ]
    assert not told, "\n".join(told)
