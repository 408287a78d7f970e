"""From which address somebody asks, also where proxies stand between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

Address = IPv4Address | IPv6Address


def asking_address(meta: Mapping[str, Any], *, trusted: Iterable[str] = ()) -> str:
    """The address at the other end of the connection; where that is a `trusted` proxy, the one that
    it names in `X-Forwarded-For`: the last that is not trusted itself.

    Whatever stands before that was written by whoever asks, and says nothing.
    """
    here = str(meta.get("REMOTE_ADDR", ""))
    found = _address(here)
    if found is None:
        return here
    networks = [ip_network(one) for one in trusted]
    hops = str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    while hops and any(found in one for one in networks):
        before = _address(hops.pop())
        if before is None:
            break
        found = before
    return str(found)


def _address(text: str) -> Address | None:
    """An address as proxies write it: with a port, or as IPv6 of an IPv4 one."""
    text = text.strip().rpartition("%")[0] or text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    with suppress(ValueError):
        found = ip_address(text)
        return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
    return None
