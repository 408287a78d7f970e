"""Sources of members, opened one after another, and ahead of time where they lie far away."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress

from rushes.core.errors import RushesError
from rushes.ports.storage_writing import Source
from rushes.transfer.package.members import Member

_AHEAD = 4  # each may bring the first 8 MB with it


@contextmanager
def opened_ahead(members: Iterable[Member]) -> Iterator[Iterator[Source]]:
    """The sources of all members that have one, in order. Whoever takes one closes it.

    The first tells where they lie: what has no descriptor of this machine is fetched, and opening
    it takes a round trip, so that the next few are asked for meanwhile.
    """
    left = iter([one.source for one in members if one.source is not None])
    under_way: deque[Future[Source]] = deque()
    threads = ThreadPoolExecutor(_AHEAD, "opening")

    def sources() -> Iterator[Source]:
        far = False
        for opened in left:
            source = opened()
            far = source.handle is None
            yield source
            if far:
                break
        if not far:
            return
        for opened in left:
            under_way.append(threads.submit(opened))
            if len(under_way) >= _AHEAD:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()

    try:
        yield sources()
    finally:
        threads.shutdown(cancel_futures=True)
        for one in under_way:
            with suppress(RushesError):
                if not one.cancelled():
                    one.result().close()
