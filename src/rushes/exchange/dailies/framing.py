"""The frames of a reel made by an executor, in order, with a bounded number of them on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as LateError
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.exchange.dailies.ordering import Ordered
from rushes.inspection.reel.order import Framed, framed, packed, stand_in, unpacked
from rushes.ports.executor import Executor

TIMEOUT_S = 180.0  # an 8K picture through a heavy view takes ten seconds
_AHEAD = 2  # frames that wait for their turn for each that is worked on


class Done(NamedTuple):
    """A frame, and what it was ordered as."""

    ordered: Ordered
    framed: Framed


def frames(
    wanted: Iterable[Ordered], executor: Executor, *, timeout: float = TIMEOUT_S
) -> Generator[Done]:
    """Each frame as it was ordered, in order.

    One that takes longer than `timeout` seconds, or that costs every worker, is a card that says
    so. Only a few are held at once, however long the reel. Raises `settings.invalid`, and
    `executor.failed` when there is nobody to do it, or all of them hang.
    """
    room = max(1, executor.workers * (1 + _AHEAD))
    waiting: deque[tuple[Ordered, Future[bytes]]] = deque()
    orders = iter(wanted)
    late = 0
    try:
        while True:
            while len(waiting) < room and (one := next(orders, None)) is not None:
                waiting.append((one, executor.submit(framed, packed(one.order))))
            if not waiting:
                return
            one, future = waiting.popleft()
            try:
                yield Done(one, unpacked(future.result(timeout)))
            except LateError:
                late += 1
                if late >= max(1, executor.workers):
                    raise _hung(one) from None
                reason = f"{one.order.name}: reading it took longer than {timeout:g} s."
                yield Done(one, _card(one, reason, executor, timeout))
            except RushesError as error:
                if error.code is not Code.EXECUTOR_FAILED:
                    raise
                reason = f"{one.order.name}: reading it ended the processes that did so."
                yield Done(one, _card(one, reason, executor, timeout))
    finally:
        for _, future in waiting:
            future.cancel()


def _card(one: Ordered, reason: str, executor: Executor, timeout: float) -> Framed:
    made = executor.submit(framed, packed(stand_in(one.order, reason)))
    try:
        return unpacked(made.result(timeout))._replace(problem=reason)
    except LateError:
        raise _hung(one) from None


def _hung(one: Ordered) -> RushesError:
    return RushesError(
        Code.EXECUTOR_FAILED,
        f"No worker answers any more; the last one was to read {one.order.name}.",
        hint="Look whether the storage there answers, then make the reel again.",
    )
