"""Deals for programs and files: names and labels are a contract."""

from __future__ import annotations

from artel.domains.company.models import Currency
from artel.domains.partners.commands import channels
from artel.domains.partners.models import Channel, Partner
from artel.domains.partners.related import related_partner, related_person
from artel.domains.products.commands import agreements
from artel.domains.products.models import Agreement
from artel.kernel.people import User
from artel.kernel.record_commands import RecordCommands
from artel.kernel.records import Item
from artel.screens.registry import register_resource
from artel.screens.vocabulary import Field, Resource

from . import commands
from .models import (
    Deal,
    DealKind,
    DealStage,
    DissatisfactionReason,
    LossReason,
    ParticipantRole,
    Stage,
)
from .readings import (
    channel_of,
    contacts_of,
    currency_of,
    first_of,
    kinds_of_stages,
    orders_of_stages,
    source_of,
    source_type_of,
    stage_lists,
    winner_of,
)

KIND = ("Вид сделки", "Вид", "Kind of deal", "Kind")
RESPONSIBLE = ("Ответственный", "Менеджер", "Responsible", "Manager")

register_resource(
    Resource(
        path="deals",
        model=Deal,
        fields=[
            Field(name="code", labels=("Код", "Code"), sort=True),
            Field(name="name", labels=("Наименование", "Сделка", "Name"), required=True, sort=True),
            Field(name="client", labels=("Клиент", "Партнёр", "Client"), model=Partner),
            Field(
                name="agreement",
                labels=("Соглашение", "Agreement"),
                model=Agreement,
                creates=agreements.add,
            ),
            Field(name="kind", labels=KIND, model=DealKind, creates=commands.kinds.add, required=True),
            Field(name="responsible", labels=RESPONSIBLE, model=User),
            Field(name="status", labels=("Статус", "Status")),
            Field(name="closed", argument="is_closed", path="is_closed", labels=("Закрыта", "Closed")),
            Field(name="stage", argument="", model=Stage),
            Field(name="probability", labels=("Вероятность", "Вероятность, %", "Probability")),
            Field(
                name="potential",
                labels=("Потенциал", "Потенциальная сумма", "Сумма", "Сумма сделки", "Potential", "Amount"),
                sort=True,
            ),
            Field(
                name="currency",
                labels=("Валюта", "Currency"),
                model=Currency,
                lookup=("code", "name", "name_en"),
                fetch=currency_of,
                filter=False,
            ),
            Field(
                name="demand_currency",
                labels=("Валюта спроса", "Currency of demand"),
                model=Currency,
                lookup=("code", "name", "name_en"),
            ),
            Field(name="started_at", labels=("Дата начала", "Начало", "Start"), sort=True),
            Field(name="ended_at", labels=("Дата окончания", "Окончание", "End")),
            Field(
                name="loss_reason",
                labels=("Причина проигрыша", "Loss reason"),
                model=LossReason,
                creates=commands.loss_reasons.add,
            ),
            Field(
                name="winner",
                labels=("Победитель", "Выиграл сделку", "Winner"),
                model=Partner,
                fetch=winner_of,
                filter=False,
            ),
            Field(
                name="channel",
                labels=("Канал", "Channel"),
                model=Channel,
                creates=channels.add,
                fetch=channel_of,
                filter=False,
            ),
            Field(
                name="source_type",
                labels=("Тип источника", "Source type"),
                fetch=source_type_of,
                filter=False,
            ),
            Field(name="source", labels=("Источник", "Source"), fetch=source_of, filter=False),
            Field(name="separate_accounting", labels=("Обособленный учёт", "Separate accounting")),
            Field(name="comment", labels=("Комментарий", "Comment"), filter=False),
        ],
        create=commands.open_deal,
        change=commands.change_deal,
        mark=commands.mark_deal,
        commands=[
            commands.move_deal,
            commands.restart_stage,
            commands.win_deal,
            commands.lose_deal,
            commands.reopen_deal,
            commands.resume_deal,
            commands.close_deal,
            commands.copy_deal,
            commands.reassign_deal,
            commands.calculate_potential,
            commands.add_participant,
            commands.change_participant,
            commands.remove_participant,
            commands.set_demand,
            commands.add_demand_row,
            commands.change_demand_row,
            commands.remove_demand_row,
            commands.unmark_deal,
        ],
        sorts=("started_at", "name", "potential", "code"),
        related=[related_partner("client"), related_person("contact", "client", contacts_of)],
    )
)
register_resource(
    Resource(
        path="deal-stages",
        model=DealStage,
        fields=[
            Field(
                name="deal",
                labels=("Сделка", "Код сделки", "Deal"),
                model=Deal,
                lookup=("code", "name"),
                required=True,
            ),
            Field(name="stage", labels=("Этап", "Stage"), model=Stage, required=True),
            Field(name="started_at", labels=("Начало", "Дата начала", "Start"), required=True),
            Field(name="ended_at", labels=("Окончание", "Дата окончания", "End")),
            Field(name="result", labels=("Результат", "Result")),
            Field(name="responsible", labels=RESPONSIBLE, model=User),
            Field(name="order", argument=""),
            Field(name="days", argument=""),
            Field(name="potential", argument=""),
        ],
        keys=("deal+stage",),
        rows=commands.record_stage_rows,
    )
)
register_resource(
    Resource(
        path="deal-kinds",
        model=DealKind,
        fields=[
            Field(name="name", labels=("Наименование", *KIND, "Name"), required=True, sort=True),
            Field(name="type", labels=("Тип", "Тип сделки", "Type")),
            Field(
                name="stage_list",
                labels=("Этапы по порядку", "Stages in order"),
                fetch=stage_lists,
                filter=False,
            ),
            Field(name="is_allowed", labels=("Использование разрешено", "May be used")),
            Field(name="records_demand", labels=("Фиксировать первичный спрос", "Records primary demand")),
            Field(name="separate_accounting", labels=("Обособленный учёт", "Separate accounting")),
            Field(name="description", labels=("Описание", "Description"), filter=False),
            Field(name="responsible", labels=RESPONSIBLE, model=User),
            Field(name="is_archived", labels=("В архиве", "Archived")),
        ],
        keys=("name",),
        create=commands.kinds.add,
        change=commands.kinds.change,
        mark=commands.kinds.mark,
    )
)
register_resource(
    Resource(
        path="stages",
        model=Stage,
        fields=[
            Field(name="name", labels=("Наименование", "Этап", "Name", "Stage"), required=True, sort=True),
            Field(
                name="kind",
                labels=KIND,
                model=DealKind,
                creates=commands.kinds.add,
                fetch=first_of(kinds_of_stages),
                each=kinds_of_stages,
                find="kind_stages__kind",
                filter=False,
            ),
            Field(
                name="order",
                labels=("Порядок", "Order"),
                fetch=first_of(orders_of_stages),
                each=orders_of_stages,
                filter=False,
            ),
            Field(name="is_archived", labels=("В архиве", "Archived")),
        ],
        keys=("kind+name", "name"),
        create=commands.stages.add,
        change=commands.stages.change,
        rows=commands.place_stages,
        mark=commands.stages.mark,
    )
)


def _directory(path: str, model: type[Item], acts: RecordCommands, *labels: str) -> None:
    register_resource(
        Resource(
            path=path,
            model=model,
            fields=[
                Field(name="name", labels=("Наименование", *labels, "Name"), required=True, sort=True),
                Field(name="is_archived", labels=("В архиве", "Archived")),
            ],
            keys=("name",),
            create=acts.add,
            change=acts.change,
            mark=acts.mark,
        )
    )


_directory("loss-reasons", LossReason, commands.loss_reasons, "Причина проигрыша", "Loss reason")
_directory(
    "dissatisfaction-reasons",
    DissatisfactionReason,
    commands.dissatisfaction_reasons,
    "Причина",
    "Reason",
)
_directory("participant-roles", ParticipantRole, commands.participant_roles, "Роль", "Role")
