"""Requests to a Rushes server: tried again where that is harmless, and no secret in any error."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote
from uuid import uuid4

from rushes import __version__
from rushes.client import errors
from rushes.client.address import checked_token, server_address
from rushes.core.errors import Code, RushesError

if TYPE_CHECKING:
    import httpx

API = "1"
_BELOW = "/api/v1"
_TRIES = 5
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 10.0
_BUSY = frozenset({429, 503})  # nothing was done
_PASSING = frozenset({502, 504})  # something in between does not know what was done
_KEPT_S = 4.0  # an idle connection: servers drop those after five seconds, some sooner


class _Request(NamedTuple):
    """What is sent, however often it is tried."""

    method: str
    url: str
    params: tuple[tuple[str, str], ...] | None
    content: bytes | None
    headers: Mapping[str, str]


@dataclass
class _Held:
    """A process's connections, how many use them, and whether they are to be closed then."""

    process: int
    client: httpx.Client
    users: int = 0
    left: bool = False


class _Try(NamedTuple):
    """What came of one try: an `answer`, or an `error` and what may be done about it.

    `arrived` is False where the server cannot have begun. `wait` is for how many seconds it wants
    to be left alone. A `final` error stays the same however often one tries.
    """

    answer: Any = None
    error: RushesError | None = None
    final: bool = True
    arrived: bool = True
    wait: float | None = None


