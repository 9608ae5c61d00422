"""What files of other records bring along of the client base: how partners and their contact people are found and headed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.kernel.actors import Actor
from artel.lib.names import split_full_name
from artel.screens.vocabulary import RelatedRecord

COMPANY = ("Клиент", "Компания", "Организация", "Контрагент", "Партнёр", "Client", "Company", "Partner")
PERSON = ("Контактное лицо", "Контакт", "Contact person", "Contact")
NAME_PARTS: Mapping[str, Callable[[str], str]] = {
    "last_name": lambda text: split_full_name(text).last,
    "first_name": lambda text: split_full_name(text).first,
    "middle_name": lambda text: split_full_name(text).middle,
}
"""ФИО in one cell, as the fields of a person."""
_HEADS_OF_PARTNER = {
    "name": (
        "Компания", "Название компании", "Наименование компании", "Организация", "Контрагент", "Название клиента",
        "Company", "Company name", "Client name", "Organisation", "Organization",
    ),
    "inn": ("ИНН", "ИНН компании", "ИНН клиента", "INN", "Tax number"),
    "kpp": ("КПП", "КПП компании", "КПП клиента", "KPP"),
    "ogrn": ("ОГРН", "OGRN"),
    "phone": ("Телефон компании", "Телефон клиента", "Телефон организации", "Company phone", "Client phone"),
    "email": ("E-mail компании", "Почта компании", "E-mail клиента", "Company e-mail", "Company email", "Client e-mail"),
    "city": ("Город", "Город компании", "Город клиента", "City", "Company city"),
    "address": ("Адрес", "Адрес компании", "Адрес клиента", "Address", "Company address"),
    "web": ("Сайт", "Сайт компании", "Web site", "Website", "Company web site"),
    "region": ("Регион", "Бизнес-регион", "Region", "Business region"),
}  # fmt: skip
_HEADS_OF_PERSON = {
    "name": (
        "Контактное лицо", "Контакт", "ФИО контакта", "ФИО контактного лица", "Имя контакта", "ФИО",
        "Contact person", "Contact", "Contact name", "Full name",
    ),
    "phone": ("Телефон контакта", "Телефон контактного лица", "Contact phone"),
    "email": ("E-mail контакта", "Почта контакта", "E-mail контактного лица", "Contact e-mail", "Contact email"),
    "position": ("Должность", "Должность контакта", "Position", "Contact position", "Job title"),
    "role": ("Роль контакта", "Роль контактного лица", "Contact role"),
}  # fmt: skip


def related_partner(feeds: str) -> RelatedRecord:
    """The client or company that a row is about; `feeds` is the argument that takes it.

    An INN says more than a name; a phone or e-mail decides only where there is no name, or between partners of one name:
    many firms share a switchboard.
    """
    return RelatedRecord(
        name="partner",
        resource="partners",
        label=_("client"),
        labels=COMPANY,
        feeds=feeds,
        keys=("code", "inn", "name", "phone", "email"),
        heads=_HEADS_OF_PARTNER,
    )


def related_person(
    feeds: str, partner: str, has: Callable[[Actor, Collection[UUID]], Mapping[UUID, Collection[UUID]]]
) -> RelatedRecord:
    """The person of that partner whom a row names; `partner` is the row's argument that holds the partner."""
    parts: Sequence[str] = (
        "last_name+first_name+middle_name",
        "last_name+first_name",
        "last_name",
        "phone",
        "email",
    )
    return RelatedRecord(
        name="person",
        resource="contact-people",
        label=_("contact person"),
        labels=PERSON,
        feeds=feeds,
        keys=tuple(f"partner+{key}" for key in parts),
        heads=_HEADS_OF_PERSON,
        within={"partner": partner},
        has=has,
    )
