"""What people change about themselves: language, zone, password, favourites; and how administrators look at what somebody sees."""

from .favourites import add_favourite, arrange_favourite, remove_favourite
from .looking import look_as
from .oneself import as_oneself, change_own_password, change_own_speech

__all__ = [
    "add_favourite",
    "arrange_favourite",
    "as_oneself",
    "change_own_password",
    "change_own_speech",
    "look_as",
    "remove_favourite",
]
