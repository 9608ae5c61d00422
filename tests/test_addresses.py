"""Addresses are found as Django finds them, only without trying every pattern."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import Resolver404, URLResolver, get_resolver, path
from django.urls.resolvers import RoutePattern

from artel.site.addresses import Sorted
from artel.web.pages.home import home
from artel.web.urls import urlpatterns

KEY = uuid4()
FILLED = {"<uuid:key>": str(KEY), "<slug:path>": "deals", "<int:number>": "3", "<int:change_set>": "7"}
STRANGE = (
    "deals/",
    "deals//new",
    "no/such/page/at/all",
    f"deals/{KEY}/nothing",
    f"runs/{KEY}",
    "x" * 300,
    "лид",
)


def _filled(route: str) -> str:
    for hole, value in FILLED.items():
        route = route.replace(hole, value)
    return "/".join(
        "word" if part.startswith("<") else part for part in route.replace("<slug:piece>", "big").split("/")
    )


def _found(resolver: URLResolver, address: str) -> object:
    try:
        match = resolver.resolve(address)
    except Resolver404:
        return None
    return match.func, match.args, match.kwargs, match.url_name


def test_every_address_is_found_as_django_finds_it() -> None:
    plain = URLResolver(RoutePattern(""), urlpatterns)
    ours = Sorted(RoutePattern(""), urlpatterns)
    addresses = [_filled(str(one.pattern)) for one in urlpatterns]
    for address in (*addresses, *STRANGE):
        assert _found(ours, address) == _found(plain, address), address
    assert all(_found(ours, address) for address in addresses)


def test_the_house_uses_it() -> None:
    assert any(isinstance(one, Sorted) for one in get_resolver().url_patterns)


def test_a_pattern_of_any_length_is_refused() -> None:
    with pytest.raises(TypeError):
        Sorted(RoutePattern(""), [path("files/<path:name>", home)]).resolve("files/a/b")
