"""Records what a person decides in a review, for the asset that was on the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rushes import bootstrap
from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings
from rushes.model.signoff import Record, Result
from rushes.ports.executor import Executor
from rushes.qc.kept import Kept, read_kept
from rushes.qc.mirror import Mirror
from rushes.qc.order import Order
from rushes.qc.signoff import sign_off
from rushes.scan.peek import peek
from rushes.scan.roots import Root


@dataclass(frozen=True, slots=True)
class Recorder:
    """A `Decide` that signs off below the storage root mounted at `mount`."""

    mount: str
    settings: Settings
    order: Order
    executor: Executor
    mirror: Mirror | None = None

    def __call__(self, asset: Kept, result: Result, note: str) -> Record:
        """Record `result`; without a note, that of the record before stays.

        Raises `changed.meanwhile` where the record is not the one that was on the screen, and as
        `sign_off` does.
        """
        if read_kept(asset.place, asset.folder).data != asset.data:
            raise RushesError(
                Code.CHANGED_MEANWHILE,
                f"Somebody else has recorded {asset.shown} since it came to the screen.",
                hint="Go to another asset and back to see what was recorded.",
            )
        root = Root(self.mount, asset.folder)
        folder = peek(
            bootstrap.storage(),
            root,
            rules=bootstrap.rules(self.settings),
            options=bootstrap.walk_options(self.settings),
        ).folder
        try:
            done = sign_off(
                asset.name,
                folder,
                replace(self.order, result=result, note=note or None),
                root=root,
                executor=self.executor,
                seen=asset.sidecar.record if asset.sidecar is not None else None,
            )
        except RushesError as error:
            if asset.legacy is not None and error.code is Code.PATH_NOT_FOUND:
                raise _of_the_earlier_tool(asset) from error
            raise
        assert done.sidecar is not None  # or it would have been raised
        if self.mirror is not None:
            self.mirror.take(root, folder.path, asset.name, done.sidecar)
        return done.sidecar.record


def _of_the_earlier_tool(asset: Kept) -> RushesError:
    return RushesError(
        Code.NOTHING_FOUND,
        f"The earlier tool does not say which files {asset.shown} is about.",
        hint="`rushes qc crawl` takes its records over; review again after that.",
    )
