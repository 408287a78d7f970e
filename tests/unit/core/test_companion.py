"""A process beside the server: whose settings it has, and what it says of its end."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

import pytest

from rushes.core import companion, logs
from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings


def given(*words: str) -> Namespace:
    return companion.options("rushes.worker", "Work.").parse_args(words)


def test_it_works_by_the_settings_that_it_was_given(tmp_path: Path) -> None:
    seen: list[Settings] = []
    words = ("--log-dir", str(tmp_path / "logs"), "--shows-root", str(tmp_path))
    assert companion.run("worker", given(*words, "--parent", str(os.getppid())), seen.append) == 0
    assert (seen[0].shows_root, seen[0].log_dir) == (tmp_path, tmp_path / "logs")
    assert logs.path() == seen[0].log_file


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        (RushesError(Code.USAGE, "No.", hint="Ask less."), "warning: worker: No. Ask less.\n"),
        (OSError("taken"), "warning: worker: taken\n"),
        (KeyError("x"), "warning: worker: a fault in Rushes itself: KeyError: 'x'\n"),
    ],
)
def test_what_ends_it_is_told_and_is_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ended: Exception, said: str
) -> None:
    def work(_settings: Settings) -> None:
        raise ended

    assert companion.run("worker", given("--log-dir", str(tmp_path)), work) == 1
    assert capsys.readouterr().err == said


def test_a_child_whose_parent_has_gone_does_nothing() -> None:
    with pytest.raises(SystemExit):
        companion.run("worker", given("--parent", "1"), lambda _settings: pytest.fail("worked"))
