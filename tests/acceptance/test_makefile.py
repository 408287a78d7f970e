"""What `make` leaves behind."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[2] / "Makefile"


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
def test_clean_leaves_no_compiled_python_anywhere(tmp_path: Path) -> None:
    shutil.copy(MAKEFILE, tmp_path)
    rooms = [tmp_path, *(tmp_path / name for name in ("src", "tests", "bench", "docs"))]
    for room in rooms:
        (room / "__pycache__").mkdir(parents=True)
        (room / "__pycache__" / "hatch_build.cpython-311.pyc").touch()
        (room / "kept.py").touch()
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert list(tmp_path.rglob("__pycache__")) == []
    assert all((room / "kept.py").exists() for room in rooms)
