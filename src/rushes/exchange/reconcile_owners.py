"""Which shot or asset a path belongs to, and whether that is on record."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple

from rushes.exchange.validate_paths import Way, followed
from rushes.scan.layout import Layout


class Owner(NamedTuple):
    """A shot or an asset: `kind` says which; neither where nothing tells."""

    kind: str = ""
    name: str = ""
    known: bool = False


NOBODY = Owner()


class Owners:
    """The shots and assets of one show, by the paths that its structure gives them.

    `shots` are (sequence, shot), `ways` the folder templates of the show.
    """

    def __init__(
        self,
        show: str,
        layout: Layout,
        *,
        ways: Iterable[Way],
        shots: Iterable[tuple[str, str]],
        assets: Iterable[str],
    ) -> None:
        self._show, self._layout = PurePosixPath(show), layout
        self._ways = [one for one in ways if "{asset}" in one.text]
        self._shots = frozenset(shots)
        by_code: dict[str, list[str]] = {}
        for sequence, shot in self._shots:
            by_code.setdefault(shot, []).append(sequence)
        self._lone = {shot: some[0] for shot, some in by_code.items() if len(some) == 1}
        self._assets = frozenset(assets)
        self.of_folder = lru_cache(maxsize=4096)(self._of_folder)

    def _of_folder(self, folder: str) -> Owner:
        """Whose a folder below the show's own is."""
        parts = folder.split("/")
        for way in self._ways:
            found = followed(way, parts)
            if (code := found.values.get("asset")) is not None and (found.literal or not way.plain):
                return Owner("asset", str(code), str(code) in self._assets)
        place = self._layout.place(self._show / folder)
        if not place.shot:
            return NOBODY
        if (place.sequence, place.shot) in self._shots:
            return Owner("shot", f"{place.sequence}/{place.shot}", known=True)
        # Where folders have no sequences, a shot's code tells alone.
        if not place.sequence and place.shot in self._lone:
            return Owner("shot", f"{self._lone[place.shot]}/{place.shot}", known=True)
        return Owner("shot", "/".join(filter(None, (place.sequence, place.shot))))
