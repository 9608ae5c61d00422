"""What every base has from the start: the stages of the standard sale, the loss to a competitor, two roles (rules §1.C, §2.5)."""

from __future__ import annotations

from artel.kernel.shipped import ship

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
