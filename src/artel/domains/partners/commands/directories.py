"""Plain directories of the client base: regions, positions, roles, channels, kinds of relations; and the relations."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from artel.domains.partners.models import (
    BusinessRegion,
    Channel,
    ContactPersonRole,
    PartnerRelation,
    PartnerRelationKind,
    Position,
)
from artel.domains.partners.source_types import EVENT, named, source_types
from artel.kernel.acts import Act, Line
from artel.kernel.arguments import Argument, Values
from artel.kernel.line_checks import require_filled
from artel.kernel.record_commands import record_commands
from artel.kernel.tree_commands import carry, place

_NOT_WORDS = re.compile(r"[\[\]'\",;]+")
Given = list[Line[Any, Values]]


def _named(act: Act, lines: Given) -> None:
    require_filled(lines, "name")


def _check_region(act: Act, lines: Given) -> None:
    require_filled(lines, "name")
    place(act, lines, BusinessRegion)


regions = record_commands(
    BusinessRegion,
    fields=["name", "parent", "is_archived"],
    computed=["id", "path"],
    check=_check_region,
    after=lambda act, lines: carry(act, lines, BusinessRegion),
)
positions = record_commands(Position, fields=["name", "is_archived"], check=_named)
contact_person_roles = record_commands(
    ContactPersonRole, fields=["name", "description", "is_archived"], check=_named
)
relation_kinds = record_commands(
    PartnerRelationKind, fields=["name", "reverse_name", "is_archived"], check=_named
)


def _check_channel(act: Act, lines: Given) -> None:
    """Source types are keys of the registry; labels in either language are understood."""
    require_filled(lines, "name")
    for line in lines:
        given = line.args.get("source_types")
        given = [] if given is None or given == "" else given
        if isinstance(given, str):
            given = [word for word in _NOT_WORDS.split(given) if word.strip()]
        found = [named(str(one).strip()) for one in given] if isinstance(given, list | tuple) else [None]
        if None in found:
            known = ", ".join(one.key for one in source_types())
            sentence = _("Sources can be: %s.") % known
            line.refuse("invalid", sentence, fields={"source_types": sentence})
        elif "source_types" in line.args:
            line.args["source_types"] = found


# A file writes them in one cell, with commas.
WORDS = {"type": ["array", "string"], "items": {"type": "string"}}
channels = record_commands(
    Channel,
    fields=["name", "is_archived"],
    computed=["source_types"],
    # People are offered marketing events first (rules §2.13); a channel that an import met by name allows any source.
    extra=[Argument("source_types", _("Source types"), "json", default=[EVENT], shape=WORDS)],
    check=_check_channel,
)


def _check_relation(act: Act, lines: Given) -> None:
    require_filled(lines, "first", "second", "kind")
    for line in lines:
        ends = [
            line.args.key(name) if name in line.args else getattr(line.subject, f"{name}_id", None)
            for name in ("first", "second")
        ]
        if ends[0] and ends[0] == ends[1]:
            sentence = _("A partner cannot be related to itself.")
            line.refuse("circle", sentence, fields={"second": sentence})


relations = record_commands(
    PartnerRelation, fields=["first", "second", "kind", "comment"], check=_check_relation
)
