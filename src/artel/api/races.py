"""Somebody was faster: what the caller wanted and what stands there now, field by field, so that nothing is lost unseen."""

from __future__ import annotations

from uuid import UUID

from artel.kernel.refusals import Conflict

from .bodies import Names
from .calls import rows_of
from .columns import Bound, plain
from .problems import Problem, not_found, of_refusal
from .requests import etag

_UNREAD = object()


def lost(bound: Bound, key: UUID, conflict: Conflict, names: Names) -> Problem:
    """412 with `version` and, for each field that differs, `{"field", "yours", "theirs"}`; 404 once the record is out of sight."""
    record = rows_of(bound).filter(pk=key).first()
    if record is None:
        return not_found()
    [now] = bound.shown([record])
    outside = names.outside()
    yours = {outside.get(name, name): value for name, value in conflict.mine.items()}
    differing = {
        outside.get(name, name)
        for name, value in conflict.mine.items()
        if name not in conflict.theirs or value != conflict.theirs[name]
    }
    told = [
        {"field": name, "yours": plain(yours[name]), "theirs": now[name]}
        for name in yours
        if name in differing and now.get(name, _UNREAD) not in (_UNREAD, plain(yours[name]))
    ]
    conflict.fields = {one["field"]: conflict.sentence for one in told}
    problem = of_refusal(conflict)
    problem.more |= {"version": record.version, "conflicts": told}
    problem.headers |= {"ETag": etag(record.version)}
    return problem
