"""Carrying a plan out, alone or with a courier, until the end or until it is of no use."""

from __future__ import annotations

from collections.abc import Iterator

from rushes.core.errors import Code, RushesError
from rushes.ports.progress import Progress
from rushes.transfer.apply import apply
from rushes.transfer.carrying import carried, shared_out
from rushes.transfer.outcome import Book, End, Outcome
from rushes.transfer.plan import Act, Operation, Plan
from rushes.transfer.sync.order import Order
from rushes.transfer.sync.patience import Arrivals, Patience

_MOST_FAILURES = 16  # in a row, and as many more as are under way at once
_KEPT = "It is kept, for not all files could be moved."


def carried_out(order: Order, made: Plan, book: Book, progress: Progress) -> Iterator[Outcome]:
    """One outcome for each operation of the plan.

    Where files fail one after another, the rest is given up: those outcomes have the code
    `cancelled`. Raises `cancelled` where nobody wants the result, and `write.failed`.
    """
    most = _MOST_FAILURES + order.effort.at_once
    patience = Patience(progress, most=most, far=order.source.storage.is_far())
    arrivals = Arrivals(book)
    told: set[str] = set()
    try:
        for outcome in _outcomes(order, made, arrivals, patience):
            patience.saw(outcome)
            told.add(outcome.path)
            yield outcome
    except RushesError as error:
        if error.code is not Code.CANCELLED or not patience.gone:
            raise
        left = (one for one in made.operations if one.path not in told)
        yield from (_given_up(one, arrivals) for one in left)


def _outcomes(order: Order, made: Plan, book: Book, progress: Progress) -> Iterator[Outcome]:
    if order.courier is not None:
        given, made = shared_out(made)
        failed = False
        for outcome in carried(
            given,
            order.source,
            order.target,
            book,
            order.courier,
            terms=order.terms,
            effort=order.effort,
            progress=progress,
        ):
            failed = failed or outcome.end is End.FAILED
            yield outcome
        if failed:
            yield from (Outcome(one.path, End.FAILED, _KEPT) for one in made.of(Act.DELETE))
            rest = [one for one in made.operations if one.act is not Act.DELETE]
            made = Plan(rest, made.unlisted, made.kept)
    yield from apply(
        made,
        order.source,
        order.target,
        book,
        terms=order.terms,
        effort=order.effort,
        make_room=order.wishes.delete,
        progress=progress,
    )


def _given_up(one: Operation, arrivals: Arrivals) -> Outcome:
    """What is to be told of a file that nothing was told of before the end."""
    size = one.source.size if one.source is not None else 0
    if one.act is Act.SAME:
        return Outcome(one.path, End.SAME, one.why)
    if one.act in (Act.CONFLICT, Act.REFUSED):
        return Outcome(one.path, End.CONFLICT if one.act is Act.CONFLICT else End.REFUSED, one.why)
    if one.path in arrivals.there:
        return Outcome(one.path, End.MOVED, one.why, "", size)
    if one.path in arrivals.gone:
        return Outcome(one.path, End.DELETED, one.why)
    why = _KEPT if one.act is Act.DELETE else "It was given up, as the files before it failed."
    return Outcome(one.path, End.FAILED, why, Code.CANCELLED.value)
