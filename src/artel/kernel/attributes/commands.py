"""Defining attributes. Values are written by the commands of the records that have them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from artel.kernel.acts import Act, Line
from artel.kernel.arguments import Values
from artel.kernel.jobs import cron, job
from artel.kernel.jobs.run import Run
from artel.kernel.record_commands import record_commands

from . import indexes
from .models import Attribute, AttributeChoice, Kind
from .record import attributed_models

Rows = list[Line[Any, Values]]


@cron("47 3 * * *")
@job("attributes.keep_indexes", label=_("Keep the indexes of attributes"), queue="long", retries=5)
def keep_indexes(run: Run) -> int:
    """Also every night, should a build ever have been lost."""
    return indexes.keep()


def check_definition(act: Act, lines: Rows) -> None:
    entities = attributed_models()
    for line in lines:
        entity = line.args.get("entity", getattr(line.subject, "entity", None))
        kind = line.args.get("kind", getattr(line.subject, "kind", None))
        if entity not in entities:
            line.refuse(
                "no_such_entity",
                _("This entity has no attributes."),
                fields={"entity": _("There is no such entity.")},
            )
        if kind == Kind.BOOLEAN and line.args.get("is_indexed"):
            line.refuse(
                "no_use",
                _("A yes-or-no needs no index."),
                fields={"is_indexed": _("A yes-or-no needs no index.")},
            )


def follow_indexes(act: Act, lines: Rows) -> None:
    """The index is built by a job: on a large table it takes longer than anybody waits."""
    if any("is_indexed" in line.args for line in lines):
        keep_indexes.using(actor=act.actor, cause={"change_set": act.opened.id}).enqueue()


def check_choice(act: Act, lines: Rows) -> None:
    for line in lines:
        if "attribute" in line.args and line.args["attribute"].kind != Kind.CHOICE:
            line.refuse("no_list", _("This attribute is not a choice from a list."))


ATTRIBUTES = record_commands(
    Attribute,
    fields=["name", "name_en", "is_required", "is_indexed", "position", "is_archived"],
    create_only=["entity", "code", "kind"],
    check=check_definition,
    after=follow_indexes,
)
CHOICES = record_commands(
    AttributeChoice,
    fields=["name", "name_en", "position", "is_archived"],
    create_only=["attribute", "code"],
    check=check_choice,
)
