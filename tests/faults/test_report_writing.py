"""What becomes of a report, and of the one before it, when it cannot be written."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.model.scan import ScanTotals
from rushes.report.content import ReportContent
from rushes.report.render import write_report

# The limit is the kernel's: writing beyond it fails in the middle, as on a full disk.
WRITE_WITH_LITTLE_ROOM = """
import resource, sys
from datetime import datetime, UTC
from pathlib import Path
from rushes.core.errors import RushesError
from rushes.model.scan import ScanTotals
from rushes.report.content import ReportContent
from rushes.report.render import write_report

assert sys.dont_write_bytecode
content = ReportContent(
    "new", ("/mnt/shows",), datetime(2026, 11, 21, tzinfo=UTC), 1.0, ScanTotals(), "0.1.0"
)
if sys.argv[2] != "none":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    write_report(Path(sys.argv[1]), content)
except RushesError as error:
    sys.exit(f"{error.code.value}: {error.message} {error.hint}")
"""


def write(path: Path, room: int | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WRITE_WITH_LITTLE_ROOM, str(path), str(room or "none")],
        # The limit holds for every file: without this, Python would leave cut bytecode behind.
        env={
            "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_report_that_does_not_fit_leaves_the_former_one(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("the former report")
    done = write(path, 10_000)
    assert done.returncode == 1
    assert done.stderr.startswith(f"write.failed: Could not write {path}")
    assert path.read_text() == "the former report"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]


def test_a_full_file_system_leaves_the_former_report(tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(tmp_path)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small file system is not allowed here")
    try:
        path = tmp_path / "report.html"
        path.write_text("the former report")
        done = write(path, None)
        assert done.returncode == 1
        assert "write.failed" in done.stderr
        assert "No space left" in done.stderr
        assert path.read_text() == "the former report"
        assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_report_into_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    content = ReportContent(
        "new", ("/mnt/shows",), datetime(2026, 11, 21, tzinfo=UTC), 1.0, ScanTotals(), "0.1.0"
    )
    with pytest.raises(RushesError) as raised:
        write_report(tmp_path / "nowhere" / "report.html", content)
    assert raised.value.code is Code.WRITE_FAILED
    assert not (tmp_path / "nowhere").exists()
