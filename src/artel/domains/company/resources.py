"""The company's own records, people and rights for programs and files: a contract."""

from __future__ import annotations

from artel.kernel.account_acts import change_user
from artel.kernel.admission import add_user
from artel.kernel.external_ids import external_ids
from artel.kernel.people import User
from artel.kernel.registers import ExternalId
from artel.kernel.rights_acts import access_groups, roles
from artel.kernel.roles import AccessGroup, Role
from artel.screens.registry import register_resource
from artel.screens.vocabulary import Field, Resource

from .commands import currencies, departments, organisations
from .models import Currency, Department, Organisation
from .readings import department_of, roles_of

NAME = Field(name="name", labels=("Наименование", "Name"), required=True, sort=True)
ARCHIVED = Field(name="is_archived", labels=("В архиве", "Archived"))

register_resource(
    Resource(
        path="organisations",
        model=Organisation,
        fields=[
            NAME,
            Field(name="full_name", labels=("Полное наименование", "Full name")),
            Field(name="kind", labels=("Вид", "Kind")),
            Field(name="inn", labels=("ИНН", "INN")),
            Field(name="kpp", labels=("КПП", "KPP")),
            Field(name="ogrn", labels=("ОГРН", "OGRN")),
            ARCHIVED,
        ],
        keys=("inn", "name"),
        create=organisations.add,
        change=organisations.change,
        mark=organisations.mark,
    )
)
register_resource(
    Resource(
        path="departments",
        model=Department,
        fields=[
            NAME,
            Field(name="parent", labels=("Вышестоящее", "Above"), model=Department),
            Field(name="head", labels=("Руководитель", "Head"), model=User),
            ARCHIVED,
        ],
        keys=("parent+name", "name"),
        create=departments.add,
        change=departments.change,
        mark=departments.mark,
    )
)
register_resource(
    Resource(
        path="currencies",
        model=Currency,
        fields=[
            Field(name="code", labels=("Код", "Code"), required=True, sort=True),
            NAME,
            Field(name="name_en", labels=("Наименование на английском", "Name in English")),
            Field(name="digits", labels=("Знаков после запятой", "Digits")),
            Field(name="symbol", labels=("Знак", "Symbol")),
            Field(name="is_management", argument="", labels=("Управленческая", "Management")),
            ARCHIVED,
        ],
        create=currencies.add,
        change=currencies.change,
        mark=currencies.mark,
    )
)
register_resource(
    Resource(
        path="users",
        model=User,
        fields=[
            Field(name="login", labels=("Логин", "Login"), required=True, sort=True),
            Field(name="name", labels=("Имя", "Name"), sort=True),
            Field(name="email", labels=("E-mail", "Электронная почта")),
            Field(name="language", labels=("Язык", "Language")),
            Field(name="time_zone", labels=("Часовой пояс", "Time zone")),
            Field(name="is_active", labels=("Может входить", "May sign in")),
            Field(
                name="department",
                argument="",
                labels=("Подразделение", "Department"),
                model=Department,
                fetch=department_of,
                filter=False,
            ),
            Field(name="roles", argument="", labels=("Роли", "Roles"), fetch=roles_of, filter=False),
        ],
        keys=("login",),
        create=add_user,
        change=change_user,
    )
)
register_resource(
    Resource(
        path="roles",
        model=Role,
        fields=[
            Field(name="code", argument="", labels=("Код", "Code")),
            NAME,
            Field(name="usual_reach", labels=("Обычный охват", "Usual reach")),
            Field(name="added", labels=("Добавленные права", "Permissions added"), filter=False),
            Field(name="withdrawn", labels=("Изъятые права", "Permissions withdrawn"), filter=False),
            Field(name="hidden_fields", labels=("Скрытые поля", "Hidden fields"), filter=False),
            ARCHIVED,
        ],
        keys=("name",),
        create=roles.add,
        change=roles.change,
        mark=roles.mark,
    )
)
register_resource(
    Resource(
        path="access-groups",
        model=AccessGroup,
        fields=[Field(name="code", argument="", labels=("Код", "Code")), NAME, ARCHIVED],
        keys=("name",),
        create=access_groups.add,
        change=access_groups.change,
        mark=access_groups.mark,
    )
)
register_resource(
    Resource(
        path="external-ids",
        model=ExternalId,
        fields=[
            Field(name="system", labels=("Система", "System"), required=True),
            Field(name="entity", labels=("Вид записей", "Entity"), required=True),
            Field(name="key", labels=("Ключ", "Key"), required=True),
            Field(
                name="record",
                labels=("Запись", "Record"),
                fetch=lambda _actor, records: {each.pk: str(each.record_id) for each in records},
                kind="text",
                required=True,
                filter=False,
            ),
        ],
        keys=("system+entity+key",),
        create=external_ids.add,
        change=external_ids.change,
        mark=external_ids.mark,
    )
)
