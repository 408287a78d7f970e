"""Work done on a Dask cluster: one that runs already, or one of a few processes on this machine."""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, Future
from importlib import import_module
from multiprocessing import forkserver
from typing import Any, ParamSpec, TypeVar

from rushes.core.errors import Code, RushesError
from rushes.core.extras import not_installed
from rushes.ports import errand

Args = ParamSpec("Args")
Result = TypeVar("Result")

_CONNECT_S = 10
_LOCAL = "local:"


def connect(address: str) -> DaskExecutor:
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


def _local(address: str) -> DaskExecutor:
    count = address.removeprefix(_LOCAL)
    if not count.isdecimal() or not int(count):
        raise RushesError(
            Code.USAGE,
            f"{address!r} is no cluster.",
            hint="Write local:4 for four workers on this machine, or tcp://host:8786.",
        )
    if "forkserver" in multiprocessing.get_all_start_methods():
        _prepare_workers()
    distributed = _distributed()
    # Processes, so nannies: without one, a task that kills its worker is the cluster's end.
    cluster = distributed.LocalCluster(
        n_workers=int(count),
        threads_per_worker=1,
        processes=True,
        dashboard_address="127.0.0.1:0",  # any port, and for nobody but this machine
        silence_logs=logging.CRITICAL,
    )
    return DaskExecutor(distributed.Client(cluster, set_as_default=False), cluster)


def _prepare_workers() -> None:
    """Have one process import Dask while this one does, for workers to be forked from.

    That is a second less than four workers which import it each for themselves.
    """
    multiprocessing.set_forkserver_preload(["distributed.nanny", "distributed.worker"])
    forkserver.ensure_running()
    _distributed()
    import_module("dask").config.set({"distributed.worker.multiprocessing-method": "forkserver"})


def _distributed() -> Any:
    try:
        return import_module("distributed")
    except ImportError as error:
        raise not_installed("Dask", "dask") from error


class DaskExecutor(Executor):
    """A thin executor over a Dask client.

    Not `Client.get_executor`: that one ignores chunks, breaks on `shutdown(cancel_futures=)`,
    swallows arguments named `key` and `retries`, and serialises lists item by item. Here a task
    and its result are one `bytes` each.
    """

    caller_helps = False
    worth_s = 0.5  # a message takes some 20 ms, and more while the caller is busy with results

    def __init__(self, client: Any, cluster: Any = None) -> None:
        self._client = client
        self._cluster = cluster
        self._promises: set[Any] = set()
        self._closed = False
        self.workers = max(1, sum(client.nthreads().values()))

    def submit(
        self, fn: Callable[Args, Result], /, *args: Args.args, **kwargs: Args.kwargs
    ) -> Future[Result]:
        """Have a worker run `fn`, which must be importable there by its name."""
        if self._closed or self._client.status != "running":
            raise RushesError(
                Code.EXECUTOR_FAILED,
                "The Dask cluster is no longer there.",
                hint="Look at the scheduler's log, or scan without --cluster.",
            )
        future: Future[Result] = Future()
        promise = self._client.submit(errand.done, errand.packed(fn, args, kwargs), pure=False)
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
        """Drop what is under way, and end the cluster if it was made here."""
        self._closed = True
        self._client.close(timeout=5)
        if self._cluster is not None:
            self._cluster.close(timeout=5)
            self._cluster = None

    def _settle(self, future: Future[Any], promise: Any) -> None:
        """Hand on what came of a task; called in a thread of the client's."""
        self._promises.discard(promise)
        if not future.set_running_or_notify_cancel():
            return
        if promise.status == "finished":
            errand.settle(future, promise.result())
        else:
            future.set_exception(_lost(promise))


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
