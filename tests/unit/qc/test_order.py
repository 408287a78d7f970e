"""Where the records of a folder lie: beside the media, or in the same structure elsewhere."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from rushes import __version__
from rushes.qc.order import TOOL, Order, absolute, records_folder
from rushes.scan.roots import Root

ROOT = Root("/mnt/shows", PurePosixPath("demo"))
FOLDER = PurePosixPath("demo/sh010")


def place(**given: object) -> str:
    return str(records_folder(ROOT, FOLDER, Order("ada", **given)))  # type: ignore[arg-type]


def test_records_lie_beside_the_media() -> None:
    assert place() == "/mnt/shows/demo/sh010"


def test_apart_from_the_media_records_lie_below_its_whole_path() -> None:
    assert place(sidecar_root=Path("/qc")) == "/qc/mnt/shows/demo/sh010"


def test_where_records_lie_does_not_depend_on_the_folder_asked_for() -> None:
    deeper = Root("/mnt/shows/demo/sh010")
    order = Order("ada", sidecar_root=Path("/qc"))
    assert str(records_folder(deeper, PurePosixPath("."), order)) == place(sidecar_root=Path("/qc"))


def test_records_call_files_by_their_escaped_absolute_path() -> None:
    assert absolute(ROOT, FOLDER, "a\udcff\n.mov") == r"/mnt/shows/demo/sh010/a\xff\x0a.mov"
    assert absolute(ROOT, FOLDER) == "/mnt/shows/demo/sh010"


def test_the_tool_tells_its_version() -> None:
    assert f"rushes/{__version__}" == TOOL
