"""Files on a few of the demo's deals: made here, of nothing, so that there is something to look at, to open and to find."""

from __future__ import annotations

from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.files import commands
from artel.kernel.files.models import File
from artel.kernel.files.receiving import receive
from artel.kernel.files.samples import docx, pdf, png

from .models import Deal, DealStatus

CONTRACT = (
    "Договор поставки № 17-В",
    "Поставщик обязуется передать, а покупатель принять и оплатить вентиляционное оборудование по спецификации.",
    "Срок поставки: 30 календарных дней с даты предоплаты. Гарантия: 24 месяца.",
)
REVISED = (*CONTRACT, "Предоплата 50 %, остаток в течение десяти дней после приёмки.")
OFFER = (
    ("Commercial offer 17-V", "Fans, ducts and automation", "Delivery in 30 days, warranty 24 months"),
    ("Specification", "1. Fan VR-80, 4 pcs", "2. Duct 400 x 200, 36 m", "3. Control panel, 1 pc"),
)


def attach_files(actor: Actor) -> None:
    """To three of the latest deals in work: a contract in two versions, an offer, a plan of the premises."""
    deals = list(Deal.objects.filter(status=DealStatus.IN_WORK).order_by("-started_at", "-pk")[:3])
    plan = png(800, 560)
    lines = [
        _line(deal, content, name, description)
        for number, deal in enumerate(deals)
        for content, name, description in (
            (docx(CONTRACT), "Договор поставки.docx", "Согласован с юристом клиента"),
            (pdf(OFFER), "Коммерческое предложение.pdf", ""),
            (plan, "План помещения.png", "Схема от клиента"),
        )[: 3 - number]
    ]
    made = commands.add_file.run(actor, lines).results
    for file in made[:1]:
        commands.add_version(
            actor, file, blob=receive([docx(REVISED)]), name=file.name, comment="Изменён порядок оплаты"
        )


def _line(deal: Deal, content: bytes, name: str, description: str) -> Line[File, commands.NewFile]:
    given = commands.NewFile(
        blob=receive([content]), name=name, entity="deals.deal", record=deal.pk, description=description
    )
    return Line(given)
