"""What is told to be installed is what the extras of the package are."""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from pathlib import Path

import pytest

from rushes.core import extras
from rushes.core.errors import Code
from rushes.core.extras import EXTRAS, not_installed

_PROJECT = Path(__file__).parents[3] / "pyproject.toml"


def test_the_packages_of_each_extra_are_those_of_the_project() -> None:
    told = tomllib.loads(_PROJECT.read_text("utf-8"))["project"]["optional-dependencies"]
    named = {
        extra: tuple(re.split(r"[\[<>=]", line)[0] for line in lines)
        for extra, lines in told.items()
    }
    assert {extra: set(names) for extra, names in named.items()} == {
        extra: set(names) for extra, names in EXTRAS.items()
    }


def test_what_is_missing_is_told_with_the_packages_to_install() -> None:
    error = not_installed("OpenTimelineIO", "editorial")
    assert error.code is Code.DEPENDENCY_MISSING
    assert "Install it with: " in error.hint
    command = shlex.split(error.hint.removeprefix("Install it with: "))
    assert command == [sys.executable, "-m", "pip", "install", "rushes[editorial]"]


def test_missing_extras_are_those_whose_packages_are_not_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extras, "EXTRAS", {"there": ("blake3",), "half": ("blake3", "no-such-one")})
    assert extras.missing_extras() == {"half": ("no-such-one",)}
