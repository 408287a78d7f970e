"""Work done on a Dask cluster: one that runs already, or one made here for as long as it takes."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from threading import Lock, Thread
from typing import Any, ParamSpec, TypeVar

from rushes.adapters import dask_work
from rushes.adapters.child import forked, may_fork
from rushes.adapters.children import Children
from rushes.core.errors import Code, RushesError
from rushes.core.extras import not_installed
from rushes.ports import errand

Args = ParamSpec("Args")
Result = TypeVar("Result")

_THREADS = "OPENBLAS_NUM_THREADS"  # read when numpy is imported
_CONNECT_S = 10
_CLOSE_S = 5
_LOCAL = "local:"
_AT_HAND = 2  # tasks that a local worker has been given, for its process to find the next one there
_NOBODY = "127.0.0.1:0"  # any port, and for nobody but this machine
# What watches a cluster that lives for days would wake this process a hundred times a second.
_UNWATCHED = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
}


def connect(address: str) -> DaskExecutor | LocalDaskExecutor:
    """A cluster by its scheduler's address (`tcp://host:8786`), or `local:4` for one made here."""
    if address.startswith(_LOCAL):
        return _local(address)
    distributed = _distributed()
    try:
        client = distributed.Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise RushesError(
            Code.EXECUTOR_FAILED,
            f"No Dask scheduler answers at {address}: {error}",
            hint="Check the address (tcp://host:8786) and that `dask scheduler` runs there.",
        ) from error
    return DaskExecutor(client)


def _local(address: str) -> LocalDaskExecutor:
    count = address.removeprefix(_LOCAL)
    if not count.isdecimal() or not int(count):
        raise RushesError(
            Code.USAGE,
            f"{address!r} is no cluster.",
            hint="Write local:4 for four workers on this machine, or tcp://host:8786.",
        )
    if find_spec("distributed") is None:
        raise not_installed("Dask", "dask")
    return LocalDaskExecutor(int(count))


def _distributed() -> Any:
    try:
        with _one_thread():
            return import_module("distributed")
    except ImportError as error:
        raise not_installed("Dask", "dask") from error


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep numpy, which Dask imports, from starting threads to calculate with, one for each core:
    they take a fifth of a second of all cores, and nobody calculates here.
    """
    said = os.environ.get(_THREADS)
    os.environ.setdefault(_THREADS, "1")
    try:
        yield
    finally:
        if said is None:
            os.environ.pop(_THREADS, None)


class DaskExecutor(Executor):
    """A thin executor over a Dask client.

    Not `Client.get_executor`: that one ignores chunks, breaks on `shutdown(cancel_futures=)`,
    swallows arguments named `key` and `retries`, and serialises lists item by item. Here a task
    and its result are one `bytes` each.
    """

    caller_helps = False
    worth_s = 0.5  # a message takes some 20 ms, and 3 ms of the process that gathers

    def __init__(self, client: Any) -> None:
        self._client = client
        self._promises: set[Any] = set()
        self._closed = False
        self.workers = max(1, sum(client.nthreads().values()))

    def submit(
        self, fn: Callable[Args, Result], /, *args: Args.args, **kwargs: Args.kwargs
    ) -> Future[Result]:
        """Have a worker run `fn`, which must be importable there by its name."""
        if self._closed or self._client.status != "running":
            raise _gone()
        future: Future[Result] = Future()
        message = errand.packed(fn, args, kwargs)
        promise = self._client.submit(dask_work.done, message, pure=False)
        self._promises.add(promise)
        promise.add_done_callback(lambda done: self._settle(future, done))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks; `wait` until those given are done."""
        self._closed = True
        if cancel_futures:
            self._client.cancel(list(self._promises))
        if wait:
            import_module("distributed").wait(list(self._promises))

    def close(self) -> None:
        """Drop what is under way."""
        self._closed = True
        self._client.close(timeout=_CLOSE_S)

    def _settle(self, future: Future[Any], promise: Any) -> None:
        """Hand on what came of a task; called in a thread of the client's."""
        self._promises.discard(promise)
        if not future.set_running_or_notify_cancel():
            return
        if promise.status == "finished":
            errand.settle(future, promise.result())
        else:
            future.set_exception(_lost(promise))


