"""Letters as web requests, signed as the Standard Webhooks specification has it.

https://github.com/standard-webhooks/standard-webhooks: HMAC-SHA-256 over `id.timestamp.body`.
"""

from __future__ import annotations

import asyncio
import hmac
import socket
import time
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from rushes import __version__
from rushes.model.webhook import Letter, Receipt

if TYPE_CHECKING:
    import ssl

    import httpx

    from rushes.core.settings import Settings

Address = IPv4Address | IPv6Address

WITHIN_S = 10.0
_MOST_READ = 64 * 1024  # of an answer, that the connection can be used again
_PREFIX = "whsec_"
_MOST_NAMES = 100  # whose connections are kept
# Networks of which an address ends with one of IPv4: written as such (RFC 4291), and translated by
# a gateway (RFC 6052, RFC 8215).
_ENDING = tuple(map(ip_network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")))
# Where clouds tell machines their secrets, beside 169.254.169.254, which is link-local.
_METADATA = frozenset((ip_address("fd00:ec2::254"), ip_address("100.100.100.200")))

_INSIDE = "its address is inside; the setting webhooks.local would allow that"


def connect(address: str = "") -> Callable[[Settings], WebhookNotifier]:
    """What carries letters as the settings let it; there is no address to it all."""
    return partial(_opened, address)


def _opened(_address: str, settings: Settings) -> WebhookNotifier:
    return WebhookNotifier(local=settings.webhooks.local)


@dataclass(slots=True)
class _Line:
    """Connections to one name, and how many letters are under way on them."""

    client: httpx.AsyncClient
    letters: int = 0


class WebhookNotifier:
    """Carries letters. `local` lets them go to this machine itself and to link-local addresses."""

    def __init__(self, *, local: bool = False, within_s: float = WITHIN_S) -> None:
        self._local = local
        self._within_s = within_s
        self._lines: dict[str, _Line] = {}
        self._trusted: ssl.SSLContext | None = None

    async def send(self, letter: Letter) -> Receipt:
        """Carry one. A redirect is an answer like others: who may be told is settled here."""
        import httpx

        try:
            async with asyncio.timeout(self._within_s):
                return await self._sent(letter)
        except TimeoutError:
            return Receipt(0, f"no answer within {self._within_s:g} s")
        except socket.gaierror as error:
            return Receipt(0, f"its name leads nowhere: {error.strerror}")
        except httpx.HTTPError as error:
            return Receipt(0, f"{type(error).__name__}: {error}".rstrip(": "))
        except (httpx.InvalidURL, OSError, ValueError) as error:
            return Receipt(0, str(error))

    async def refuses(self, url: str) -> str:
        """Why no letter is carried there: its name leads inside. One that leads nowhere yet may
        lead somewhere by the time that there is anything to tell.
        """
        import httpx

        with suppress(OSError, ValueError, httpx.InvalidURL):
            there = httpx.URL(url)
            async with asyncio.timeout(self._within_s):
                if there.host and await self._looked_up(there) is None:
                    return _INSIDE
        return ""

    async def close(self) -> None:
        """Let go of open connections."""
        while self._lines:
            await self._lines.popitem()[1].client.aclose()

    async def _sent(self, letter: Letter) -> Receipt:
        import httpx

        url = httpx.URL(letter.url)
        address = await self._looked_up(url)
        if address is None:
            return Receipt(0, _INSIDE)
        # To the address that was looked at, whatever the name leads to in a moment.
        there = url.copy_with(host=str(address))
        headers = {
            "Host": url.netloc.decode("ascii"),
            "Content-Type": "application/json",
            "User-Agent": f"rushes/{__version__}",
            **signed(letter, now=int(time.time())),
        }
        extensions = {"sni_hostname": url.host}
        async with (
            self._client(headers["Host"]) as client,
            client.stream(
                "POST", there, content=letter.body, headers=headers, extensions=extensions
            ) as answer,
        ):
            read = 0
            async for chunk in answer.aiter_raw():
                read += len(chunk)
                if read > _MOST_READ:
                    break
        return Receipt(answer.status_code, f"answered {answer.status_code}")

    async def _looked_up(self, url: httpx.URL) -> Address | None:
        """Where its name leads; None where any of that is inside and may not be told."""
        port = url.port or (443 if url.scheme == "https" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(
            url.host, port, type=socket.SOCK_STREAM
        )
        addresses = [ip_address(str(at[0]).partition("%")[0]) for *_, at in found]
        if not self._local and any(inside(one) or own(one) for one in addresses):
            return None
        return addresses[0] if addresses else None

    @asynccontextmanager
    async def _client(self, name: str) -> AsyncIterator[httpx.AsyncClient]:
        """Connections to this name alone.

        They are kept by address, and a certificate is looked at when one is opened: another name
        at the same address would go by a certificate that is not its own.
        """
        import httpx

        if self._trusted is None:
            self._trusted = httpx.create_ssl_context(trust_env=False)
        line = self._lines.pop(name, None) or _Line(
            httpx.AsyncClient(
                verify=self._trusted,
                follow_redirects=False,
                trust_env=False,
                timeout=self._within_s,
            )
        )
        self._lines[name] = line  # the last one
        line.letters += 1
        try:
            yield line.client
        finally:
            line.letters -= 1
            await self._let_go()

    async def _let_go(self) -> None:
        """Close what was not used for the longest, where there are too many."""
        spare = len(self._lines) - _MOST_NAMES
        idle = [name for name, line in self._lines.items() if not line.letters]
        for name in idle[: max(0, spare)]:
            await self._lines.pop(name).client.aclose()


def signed(letter: Letter, *, now: int) -> dict[str, str]:
    """The headers that prove whose letter it is, and when it was sent (Unix time)."""
    key = b64decode(letter.secret.removeprefix(_PREFIX))
    told = b"%b.%d.%b" % (letter.id.encode(), now, letter.body)
    signature = b64encode(hmac.digest(key, told, sha256)).decode()
    return {
        "webhook-id": letter.id,
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,{signature}",
    }


def inside(address: Address) -> bool:
    """Whether it is this machine, its link, nobody in particular, or where clouds keep secrets."""
    if isinstance(address, IPv6Address):
        within = address.ipv4_mapped or address.sixtofour
        if within is None and any(address in one for one in _ENDING):
            within = IPv4Address(int(address) & 0xFFFFFFFF)
        if within is not None:
            return inside(within) or address.is_loopback
    return (
        address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address.is_multicast
        or address in _METADATA
        or (isinstance(address, IPv4Address) and int(address) >> 24 == 0)
    )


def own(address: Address) -> bool:
    """Whether this machine has the address: letters to it would leave from there. Sends nothing."""
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((str(address), 9))
        except OSError:  # no way leads there
            return False
        return ip_address(str(probe.getsockname()[0]).partition("%")[0]) == address
