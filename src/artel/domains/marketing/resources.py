"""Marketing events for programs and files: a contract."""

from __future__ import annotations

from artel.kernel.people import User
from artel.screens.registry import register_resource
from artel.screens.vocabulary import Field, Resource

from .commands import events, finish_event
from .models import MarketingEvent

register_resource(
    Resource(
        path="campaigns",
        model=MarketingEvent,
        fields=[
            Field(name="code", labels=("Код", "Code"), sort=True),
            Field(name="name", labels=("Наименование", "Мероприятие", "Name"), required=True, sort=True),
            Field(name="planned_start_on", labels=("Плановое начало", "Planned start"), sort=True),
            Field(name="planned_end_on", labels=("Плановое окончание", "Planned end")),
            Field(name="started_on", labels=("Фактическое начало", "Actual start")),
            Field(name="ended_on", labels=("Фактическое окончание", "Actual end")),
            Field(name="is_finished", labels=("Завершено", "Finished")),
            Field(name="responsible", labels=("Ответственный", "Responsible"), model=User),
            Field(name="comment", labels=("Комментарий", "Comment"), filter=False),
        ],
        keys=("code", "name"),
        create=events.add,
        change=events.change,
        mark=events.mark,
        commands=[finish_event],
    )
)
