"""Which addresses may be reached: public ones, and those of our own network that the configuration allows."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from .refused import Broken, OutOfBounds

Address = IPv4Address | IPv6Address

# Addresses that only carry an IPv4 address of somebody's choice inside.
NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


@dataclass(frozen=True)
class Bounds:
    """`allowed`: host names and networks (CIDR) that may be reached although they are not public."""

    allowed: tuple[str, ...] = ()

    @classmethod
    def configured(cls) -> Bounds:
        """As `ARTEL_OUTBOUND_ALLOW` says."""
        return cls(tuple(settings.OUTBOUND_ALLOW))

    def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of a host, each of them judged. Raises OutOfBounds if one is forbidden, Broken if there is none."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Broken(f"{host}: there is no such host") from None
        # Scope ids ("fe80::1%eth0") belong to link-local addresses only.
        addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
        if not all(self.permit(host, ip_address(address)) for address in addresses):
            raise OutOfBounds(
                "outbound_forbidden", _("%(host)s is not an address on the public internet.") % {"host": host}
            )
        return list(dict.fromkeys(addresses))

    def names(self, host: str) -> bool:
        """Whether the configuration names a host, or the address that is written in its place."""
        try:
            address = ip_address(host)
        except ValueError:
            return any(rule.lower() == host.lower().rstrip(".") for rule in self.allowed)
        return any(self._allows(rule, host, address) for rule in self.allowed)

    def permit(self, host: str, address: Address) -> bool:
        return is_public(address) or any(self._allows(rule, host, address) for rule in self.allowed)

    @staticmethod
    def _allows(rule: str, host: str, address: Address) -> bool:
        network = _network(rule)
        return rule.lower() == host.lower().rstrip(".") if network is None else address in network


def _network(rule: str) -> Any:
    try:
        return ip_network(rule, strict=False)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """A unicast address of the internet. Of one that carries another inside, the inner one counts too."""
    if isinstance(address, IPv6Address):
        inner = _carried(address)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: IPv6Address) -> IPv4Address | None:
    if any(address in network for network in NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
