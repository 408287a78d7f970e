"""One asset signed off, by somebody who has just looked at it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.files import FoundFolder
from rushes.model.signoff import Record
from rushes.ports.executor import Executor
from rushes.qc.asset import Asset, assets
from rushes.qc.content import content
from rushes.qc.order import Order
from rushes.qc.recording import Looked, Outcome, Spot, record_folder
from rushes.scan.roots import Root
from rushes.transfer.hashing import Hashed, Job, hashes


def sign_off(
    name: str,
    folder: FoundFolder,
    order: Order,
    *,
    root: Root,
    executor: Executor,
    seen: Record | None,
) -> Outcome:
    """Record `order.result` of the asset `name` in `folder`, whose files are all read for it.

    `seen` is the record that the person had before their eyes. Raises `changed.meanwhile` where
    the media is not what that speaks of any more, `path.not_found` where the asset is gone, and
    what keeps its files from being read or its record from being written.
    """
    every = list(assets(folder, {}))
    asset = next((one for one in every if one.name == name), None)
    if asset is None:
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"{escape(name)} is not there any more.",
            hint="Crawl the folder again: rushes qc crawl PATH",
        )
    if seen is not None:
        order = replace(order, algorithm=seen.content_hash.partition(":")[0])
    spot = Spot(root, folder.path, time.time_ns())
    now = content(asset, _read(spot, asset, order, executor), algorithm=order.algorithm, known={})
    if seen is not None and now.hash != seen.content_hash:
        raise RushesError(
            Code.CHANGED_MEANWHILE,
            f"{escape(name)} has changed since it was recorded: it is not what was looked at.",
            hint="Crawl the folder again, and look at it once more.",
        )
    outcomes, problem = record_folder(spot, [Looked(asset, now)], order, every=every)
    if problem is not None:
        raise problem
    (outcome,) = outcomes
    if outcome.sidecar is None:
        raise RushesError(Code.SIDECAR_INVALID, outcome.reason)
    return outcome


def _read(spot: Spot, asset: Asset, order: Order, executor: Executor) -> Sequence[Hashed]:
    job = Job(asset.name, str(spot.media), asset.files())
    ((_, files),) = hashes([job], executor, algorithms=[order.algorithm], deep=order.deep)
    failed = next((one for one in files if one.trouble), None)
    if failed is not None:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"{escape(failed.name)}: {failed.said}.",
            hint="Nothing was recorded. Check the file, then try again.",
        )
    return files
