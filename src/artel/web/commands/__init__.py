"""What people change about themselves: language, zone, password, favourites."""

from .favourites import add_favourite, arrange_favourite, remove_favourite
from .oneself import as_oneself, change_own_password, change_own_speech

__all__ = [
    "add_favourite",
    "arrange_favourite",
    "as_oneself",
    "change_own_password",
    "change_own_speech",
    "remove_favourite",
]
