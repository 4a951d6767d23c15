"""The client's address and protocol, as far as they can be trusted."""

import ipaddress
from functools import lru_cache
from typing import Any

from django.conf import settings


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


def is_loopback(request: Any) -> bool:
    """Whether the request comes from this machine, without a proxy between."""
    if request.META.get("HTTP_X_FORWARDED_FOR"):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
