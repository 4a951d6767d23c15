"""The client's address, as far as it can be trusted."""

import ipaddress
from typing import Any

from django.conf import settings


def client_address(request: Any) -> str:
    """The client's address; of IPv6 the /64 network, which belongs to one customer.

    ``X-Forwarded-For`` counts only when the direct peer is a proxy named in TRUSTED_PROXIES; then
    the last address that is not a proxy of ours.
    """
    peer = request.META.get("REMOTE_ADDR", "") or ""
    address = peer
    if peer in settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        outside = [hop for hop in hops if hop and hop not in settings.TRUSTED_PROXIES]
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


def is_loopback(request: Any) -> bool:
    """Whether the request comes from this machine, without a proxy between."""
    if request.META.get("HTTP_X_FORWARDED_FOR"):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
