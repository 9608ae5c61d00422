"""The client base for programs and files: names and labels are a contract."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from artel.kernel.people import User
from artel.kernel.roles import AccessGroup
from artel.screens.registry import register_resource
from artel.screens.vocabulary import Field, Resource

from .commands import channels, contact_person_roles, legal_entities, partners, people, positions, regions
from .commands.legal_entities import link_legal_entity
from .commands.partners import hand_over
from .models import (
    BusinessRegion,
    Channel,
    ContactPersonRole,
    LegalEntity,
    Partner,
    PartnerContactPoint,
    Person,
    PersonContactPoint,
    Position,
)
from .options import CONTACT_PEOPLE, LEGAL_ENTITIES
from .readings import linked_partner, of_role, partner_interest, place_of_inn, point, requisite
from .related import NAME_PARTS, related_partner

REGION = ("Бизнес-регион", "Регион", "Business region", "Region")
EMAIL = ("E-mail", "Электронная почта", "Почта")


def _point(name: str, *labels: str) -> Field:
    """A main contact point of a partner, found by its search key."""
    read = point(PartnerContactPoint, name)
    return Field(name=name, labels=labels, kind=name, fetch=read, find="points__key", filter=False)


def _plain_point(name: str, *labels: str) -> Field:
    return Field(name=name, labels=labels, fetch=point(PartnerContactPoint, name), filter=False)


register_resource(
    Resource(
        path="partners",
        model=Partner,
        fields=[
            Field(name="code", labels=("Код", "Code"), sort=True),
            Field(
                name="name",
                labels=("Рабочее наименование", "Наименование", "Working name", "Name"),
                required=True,
                sort=True,
            ),
            Field(name="public_name", labels=("Публичное наименование", "Public name")),
            Field(name="kind", labels=("Вид", "Компания / частное лицо", "Kind")),
            Field(name="is_client", labels=("Клиент", "Client")),
            Field(name="is_supplier", labels=("Поставщик", "Supplier")),
            Field(name="is_competitor", labels=("Конкурент", "Competitor")),
            Field(name="is_carrier", labels=("Перевозчик", "Carrier")),
            Field(name="is_other", labels=("Прочие отношения", "Other relations")),
            Field(name="head", labels=("Головное предприятие", "Head partner"), model=Partner),
            Field(name="region", labels=REGION, model=BusinessRegion, creates=regions.add),
            Field(
                name="manager",
                labels=("Основной менеджер", "Менеджер", "Main manager", "Manager"),
                model=User,
            ),
            Field(name="access_group", labels=("Группа доступа", "Access group"), model=AccessGroup),
            Field(name="inn", labels=("ИНН", "INN"), fetch=requisite("inn"), find=place_of_inn, filter=False),
            Field(name="kpp", labels=("КПП", "KPP"), fetch=requisite("kpp"), filter=False),
            Field(name="ogrn", labels=("ОГРН", "OGRN"), fetch=requisite("ogrn"), filter=False),
            _point("phone", "Телефон", "Phone"),
            _point("email", *EMAIL),
            _plain_point("city", "Город", "City"),
            _plain_point("address", "Адрес", "Address"),
            _plain_point("web", "Сайт", "Web page"),
            Field(
                name="channel",
                labels=("Канал", "Channel"),
                model=Channel,
                creates=channels.add,
                fetch=partner_interest("channel"),
                filter=False,
            ),
            Field(
                name="source_type",
                labels=("Тип источника", "Source type"),
                fetch=partner_interest("source_type"),
                filter=False,
            ),
            Field(
                name="source", labels=("Источник", "Source"), fetch=partner_interest("source"), filter=False
            ),
            Field(name="registered_on", labels=("Дата регистрации", "Registered"), sort=True),
            Field(name="is_foreign", labels=("Иностранный", "Foreign")),
            Field(name="gender", labels=("Пол", "Gender")),
            Field(name="birthday", labels=("Дата рождения", "Birthday")),
            Field(name="comment", labels=("Комментарий", "Comment"), filter=False),
            Field(name="note", labels=("Дополнительная информация", "More information"), filter=False),
        ],
        keys=("code", "name+inn", "name"),
        create=partners.add,
        change=partners.change,
        mark=partners.mark,
        commands=[hand_over, link_legal_entity, partners.unmark],
        sorts=("name", "code", "registered_on"),
    )
)
register_resource(
    Resource(
        path="legal-entities",
        model=LegalEntity,
        fields=[
            Field(
                name="partner",
                labels=("Партнёр", "Клиент", "Partner"),
                model=Partner,
                fetch=linked_partner,
                find="partner_links__partner",
                required=True,
                filter=False,
            ),
            Field(name="name", labels=("Наименование", "Name"), required=True, sort=True),
            Field(name="full_name", labels=("Полное наименование", "Full name")),
            Field(name="kind", labels=("Вид", "Kind")),
            Field(name="inn", labels=("ИНН", "INN"), sort=True),
            Field(name="kpp", labels=("КПП", "KPP")),
            Field(name="ogrn", labels=("ОГРН", "OGRN")),
            Field(name="is_foreign", labels=("Иностранный", "Foreign")),
            Field(name="comment", labels=("Комментарий", "Comment"), filter=False),
        ],
        keys=("partner+inn+kpp", "partner+inn", "partner+name"),
        create=legal_entities.add,
        change=legal_entities.change,
        mark=legal_entities.mark,
        option=LEGAL_ENTITIES,
    )
)
register_resource(
    Resource(
        path="contact-people",
        model=Person,
        fields=[
            Field(
                name="partner",
                labels=("Партнёр", "Клиент", "Компания", "Partner"),
                model=Partner,
                fetch=of_role("partner"),
                find="contact_roles__partner",
                required=True,
                filter=False,
            ),
            Field(
                name="name",
                argument="",
                label=_("Full name"),
                labels=("ФИО", "Full name"),
                spread=NAME_PARTS,
                sort=True,
            ),
            Field(name="last_name", labels=("Фамилия", "Last name"), required=True),
            Field(name="first_name", labels=("Имя", "First name")),
            Field(name="middle_name", labels=("Отчество", "Middle name")),
            Field(
                name="role",
                labels=("Роль", "Role"),
                model=ContactPersonRole,
                creates=contact_person_roles.add,
                fetch=of_role("role"),
                filter=False,
            ),
            Field(
                name="position",
                labels=("Должность", "Position"),
                model=Position,
                creates=positions.add,
                fetch=of_role("position"),
                filter=False,
            ),
            Field(
                name="phone",
                labels=("Телефон", "Phone"),
                kind="phone",
                fetch=point(PersonContactPoint, "phone"),
                find="points__key",
                filter=False,
            ),
            Field(
                name="email",
                labels=EMAIL,
                kind="email",
                fetch=point(PersonContactPoint, "email"),
                find="points__key",
                filter=False,
            ),
            Field(name="gender", labels=("Пол", "Gender")),
            Field(name="birthday", labels=("Дата рождения", "Birthday")),
            Field(name="comment", labels=("Комментарий", "Comment"), filter=False),
        ],
        keys=(
            "partner+last_name+first_name+middle_name",
            "partner+last_name+first_name",
            "partner+last_name",
        ),
        create=people.add,
        change=people.change,
        mark=people.mark,
        option=CONTACT_PEOPLE,
        related=[related_partner("partner")],
    )
)
register_resource(
    Resource(
        path="regions",
        model=BusinessRegion,
        fields=[
            Field(name="name", labels=("Наименование", *REGION, "Name"), required=True, sort=True),
            Field(name="parent", labels=("Входит в", "Above"), model=BusinessRegion, creates=regions.add),
            Field(name="is_archived", labels=("В архиве", "Archived")),
        ],
        keys=("parent+name", "name"),
        create=regions.add,
        change=regions.change,
        mark=regions.mark,
    )
)
register_resource(
    Resource(
        path="channels",
        model=Channel,
        fields=[
            Field(name="name", labels=("Наименование", "Канал", "Name", "Channel"), required=True, sort=True),
            Field(name="source_types", labels=("Типы источников", "Source types"), filter=False),
            Field(name="is_archived", labels=("В архиве", "Archived")),
        ],
        keys=("name",),
        create=channels.add,
        change=channels.change,
        mark=channels.mark,
    )
)
