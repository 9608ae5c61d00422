"""Where deals are won and lost, and where they come from (rules §2.8.1, §2.10, §2.13)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from artel.domains.company.rates import management_currency
from artel.domains.partners.models import BusinessRegion, Channel, Partner, PartnerFirstInterest
from artel.domains.partners.source_types import source_types
from artel.domains.products.models import Agreement
from artel.kernel.actors import Actor
from artel.kernel.people import User
from artel.kernel.refusals import type_of_text
from artel.kernel.roles import AccessGroup
from artel.reports.asking import find_in
from artel.reports.calendar import by_units
from artel.reports.composing import names_in
from artel.reports.registry import register
from artel.reports.vocabulary import Block, Chart, Dataset, Dimension, During, Measure, Part, Report

from .models import Deal, DealFirstInterest, DealKind, DealStage, DealStatus, LossReason, Stage


def _choices_of_sources() -> list[tuple[str, type_of_text]]:
    return [(one.key, one.label) for one in source_types()]


def _names_of_sources(actor: Actor, keys: Collection[Any]) -> dict[Any, str]:
    """A source may be a record of any entity that registers as a source type."""
    found: dict[Any, str] = {}
    for model in {one.model for one in source_types()}:
        found |= names_in(actor, model, keys)
    return found


def _find_source(actor: Actor, text: str) -> list[Any]:
    return [key for model in {one.model for one in source_types()} for key in find_in(actor, model, text)]


def _find_regions(actor: Actor, text: str) -> list[Any]:
    """Regions called so, and everything inside them."""
    seen = BusinessRegion.objects.visible_to(actor)
    found = [seen.within(key).values_list("pk", flat=True) for key in find_in(actor, BusinessRegion, text)]
    return [key for keys in found for key in keys]


def _currency() -> str:
    """Sums of reports are in the management currency."""
    found = management_currency()
    return found.code if found else ""


CLIENT = Dimension(name="client", label=_("Client"), model=Partner, empty=_("without a client"))
DEAL = Dimension(name="deal", label=_("Deal"), model=Deal)
KIND = Dimension(name="kind", label=_("Kind of deal"), model=DealKind)
AGREEMENT = Dimension(
    name="agreement", label=_("Agreement"), model=Agreement, empty=_("without an agreement")
)
RESPONSIBLE = Dimension(
    name="responsible", label=_("Responsible"), model=User, empty=_("without a responsible")
)
REGION = Dimension(
    name="region",
    label=_("Business region"),
    model=BusinessRegion,
    find=_find_regions,
    empty=_("without a region"),
)
MANAGER = Dimension(
    name="manager", label=_("Main manager of the client"), model=User, empty=_("without a manager")
)
ACCESS_GROUP = Dimension(
    name="access_group", label=_("Access group"), model=AccessGroup, empty=_("without a client")
)
STATUS = Dimension(name="status", label=_("Status"), choices=DealStatus.choices)
CHANNEL = Dimension(name="channel", label=_("Channel"), model=Channel, empty=_("without a channel"))
SOURCE_TYPE = Dimension(
    name="source_type", label=_("Source type"), choices=_choices_of_sources, empty=_("not known")
)
SOURCE = Dimension(
    name="source", label=_("Source"), labels=_names_of_sources, find=_find_source, empty=_("not known")
)
OF_A_CLIENT = [CLIENT, REGION, MANAGER, ACCESS_GROUP]
STARTED = by_units("started", _("Start of the deal"), "started_at")
ENDED = by_units("ended", _("End of the deal"), "ended_at", empty=_("not ended"))
OF_A_DEAL = [
    DEAL,
    KIND,
    AGREEMENT,
    RESPONSIBLE,
    STATUS,
    *OF_A_CLIENT,
    CHANNEL,
    SOURCE_TYPE,
    SOURCE,
    *STARTED,
    *ENDED,
]

COUNT = Measure(name="count", label=_("Count"))
POTENTIAL = Measure(name="potential", label=_("Potential"), function="sum", field="potential", kind="money")


def _of_result(code: str, label: type_of_text, column: str) -> list[Measure]:
    """Count and potential of the rows with one result, and their shares of the group above."""
    where = Q(**{column: code})
    count, potential = f"{code}_count", f"{code}_potential"
    return [
        Measure(name=count, label=_("Count"), where=where, group=label),
        Measure(
            name=f"{count}_share_percent",
            label=_("Share of the count, %"),
            function="share",
            of=count,
            kind="percent",
            group=label,
        ),
        Measure(
            name=potential,
            label=_("Potential"),
            function="sum",
            field="potential",
            where=where,
            kind="money",
            group=label,
        ),
        Measure(
            name=f"{potential}_share_percent",
            label=_("Share of the potential, %"),
            function="share",
            of=potential,
            kind="percent",
            group=label,
        ),
    ]


def _of_results(column: str) -> list[Measure]:
    return [
        measure
        for code, label in (
            ("in_work", pgettext_lazy("rows", "In work")),
            ("won", pgettext_lazy("rows", "Won")),
            ("lost", pgettext_lazy("rows", "Lost")),
        )
        for measure in _of_result(code, label, column)
    ]


STAGE_ROWS = Dataset(
    name="deals.stage_rows",
    label=_("Stages of deals"),
    parts=[
        Part(
            model=DealStage,
            access="deal",
            base=Q(deal__is_deleted=False),
            during=During(start="started_at", end="ended_at"),
            attributes={Deal: "deal", Partner: "deal__client"},
            paths={
                "stage": "stage",
                "result": "result",
                "deal": "deal",
                "client": "deal__client",
                "kind": "deal__kind",
                "agreement": "deal__agreement",
                "responsible": "deal__responsible",
                "moved_by": "responsible",
                "region": "deal__client__region",
                "manager": "deal__client__manager",
                "access_group": "deal__access_group",
                "started_at": "deal__started_at",
                "ended_at": "deal__ended_at",
                "stage_started_at": "started_at",
                "stage_ended_at": "ended_at",
                "status": "deal__status",
                "channel": "deal__first_interests__channel",
                "source_type": "deal__first_interests__source_type",
                "source": "deal__first_interests__source",
                "potential": "potential",
                "days": "days",
            },
        )
    ],
    dimensions=[
        Dimension(name="stage", label=_("Stage"), model=Stage, order=Max("order")),
        Dimension(name="result", label=_("Result"), choices=DealStatus.choices),
        Dimension(name="moved_by", label=_("Responsible for the stage"), model=User),
        *OF_A_DEAL,
        *by_units("stage_started", _("Start of the stage"), "stage_started_at"),
        *by_units("stage_ended", _("End of the stage"), "stage_ended_at", empty=_("not ended")),
    ],
    measures=[
        COUNT,
        POTENTIAL,
        *_of_results("result"),
        Measure(name="mean_days", label=_("Duration, days"), function="mean", field="days", kind="number"),
        Measure(name="deals", label=_("Different deals"), function="distinct", field="deal"),
    ],
    currency=_currency,
)
FUNNEL = ["in_work_count", "in_work_potential", "won_count", "won_potential", "lost_count", "lost_potential"]

register(
    Report(
        name="sales-funnel",
        label=_("Sales funnel"),
        section="deals",
        dataset=STAGE_ROWS,
        blocks=[
            Block(
                name="stages",
                label=_("Stages"),
                rows=["stage"],
                levels=["stage", "kind", "deal+client"],
                measures=[*FUNNEL, "mean_days"],
                has_totals=False,
                hides_zeros=True,
            )
        ],
        charts=[
            Chart(
                block="stages",
                label=_("Number of deals"),
                series=["won_count", "in_work_count", "lost_count"],
            ),
            Chart(
                block="stages",
                label=_("Potential"),
                series=["won_potential", "in_work_potential", "lost_potential"],
            ),
        ],
        filters=["kind", "responsible", "client", "result"],
        help=_(
            "How many stages were passed, are being worked and were lost, for what potential and in how many days. "
            "A won stage was passed; its deal may still be in work."
        ),
    )
)

DEALS = Dataset(
    name="deals.deals",
    label=_("Deals"),
    parts=[
        Part(
            model=Deal,
            base=Q(is_deleted=False),
            during=During(start="started_at", end="ended_at"),
            attributes={Deal: "", Partner: "client"},
            paths={
                "deal": "id",
                "client": "client",
                "kind": "kind",
                "agreement": "agreement",
                "responsible": "responsible",
                "region": "client__region",
                "manager": "client__manager",
                "access_group": "access_group",
                "started_at": "started_at",
                "ended_at": "ended_at",
                "status": "status",
                "stage": "stage",
                "reason": "loss_reason",
                "channel": "first_interests__channel",
                "source_type": "first_interests__source_type",
                "source": "first_interests__source",
                "potential": "potential",
            },
        )
    ],
    dimensions=[
        *OF_A_DEAL,
        Dimension(
            name="stage", label=_("Stage"), model=Stage, order=Max("stage_order"), empty=_("without stages")
        ),
        Dimension(name="reason", label=_("Loss reason"), model=LossReason, empty=_("not said")),
    ],
    measures=[
        COUNT,
        Measure(
            name="count_share_percent",
            label=_("Share of the count, %"),
            function="share",
            of="count",
            kind="percent",
        ),
        Measure(
            name="count_deviation",
            label=_("Count against the average"),
            function="deviation",
            of="count",
            kind="number",
        ),
        POTENTIAL,
        Measure(
            name="potential_share_percent",
            label=_("Share of the potential, %"),
            function="share",
            of="potential",
            kind="percent",
        ),
        Measure(
            name="potential_deviation",
            label=_("Potential against the average"),
            function="deviation",
            of="potential",
            kind="money",
        ),
        *_of_results("status"),
        Measure(name="clients", label=_("Different clients"), function="distinct", field="client"),
    ],
    currency=_currency,
)
SHARES = ["count", "count_share_percent", "potential", "potential_share_percent"]
LOST = Q(status=DealStatus.LOST)

register(
    Report(
        name="deal-effectiveness",
        label=_("Deal effectiveness"),
        section="deals",
        dataset=DEALS,
        blocks=[
            Block(name="status", label=_("By status"), rows=["status"], measures=["count", "potential"]),
            Block(
                name="open_and_won",
                label=_("Deals in work and won"),
                rows=["kind"],
                levels=["kind", "deal+responsible", "client+agreement"],
                measures=[f"{code}_{name}" for code in ("in_work", "won") for name in SHARES],
                where=Q(status__in=[DealStatus.IN_WORK, DealStatus.WON]),
                called={"kind": "group", **{f"in_work_{name}": name for name in SHARES}},
                without={"won_": ("status", "won"), "in_work_": ("status", "in_work")},
            ),
            Block(
                name="lost",
                label=_("Lost deals"),
                rows=["responsible"],
                levels=["responsible", "kind+agreement", "deal+client"],
                measures=SHARES,
                where=LOST,
            ),
        ],
        charts=[
            Chart(block="status", label=_("Number of deals"), series=["count"]),
            Chart(block="status", label=_("Potential"), series=["potential"]),
        ],
        filters=["kind", "responsible", "client"],
        help=_(
            "How many deals are won and lost, and for what potential. A share relates to the group above."
        ),
    )
)
register(
    Report(
        name="loss-reasons",
        label=_("Loss reasons"),
        section="deals",
        dataset=DEALS,
        blocks=[
            Block(
                name=name,
                label=label,
                rows=[name],
                measures=["count", "potential"],
                where=LOST,
                order="-count",
            )
            for name, label in (
                ("reason", _("By reason")),
                ("responsible", _("By responsible")),
                ("client", _("By client")),
                ("deal", _("By deal")),
            )
        ],
        charts=[Chart(block="reason", label=_("Number of deals"), series=["count"])],
        filters=["reason", "kind", "responsible"],
        help=_("Why deals are lost, by whom and with which clients."),
    )
)

INTERESTS = Dataset(
    name="deals.first_interests",
    label=_("First interest"),
    parts=[
        Part(
            model=DealFirstInterest,
            access="deal",
            base=Q(is_deleted=False, deal__is_deleted=False),
            during=During(start="deal__started_at"),
            attributes={Deal: "deal", Partner: "deal__client"},
            paths={
                "channel": "channel",
                "source_type": "source_type",
                "source": "source",
                "deal": "deal",
                "client": "deal__client",
                "kind": "deal__kind",
                "responsible": "deal__responsible",
                "region": "deal__client__region",
                "manager": "deal__client__manager",
                "access_group": "deal__access_group",
                "agreement": "deal__agreement",
                "status": "deal__status",
                "day": "deal__started_at",
            },
        ),
        Part(
            model=PartnerFirstInterest,
            access="partner",
            base=Q(is_deleted=False, partner__is_deleted=False),
            during=During(start="partner__registered_on", is_day=True),
            attributes={Partner: "partner"},
            paths={
                "channel": "channel",
                "source_type": "source_type",
                "source": "source",
                "client": "partner",
                "responsible": "partner__manager",
                "region": "partner__region",
                "manager": "partner__manager",
                "access_group": "partner__access_group",
                "day": "partner__registered_on",
            },
        ),
    ],
    dimensions=[
        SOURCE_TYPE,
        CHANNEL,
        SOURCE,
        DEAL,
        KIND,
        AGREEMENT,
        RESPONSIBLE,
        STATUS,
        *OF_A_CLIENT,
        *by_units("day", _("Day of the interest"), "day"),
    ],
    measures=[
        Measure(name="deals", label=_("Deals"), field="deal", opens="deal"),
        Measure(name="distinct_partners", label=_("Different partners"), function="distinct", field="client"),
    ],
)
register(
    Report(
        name="primary-interest",
        label=_("First interest"),
        section="marketing",
        dataset=INTERESTS,
        blocks=[
            Block(
                name=name,
                label=label,
                rows=[name],
                measures=["deals", "distinct_partners"],
                order="-deals",
            )
            for name, label in (
                ("source_type", _("By source type")),
                ("channel", _("By channel")),
                ("source", _("By source")),
            )
        ],
        charts=[Chart(block="channel", label=_("Deals"), series=["deals"])],
        filters=["channel", "source_type", "region"],
        help=_("Where deals and partners come from. Different partners of the groups do not add up."),
    )
)
