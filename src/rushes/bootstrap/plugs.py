"""What is plugged in by name: who does the work, trackers, letters, stores of image facts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from rushes.core import logs
from rushes.core.errors import Code, RushesError
from rushes.ports import registry

if TYPE_CHECKING:
    from rushes.core.settings import Settings
    from rushes.ports.catalog import Catalog
    from rushes.ports.courier import Courier
    from rushes.ports.executor import Executor
    from rushes.ports.notifier import Notifier
    from rushes.ports.tracker import Tracker


def executor(settings: Settings) -> Executor:
    """Who does the work; to be closed. Raises `executor.failed` or `settings.invalid`."""
    kind, cluster = settings.scan.executor, settings.scan.cluster
    workers = str(settings.scan.workers or "")
    if kind == "auto":
        alone = workers == "1" or (not workers and _cores() == 1)
        kind = "dask" if cluster else "inline" if alone else "processes"
    if kind == "dask":
        if not cluster:
            raise RushesError(
                Code.SETTINGS_INVALID,
                "The executor is dask, but there is no cluster.",
                hint="Name one: --cluster tcp://host:8786, or --cluster local:4.",
            )
        logs.listen()
    address = {"dask": cluster or "", "processes": workers}.get(kind, "")
    return cast("Executor", registry.connect("executor", kind, address))


def catalog(place: str) -> Catalog:
    """An outside store of image facts, by kind and address: `parquet:DIR`, `vast`; to be closed.

    Raises `adapter.unknown`, `dependency.missing`, and what keeps that store from being used.
    """
    logs.listen()
    kind, _, address = place.partition(":")
    return cast("Catalog", registry.connect("catalog", kind, address))


def notifier(settings: Settings, name: str) -> Notifier:
    """Who carries letters (`webhook`); to be closed."""
    opened = registry.connect("notifier", name)
    return cast("Notifier", opened(settings))


def address_refused(settings: Settings, url: str) -> str:
    """Why no letter is carried from here to `url`; empty where one is. Looks its name up."""
    import asyncio  # a fifth of the time that a command takes to begin

    async def asked() -> str:
        carrier = notifier(settings, "webhook")
        try:
            return await carrier.refuses(url)
        finally:
            await carrier.close()

    return asyncio.run(asked())


def tracker(settings: Settings, name: str) -> Tracker:
    """The tracker called so (`trak`), where the settings say it is; to be closed.

    Nothing is asked of it yet. Raises `adapter.unknown` or `settings.invalid`.
    """
    logs.listen()
    opened = registry.connect("tracker", name)
    return cast("Tracker", opened(settings))


def courier(name: str, bucket: str) -> Courier:
    """A program of others (`s5cmd`) that carries files into a bucket, with `profile@` before it or
    not. Raises `dependency.missing`.
    """
    return cast("Courier", registry.connect("courier", name, bucket))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
