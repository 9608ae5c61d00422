"""What the start page shows of deals: mine, those without a next step, by stages, why they are lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from artel.kernel.access import fields_visible_to, restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.roles import Reach
from artel.screens.registry import HOME, contribute
from artel.screens.vocabulary import Widget
from artel.web.blocks import RowsBlock, rows_block
from artel.web.references import References
from artel.web.widgets import Bars, Part, bars, list_address

from .filters import of_others, without_next_step
from .models import Deal, LossReason, Stage

MINE = "responsible=me&status=in_work"
OTHERS = "status=in_work&mine=no"
LIKELY_PERCENT = 70
LOST_DAYS = 90
MOST = 8
BARS = 10


def my_deals(actor: Actor) -> RowsBlock | None:
    """The deals in work that the reader is responsible for, the longest under way first."""
    rows = _mine(actor).order_by("started_at", "pk")
    columns = ["name", "client", "stage", "potential", "started_at"]
    return rows_block(actor, "deals.deal", rows, columns, most=MOST, query=f"{MINE}&sort=started_at")


def no_next_step(actor: Actor) -> RowsBlock | None:
    """The reader's deals in work for which nothing is planned, the greatest potential first."""
    rows = without_next_step(_mine(actor)).order_by("-potential", "-pk")
    columns = ["name", "client", "stage", "potential"]
    query = f"{MINE}&planned=no&sort=-potential"
    return rows_block(actor, "deals.deal", rows, columns, most=MOST, query=query)


def likely(actor: Actor) -> RowsBlock | None:
    """The reader's deals in work that are near their end by their probability, the greatest potential first."""
    rows = _mine(actor).filter(probability__gte=LIKELY_PERCENT).order_by("-potential", "-pk")
    columns = ["name", "client", "stage", "probability", "potential"]
    query = f"{MINE}&probability={LIKELY_PERCENT}..&sort=-potential"
    return rows_block(actor, "deals.deal", rows, columns, most=MOST, query=query)


def others_deals(actor: Actor) -> RowsBlock | None:
    """The newest deals in work of others whose records the reader reaches: what a head looks after."""
    rows = _others(actor)
    if rows is None:
        return None
    columns = ["name", "client", "stage", "potential", "responsible"]
    ordered = rows.order_by("-started_at", "-pk")
    return rows_block(actor, "deals.deal", ordered, columns, most=MOST, query=OTHERS)


def others_without_step(actor: Actor) -> RowsBlock | None:
    """Of these, those for which nothing is planned, the greatest potential first."""
    rows = _others(actor)
    if rows is None:
        return None
    columns = ["name", "client", "stage", "potential", "responsible"]
    ordered = without_next_step(rows).order_by("-potential", "-pk")
    query = f"{OTHERS}&planned=no&sort=-potential"
    return rows_block(actor, "deals.deal", ordered, columns, most=MOST, query=query)


def _others(actor: Actor) -> QuerySet[Any] | None:
    """Deals of others; None for who reaches but his own."""
    if not any(grant.reach != Reach.OWN for grant in actor.grants_of(view_permission(Deal))):
        return None
    return of_others(Deal.objects.in_work(), actor)


def my_stages(actor: Actor) -> Bars | None:
    """The reader's deals in work by their stages."""
    return _by_stage(actor, _mine(actor), responsible="me")


def funnel(actor: Actor) -> Bars | None:
    """All deals in work that the reader may see, by their stages."""
    return _by_stage(actor, Deal.objects.in_work())


def _by_stage(actor: Actor, rows: QuerySet[Any], **asked: str) -> Bars | None:
    asked = {"status": "in_work", **asked}
    grouped = _grouped(actor, rows, "stage")
    if grouped is None:
        return None
    found = grouped.annotate(place=Min("stage_order")).order_by(F("place").asc(nulls_last=True), "stage")
    return bars(_parts(actor, Stage, found, gettext("without stages"), asked), list_address("deals", **asked))


