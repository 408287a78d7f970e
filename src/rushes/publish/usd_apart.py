"""Has a plan of USD layers written by another process, so that this one never loads USD."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.inspection.bounded import Work, answered
from rushes.ports.progress import Progress, Silent
from rushes.publish.plan import Plan

if TYPE_CHECKING:
    from rushes.publish.usd import Rebuilt

_MOST_S = 600.0  # for thousands of layers on slow storage


class Order(NamedTuple):
    """What the other process is to do, as `usd.write` has it."""

    plan: Plan
    root: Path
    replace: bool
    thorough: bool
    dry_run: bool


def written_apart(order: Order, *, progress: Progress | None = None) -> Rebuilt:
    """What came of it. Raises `executor.failed` where the process was lost, and what it raised."""
    work = Work("rushes.publish.usd_writer", "layers", _MOST_S, workers=1)
    # Both ends are this very program: pickles between them are as good as calls.
    asked = [("plan", pickle.dumps(order))]
    ((_, outcome),) = answered(asked, work, progress or Silent())
    if isinstance(outcome, bytes):
        made: Rebuilt = pickle.loads(outcome)
        return made
    if isinstance(outcome, RushesError):
        raise outcome
    raise RushesError(
        Code.EXECUTOR_FAILED,
        f"The process that writes USD layers was lost: {outcome.reason}.",
        hint="Layers that were written are whole; `rushes usd rebuild` does the rest.",
    )
