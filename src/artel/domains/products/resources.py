"""Sale terms for programs and files: a contract."""

from __future__ import annotations

from artel.domains.partners.models import Partner
from artel.screens.registry import register_resource
from artel.screens.vocabulary import Field, Resource

from .commands import agreements
from .models import Agreement

register_resource(
    Resource(
        path="agreements",
        model=Agreement,
        fields=[
            Field(name="name", labels=("Наименование", "Соглашение", "Name"), required=True, sort=True),
            Field(name="client", labels=("Клиент", "Client"), model=Partner),
            Field(name="is_standard", argument="", labels=("Типовое", "Standard")),
            Field(name="starts_on", labels=("Действует с", "In force from")),
            Field(name="ends_on", labels=("Действует по", "In force until")),
            Field(name="is_archived", labels=("В архиве", "Archived")),
            Field(name="comment", labels=("Комментарий", "Comment"), filter=False),
        ],
        keys=("client+name", "name"),
        create=agreements.add,
        change=agreements.change,
        mark=agreements.mark,
    )
)
