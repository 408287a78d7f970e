"""Questions to one outside service over HTTP: bounded in time and size, without a word of secrets.

TLS is verified, redirections are not followed, and no exception gets out.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from rushes.core.masking import masked

if TYPE_CHECKING:
    import httpx

_MOST = 4 * 1024**2  # bytes of an answer
_LONGEST_WAIT_S = 24 * 3600.0
_SHOWN = 200
_KEPT_S = 2.0  # an idle connection: servers drop those after five seconds, some sooner


@dataclass(frozen=True, slots=True)
class Service:
    """Where a service is, who we are there, and how many seconds one answer may take."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    timeout: float

    def shown(self, text: str) -> str:
        """What the service said, in one short line without secrets."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return masked(line)[:_SHOWN]


class Reply(NamedTuple):
    """What came of a request. `status` is 0 where no answer came; `lost` says in words why.

    `arrived` is False where the service cannot have had the request. `timely` is False where it
    gave no sign of life at all. `wait` is how many seconds it wants to be left alone.
    """

    status: int = 0
    body: bytes = b""
    lost: str = ""
    arrived: bool = True
    timely: bool = True
    wait: float | None = None
    elsewhere: str = ""


class Asking:
    """Connections to one service, opened when the first question is asked."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._client: httpx.Client | None = None

    def ask(self, method: str, path: str, *, body: bytes | None = None, key: str = "") -> Reply:
        """Ask at `path` below the service's URL; `key` goes along as `Idempotency-Key`."""
        import httpx

        headers = {"Idempotency-Key": key} if key else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        within = time.monotonic() + self._service.timeout
        try:
            with self._open().stream(
                method, self._service.url + path, content=body, headers=headers
            ) as response:
                return _read(response, within)
        except (httpx.ConnectTimeout, httpx.PoolTimeout):
            return Reply(lost=self._late(), arrived=False, timely=False)
        except (httpx.TimeoutException, TimeoutError):
            return Reply(lost=self._late(), timely=False)
        except (httpx.ConnectError, httpx.ProxyError, httpx.UnsupportedProtocol) as error:
            words = self._service.shown(str(error)) or "no connection"
            return Reply(lost=f"cannot be reached: {words}", arrived=False, timely=False)
        except httpx.HTTPError:
            return Reply(lost="dropped the connection before it had answered")
        except (httpx.InvalidURL, OSError, ValueError) as error:
            # The words could hold a header: only their kind is told.
            lost = f"cannot be asked from here ({type(error).__name__})"
            return Reply(lost=lost, arrived=False, timely=False)

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _late(self) -> str:
        return f"did not answer within {self._service.timeout:g} s"

    def _open(self) -> httpx.Client:
        if self._client is None:
            import httpx

            self._client = httpx.Client(
                headers={
                    **self._service.headers,
                    "Accept": "application/json",
                    "Accept-Encoding": "identity",  # what is small stays small
                },
                timeout=self._service.timeout,
                limits=httpx.Limits(keepalive_expiry=_KEPT_S),
                follow_redirects=False,
            )
        return self._client


def _read(response: httpx.Response, within: float) -> Reply:
    """The whole answer, unless it is too long; `TimeoutError` where it takes too long."""
    body = bytearray()
    for some in response.iter_raw():
        body += some
        if len(body) > _MOST:
            return Reply(response.status_code, lost=f"answers with more than {_MOST:,} bytes")
        if time.monotonic() > within:
            raise TimeoutError
    return Reply(
        response.status_code,
        bytes(body),
        wait=_wait(response.headers.get("Retry-After", "")),
        elsewhere=_host(response) if response.has_redirect_location else "",
    )


def _wait(text: str) -> float | None:
    """Seconds of a `Retry-After`, which is a number or a date."""
    from email.utils import parsedate_to_datetime

    if text.isascii() and text.isdigit():
        seconds = float(text[:9])
    else:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return min(max(seconds, 0.0), _LONGEST_WAIT_S)


def _host(response: httpx.Response) -> str:
    import httpx

    try:
        return httpx.URL(response.headers["Location"]).host or "another address there"
    except httpx.InvalidURL:
        return "nowhere"
