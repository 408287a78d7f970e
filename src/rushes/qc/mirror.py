"""What is written beside the media, mirrored into the database as it is written."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.model.scan import Actor
from rushes.model.signoff import Sidecar
from rushes.ports.signoffs import AssetAt, Chain, SignOffs
from rushes.scan.roots import Root, among

_log = logging.getLogger(__name__)
_AT_ONCE = 1_000  # sidecars in one call of the port


@dataclass(frozen=True, slots=True)
class MirrorOutcome:
    """How many sidecars the database has taken in, and why not all of them, if so. `lost` counts
    records that it knew of these assets, and that their sidecars do not hold any more.
    """

    recorded: int
    problem: RushesError | None = None
    lost: int = 0


class Mirror:
    """Takes sidecars and hands them on in batches. The database is opened when the first batch is
    full; after it has failed once it is not asked again.
    """

    def __init__(self, open: Callable[[], SignOffs], actor: Actor) -> None:  # noqa: A002
        self._open = open
        self._actor = actor
        self._signoffs: SignOffs | None = None
        self._mounts: Sequence[str] = ()
        self._waiting: list[tuple[Root, PurePosixPath, str, Sidecar]] = []
        self._recorded = 0
        self._lost = 0
        self._problem: RushesError | None = None
        self._left: list[Root] = []  # of which something could not be mirrored

    def take(self, root: Root, folder: PurePosixPath, name: str, sidecar: Sidecar) -> None:
        """Mirror the sidecar of an asset. `folder` is relative to `root.mount`, as a walk tells it,
        and `name` the file's name or the sequence's pattern; neither is escaped. Raises nothing.
        """
        self._waiting.append((root, folder, name, sidecar))
        if len(self._waiting) >= _AT_ONCE:
            self._flush()

    def close(self) -> MirrorOutcome:
        """Hand on what waits and let go of the database. What lies beside the media is as it was,
        whatever the outcome says.
        """
        self._flush()
        if self._signoffs is not None:
            self._signoffs.close()
            self._signoffs = None
        problem = _told(self._problem, self._left) if self._problem is not None else None
        return MirrorOutcome(self._recorded, problem, self._lost)

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        if self._problem is None:
            try:
                self._record(waiting)
                return
            except RushesError as error:
                _log.warning("sidecars are not mirrored: %s", error.message)
                self._problem = error
        self._left += [root for root in {one[0]: None for one in waiting} if root not in self._left]

    def _record(self, waiting: Sequence[tuple[Root, PurePosixPath, str, Sidecar]]) -> None:
        if self._signoffs is None:
            self._signoffs = self._open()
            self._mounts = self._signoffs.mounts()
        known = {root: known_root(root, self._mounts) for root in {one[0] for one in waiting}}
        chains = [
            Chain.of(asset_at(known[root], folder, name), sidecar)
            for root, folder, name, sidecar in waiting
        ]
        done = self._signoffs.record(chains, actor=self._actor)
        self._recorded += len(chains)
        self._lost += done.lost


def known_root(root: Root, mounts: Iterable[str]) -> Root:
    """The mount of `root` as a part of the known storage root that it lies in, if it does."""
    return among(Root(root.mount), mounts)


def asset_at(known: Root, folder: PurePosixPath, name: str) -> AssetAt:
    """What the mirror calls an asset whose folder is relative to a mount that is `known` as that
    part of a root.
    """
    return AssetAt(known.mount, known.below / folder if known.below.parts else folder, name)


def _told(problem: RushesError, left: Sequence[Root]) -> RushesError:
    paths = " ".join(shlex.quote(escape(str(root.path))) for root in left)
    return RushesError(
        problem.code,
        f"The records lie beside the media, but not all are in the database: {problem.message}",
        hint=f"Once it answers: rushes qc rebuild {paths}",
    )
