"""A `.env` file: which one is read, what counts of it, and what is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings, load

Loader = Callable[..., Settings]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    made = tmp_path / "here"
    made.mkdir()
    return made


@pytest.fixture
def loaded(tmp_path: Path, here: Path) -> Loader:
    """`load` of a person with an empty home who stands in `here`."""

    def run(env: dict[str, str] | None = None, **given: object) -> Settings:
        given.setdefault("cwd", here)
        environ = {"HOME": str(tmp_path / "home"), **(env or {})}
        return load(environ=environ, **given)  # type: ignore[arg-type]

    return run


def refused(loaded: Loader, **given: object) -> RushesError:
    with pytest.raises(RushesError) as caught:
        loaded(**given)
    return caught.value


def test_variables_of_ours_and_of_others_that_we_know_are_read(loaded: Loader, here: Path) -> None:
    (here / ".env").write_text(
        "# Trak\nTRAK_BASE_URL=https://trak/api/v1/\nexport TRAK_TOKEN='a b'\n\n"
        'TRAK_ASSET_TRACKER_API_KEY="!my-secret # key"  # comment\n'
        "LOG_LEVEL=INFO\nPATH=/nowhere\nRUSHES_SOMEBODY_ELSES=1\nRUSHES_SCAN_WORKERS=3\n"
    )
    settings = loaded()
    assert settings.trak.base_url == "https://trak/api/v1/"
    assert settings.trak.token == "a b"
    assert settings.trak.api_key == "!my-secret # key"
    assert settings.scan.workers == 3


def test_each_value_knows_the_file_and_the_line(loaded: Loader, here: Path) -> None:
    (here / ".env").write_text("\n# one\n\nTRAK_TOKEN=x\n\n\nRUSHES_SCAN_PROBES=4\r\n")
    settings = loaded()
    assert str(settings.origin("trak.token")) == f"{here / '.env'}:4"
    assert settings.origin("trak.token").name == "TRAK_TOKEN"
    assert str(settings.origin("scan.probes")) == f"{here / '.env'}:7"
    assert any(str(here / ".env") in note for note in settings.notes)
    assert settings.files == ()


def test_it_is_weaker_than_the_environment_and_stronger_than_files(
    loaded: Loader, here: Path
) -> None:
    (here / "rushes.toml").write_text("[scan]\nworkers = 1\nprobes = 1\n[watch]\npoll = 1\n")
    (here / ".env").write_text("RUSHES_SCAN_WORKERS=2\nRUSHES_SCAN_PROBES=2\n")
    settings = loaded({"RUSHES_SCAN_WORKERS": "3", "RUSHES_SCAN_PROBES": ""})
    assert (settings.scan.workers, settings.scan.probes, settings.watch.poll) == (3, 2, 1)


def test_our_name_in_it_is_weaker_than_a_shared_one_in_the_environment(
    loaded: Loader, here: Path
) -> None:
    (here / ".env").write_text("RUSHES_TRAK_BASE_URL=https://file\n")
    assert loaded({"TRAK_BASE_URL": "https://real"}).trak.base_url == "https://real"


def test_dollars_stand_for_themselves(loaded: Loader, here: Path) -> None:
    (here / ".env").write_text("TRAK_TOKEN=a${HOME}b$HOME\n")
    assert loaded().trak.token == "a${HOME}b$HOME"


def test_it_lies_beside_the_projects_file(loaded: Loader, here: Path) -> None:
    below = here / "below"
    below.mkdir()
    (here / "rushes.toml").write_text("")
    (here / ".env").write_text("RUSHES_SCAN_PROBES=7\n")
    (below / ".env").write_text("RUSHES_SCAN_PROBES=8\n")
    assert loaded(cwd=below).scan.probes == 7
    assert loaded(cwd=here.parent, config=here / "rushes.toml").scan.probes == 7
    assert loaded(cwd=here.parent).scan.probes == 3


def test_without_a_project_it_lies_in_the_working_folder_alone(loaded: Loader, here: Path) -> None:
    below = here / "below"
    below.mkdir()
    (here / ".env").write_text("RUSHES_SCAN_PROBES=7\n")
    assert loaded(cwd=below).scan.probes == 3
    assert loaded(cwd=here).scan.probes == 7


def test_its_paths_start_from_its_folder(loaded: Loader, here: Path) -> None:
    (here / ".env").write_text("RUSHES_SHOWS_ROOT=shows\nRUSHES_DATA_DIR=~/data\n")
    settings = loaded()
    assert settings.shows_root == here / "shows"
    assert settings.data_dir == here.parent / "home" / "data"


def test_it_may_choose_a_profile(loaded: Loader, here: Path) -> None:
    (here / "rushes.toml").write_text("[profiles.farm.scan]\nworkers = 16\n")
    (here / ".env").write_text("RUSHES_PROFILE=farm\n")
    assert loaded().scan.workers == 16


def test_it_may_not_choose_the_settings_file(loaded: Loader, here: Path) -> None:
    (here / ".env").write_text("A=1\nRUSHES_CONFIG=/else/rushes.toml\n")
    error = refused(loaded)
    assert error.code is Code.SETTINGS_INVALID
    assert error.message.startswith(f"{here / '.env'}:2: RUSHES_CONFIG cannot be set here")


@pytest.mark.parametrize(
    "empty", ["", "\n\n", "# nothing\n", "\ufeff", "TRAK_TOKEN=\nTRAK_TOKEN\n"]
)
def test_one_that_says_nothing_changes_nothing(loaded: Loader, here: Path, empty: str) -> None:
    (here / ".env").write_text(empty, encoding="utf-8")
    settings = loaded()
    assert settings.trak.token is None
    assert settings.origins == {}


def test_a_folder_of_that_name_is_none(loaded: Loader, here: Path) -> None:
    (here / ".env").mkdir()
    assert loaded().notes == ()


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"A=1\nRUSHES_SCAN_WORKERS=many\n", 2, "scan.workers must be a whole number"),
        (b"A=1\n\nRUSHES_SCAN_WORKRES=4\n", 3, "there is no setting"),
        (b"A=1\nTRAK_TOKEN='open\n", 2, "no line as in NAME=value"),
        (b"A=1\nTRAK_TOKEN=\xff\n", 2, "not UTF-8"),
        (b"A=1\nTRAK_TOKEN=a\0b\n", 2, "NUL"),
    ],
)
def test_what_is_odd_is_told_with_its_line(
    loaded: Loader, here: Path, data: bytes, line: int, words: str
) -> None:
    (here / ".env").write_bytes(data)
    error = refused(loaded)
    assert error.code in (Code.SETTINGS_INVALID, Code.SETTINGS_UNKNOWN)
    assert error.message.startswith(f"{here / '.env'}:{line}: ")
    assert words in error.message


def test_no_error_tells_a_secret(loaded: Loader, here: Path) -> None:
    (here / ".env").write_text("TRAK_TOKEN='s3cret\nRUSHES_QC_SECRET=s3cret\n")
    error = refused(loaded)
    assert "s3cret" not in f"{error.message}{error.hint}{error.__cause__!r}"


def test_one_too_large_is_refused(loaded: Loader, here: Path) -> None:
    (here / ".env").write_bytes(b"#" * (1024**2 + 1))
    assert "more than" in refused(loaded).message


def test_one_that_may_not_be_read_is_told(
    loaded: Loader, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / ".env").write_text("TRAK_TOKEN=x\n")

    def denied(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    error = refused(loaded)
    assert error.code is Code.PATH_UNREADABLE
    assert str(here / ".env") in error.message


def test_the_parser_is_imported_only_where_there_is_a_file(here: Path) -> None:
    program = (
        "import sys; from rushes.core.settings import load; load();"
        "print([one in sys.modules for one in ('dotenv', 'rushes.core.settings.dotenv')])"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(here)}
    for told in ("[False, False]", "[True, True]"):
        ended = subprocess.run(
            [sys.executable, "-c", program], cwd=here, env=env, capture_output=True, text=True
        )
        assert ended.stdout.strip() == told, ended.stderr
        (here / ".env").write_text("TRAK_TOKEN=x\n")
