"""What a Dask worker does with a task: it has a child of its own do it.

A Dask worker has threads beside the one that works, and a second thread makes every system call
dearer and takes turns with the first. A child has one thread. It dies with the worker, and a
task that kills its child does not take the worker along.
"""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError, Future
from importlib import import_module
from typing import Any
from weakref import WeakKeyDictionary

from rushes.adapters.child import started
from rushes.adapters.children import Children
from rushes.core.errors import RushesError
from rushes.ports import errand

# By Dask worker; none where no process can be started. A process may be several workers.
_CHILDREN: WeakKeyDictionary[Any, Children | None] = WeakKeyDictionary()
_BEGINNING = threading.Lock()


def adopt(worker: Any, children: Children) -> None:
    """Have the Dask worker, which is one of this process, use these."""
    _CHILDREN[worker] = children


def done(message: bytes) -> bytes:
    """Do the task in `message`, on a Dask worker; the answer as `errand.settle` takes it."""
    children = _children(import_module("distributed").get_worker())
    if children is None:
        return errand.done(message)
    answer: Future[bytes] = children.give(message, Future.set_result)
    try:
        return answer.result()
    except (RushesError, CancelledError) as lost:
        return errand.failed(lost)


def _children(worker: Any) -> Children | None:
    """The worker's children, as many as it does tasks at once."""
    with _BEGINNING:
        if worker not in _CHILDREN:
            _CHILDREN[worker] = _begun(worker.state.nthreads)
        return _CHILDREN[worker]


def _begun(count: int) -> Children | None:
    """Children, if one answers."""
    try:
        first = started()
    except OSError:
        return None
    if first.ask(errand.packed(bool, (), {})) is None:
        first.bury()
        return None
    return Children(count, [first])
