"""Many thumbnails: what fails is told and absent, and costs the others nothing."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.core.errors import Code, RushesError
from rushes.inspection.thumbnail import thumbnail
from rushes.inspection.thumbnails import thumbnails
from rushes.testing.found import Cancelled

Make = Callable[..., Path]
Grey = Callable[..., dict[str, Any]]


@pytest.fixture
def good(make_exr: Make, grey: Grey) -> list[Path]:
    return [make_exr(grey(0.1 * at), name=f"good.{at}.exr") for at in range(1, 4)]


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.exr"
    path.write_bytes(b"no picture")
    return path


def test_nothing_wanted_is_nothing_made() -> None:
    assert thumbnails([]) == {}


def test_each_is_what_it_would_be_alone(good: list[Path]) -> None:
    made = thumbnails([(path.name, path) for path in good], workers=2)
    assert made == {path.name: thumbnail(path) for path in good}
    assert made.failed == {}


def test_a_file_that_cannot_be_read_is_absent_and_told(good: list[Path], bad: Path) -> None:
    made = thumbnails([*enumerate([good[0], bad, good[1]])], workers=1)
    assert set(made) == {0, 2}
    assert set(made.failed) == {1}
    assert made.failed[1].code is Code.MEDIA_UNREADABLE
    assert "bad.exr" in made.failed[1].message


def test_a_picture_that_takes_too_long_is_given_up(good: list[Path]) -> None:
    made = thumbnails([(path.name, path) for path in good], workers=1, timeout=1e-6)
    assert made == {}
    assert set(made.failed) == {path.name for path in good}
    assert "longer than" in made.failed["good.1.exr"].message


def test_a_picture_that_crashes_the_library_costs_only_itself(
    good: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killer = tmp_path / "killer.exr"
    killer.write_bytes(good[0].read_bytes())
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        textwrap.dedent("""
            import os, signal
            asked = os.access
            def access(path, mode):
                if str(path).endswith("killer.exr"):
                    os.kill(os.getpid(), signal.SIGSEGV)
                print("noise that must not mix with answers", flush=True)
                return asked(path, mode)
            os.access = access
        """)
    )
    monkeypatch.syspath_prepend(str(hook))
    made = thumbnails([*enumerate([good[0], killer, good[1], killer, good[2]])], workers=1)
    assert set(made) == {0, 2, 4}
    assert set(made.failed) == {1, 3}
    assert "signal 11" in made.failed[1].message


def test_without_processes_every_picture_is_told_as_failed(
    good: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    made = thumbnails([*enumerate(good)], workers=2)
    assert made == {}
    assert set(made.failed) == {0, 1, 2}
    assert "no process" in made.failed[0].message


def test_a_cancelled_run_ends(good: list[Path]) -> None:
    with pytest.raises(RushesError) as raised:
        thumbnails([*enumerate(good)], progress=Cancelled())
    assert raised.value.code is Code.CANCELLED
