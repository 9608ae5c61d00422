"""What a web-hook tells, to whom and on whose behalf, and the secret that signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from artel.api.hooks import kinds, signing
from artel.api.models import WebHook, WebHookProgress
from artel.kernel.actors import Actor
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.arguments import Argument, Values, argument
from artel.kernel.commands import command
from artel.kernel.journal.following import place_now
from artel.kernel.line_checks import by_default, require_filled
from artel.kernel.outbound.addresses import Bounds
from artel.kernel.record_commands import marking_commands
from artel.kernel.refusals import type_of_text
from artel.kernel.sealing import seal

from .rights import CHANGE, WIDER, may_look_as, own_only

TELLS = ("tells_created", "tells_changed", "tells_deleted", "tells_restored", "tells_erased")
FIELDS = ("name", "address", "user", "entities", *TELLS)
BOTH_SIGN = timedelta(hours=24)
"""After a secret was renewed the former one signs, too: time to bring the new one to the receiver."""

TELLS_NOTHING = _("It would tell nothing: leave at least one kind of change and one kind of records.")
SECRET = Argument(
    "secret",
    _("secret"),
    "text",
    required=True,
    max_length=100,
    proposed=signing.new_secret,
    help=_("Copy it now, it is shown only here: the receiver verifies signatures with it."),
)


def _sealed(line: Line[WebHook, Any], text: str) -> str:
    """A secret as it is kept; "", and the line is refused, for what the receivers' libraries would not take."""
    try:
        signing.key_of(text)
    except ValueError:
        sentence = _("A secret is whsec_ and the base64 of 24 to 64 bytes.")
        line.refuse("secret", sentence, fields={"secret": sentence})
        return ""
    return seal(text)


@command(
    permission="api.add_webhook",
    label=format_lazy(_("Add: {what}"), what=WebHook._meta.verbose_name),
    creates=WebHook,
    fields=[*FIELDS, "is_active"],
    extra=[SECRET],
)
def add_webhook(act: Act, lines: Lines[WebHook, Values]) -> None:
    """Tell an address of what is done from now on."""
    by_default(lines, "user", act.actor.user)
    _check(act, lines)
    place = place_now()
    for line in lines:
        if line.is_open:
            line.args["sealed_secret"] = _sealed(line, line.args.pop("secret", ""))
    ready = [line for line in lines if line.is_open]
    for line, hook in zip(ready, act.make(WebHook, [line.args for line in ready]), strict=True):
        line.result = hook
    WebHookProgress.objects.bulk_create([WebHookProgress(hook=line.result, place=place) for line in ready])


@command(
    permission=CHANGE, label=format_lazy(_("Change: {what}"), what=WebHook._meta.verbose_name), fields=FIELDS
)
def change_webhook(act: Act, lines: Lines[WebHook, Values]) -> None:
    """What it tells, to whom and on whose behalf; a delivery being tried goes to the new address."""
    _check(act, lines)
    act.change_all(WebHook, [(line.subject, line.args) for line in lines if line.is_open])
    for line in lines:
        line.result = line.subject


mark_webhook, unmark_webhook = marking_commands(WebHook, "api")


def _check(act: Act, lines: Sequence[Line[WebHook, Values]]) -> None:
    require_filled(lines, "name", "address", "user")
    for line in lines:
        if line.is_open:
            _judge(act.actor, line)


def _judge(actor: Actor, line: Line[WebHook, Values]) -> None:
    if sentence := _wrong_address(line.value("address")):
        line.refuse("address", sentence, fields={"address": sentence})
    if strange := kinds.unknown(line.args.get("entities") or ()):
        sentence = _("There are no such kinds of records: %(names)s.") % {"names": ", ".join(strange)}
        line.refuse("entities", sentence, fields={"entities": sentence})
    if not any(line.value(name, default=True) for name in TELLS):
        line.refuse("tells_nothing", TELLS_NOTHING)
    own = {line.args.key("user") if "user" in line.args else None, line.subject and line.subject.user_id}
    if not may_look_as(actor, own - {None}):
        line.refuse("wider", WIDER, fields={"user": WIDER})


def _wrong_address(address: str) -> type_of_text:
    """Why an address is none to send to; whether it leads to an address of ours is asked at every request."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or parts.username or parts.password:
        return _("This is no address that requests can be sent to: https://receiver.example/path")
    if parts.scheme == "http" and not Bounds.configured().names(host):
        return _("An address outside the house begins with https://")
    return ""


@dataclass(frozen=True, kw_only=True)
class NewSecret:
    """The secret that signs from now on."""

    secret: str = argument(label=SECRET.label, max_length=100, proposed=signing.new_secret, help=SECRET.help)


@command(permission=CHANGE, label=_("Renew the secret"), icon="key", irreversible=True)
def renew_secret(act: Act, lines: Lines[WebHook, NewSecret]) -> None:
    """The new secret signs at once, the former one beside it for a day."""
    for line in own_only(act, lines):
        hook, text = line.subject, _sealed(line, line.args.secret)
        if line.is_open:
            until = act.at + BOTH_SIGN
            act.change(hook, sealed_secret=text, former_secret=hook.sealed_secret, former_until=until)
