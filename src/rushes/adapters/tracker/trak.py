"""Trak: assets looked up by path, results of quality checks told.

The setting section `[trak]` says where it is and who we are. How Trak tells the results it has is
not known: `known` asks the way that would go without saying, and takes no for no answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, quote, urlsplit

from rushes.adapters.asking import Asking, Reply, Service
from rushes.core import logs
from rushes.core.errors import Code, RushesError
from rushes.core.escape import unescape
from rushes.model.outbox import Post, PostKind
from rushes.ports.tracker import Answer, Known, Looked, Verdict

if TYPE_CHECKING:
    from rushes.core.settings import Settings

_SEARCH = "/asset/asset-search"
_IN_A_ROW = 3  # answers that are no good, until nothing more is asked
_WAIT_S = 60.0  # where Trak wants to be left alone and does not say how long
_LATER = (401, 403, 408, 425, 429)
_NO_SUCH_ROUTE = (404, 405, 410)


def connect(address: str = "") -> Callable[[Settings], Trak]:
    """What opens the Trak at `address`, or at the setting `trak.base_url`; see `opened`."""
    return partial(opened, address=address)


def opened(settings: Settings, *, address: str = "") -> Trak:
    """The Trak that the settings name; nothing is asked yet. Raises `settings.invalid`."""
    given = settings.trak
    url = address or given.base_url or ""
    parts = _parts(url)
    if not url:
        raise _invalid("No Trak is named: trak.base_url is not set")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _invalid("trak.base_url is no address of the web")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise _invalid("trak.base_url holds more than an address")
    headers = {}
    if given.api_key:
        headers["x-api-key"] = _header("trak.api_key", given.api_key)
    if given.token:
        headers["Authorization"] = f"Bearer {_header('trak.token', given.token)}"
    secrets = tuple(one for one in (given.api_key, given.token) if one)
    return Trak(Service(url.rstrip("/"), headers, secrets, given.timeout))


class Trak:
    """One Trak for one run: see `ports.tracker.Tracker`."""

    name = "trak"
    kinds = frozenset((PostKind.QC_RESULT,))

    def __init__(self, service: Service) -> None:
        self._service = service
        self._asking = Asking(service)
        self._stopped: Answer | None = None
        self._bad = 0  # answers in a row
        self._reported: set[str] = set()

    @property
    def stopped(self) -> Answer | None:
        """Why nothing is asked of it any more."""
        return self._stopped

    def assets(self, paths: Sequence[str]) -> Sequence[Looked]:
        """Look assets up, one question each."""
        return [self._asset(path) for path in paths]

    def send(self, posts: Sequence[Post]) -> Sequence[Answer]:
        """Tell results, one request each."""
        return [self._sent(post) for post in posts]

    def known(self, posts: Sequence[Post]) -> Sequence[Known]:
        """Whether Trak has these results, as far as it can be read from what it answers."""
        return [self._known(post) for post in posts]

    def close(self) -> None:
        """Close the connections."""
        self._asking.close()

    def _asset(self, path: str) -> Looked:
        if self._stopped is not None:
            return Looked(problem=self._stopped)
        wanted = _spelt(path)
        reply = self._asking.ask("POST", _SEARCH, body=_search(wanted))
        found = _json(reply.body) if 200 <= reply.status < 300 and not reply.lost else None
        items = found.get("items") if isinstance(found, dict) else None
        if isinstance(items, list):
            self._bad = 0
            return _looked(items, wanted)
        if reply.status in _NO_SUCH_ROUTE:
            told = f"Trak has no {_SEARCH} at trak.base_url (HTTP {reply.status})"
            return Looked(problem=self._put_off(reply, told))
        answer = self._judged(reply, no_json=True)
        if answer.verdict is Verdict.REFUSED:
            return Looked(problem=answer)
        return Looked(problem=answer._replace(verdict=Verdict.LATER))

    def _sent(self, post: Post) -> Answer:
        if self._stopped is not None:
            return self._stopped
        place = _place(post)
        if place is None:
            return Answer(Verdict.REFUSED, f"{post.asset_id!r} is no asset of Trak")
        key = quote(post.key, safe=":+-_.~")
        reply = self._asking.ask("POST", place, body=post.document.encode(), key=key)
        no_json = bool(reply.body.strip()) and _json(reply.body) is None
        return self._judged(reply, no_json=no_json or bool(reply.lost))

    def _known(self, post: Post) -> Known:
        place = _place(post)
        if self._stopped is not None or place is None:
            return Known.CANNOT_TELL
        reply = self._asking.ask("GET", place)
        if reply.status in (*_NO_SUCH_ROUTE, 501):
            self._bad = 0
            return Known.CANNOT_TELL
        found = _json(reply.body) if 200 <= reply.status < 300 and not reply.lost else None
        if found is None:
            self._judged(reply, no_json=True)
            return Known.CANNOT_TELL
        self._bad = 0
        return _among(found, post.key)

    def _judged(self, reply: Reply, *, no_json: bool) -> Answer:
        """What an answer means for what was sent. `no_json`: its body is not what Trak says."""
        status = reply.status
        if not status:
            verdict = Verdict.UNKNOWN if reply.arrived else Verdict.LATER
            return self._put_off(reply, f"Trak {reply.lost}", verdict=verdict)
        if 200 <= status < 300:
            if no_json:
                what = reply.lost or "answered something that cannot be understood"
                told = f"Trak {what} (HTTP {status})"
                return self._put_off(reply, told, verdict=Verdict.UNKNOWN)
            self._bad = 0
            return Answer(Verdict.DELIVERED, f"HTTP {status}")
        if status < 400:
            told = f"Trak sends us to {reply.elsewhere or 'nowhere'} (HTTP {status}); not followed"
            return self._put_off(reply, told)
        if status in (401, 403):
            told = f"Trak does not let us in (HTTP {status}): check its API key and token"
            return self._put_off(reply, told)
        words = self._words(reply)
        if status in _LATER or status >= 500:
            return self._put_off(reply, f"Trak cannot take it now (HTTP {status}{words})")
        self._bad = 0
        return Answer(Verdict.REFUSED, f"Trak refuses it (HTTP {status}{words})")

    def _put_off(self, reply: Reply, told: str, *, verdict: Verdict = Verdict.LATER) -> Answer:
        """What is no good: told once, and after one outage or some more the end of asking."""
        wait = _WAIT_S if reply.status == 429 and reply.wait is None else reply.wait
        if told not in self._reported:
            self._reported.add(told)
            logs.warning(f"{told}.")
        self._bad += 1
        if not reply.timely or wait or self._bad >= _IN_A_ROW:
            self._stopped = Answer(
                Verdict.LATER, f"{told}; it is not asked again in this run", wait
            )
        return Answer(verdict, told, wait)

    def _words(self, reply: Reply) -> str:
        text = reply.body[:4096].decode("utf-8", "replace").strip()
        # A page for people says nothing in one line.
        return f": {self._service.shown(text)}" if text and not text.startswith("<") else ""


def _search(path: str) -> bytes:
    asked = {
        "searchPage": {"pageSize": 100},
        "assetSearchType": 2,
        "includeCustomer": False,
        "assetPath": path,
        "tagIds": [],
    }
    return json.dumps(asked).encode()


def _spelt(path: str) -> str:
    """The path as people spell it; one with bytes that are no text stays escaped."""
    try:
        plain = unescape(path)
    except RushesError:  # it was not escaped
        return path
    return plain if plain.isprintable() else path


def _looked(items: list[Any], path: str) -> Looked:
    """The one asset that the search found, or of several the one of that very path."""
    found: dict[str, bool] = {}
    for item in items:
        asset_id = item.get("asset_id") if isinstance(item, dict) else None
        if isinstance(asset_id, bool) or not isinstance(asset_id, (str, int)) or asset_id == "":
            told = "Trak found an asset without an asset_id"
            return Looked(problem=Answer(Verdict.REFUSED, told))
        exact = path in (item.get("asset_path"), item.get("assetPath"))
        found[str(asset_id)] = found.get(str(asset_id), False) or exact
    chosen = list(found) if len(found) < 2 else [one for one, exact in found.items() if exact]
    if len(chosen) > 1 or (found and not chosen):
        told = f"Trak found {len(found)} assets, and not one that is it beyond doubt"
        return Looked(problem=Answer(Verdict.REFUSED, told))
    return Looked(chosen[0] if chosen else None)


def _place(post: Post) -> str | None:
    """Where an asset's results are; None for an id that would be no part of an address."""
    if post.asset_id in (None, "", ".", ".."):
        return None
    return f"/assets/{quote(post.asset_id or '', safe='')}/qc"


