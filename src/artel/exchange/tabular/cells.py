"""A cell's text → what a command takes: one reader a column, made once a run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import tzinfo
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from artel.exchange.tabular.columns import Column
from artel.kernel.arguments import Argument
from artel.kernel.contact_points import canonical
from artel.lib.malformed import Malformed
from artel.lib.names import search_text
from artel.lib.tabular.values import read_boolean, read_day, read_integer, read_moment, read_number

Read = Callable[[str], Any]

_NOT_JSON = _("“%(text)s” is neither words between commas nor JSON.")
_NOT_A_CHOICE = _("“%(text)s” is none of: %(known)s.")


def reader_of(column: Column, zone: tzinfo) -> Read:
    """The reader of texts that are not empty. Raises ValidationError with a sentence.

    Days and moments are the company's (`zone`); numbers, dates and yes/no are read as people write them in files, and
    the argument then judges the value as a form's would be. Phones and e-mails must be well-formed.
    """
    argument = column.argument
    if column.point_type:
        return partial(_point, argument, column.point_type)
    if argument.kind == "choice":
        return partial(_choice, argument, _choices_by_text(argument))
    parse = _PARSERS.get(argument.kind)
    if parse is None:
        return argument.read
    needs_zone = argument.kind in {"day", "moment"}
    return partial(_parsed, argument, partial(parse, zone=zone) if needs_zone else parse)


def _point(argument: Argument, point_type: str, text: str) -> Any:
    canonical(point_type, text)
    return argument.read(text)


def sentence_of(error: Malformed) -> str:
    """What is wrong, in the present language."""
    return gettext(error.sentence) % error.values


def _parsed(argument: Argument, parse: Read, text: str) -> Any:
    try:
        value = parse(text)
    except Malformed as error:
        raise ValidationError(sentence_of(error)) from error
    return argument.read(value)


def _json(text: str) -> Any:
    """A JSON document, or plain words between commas: the list of them."""
    if not text.lstrip().startswith(("[", "{")):
        return [word for part in text.split(",") if (word := part.strip())]
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValidationError(_NOT_JSON % {"text": text}) from error


_PARSERS: Mapping[str, Callable[..., Any]] = {
    "boolean": read_boolean,
    "integer": read_integer,
    "json": _json,
    "decimal": read_number,
    "day": read_day,
    "moment": read_moment,
}


def _choices_by_text(argument: Argument) -> dict[str, Any]:
    """Code and label in each language, folded → what the argument makes of the code."""
    known = {}
    for code, label in argument.choices:
        value = argument.build(code) if argument.build else code
        known[search_text(str(code))] = value
        for language, _title in settings.LANGUAGES:
            with translation.override(language):
                known[search_text(str(label))] = value
    return known


def _choice(argument: Argument, known: Mapping[str, Any], text: str) -> Any:
    try:
        return known[search_text(text)]
    except KeyError:
        labels = ", ".join(str(label) for _code, label in argument.choices)
        raise ValidationError(_NOT_A_CHOICE % {"text": text, "known": labels}) from None
