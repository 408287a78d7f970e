"""Where a person's files lie."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import platformdirs
import pytest

from rushes.core import folders
from rushes.core.errors import Code, RushesError


def test_the_folders_are_those_of_platformdirs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("RUSHES_DATA_DIR", raising=False)
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        for value in (None, "", "relative", str(tmp_path / "xdg")):
            monkeypatch.delenv(variable, raising=False)
            if value is not None:
                monkeypatch.setenv(variable, value)
            if value == "relative":
                continue  # the XDG specification has these ignored; platformdirs takes them
            told = platformdirs.PlatformDirs("rushes", appauthor=False)
            assert folders.data_folder() == told.user_data_path
            assert folders.config_folder() == told.user_config_path


@pytest.mark.skipif(sys.platform != "linux", reason="XDG is Linux's")
def test_a_relative_xdg_folder_is_ignored() -> None:
    told = folders.data_folder({"HOME": "/home/ann", "XDG_DATA_HOME": "here"})
    assert told == Path("/home/ann/.local/share/rushes")


def test_the_data_folder_can_be_moved_and_the_others_stay() -> None:
    environ = {"HOME": "/home/ann", "RUSHES_DATA_DIR": "~/r"}
    assert folders.data_folder(environ) == Path("/home/ann/r")
    assert folders.config_folder(environ) == folders.config_folder({"HOME": "/home/ann"})


def test_a_tilde_is_home_only_where_a_path_begins_with_it() -> None:
    home = {"HOME": "/home/ann", "USERPROFILE": "/home/ann"}
    assert folders.expanded("~", home) == Path("/home/ann")
    assert folders.expanded("~/a", home) == Path("/home/ann/a")
    assert folders.expanded("~ann/a", home) == Path("~ann/a")
    assert folders.expanded("a/~/b", home) == Path("a/~/b")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_folder_is_made_for_its_owner_alone_and_kept_as_it_is_when_there(tmp_path: Path) -> None:
    made = folders.made(tmp_path / "data")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    made.chmod(0o750)
    assert stat.S_IMODE(folders.made(made).stat().st_mode) == 0o750


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RushesError) as caught:
        folders.made(tmp_path / "file" / "data")
    assert caught.value.code is Code.WRITE_FAILED
    assert "RUSHES_DATA_DIR" in caught.value.hint
