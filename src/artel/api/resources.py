"""Files for programs: what is known of them (their bytes have addresses of their own, `files.py`); web-hooks and their deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from artel.kernel.actors import Actor
from artel.kernel.files import commands
from artel.kernel.files.models import File, FileVersion
from artel.kernel.files.owners import records_of
from artel.kernel.people import User
from artel.screens.registry import register_resource
from artel.screens.vocabulary import Field, Resource

from . import commands as hooks
from .hooks import readings
from .models import WebHook, WebHookDelivery


def _records(actor: Actor, records: Sequence[Any]) -> Mapping[UUID, str]:
    """`deals.deal:key partners.partner:key`: as `record` of a list asks for them."""
    return {
        key: " ".join(f"{one._meta.label_lower}:{one.pk}" for one in found)
        for key, found in records_of(actor, records).items()
    }


def _numbers(_actor: Actor, records: Sequence[Any]) -> Mapping[UUID, int]:
    """The numbers of the present versions: one query."""
    present = [record.current_id for record in records if record.current_id]
    return dict(FileVersion.objects.filter(pk__in=present).values_list("file", "number"))


register_resource(
    Resource(
        path="files",
        model=File,
        fields=[
            Field(name="name", labels=("Имя файла", "File name"), required=True),
            Field(name="description", labels=("Описание", "Description")),
            Field(name="media_type", argument="", labels=("Тип", "Type")),
            Field(name="size", argument="", labels=("Размер", "Size"), sort=True),
            Field(name="author", argument="", labels=("Кто прикрепил", "Attached by"), model=User),
            Field(name="is_private", argument="", labels=("Личный", "Private")),
            Field(
                name="number", argument="", labels=("Версия", "Version number"), fetch=_numbers, filter=False
            ),
            Field(
                name="records",
                argument="",
                labels=("Прикреплён к", "Belongs to"),
                fetch=_records,
                filter=False,
            ),
        ],
        keys=("name",),
        change=commands.change_file,
        mark=commands.mark_file,
        commands=[
            commands.link_file,
            commands.unlink_file,
            commands.restore_version,
            commands.make_private,
            commands.make_common,
            commands.unmark_file,
        ],
        sorts=["created_at", "name"],
        imports=False,
    )
)
register_resource(
    Resource(
        path="web-hooks",
        model=WebHook,
        fields=[
            Field(name="name", labels=("Наименование", "Name"), required=True, sort=True),
            Field(name="address", labels=("Адрес", "Address"), required=True),
            Field(name="user", labels=("От имени", "On behalf of"), model=User),
            Field(name="entities", labels=("Виды записей", "Kinds of records"), filter=False),
            Field(name="tells_created", labels=("О новых записях", "Of new records")),
            Field(name="tells_changed", labels=("Об изменениях", "Of changes")),
            Field(name="tells_deleted", labels=("О пометках удаления", "Of deletion marks")),
            Field(name="tells_restored", labels=("О снятии пометок удаления", "Of removed deletion marks")),
            Field(name="tells_erased", labels=("О стирании персональных данных", "Of erased personal data")),
            Field(name="is_active", labels=("Включён", "Active")),
            Field(name="paused_because", argument="", labels=("Почему приостановлен", "Why it was paused")),
            Field(
                name="succeeded_at",
                argument="",
                labels=("Последняя доставка", "Last delivery"),
                fetch=readings.successes_of,
                filter=False,
            ),
            Field(
                name="waiting",
                argument="",
                labels=("В очереди", "Waiting"),
                fetch=readings.waiting_of,
                filter=False,
            ),
            Field(
                name="dead_letters",
                argument="",
                labels=("Недоставленные", "Dead letters"),
                fetch=readings.dead_of,
                filter=False,
            ),
        ],
        keys=("name",),
        create=hooks.add_webhook,
        change=hooks.change_webhook,
        mark=hooks.mark_webhook,
        commands=[
            hooks.unmark_webhook,
            hooks.pause_webhook,
            hooks.resume_webhook,
            hooks.renew_secret,
            hooks.send_test_event,
            hooks.replay_webhook,
            hooks.skip_webhook,
            hooks.resend_dead_letters,
            hooks.drop_dead_letters,
        ],
        imports=False,
    )
)
register_resource(
    Resource(
        path="web-hook-deliveries",
        model=WebHookDelivery,
        fields=[
            Field(name="hook", argument="", labels=("Вебхук", "Web-hook"), model=WebHook),
            Field(name="number", argument="", labels=("Номер", "Number")),
            Field(name="message", argument="", labels=("Сообщение", "Message")),
            Field(name="change_set", argument="", labels=("Набор изменений", "Change set")),
            Field(name="event_count", argument="", labels=("Событий", "Events")),
            Field(name="state", argument="", labels=("Состояние", "State")),
            Field(name="attempts", argument="", labels=("Попыток", "Attempts")),
            Field(name="status", argument="", labels=("Ответ", "Answer")),
            Field(name="error", argument="", labels=("Ошибка", "Error")),
            Field(name="milliseconds", argument="", labels=("Миллисекунд", "Milliseconds")),
            Field(name="tried_at", argument="", labels=("Последняя попытка", "Last attempt")),
            Field(name="retry_at", argument="", labels=("Следующая попытка", "Next attempt")),
        ],
        keys=("message",),
        commands=[hooks.resend_delivery, hooks.drop_delivery],
        sorts=["created_at"],
        imports=False,
    )
)
