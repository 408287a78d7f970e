"""A task and what came of it as bytes, for executors that send them to other processes."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any


def packed(
    task: Callable[..., object], args: Sequence[object], named: Mapping[str, object]
) -> bytes:
    """The task as a message. The worker finds it by the name of its module and its own."""
    return pickle.dumps((task, tuple(args), dict(named)))


def done(message: bytes) -> bytes:
    """Do the task in `message`, in the worker. What it raises is an answer too."""
    try:
        task, args, named = pickle.loads(message)
        return pickle.dumps((True, task(*args, **named)))
    except Exception as error:  # noqa: BLE001 - a worker's loop: whatever it is belongs to who asks
        return failed(_fit_to_travel(error))


def failed(error: Exception) -> bytes:
    """The answer of a task that came to nothing; `error` can be pickled."""
    return pickle.dumps((False, error))


def settle(future: Future[Any], answer: bytes) -> None:
    """Give a running future what `done` answered, whatever that is."""
    try:
        well, value = pickle.loads(answer)
    except Exception as error:  # noqa: BLE001 - a result that cannot be unpickled here
        well, value = False, error
    if well:
        future.set_result(value)
    else:
        future.set_exception(value)


def _fit_to_travel(error: Exception) -> Exception:
    """The exception itself, or what it said where it does not survive pickling."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - some exception's own code
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
