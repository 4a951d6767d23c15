"""Addresses: the client's and its protocol, as far as they can be trusted, and our own."""

import ipaddress
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.utils.http import url_has_allowed_host_and_scheme


def client_address(request: Any) -> str:
    """The client's address; of IPv6 the /64 network, which belongs to one customer.

    ``X-Forwarded-For`` counts only when the direct peer is a proxy named in TRUSTED_PROXIES; then
    the last address that is not a proxy of ours.
    """
    peer = request.META.get("REMOTE_ADDR", "") or ""
    address = peer
    if is_our_proxy(peer):
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        outside = [hop for hop in hops if hop and not is_our_proxy(hop)]
        address = outside[-1] if outside else peer
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def is_our_proxy(address: str) -> bool:
    """Whether an address is in TRUSTED_PROXIES, which names addresses and networks."""
    return bool(settings.TRUSTED_PROXIES) and _is_within(address, tuple(settings.TRUSTED_PROXIES))


@lru_cache(maxsize=1024)
def _is_within(address: str, networks: tuple[str, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in ipaddress.ip_network(network, strict=False) for network in networks)


def own_host(request: Any) -> str:
    """The host that the request names, if it is one of ours; empty for a foreign or broken one."""
    try:
        return str(request.get_host())
    except DisallowedHost:
        return ""


def is_own_address(request: Any, address: str) -> bool:
    """Whether a redirect to the address stays on this site (ID-14), and can be a header."""
    return address.isprintable() and url_has_allowed_host_and_scheme(
        address, allowed_hosts={own_host(request)}, require_https=request.is_secure()
    )


def is_loopback(request: Any) -> bool:
    """Whether the request comes from this machine, without a proxy between."""
    if request.META.get("HTTP_X_FORWARDED_FOR"):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
