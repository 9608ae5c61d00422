"""What every base has from the start: the stages of the standard sale, the loss to a competitor, two roles, shared views (rules §1.C, §2.5)."""

from __future__ import annotations

from artel.kernel.shipped import ship
from artel.screens.models import Audience, SavedView

from .models import LossReason, ParticipantRole, Stage

STANDARD_STAGES = (
    "first_contact",
    "qualification",
    "proposal",
    "presentation",
    "negotiation",
    "preparation",
    "fulfilment",
)
_NAMES = (
    ("Первичный контакт", "First contact"),
    ("Квалификация клиента", "Client qualification"),
    ("Формирование предложения", "Making the proposal"),
    ("Презентация", "Presentation"),
    ("Согласование условий", "Agreeing on terms"),
    ("Подготовка к выполнению обязательств", "Preparing to fulfil obligations"),
    ("Выполнение обязательств", "Fulfilling obligations"),
)

ship(
    Stage,
    [
        {"code": code, "name": name, "name_en": name_en}
        for code, (name, name_en) in zip(STANDARD_STAGES, _NAMES, strict=True)
    ],
)
ship(
    LossReason,
    [{"code": LossReason.TO_COMPETITOR, "name": "Проигрыш конкуренту", "name_en": "Lost to a competitor"}],
)
ship(
    ParticipantRole,
    [
        {"code": ParticipantRole.CLIENT, "name": "Клиент", "name_en": "Client"},
        {"code": ParticipantRole.COMPETITOR, "name": "Конкурент", "name_en": "Competitor"},
    ],
)

_IN_WORK = {"field": "status", "is": "in", "value": ["in_work"]}
_SHARED = {"entity": "deals.deal", "audience": Audience.EVERYONE.value}

ship(
    SavedView,
    [
        {
            **_SHARED,
            "code": "my-deals-in-work",
            "name": "Мои в работе",
            "name_en": "Mine in work",
            "filter": {"all": [_IN_WORK, {"field": "responsible", "is": "in", "value": ["me"]}]},
            "sort": "-potential",
        },
        {
            **_SHARED,
            "code": "deals-by-stage",
            "name": "По этапам",
            "name_en": "By stage",
            "filter": {"all": [_IN_WORK, {"field": "stage", "is": "not_empty"}]},
            "group_by": "stage",
            "sort": "-potential",
            "formats": [
                {
                    "when": {
                        "all": [
                            {"field": "probability", "is": "gte", "value": 80},
                            {"field": "potential", "is": "gt", "value": 0},
                        ]
                    },
                    "style": "good",
                    "column": "potential",
                }
            ],
        },
        {
            **_SHARED,
            "code": "lost-this-quarter",
            "name": "Проиграны за квартал",
            "name_en": "Lost this quarter",
            "filter": {
                "all": [
                    {"field": "status", "is": "in", "value": ["lost"]},
                    {"field": "ended_at", "is": "during", "value": "this_quarter"},
                ]
            },
            "group_by": "loss_reason",
            "columns": [
                {"name": name, "width": 0}
                for name in ("name", "client", "loss_reason", "potential", "responsible", "ended_at")
            ],
        },
        {
            "entity": "partners.partner",
            "audience": Audience.EVERYONE.value,
            "code": "clients-without-deals",
            "name": "Клиенты без сделок в работе",
            "name_en": "Clients without deals in work",
            "filter": {
                "all": [
                    {"field": "is_client", "is": "equals", "value": True},
                    {"has_no": "deals", "where": _IN_WORK},
                ]
            },
        },
    ],
)
