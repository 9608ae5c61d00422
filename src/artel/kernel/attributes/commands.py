"""Defining attributes. Values are written by the commands of the records that have them."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.utils.translation import gettext_lazy as _

from artel.kernel.acts import Act, Line
from artel.kernel.arguments import Argument, Values
from artel.kernel.jobs import cron, job
from artel.kernel.jobs.run import Run
from artel.kernel.record_commands import record_commands
from artel.kernel.records import Record
from artel.lib.names import latin_code, sort_key

from . import indexes
from .models import Attribute, AttributeChoice, Kind
from .record import attributed_models

Rows = list[Line[Any, Values]]
NO_LIST = _("This attribute is not a choice from a list.")


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
        if kind != Kind.CHOICE and line.args.get("items"):
            line.refuse("no_list", NO_LIST, fields={"items": NO_LIST})
    give_codes(lines, Attribute, "entity")


def give_codes(lines: Rows, model: type[Record], group: str) -> None:
    """New rows that bring no code get one made of their name, free within the group they belong to."""
    lacking = [line for line in lines if line.is_open and line.subject is None and not line.args.get("code")]
    if not lacking:
        return
    groups = {line.args.key(group) for line in lacking}
    rows = model._base_manager.filter(**{f"{group}__in": groups})
    taken = set(rows.values_list(group, "code"))
    for line in lacking:
        own = line.args.key(group)
        line.args["code"] = _free(
            latin_code(line.args.get("name", "")), {code for key, code in taken if key == own}
        )
        taken.add((own, line.args["code"]))


def _free(code: str, taken: set[str]) -> str:
    tried = (f"{code[:36]}_{number}" for number in count(2))
    return code if code not in taken else next(one for one in tried if one not in taken)


def settle(act: Act, lines: Rows) -> None:
    """New items join the lists; an index is built by a job: on a large table it takes longer than anybody waits."""
    add_items(act, [line for line in lines if line.args.get("items")])
    if any("is_indexed" in line.args for line in lines):
        keep_indexes.using(actor=act.actor, cause={"change_set": act.opened.id}).enqueue()


def add_items(act: Act, lines: Rows) -> None:
    """The items that the lists have not got yet, after those they have."""
    if not lines:
        return
    present = AttributeChoice.objects.present().filter(attribute__in=[line.result.pk for line in lines])
    known = set(present.values_list("attribute_id", "sort_name"))
    fresh: Rows = []
    for line in lines:
        place = sum(1 for key, _name in known if key == line.result.pk)
        names = {sort_key(row): row.strip() for row in line.args["items"].splitlines() if row.strip()}
        new = [name for folded, name in names.items() if (line.result.pk, folded) not in known]
        fresh += [
            Line(Values(attribute=line.result, name=name, position=place + step))
            for step, name in enumerate(new, 1)
        ]
    CHOICES.add.within(act, fresh)


def check_choice(act: Act, lines: Rows) -> None:
    for line in lines:
        if "attribute" in line.args and line.args["attribute"].kind != Kind.CHOICE:
            line.refuse("no_list", NO_LIST)
    give_codes(lines, AttributeChoice, "attribute")


ATTRIBUTES = record_commands(
    Attribute,
    fields=["name", "name_en", "is_required", "is_indexed", "position", "is_archived"],
    create_only=["entity", "code", "kind"],
    extra=[
        Argument(
            "items",
            _("items of the list"),
            "lines",
            help=_("For a choice from a list: new items, one a line."),
        )
    ],
    check=check_definition,
    after=settle,
)
CHOICES = record_commands(
    AttributeChoice,
    fields=["name", "name_en", "position", "is_archived"],
    create_only=["attribute", "code"],
    check=check_choice,
)
