"""What happens while a page is open: a stream of events about what the page says that it watches."""

from __future__ import annotations

from django.contrib.auth import HASH_SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from artel.kernel.journal.following import is_kept, news_after, place_now
from artel.web import assets
from artel.web.live.follower import Full, follower
from artel.web.live.stream import LiveResponse, Stream, now
from artel.web.live.telling import greet, tell, tell_run
from artel.web.live.viewer import Viewer
from artel.web.live.watches import Watches

HOLDS = "artel.holds_streams"
"""Set in the environment of requests by a server that can keep a stream open without a thread."""

GAP = 500
"""Change sets that are told after an absence; after more the page is simply old."""

WAIT_SECONDS = "60"


@require_GET
def live(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events: hello, changed, gone, list, run, epoch, stale, ping, bye. Strangers are turned away with 401.

    `as`: the person whose page asks; when somebody else has signed in since, he is not told what belongs to him.
    `since` or Last-Event-ID: the place in the journal up to which the page knows everything.
    """
    actor = getattr(request, "actor", None)
    if actor is None or request.GET.get("as", str(actor.user_id)) != str(actor.user_id):
        return HttpResponse(status=401)
    watches = Watches.read(dict(request.GET.lists()), actor)
    place = place_now()
    stream = Stream(Viewer(actor, request.session.get(HASH_SESSION_KEY, "")), watches, place)
    holds = bool(request.META.get(HOLDS))
    stream.say("hello", at=now(), build=assets.build(), holds=holds)
    _catch_up(stream, request.headers.get("Last-Event-ID") or request.GET.get("since", ""))
    if not holds:
        for watch in list(stream.watches.runs):
            tell_run(stream, watch)
    else:
        try:
            follower.join(stream)
        except Full:
            return HttpResponse(status=429, headers={"Retry-After": WAIT_SECONDS})
    return LiveResponse(stream)


def _catch_up(stream: Stream, asked: str) -> None:
    """What was done between the page and its stream."""
    known = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    if known is not None and known != stream.place:
        news = news_after(known, GAP) if known < stream.place and is_kept(known) else None
        if news is None or news.is_cut:
            stream.say("stale")
        else:
            tell(stream, news)
    greet(stream)
