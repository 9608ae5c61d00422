"""One record: made, read, changed, marked for deletion. Each is a command of the room; the API adds no rule."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from artel.kernel.commands import AnyLine, Command, Line

from .acting import once
from .bodies import Names, read_one
from .calls import Call, record_answer, seen, shown
from .problems import Problem
from .requests import body_of, expected_version


def create(call: Call, path: str) -> HttpResponse:
    """201 with the record and its address."""
    bound = call.resource(path)
    command = _offered(bound.resource.create)
    names = Names.of_record(bound, command)
    args = read_one(call.actor, command, names, body_of(call.request), bound.resource.defaults(call.actor))
    line: AnyLine = Line(args)
    outcome = once(bound, call, command, line, names)
    made = line.result
    address = reverse("api:record", kwargs={"path": path, "key": made.pk})
    headers = {"Location": address, **outcome}
    return record_answer(bound, made.pk, HTTPStatus.CREATED, headers)


def read(call: Call, path: str, key: UUID) -> HttpResponse:
    bound = call.resource(path)
    return shown(bound, seen(bound, key))


def change(call: Call, path: str, key: UUID) -> HttpResponse:
    """Changes the fields of the body, no others. With If-Match: 412 when somebody was faster."""
    bound = call.resource(path)
    record = seen(bound, key)
    command = _offered(bound.resource.change)
    names = Names.of_record(bound, command)
    args = read_one(call.actor, command, names, body_of(call.request))
    line: AnyLine = Line(args, record, expected_version=expected_version(call.request))
    headers = once(bound, call, command, line, names)
    return record_answer(bound, key, headers=headers)


def mark(call: Call, path: str, key: UUID) -> HttpResponse:
    """Marks for deletion; 409 says where the record is used."""
    bound = call.resource(path)
    record = seen(bound, key)
    command = _offered(bound.resource.mark)
    names = Names.of_command(command)
    args = read_one(call.actor, command, names, body_of(call.request))
    line: AnyLine = Line(args, record, expected_version=expected_version(call.request))
    headers = once(bound, call, command, line, names)
    done = HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Cache-Control": "no-store", **headers})
    del done["Content-Type"]
    return done


def _offered(command: Command | None) -> Command:
    if command is None:
        sentence = _("These records are not written this way.")
        raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "not_offered", sentence)
    return command