def _among(found: object, key: str) -> Known:
    """Whether a result is in what Trak tells of an asset. No only where all of it is understood."""
    whole = isinstance(found, list) or (isinstance(found, dict) and set(found) == {"items"})
    rows = found.get("items", [found]) if isinstance(found, dict) else found
    keys = [row.get("qc_id") if isinstance(row, dict) else None for row in _list(rows)]
    if key in keys:
        return Known.YES
    return Known.NO if whole and all(isinstance(one, str) for one in keys) else Known.CANNOT_TELL


def _list(rows: object) -> list[Any]:
    return rows if isinstance(rows, list) else [rows]


def _json(body: bytes) -> Any:
    """The document, or None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise _invalid("trak.base_url is no address of the web") from None


def _header(name: str, text: str) -> str:
    if text.isascii() and text.isprintable() and text == text.strip():
        return text
    raise _invalid(f"{name} holds characters that no key has")


def _invalid(what: str) -> RushesError:
    return RushesError(
        Code.SETTINGS_INVALID,
        f"{what}. Nothing was looked up or posted.",
        hint="Set TRAK_BASE_URL, as in https://trak.example.com/api/v1/, and"
        " TRAK_ASSET_TRACKER_API_KEY or TRAK_TOKEN: in the environment, in .env, or in [trak] of"
        " a settings file.",
    )
