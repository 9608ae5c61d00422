"""The values of conditions: texts and numbers as people and programs give them, days told from today, people told by a word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from artel.kernel.arguments import Argument
from artel.kernel.attributes.values import read_value, typed
from artel.lib.periods import period_of, shifted

from .fields import FilterField
from .operators import PERIODS, Operator

LARGEST = 2**63
MOST_DAYS = 36_500
_DAY = Argument(name="day", label="", kind="day")

Ends = tuple[Any, Any]


def values_of(asked: FilterField, operator: Operator, given: Any) -> list[Any]:
    """The typed values of a condition that compares with values. Raises ValidationError with a sentence."""
    if operator.takes == "one":
        return [_one(asked, given)]
    several = given if isinstance(given, list) else [given]
    if not several:
        raise ValidationError(_("Give at least one value."))
    return [_one(asked, one) for one in several]


def _one(asked: FilterField, given: Any) -> Any:
    if asked.attribute is not None:
        value = typed(asked.attribute, read_value(asked.attribute, given))
        if value is None:
            raise ValidationError(_("A value is expected."))
        return value
    if asked.kind == "key":
        return key_of(given)
    return _read(asked.argument, given)


def _read(argument: Argument, given: Any) -> Any:
    is_text = argument.kind in {"text", "lines", "choice"}
    if given is None or (isinstance(given, str) and not given.strip()):
        if not is_text:
            raise ValidationError(_("A value is expected."))
        return ""
    if is_text:
        return argument.read(str(given)) if argument.kind == "choice" else str(given).strip()
    if argument.kind == "boolean":
        return yes(given)
    value = argument.read(given)
    if isinstance(value, int) and not -LARGEST <= value < LARGEST:
        raise ValidationError(_("The number is too large."))
    return value


def yes(given: Any) -> bool:
    """Yes or no, as JSON or as a word. Raises ValidationError."""
    if isinstance(given, bool):
        return given
    read: bool = Argument(name="", label="", kind="boolean").read(given)
    return read


def key_of(given: Any) -> UUID:
    """Raises ValidationError for what is no key."""
    try:
        return UUID(str(given))
    except ValueError:
        raise ValidationError(_("An id is expected.")) from None


def ends_of(asked: FilterField, operator: Operator, given: Any, now: datetime) -> Ends:
    """From and to of a condition about a range, either may be open (None). Raises ValidationError.

    For moments both are moments and the end is not included; for days and numbers both are included.
    """
    if operator.code == "during":
        return _whole_days(asked, *_period(given, now))
    if operator.code in {"last_days", "next_days"}:
        return _whole_days(asked, *_around(operator.code, given, now))
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != 2:
        raise ValidationError(_("Two values are expected: from and to."))
    low, high = (None if one in (None, "") else one for one in given)
    if low is None and high is None:
        raise ValidationError(_("Give at least one end of the range."))
    if asked.kind == "moment":
        return (None if low is None else moment(low)[0]), (None if high is None else moment(high)[1])
    return tuple(None if one is None else _one(asked, one) for one in (low, high))  # type: ignore[return-value]


def _period(given: Any, now: datetime) -> tuple[date, date]:
    if not isinstance(given, str) or given not in PERIODS:
        raise ValidationError(_("One of these is expected: %(known)s.") % {"known": ", ".join(PERIODS)})
    unit, away, _label = PERIODS[given]
    period = period_of(shifted(today(now), unit, away), unit)
    return period.first, period.last


def _around(code: str, given: Any, now: datetime) -> tuple[date, date]:
    """The last seven days end today, the next seven begin today."""
    count = Argument(name="", label="", kind="integer").read(given)
    if count is None or not 0 < count <= MOST_DAYS:
        raise ValidationError(_("A number of days from 1 to %(most)d is expected.") % {"most": MOST_DAYS})
    here, span = today(now), timedelta(days=count - 1)
    return (here - span, here) if code == "last_days" else (here, here + span)


def _whole_days(asked: FilterField, first: date, last: date) -> Ends:
    if asked.kind == "moment":
        return midnight(first), midnight(last + timedelta(days=1))
    return first, last


def moment(given: Any) -> tuple[datetime, datetime]:
    """Where a moment begins and ends: a day is the whole of it, the end not included; an exact moment a microsecond long."""
    text = str(given).strip()
    if isinstance(given, date) or (len(text) <= len("2026-12-31") and ":" not in text):
        day = given.date() if isinstance(given, datetime) else _DAY.read(given)
        if day is None:
            raise ValidationError(_("Give at least one value."))
        return midnight(day), midnight(day + timedelta(days=1))
    exact = Argument(name="", label="", kind="moment").read(text)
    if exact is None:
        raise ValidationError(_("Give at least one value."))
    return exact, exact + timedelta(microseconds=1)


def midnight(day: date) -> datetime:
    """The first moment of a day in the present zone. Days come read, so that the day after the last is one, too."""
    return timezone.make_aware(datetime.combine(day, time.min))


def today(now: datetime) -> date:
    return timezone.localdate(now)


def texts_of(given: Any) -> list[str]:
    """The values of a reference as texts. Raises ValidationError when there is none."""
    several: Iterable[Any] = given if isinstance(given, list) else [given]
    texts = [str(one).strip() for one in several if one not in (None, "")]
    if not texts:
        raise ValidationError(_("Give at least one value."))
    return texts
