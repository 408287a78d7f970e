"""Lists of a server, a page at a time; and long lists cut to what one request may hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from rushes.client.transport import Transport
from rushes.core.errors import Code, RushesError
from rushes.core.escape import unescape
from rushes.ports.records import Page, every

Row = TypeVar("Row")

# The server takes 10 MB at a time. What is counted is more than what is sent.
LARGEST = 8_000_000
MOST = 5_000


def page_of(
    transport: Transport,
    path: str,
    params: Sequence[tuple[str, str]],
    page: str | None,
    *,
    read: Callable[[Mapping[str, Any]], Row],
) -> Page[Row]:
    """One page of a list, its rows read by `read`."""
    asked = [*params, *([("cursor", page)] if page is not None else [])]
    told = transport.get(path, asked)
    return Page([read(row) for row in told["data"]], told["next"])


def page_in_root(
    transport: Transport,
    path: str,
    params: Sequence[tuple[str, str]],
    page: str | None,
    *,
    read: Callable[[Mapping[str, Any]], Row],
) -> Page[Row]:
    """The same of what lies in a storage root: nothing where the server knows no such root, which
    it refuses, for a person may have mistyped it.
    """
    try:
        return page_of(transport, path, params, page, read=read)
    except RushesError as error:
        if error.code is not Code.RECORD_NOT_FOUND:
            raise
        return Page([], None)


def mounts(transport: Transport) -> list[str]:
    """Where the storage roots lie on the server's operating system."""

    def ask(page: str | None) -> Page[str]:
        return page_of(transport, "storage-roots", [], page, read=lambda row: str(row["mount"]))

    return [unescape(one) for one in every(ask) if one]


def portions(
    rows: Iterable[Row], size: Callable[[Row], int], *, largest: int = LARGEST, most: int = MOST
) -> Iterator[list[Row]]:
    """The rows in order, some at a time: never more than `most`, and where there are several,
    never larger together than `largest`.
    """
    some: list[Row] = []
    held = 0
    for row in rows:
        more = size(row)
        if some and (held + more > largest or len(some) >= most):
            yield some
            some, held = [], 0
        some.append(row)
        held += more
    if some:
        yield some


def text_size(*texts: str) -> int:
    """No less than the bytes that texts come to in JSON."""
    return sum(len(text) if text.isalnum() and text.isascii() else 6 * len(text) for text in texts)
