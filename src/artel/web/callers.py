"""Where a request comes from."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The address of the caller: whoever called the outermost of our proxies (`ARTEL_PROXIES`), or the server itself.

    What a caller has written into X-Forwarded-For himself stands before what the proxies add, and is not believed.
    """
    told = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")]
    seen = told[-settings.PROXIES] if 0 < settings.PROXIES <= len(told) else ""
    return _plain(seen) or _plain(request.META.get("REMOTE_ADDR", ""))


def counted_as(request: HttpRequest) -> str | None:
    """The address by which attempts are counted. Who has one address of IPv6 has its whole network of 64 bits."""
    told = address_of(request)
    if told and isinstance(known := ip_address(told), IPv6Address):
        return str(known.ipv4_mapped or IPv6Network((known, 64), strict=False).network_address)
    return told


def _plain(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None
