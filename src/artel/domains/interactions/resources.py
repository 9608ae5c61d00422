"""Interactions for programs and files: names and labels are a contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from artel.domains.partners.models import Partner, Person
from artel.kernel.actors import Actor
from artel.kernel.people import User
from artel.screens.registry import register_resource
from artel.screens.vocabulary import Field, Resource

from . import commands
from .commands.taking_part import UNKNOWN
from .models import Interaction
from .options import INTERACTIONS
from .readings import participants_of, subject_key
from .subjects import texts_of_subjects


def _as_told(_actor: Actor) -> Mapping[str, Any]:
    """What files and programs leave out: what they tell of has been seen to, and by which number is not known any more."""
    return {"how_to_reach": UNKNOWN, "reviewed": True}


register_resource(
    Resource(
        path="interactions",
        model=Interaction,
        option=INTERACTIONS,
        fields=[
            Field(
                name="at",
                argument="started_at",
                path="started_at",
                labels=("Дата", "Когда", "Начало", "At", "Date", "Start"),
                sort=True,
            ),
            Field(name="kind", labels=("Вид", "Вид взаимодействия", "Kind"), required=True),
            Field(name="client", labels=("Клиент", "Партнёр", "Client", "Partner"), model=Partner),
            Field(name="contact", labels=("Контактное лицо", "Контакт", "Contact"), model=Person),
            Field(
                name="subject",
                labels=("Предмет", "Subject"),
                fetch=texts_of_subjects,
                filter=False,
            ),
            Field(name="responsible", labels=("Ответственный", "Менеджер", "Responsible"), model=User),
            Field(name="text", labels=("Текст", "Описание", "Text", "Description"), filter=False),
            Field(name="code", labels=("Код", "Code"), sort=True),
            Field(name="name", labels=("Тема", "Topic"), sort=True),
            Field(name="direction", labels=("Направление", "Direction")),
            Field(name="state", labels=("Состояние", "State")),
            Field(name="end", argument="ended_at", path="ended_at", labels=("Окончание", "End")),
            Field(name="result", labels=("Результат", "Result"), filter=False),
            Field(name="how_to_reach", labels=("Как связаться", "How to reach"), filter=False),
            Field(name="contact_text", labels=("Контакт словами", "Contact in words"), filter=False),
            Field(name="importance", labels=("Важность", "Importance")),
            Field(
                name="reviewed",
                argument="is_reviewed",
                path="is_reviewed",
                labels=("Рассмотрено", "Reviewed"),
            ),
            Field(name="review_after", argument=""),
            Field(name="private", argument="is_private", path="is_private", labels=("Личное", "Private")),
            Field(name="cancel_reason", labels=("Причина отмены", "Reason of cancelling"), filter=False),
            Field(
                name="based_on",
                labels=("На основании", "On the basis of"),
                model=Interaction,
                lookup=("code",),
            ),
            Field(
                name="participants",
                labels=("Участники", "Participants"),
                fetch=participants_of,
                kind="json",
                filter=False,
            ),
            Field(name="subject_type", argument="", path="subject_type"),
            Field(name="subject_id", argument="", fetch=subject_key, filter=False),
        ],
        create=commands.record_interaction,
        change=commands.change_interaction,
        mark=commands.mark_interaction,
        commands=[
            commands.start_interaction,
            commands.finish_interaction,
            commands.cancel_interaction,
            commands.postpone_interaction,
            commands.review_interaction,
            commands.unreview_interaction,
            commands.review_interaction_later,
            commands.set_subject,
            commands.create_from,
            commands.add_participant,
            commands.remove_participant,
            commands.unmark_interaction,
        ],
        sorts=("at", "name", "code"),
        defaults=_as_told,
    )
)
