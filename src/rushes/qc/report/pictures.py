"""Pictures of an asset's frames, and the room they have on a page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rushes.core.errors import RushesError
from rushes.inspection.endings import is_picture
from rushes.inspection.thumbnails import thumbnails
from rushes.ports.progress import Progress, Silent
from rushes.qc.report.content import ReportedAsset
from rushes.qc.report.files import Wanted, is_gone, wanted

_WIDTH = 200  # pixels; they are shown at 124
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Pictures:
    """Thumbnails (JPEG) by the file that they are of, files that are not there any more, and why
    others could not be made.
    """

    made: Mapping[Path, bytes] = field(default_factory=dict)
    gone: frozenset[Path] = frozenset()
    failed: Mapping[Path, RushesError] = field(default_factory=dict)

    def __contains__(self, path: Path) -> bool:
        """Whether a picture of that file was asked for."""
        return path in self.made or path in self.gone or path in self.failed


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of one frame, or why there is none, in a few words and in a sentence."""

    label: str
    data: bytes = b""
    why: str = ""
    told: str = ""

    @property
    def uri(self) -> str:
        """The picture as a data URI."""
        return data_uri(self.data)


class Album:
    """The pictures of assets, as long as there is room for them."""

    def __init__(self, pictures: Pictures, *, room: int) -> None:
        self._pictures = pictures
        self._room = room
        self.left_out = 0

    def of(self, asset: ReportedAsset) -> tuple[Picture, ...]:
        """First, middle and last frame; none where none was asked for."""
        files = wanted(asset)
        if not any(one.path in self._pictures for one in files):
            return ()
        return tuple(self._picture(one) for one in files)

    def _picture(self, one: Wanted) -> Picture:
        if one.path in self._pictures.gone:
            return Picture(one.label, why="gone", told="The file is not there any more.")
        data = self._pictures.made.get(one.path, b"")
        if not data.startswith(_JPEG):
            error = self._pictures.failed.get(one.path)
            return Picture(one.label, why="cannot be shown", told=error.message if error else "")
        if len(data) > self._room:
            self.left_out += 1
            return Picture(one.label, why="left out", told="There was no room for it.")
        self._room -= len(data)
        return Picture(one.label, data)


def pictured(
    assets: Iterable[ReportedAsset],
    *,
    workers: int | None = None,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Pictures:
    """Pictures of the assets' files, made in processes that a bad file can crash, but no more.

    What is no image and no movie by its name is not asked for. Raises `cancelled`.
    """
    files = (one.path for asset in assets for one in wanted(asset))
    paths = [path for path in files if is_picture(path.name)]
    gone = frozenset(path for path in paths if is_gone(path))
    asked = ((path, path) for path in dict.fromkeys(paths) if path not in gone)
    made = thumbnails(asked, width=_WIDTH, workers=workers, progress=progress)
    return Pictures(made, gone, made.failed)


def data_uri(jpeg: bytes) -> str:
    """A picture as a page carries it."""
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode('ascii')}"