class Transport:
    """One server, asked as the owner of one token; for any number of threads.

    `timeout_s` is for each step of a request: connecting, sending, each read. No try begins later
    than that after the first. `tool` names the program for the server's log and events.

    Redirections are never followed, so that the token goes nowhere but to `url`. TLS is verified.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout_s: float = 30.0,
        tool: str = "",
        tries: int = _TRIES,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self.url = server_address(url)
        self._token = checked_token(token)
        self._timeout_s = timeout_s
        self._tool = tool
        self._tries = tries
        self._pause = pause
        self._lock = threading.Lock()
        self._held: _Held | None = None

    def __repr__(self) -> str:
        return f"Transport({self.url!r})"

    def get(self, path: str, params: Sequence[tuple[str, str]] = ()) -> Any:
        """The JSON at `path` below `/api/v1`.

        Raises what the server refuses, `server.unavailable` where there is none, and `login.needed`
        where there is no token.
        """
        return self._ask("GET", path, params=params)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] = {},
        once: bool = True,
    ) -> Any:
        """Write something, and the JSON that is answered; raises as `get` does.

        It carries an `Idempotency-Key`, so that trying again does nothing twice. Where the server
        keeps no answer to it, for one that holds a secret, `once` is False: then it is tried again
        only where nothing can have been done.
        """
        own = {"Idempotency-Key": str(uuid4())} if once else {}
        return self._ask(method, path, body=body, headers={**own, **headers}, once=once)

    def close(self) -> None:
        """Close the connections, once nobody uses them; whatever is asked next makes new ones."""
        with self._lock:
            held, self._held = self._held, None
            if held is None or held.process != os.getpid():
                return
            held.left = True
            idle = not held.users
        if idle:
            held.client.close()

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Sequence[tuple[str, str]] = (),
        body: Any = None,
        headers: Mapping[str, str] = {},
        once: bool = True,
    ) -> Any:
        if not self._token:
            raise RushesError(
                Code.LOGIN_NEEDED,
                f"There is no token for the Rushes server at {self.url}.",
                hint="Set server.token or RUSHES_TOKEN to one of `rushes token create`.",
            )
        request = _Request(
            method,
            f"{self.url}{_BELOW}/{path.lstrip('/')}",
            tuple(params) or None,
            None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8"),
            self._headers(headers, has_body=body is not None),
        )
        until = time.monotonic() + self._timeout_s
        for tried in range(1, self._tries + 1):
            done = self._try(request)
            if done.error is None:
                return done.answer
            pause = _pause_after(tried) if done.wait is None else done.wait
            hopeless = done.final or (done.arrived and not once)
            if hopeless or tried == self._tries or time.monotonic() + pause > until:
                raise done.error
            self._pause(pause)
        raise AssertionError("no try was made")

    def _try(self, request: _Request) -> _Try:
        import httpx

        try:
            with self._using() as client:
                return self._read(
                    client.request(
                        request.method,
                        request.url,
                        params=request.params,
                        content=request.content,
                        headers=request.headers,
                    )
                )
        except (httpx.ConnectTimeout, httpx.PoolTimeout):
            return self._late(arrived=False)
        except (httpx.TimeoutException, TimeoutError):
            return self._late(arrived=True)
        except (httpx.ConnectError, httpx.ProxyError) as error:
            why = f"cannot be reached ({_line(str(error)) or 'no connection'})"
            return _Try(error=errors.no_answer(self.url, why), final=False, arrived=False)
        except httpx.DecodingError:
            return _Try(error=errors.not_ours(self.url, "its answer cannot be unpacked"))
        except httpx.HTTPError:
            why = "dropped the connection before it had answered"
            return _Try(error=errors.no_answer(self.url, why), final=False)
        except (httpx.InvalidURL, OSError, ValueError) as error:
            # The words could hold a header: only their kind is told.
            why = f"cannot be asked from here ({type(error).__name__})"
            return _Try(error=errors.no_answer(self.url, why))

    def _late(self, *, arrived: bool) -> _Try:
        why = f"did not answer within {self._timeout_s:g} s"
        return _Try(error=errors.no_answer(self.url, why), final=False, arrived=arrived)

    def _read(self, response: httpx.Response) -> _Try:
        """What an answer says; only JSON of our API is taken for one of the server's."""
        status = response.status_code
        if 300 <= status < 400:
            return _Try(error=errors.elsewhere(self.url, _place(response)))
        spoken = response.headers.get("Rushes-Api", API)
        if spoken != API:
            return _Try(error=errors.other_version(self.url, theirs=spoken, ours=API))
        if status < 400 and not response.content:
            return _Try()
        body, why = _parsed(response)
        if status < 400:
            return _Try(body) if not why else _Try(error=errors.not_ours(self.url, why))
        error = errors.told(body, status)
        if error is None:
            what = f"it answers {status}" + (f", {why}" if why else "")
            error = errors.not_ours(self.url, what)
        return _Try(
            error=error,
            final=status not in _BUSY | _PASSING,
            arrived=status not in _BUSY,
            wait=_wait(response.headers.get("Retry-After", "")),
        )

    def _headers(self, given: Mapping[str, str], *, has_body: bool) -> dict[str, str]:
        made = {"Authorization": f"Bearer {self._token}"}
        if self._tool:
            made["Rushes-Tool"] = header_text(self._tool)
        if has_body:
            made["Content-Type"] = "application/json"
        return {**made, **given}

    @contextmanager
    def _using(self) -> Iterator[httpx.Client]:
        """This process's connections: those of a parent cannot be shared with it after a fork.

        Where somebody closes them meanwhile, they are closed once nobody uses them any more.
        """
        with self._lock:
            held = self._held
            if held is None or held.process != os.getpid():
                held = self._held = _Held(os.getpid(), self._connected())
            held.users += 1
        try:
            yield held.client
        finally:
            with self._lock:
                held.users -= 1
                last = held.left and not held.users
            if last:
                held.client.close()

    def _connected(self) -> httpx.Client:
        import httpx

        return httpx.Client(
            headers={"Accept": "application/json", "User-Agent": f"rushes/{__version__}"},
            timeout=self._timeout_s,
            limits=httpx.Limits(keepalive_expiry=_KEPT_S),
            follow_redirects=False,
        )


def header_text(text: str) -> str:
    """Any text as headers can hold it: percent-encoded where it is not plain."""
    return quote(text, safe=" !#$&'()*+,/:;=?@[]")


def _parsed(response: httpx.Response) -> tuple[Any, str]:
    """The JSON of an answer, and why there is none in it."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return None, f"it sends {_line(kind) or 'no type of content'} where JSON is due"
    try:
        return json.loads(response.content), ""
    except ValueError:
        return None, "it sends broken JSON"


def _place(response: httpx.Response) -> str:
    """Where a redirection leads to, without what its query may hold."""
    place = response.headers.get("Location", "").partition("?")[0]
    return _line(place) or "another address"


def _pause_after(tried: int) -> float:
    """Longer and longer, and never in step with others who wait for the same server."""
    return random.uniform(0.5, 1.0) * min(_FIRST_PAUSE_S * 2.0**tried, _LONGEST_PAUSE_S)


def _wait(text: str) -> float | None:
    """Seconds of a `Retry-After`, which is a number or a date."""
    from email.utils import parsedate_to_datetime

    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None


def _line(text: str) -> str:
    """Words of somebody else in one short line, without a login in them."""
    from rushes.core.masking import masked

    return masked(" ".join("".join(c if c.isprintable() else " " for c in text).split()))[:200]
