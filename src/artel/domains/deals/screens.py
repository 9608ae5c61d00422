"""What people see of deals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from artel.domains.interactions.feed import about_subject, all_about, timeline
from artel.domains.interactions.readings import digest
from artel.domains.partners.source_types import label_for, source_behind
from artel.screens.registry import add_section, contribute, register
from artel.screens.vocabulary import (
    BasedOn,
    Board,
    Cell,
    Entity,
    Panel,
    Related,
    Section,
    SectionOfMenu,
    Table,
)
from artel.web.changes import told_by

from . import commands
from .boards import NEXT_AT, decks
from .filters import MINE, PLANNED
from .models import Deal, DealKind, DissatisfactionReason, LossReason, ParticipantRole, Stage
from .panels import (
    asked_by_demand,
    asked_by_first_interest,
    asked_by_participants,
    asked_by_route,
    days_in_stage,
    deal_of_interaction,
    deal_of_partner,
    deal_of_person,
    demand,
    demand_sum,
    first_interest,
    participants,
    route,
    stages_of_kind,
    weighted,
)
from .readings import demand_currency_of
from .subjects import DEAL

told_by("deals.dealfirstinterest.source_type", label_for)
told_by("deals.dealfirstinterest.source", source_behind)
add_section(SectionOfMenu(code="deals", label=_("Deals"), icon="briefcase", order=30))

WEIGHTED = Cell(name="weighted", label=_("Weighted potential"), value=weighted, kind="money")
DEMANDED = Cell(
    name="demand_sum", label=_("Sum of demand"), value=demand_sum, kind="money", currency="demand_currency"
)
DAYS = Cell(name="days_in_stage", label=_("Days at the stage"), value=days_in_stage, kind="number")
DEMAND_CURRENCY = Cell(
    name="demand_currency", label=_("Currency of demand"), value=demand_currency_of, kind="reference"
)
NEXT_STEP = Cell(name="next_step", label=_("Next step"), value=digest("next_at"), kind="moment")
LAST_TALK = Cell(name="last_talk", label=_("Last interaction"), value=digest("last_at"), kind="moment")
MAIN = ["client", "agreement", "kind", "responsible", "started_at", "ended_at"]

register(
    Entity(
        model=Deal,
        path="deals",
        section="deals",
        icon="briefcase",
        state="status",
        table=Table(
            columns=["name", "client", "stage", "potential", "status", "responsible", "started_at"],
            more_columns=[
                "code",
                "kind",
                "agreement",
                "probability",
                WEIGHTED,
                DEMANDED,
                DAYS,
                NEXT_STEP,
                LAST_TALK,
                "ended_at",
                "loss_reason",
                "is_closed",
                "comment",
            ],
            filters=[
                "status",
                "stage",
                "kind",
                "responsible",
                "client",
                "loss_reason",
                "is_closed",
                "potential",
                "probability",
                "started_at",
                PLANNED,
                MINE,
            ],
            sorts=["started_at", "sort_name", "potential", "code"],
            order="-started_at",
        ),
        header=["code", "potential", "status"],
        form=[
            Section(_("Main"), ["name", "client", "agreement", "kind", "responsible", "started_at"]),
            Section(_("Money"), ["potential", "probability", "demand_currency", "separate_accounting"]),
            Section(_("First interest"), ["channel", "source_type", "source"]),
            Section(_("More"), ["comment", "interaction"]),
        ],
        facts=[
            Section(_("Main"), MAIN),
            Section(_("Money"), ["potential", "probability", DEMAND_CURRENCY, "separate_accounting"]),
            Section(_("Result"), ["status", "is_closed", "loss_reason"]),
            Section(_("More"), ["comment"]),
        ],
        create=commands.open_deal,
        change=commands.change_deal,
        actions=[
            commands.win_deal,
            commands.lose_deal,
            commands.reopen_deal,
            commands.resume_deal,
            commands.move_deal,
            commands.restart_stage,
            commands.close_deal,
            commands.reassign_deal,
            commands.copy_deal,
            commands.mark_deal,
            commands.unmark_deal,
        ],
        panels=[
            Panel(
                name="route",
                title=_("Stages"),
                template="deals/route.html",
                data=route,
                place="top",
                asks=asked_by_route,
                tells=["kind", "stage", "status"],
            ),
            Panel(
                name="participants",
                title=_("Participants"),
                template="deals/participants.html",
                data=participants,
                asks=asked_by_participants,
                tells=["client", "winner"],
                actions=[commands.add_participant],
                row_actions=[commands.change_participant, commands.remove_participant],
            ),
            Panel(
                name="demand",
                title=_("Primary demand"),
                template="deals/demand.html",
                data=demand,
                asks=asked_by_demand,
                actions=[commands.calculate_potential, commands.add_demand_row],
                offers=lambda shown, act: act is not commands.calculate_potential or bool(shown.lines),
                row_actions=[commands.change_demand_row, commands.remove_demand_row],
            ),
            Panel(
                name="first_interest",
                title=_("First interest"),
                template="deals/first_interest.html",
                data=first_interest,
                asks=asked_by_first_interest,
                place="left",
                tells=["channel", "source_type", "source"],
            ),
        ],
        timelines=[timeline("subject", about_subject(DEAL, client="client_id"), all_about(DEAL))],
        board=Board(
            decks=decks,
            by=["kind", "stage", "status"],
            under="client",
            money="potential",
            weight="probability",
            person="responsible",
            next_step=NEXT_AT,
        ),
        help=_("All work before a sale: from the first contact to the last obligation."),
        helps={
            "agreement": _("Terms of the sale: the client's own or a standard one."),
            "source_type": _("It decides from what the source is chosen."),
            "kind": _("It decides which stages the deal goes through and who moves it along them."),
            "potential": _(
                "What the deal may bring, in the management currency; reports of the funnel add it up."
            ),
            "probability": _(
                "How likely the deal is won, in percent: the weighted potential is counted with it."
            ),
            "separate_accounting": _("Goods bought for this deal are kept apart from the others."),
            "demand_currency": _("Empty is the management currency."),
            "channel": _(
                "By which way the client came to this deal; the report of first interest counts by it."
            ),
        },
    )
)
register(
    Entity(
        model=DealKind,
        path="deal-kinds",
        helps={
            "type": _(
                "What moves deals along their stages: the rules of the standard sale, a process, or people by hand."
            ),
            "is_allowed": _("New deals of this kind are begun only while it is on."),
            "records_demand": _("Its deals keep lines of what the client asked for at first."),
            "responsible": _("Who answers for the kind itself; each deal has its own responsible."),
        },
        icon="category",
        table=Table(
            columns=["name", "type", "is_allowed", "records_demand", "separate_accounting", "responsible"],
            more_columns=["description", "is_archived"],
            filters=["type", "is_allowed", "is_archived"],
            sorts=["sort_name"],
            order="sort_name",
        ),
        form=[
            Section(_("Main"), ["name", "type", "responsible", "is_allowed"]),
            Section(_("Stages"), ["stage_list"]),
            Section(_("Records"), ["records_demand", "separate_accounting"]),
            Section(_("More"), ["description", "is_archived"]),
        ],
        facts=[
            Section(_("Main"), ["type", "responsible", "is_allowed"]),
            Section(_("Records"), ["records_demand", "separate_accounting"]),
            Section(_("More"), ["description", "is_archived"]),
        ],
        create=commands.kinds.add,
        change=commands.kinds.change,
        actions=[commands.kinds.mark, commands.kinds.unmark],
        panels=[
            Panel(
                name="stages",
                title=_("Stages"),
                template="deals/stages.html",
                data=stages_of_kind,
                actions=[commands.list_stage],
                row_actions=[commands.unlist_stage],
            ),
        ],
        related=[
            Related(
                entity="deals.deal",
                via="kind",
                columns=["name", "client", "stage", "potential"],
                order="-started_at",
                title=_("Deals"),
            )
        ],
        help=_("How a kind of deal is worked: by the standard sale, by stages of its own or without stages."),
    )
)
for model, path, icon, acts, words in (
    (Stage, "stages", "stairs", commands.stages, _("Stages that kinds of deals put in order.")),
    (
        LossReason,
        "loss-reasons",
        "flag-off",
        commands.loss_reasons,
        _("Why a deal is lost: asked when it is."),
    ),
    (
        DissatisfactionReason,
        "dissatisfaction-reasons",
        "mood-sad",
        commands.dissatisfaction_reasons,
        _("Why a line of demand was not met."),
    ),
    (
        ParticipantRole,
        "participant-roles",
        "users",
        commands.participant_roles,
        _("What a partner is in a deal: client, competitor, adviser."),
    ),
):
    register(
        Entity(
            model=model,
            path=path,
            icon=icon,
            help=words,
            table=Table(
                columns=["name", "is_archived"],
                filters=["is_archived"],
                sorts=["sort_name"],
                order="sort_name",
            ),
            form=[Section(_("Main"), ["name", "is_archived"])],
            facts=[Section(_("Main"), ["code", "is_archived"])],
            create=acts.add,
            change=acts.change,
            actions=[acts.mark, acts.unmark],
        )
    )
contribute(
    to="partners.partner",
    related=[
        Related(
            entity="deals.deal",
            via="client",
            columns=["name", "stage", "status", "potential"],
            order="-started_at",
            title=_("Deals"),
            sum="potential",
        )
    ],
    based_on=[BasedOn(entity="deals.deal", label=_("Deal"), values=deal_of_partner)],
)
contribute(
    to="partners.person",
    based_on=[BasedOn(entity="deals.deal", label=_("Deal"), values=deal_of_person)],
)
contribute(
    to="interactions.interaction",
    based_on=[BasedOn(entity="deals.deal", label=_("Deal"), values=deal_of_interaction)],
)
contribute(
    to="products.agreement",
    related=[
        Related(
            entity="deals.deal",
            via="agreement",
            columns=["name", "client", "potential"],
            order="-started_at",
            title=_("Deals"),
        )
    ],
)