def losses(actor: Actor) -> Bars | None:
    """Of the deals begun lately, those that are lost, by reason."""
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(
        days=LOST_DAYS
    )
    asked = {"status": "lost", "started_at": f"{since:%Y-%m-%d}.."}
    rows = Deal.objects.present().filter(status="lost", started_at__gte=since)
    grouped = _grouped(actor, rows, "loss_reason")
    if grouped is None:
        return None
    found = grouped.order_by("-count", "loss_reason")
    return bars(
        _parts(actor, LossReason, found, gettext("without a reason"), asked), list_address("deals", **asked)
    )


def _grouped(actor: Actor, rows: QuerySet[Any], by: str) -> QuerySet[Any] | None:
    """Count and potential by a directory; None where what is counted is closed to the reader."""
    visible = fields_visible_to(actor, Deal)
    if any(name not in visible for name in (by, "potential", "status")):
        return None
    seen: Any = restrict(rows, actor, view_permission(Deal)).order_by()
    found: QuerySet[Any] = seen.values(by).annotate(count=Count("pk"), sum=Sum("potential"))
    return found


def _parts(
    actor: Actor, model: Any, found: QuerySet[Any], nothing: str, asked: dict[str, str]
) -> Iterator[Part]:
    """The first parts by themselves; the list of all stands beside them."""
    name = "stage" if model is Stage else "loss_reason"
    rows = list(found[:BARS])
    names = References(actor)
    names.want(model, [row[name] for row in rows])
    for row in rows:
        key = row[name]
        address = list_address("deals", **asked, **{name: key or "none"})
        yield Part(str(names.seen(model, key) or nothing), row["count"], row["sum"] or Decimal(0), address)


def _mine(actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = Deal.objects.in_work().filter(responsible=actor.user_id)
    return rows


def _widget(**declared: Any) -> Widget:
    return Widget(permission="deals.view_deal", **{"act": "deals.deal", **declared})


contribute(
    to=HOME,
    widgets=[
        _widget(
            key="deals.no_next_step",
            title=_("Deals without a next step"),
            build=no_next_step,
            roles=("sales_manager",),
            order=30,
            empty=_("Something is planned for each of your deals."),
            act="",
            help=_("Your deals in work for which no contact is planned, the greatest potential first."),
        ),
        _widget(
            key="deals.mine",
            title=_("My deals in work"),
            build=my_deals,
            roles=("sales_manager",),
            order=40,
            empty=_("You have no deal in work."),
            help=_("The longest under way first."),
        ),
        _widget(
            key="deals.others",
            title=_("Deals of others in work"),
            build=others_deals,
            roles=("head",),
            order=45,
            empty=_("None of your people has a deal in work."),
            act="",
        ),
        _widget(
            key="deals.others_without_step",
            title=_("Deals of others without a next step"),
            build=others_without_step,
            roles=("head",),
            order=35,
            empty=_("Something is planned for each deal of your people."),
            act="",
            help=_(
                "Deals in work of your people for which no contact is planned, the greatest potential first."
            ),
        ),
        _widget(
            key="deals.likely",
            title=_("Close to being won"),
            build=likely,
            size="half",
            roles=(),
            order=48,
            empty=_("None of your deals is likely to be won yet."),
            act="",
            help=_("Your deals in work with a probability of 70% and more."),
        ),
        _widget(
            key="deals.my_stages",
            title=_("My deals by stages"),
            build=my_stages,
            template="web/bars_block.html",
            size="narrow",
            roles=("sales_manager",),
            order=70,
            empty=_("You have no deal in work."),
            help=_("Your deals in work: how many stand at each stage, and their potential."),
        ),
        _widget(
            key="deals.funnel",
            title=_("Funnel"),
            build=funnel,
            template="web/bars_block.html",
            size="narrow",
            roles=("head", "marketer"),
            order=72,
            empty=_("No deal is in work."),
            act="",
            lines=BARS,
            help=_("All deals in work that you may see, by the stage they stand at now."),
        ),
        _widget(
            key="deals.losses",
            title=_("Why deals are lost"),
            build=losses,
            template="web/bars_block.html",
            size="narrow",
            roles=("head", "marketer"),
            order=74,
            empty=_("No deal begun in the last ninety days is lost."),
            act="",
            lines=6,
            help=_("Of the deals begun in the last ninety days, those that are lost, by reason."),
        ),
    ],
)
