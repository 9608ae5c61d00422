"""Addresses found by their first word and their length, so that a request is not held against every pattern there is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.urls import URLPattern, URLResolver, include
from django.urls.converters import PathConverter
from django.urls.resolvers import ResolverMatch, RoutePattern

Key = tuple[str, int]
ANY = ""


class Sorted(URLResolver):
    """A list of `path(…)`, read as Django reads it and in the same order, but for the patterns that cannot fit."""

    def resolve(self, path: str) -> ResolverMatch:
        word, length = path.partition("/")[0], path.count("/")
        fitting = self._fitting.get((word, length)) or self._fitting.get((ANY, length)) or self._of([])
        return fitting.resolve(path)

    @cached_property
    def _fitting(self) -> dict[Key, URLResolver]:
        """The rest by what they may fit: a word that some begin with, or any other, and the length."""
        keyed = [(_key(one), one) for one in self.url_patterns]
        keys = {key for key, _one in keyed}
        return {
            (word, length): self._of([one for key, one in keyed if key in {(word, length), (ANY, length)}])
            for word, length in {*keys, *((ANY, length) for _word, length in keys)}
        }

    def _of(self, patterns: Sequence[URLPattern | URLResolver]) -> URLResolver:
        given = (self.default_kwargs, self.app_name, self.namespace)
        return URLResolver(self.pattern, patterns, *given)


def _key(pattern: Any) -> Key:
    """Its first word, if that is fixed, and how many strokes it has. Raises TypeError for one that may have more of them."""
    route = getattr(pattern, "pattern", None)
    if not isinstance(pattern, URLPattern) or not isinstance(route, RoutePattern):
        raise TypeError(pattern)
    if any(isinstance(each, PathConverter) for each in route.converters.values()):
        raise TypeError(pattern)
    word, _, _rest = str(route).partition("/")
    return ANY if "<" in word else word, str(route).count("/")


def sorted_out(module: str) -> Sorted:
    """What `path("", include(module))` is, read faster."""
    included, app_name, namespace = include(module)
    return Sorted(RoutePattern(""), included, app_name=app_name, namespace=namespace)