class LocalDaskExecutor(Executor):
    """A scheduler and workers in this process, each worker with a process that works for it.

    All that begins with the first task. The processes work at once; until the cluster is there,
    which takes half a second, they are given their tasks without it.
    """

    caller_helps = False
    worth_s = DaskExecutor.worth_s

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._children: Children | None = None
        self._starter: Thread | None = None
        self._beginning = Lock()
        self._cluster: Any = None
        self._dask: DaskExecutor | None = None
        self._failure: RushesError | None = None
        self._closed = False

    def submit(
        self, fn: Callable[Args, Result], /, *args: Args.args, **kwargs: Args.kwargs
    ) -> Future[Result]:
        """Have a worker run `fn`, which must be importable there by its name."""
        if self._closed:
            raise _gone()
        if self._failure is not None:
            raise self._failure
        if self._dask is not None:
            return self._dask.submit(fn, *args, **kwargs)
        return self._begun().give(errand.packed(fn, args, kwargs), errand.settle)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks; `wait` until those given are done."""
        self._closed = True
        if self._children is None or self._starter is None:
            return
        if cancel_futures:
            self._children.drop()
        if not wait:
            return
        self._starter.join()
        if self._dask is not None:
            self._dask.shutdown(cancel_futures=cancel_futures)
        self._children.end(wait=True)

    def close(self) -> None:
        """Drop what is under way, and end the cluster."""
        self._closed = True
        if self._children is None or self._starter is None:
            return
        self._children.kill()
        self._starter.join()
        if self._dask is not None:
            self._dask.close()
        if self._cluster is not None:
            self._cluster.close(timeout=_CLOSE_S)
            self._cluster = None

    def _begun(self) -> Children:
        with self._beginning:
            if self._children is None:
                made = forked(self.workers) if may_fork() else []
                self._children = Children(self.workers, made)
                self._starter = Thread(target=self._start, args=(self._children,), daemon=True)
                self._starter.start()
            return self._children

    def _start(self, children: Children) -> None:
        """Make the cluster, in a thread of its own."""
        try:
            distributed = _distributed()
            if self._closed:
                return
            # No nannies, no processes: what could kill a worker runs in its child.
            with import_module("dask").config.set(_UNWATCHED):
                self._cluster = distributed.LocalCluster(
                    n_workers=self.workers,
                    threads_per_worker=_AT_HAND,
                    processes=False,
                    memory_limit=0,
                    dashboard_address=_NOBODY,
                    worker_dashboard_address=_NOBODY,
                    scheduler_kwargs={"dashboard": False},
                    silence_logs=logging.CRITICAL,
                )
            for worker in self._cluster.workers.values():
                dask_work.adopt(worker, children)
            self._dask = DaskExecutor(distributed.Client(self._cluster, set_as_default=False))
        except RushesError as error:
            self._failure = error
        except Exception as error:  # noqa: BLE001 - raised by `submit`, in the thread that asks
            self._failure = _not_made(error)


def _gone() -> RushesError:
    return RushesError(
        Code.EXECUTOR_FAILED,
        "The Dask cluster is no longer there.",
        hint="Look at the scheduler's log, or scan without --cluster.",
    )


def _not_made(error: Exception) -> RushesError:
    return RushesError(
        Code.EXECUTOR_FAILED,
        f"No Dask cluster can be made here: {type(error).__name__}: {error}",
        hint="Scan without --cluster.",
    )


def _lost(promise: Any) -> RushesError:
    why = promise.exception() if promise.status == "error" else None
    if why is not None and type(why).__name__ != "KilledWorker":
        return RushesError(
            Code.DEPENDENCY_MISSING,
            f"The cluster's workers cannot do our work: {type(why).__name__}: {why}",
            hint="Install this version of rushes on them, with the Python that is used here.",
        )
    return RushesError(
        Code.EXECUTOR_FAILED,
        f"The work was lost on the cluster: {why or promise.status}",
        hint="Something kills its workers: look at their memory limits and logs.",
    )
