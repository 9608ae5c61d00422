"""The act of looking at what somebody sees."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from artel.kernel.access import ADMINISTER
from artel.kernel.acts import Act, Lines
from artel.kernel.arguments import argument
from artel.kernel.commands import command
from artel.kernel.people import User
from artel.web.models import ViewedAs


@dataclass(frozen=True, kw_only=True)
class LookAs:
    """The person whose view is looked at."""

    user: User = argument(label=_("Person"))


@command(
    permission=ADMINISTER,
    label=_("Look at what a person sees"),
    creates=ViewedAs,
    irreversible=True,
    icon="eye",
)
def look_as(act: Act, lines: Lines[ViewedAs, LookAs]) -> None:
    """Nothing is done as the person: that somebody looked is all that is written, into the person's history."""
    for line in lines:
        line.result = act.create(ViewedAs, user=line.args.user)
