"""Settings: what is refused, where, and what is proposed instead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.core.settings import Key, keys, load


def refusal(folder: Path, text: str | bytes | None = None, **given: object) -> RushesError:
    """The error of loading with `text` as the project's rushes.toml."""
    if text is not None:
        data = text if isinstance(text, bytes) else text.encode()
        (folder / "rushes.toml").write_bytes(data)
    given.setdefault("environ", {"HOME": str(folder / "home")})
    with pytest.raises(RushesError) as caught:
        load(cwd=folder, **given)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "name", "near"),
    [
        ("[scan]\n# how many\nworker = 4\n", 3, "scan.worker", "scan.workers"),
        ("\n\n[scna]\nworkers = 4\n", 3, "scna", "scan"),
        ("workers = 4\n", 1, "workers", "scan.workers"),
        ("show_root = '/shows'\n", 1, "show_root", "shows_root"),
        ("[disk]\nworkers = 4\n", 2, "disk.workers", "scan.workers"),
        ("scan = { probes = 1, wrkers = 4 }\n", 1, "scan.wrkers", "scan.workers"),
        ("scan.wokers = 4\n", 1, "scan.wokers", "scan.workers"),
        ("[profiles.farm]\nlogdir = 'x'\n", 2, "logdir", "log_dir"),
        ("[profiles.farm.scan]\nworkes = 1\n", 2, "scan.workes", "scan.workers"),
    ],
)
def test_an_unknown_setting_is_refused_with_its_line_and_what_was_meant(
    tmp_path: Path, text: str, line: int, name: str, near: str
) -> None:
    error = refusal(tmp_path, text)
    assert error.code is Code.SETTINGS_UNKNOWN
    assert f"{tmp_path / 'rushes.toml'}:{line}" in error.message
    assert repr(name) in error.message
    assert error.hint == f"Did you mean {near}?"


def test_a_setting_like_no_other_is_refused_without_a_guess(tmp_path: Path) -> None:
    error = refusal(tmp_path, "zebra = 1\n")
    assert error.code is Code.SETTINGS_UNKNOWN
    assert "config show" in error.hint


@pytest.mark.parametrize(
    ("text", "line", "wanted"),
    [
        (
            '[scan]\nworkers = "four"\n',
            2,
            "scan.workers must be a whole number above 0, not 'four'",
        ),
        ("[scan]\nworkers = 0\n", 2, "a whole number above 0, not 0"),
        ("[scan]\nworkers = true\n", 2, "a whole number above 0, not True"),
        ("[scan]\nworkers = 2.0\n", 2, "a whole number above 0"),
        ('[scan]\nexecutor = "threads"\n', 2, "one of auto, inline, processes, dask"),
        ("[scan]\nexecutor = ['auto']\n", 2, "one of auto"),
        ('[scan]\nignore = "old"\n', 2, "a list of texts"),
        ("[scan]\nfolder_timeout = -1\n", 2, "a number, 0 or more"),
        ("[scan]\nfolder_timeout = nan\n", 2, "a number, 0 or more"),
        ("[watch]\npoll = 0\n", 2, "a number of seconds above 0"),
        ("[frames]\nsubframes = 1\n", 2, "true or false"),
        ('[disk]\nshot_warn = "much"\n', 2, 'a size such as "500 GB"'),
        ("[disk]\nfilesystem_warn = 90\n", 2, 'a share such as "90%" or 0.9'),
        ('[disk]\nfilesystem_warn = "x%"\n', 2, 'a share such as "90%" or 0.9'),
        ("shows_root = 3\n", 1, "a path"),
        ('shows_root = ""\n', 1, "a path"),
        ("scan = 4\n", 1, "scan must be a table of settings"),
        ("[shots]\n'a/b' = 1001\n", 2, "a table of frames by shot"),
        ("[shots]\n'a/b' = 'all'\n", 2, "a table of frames by shot"),
        ("shots = 4\n", 1, "a table of frames by shot"),
        ("profiles = 4\n", 1, "tables, as in [profiles.farm]"),
        ("[profiles]\nfarm = 4\n", 2, "profiles.farm must be a table"),
    ],
)
def test_a_wrong_value_is_refused_with_its_line_and_what_was_wanted(
    tmp_path: Path, text: str, line: int, wanted: str
) -> None:
    error = refusal(tmp_path, text)
    assert error.code is Code.SETTINGS_INVALID
    assert error.message.startswith(f"{tmp_path / 'rushes.toml'}:{line}: ")
    assert wanted in error.message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = 1\n[b\n", ":2: it is not TOML"),
        ("a = ", ":1: it is not TOML"),
        (b"\xff\xfe", ": it is not UTF-8"),
    ],
)
def test_a_file_that_is_no_toml_is_refused_with_its_line(
    tmp_path: Path, text: str | bytes, place: str
) -> None:
    error = refusal(tmp_path, text)
    assert error.code is Code.SETTINGS_INVALID
    assert f"rushes.toml{place}" in error.message


def test_a_secret_that_cannot_be_is_not_told(tmp_path: Path) -> None:
    error = refusal(tmp_path, "[database]\nurl = ['postgresql://ann:s3cret@host/db']\n")
    assert error.code is Code.SETTINGS_INVALID
    assert "s3cret" not in error.message + error.hint
    assert error.__cause__ is None


def test_a_warning_above_what_is_critical_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, '[disk]\nshot_warn = "2 TB"\nshot_critical = "1 TB"\n')
    assert error.code is Code.SETTINGS_INVALID
    assert "rushes.toml:2: disk.shot_warn is above disk.shot_critical" in error.message
    assert "critical" in refusal(tmp_path, "[disk]\nfilesystem_warn = 0.99\n").message


@pytest.mark.parametrize(
    ("variable", "text", "code", "told"),
    [
        ("RUSHES_SCAN_WORKER", "3", Code.SETTINGS_UNKNOWN, "Did you mean RUSHES_SCAN_WORKERS?"),
        ("RUSHES_SCAN_WORKERS", "three", Code.SETTINGS_INVALID, "not 'three'"),
        ("RUSHES_SCAN_WORKERS", "-1", Code.SETTINGS_INVALID, "above 0"),
        ("RUSHES_FRAMES_SUBFRAMES", "maybe", Code.SETTINGS_INVALID, "true or false"),
        ("RUSHES_SHOTS", "a/b", Code.SETTINGS_INVALID, "a table of frames"),
    ],
)
def test_a_wrong_variable_is_refused_by_name(
    tmp_path: Path, variable: str, text: str, code: Code, told: str
) -> None:
    error = refusal(tmp_path, environ={"HOME": str(tmp_path), variable: text})
    assert error.code is code
    assert f"environment {variable}" in error.message
    assert told in f"{error.message} {error.hint}"


@pytest.mark.parametrize("key", keys().values(), ids=lambda key: key.variable)
def test_what_a_wrong_variable_is_told_to_hold_is_taken(tmp_path: Path, key: Key) -> None:
    environ = {"HOME": str(tmp_path), key.variable: key.kind.text_example}
    assert load(cwd=tmp_path, environ=environ).origin(key.name).name == key.variable


def test_a_wrong_variable_is_told_what_to_hold(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "RUSHES_SHOTS": "a/b"}
    told = "Set it as in RUSHES_SHOTS='show/sh010=1001-1100;show/sh020=1001-1050', or take it away."
    assert refusal(tmp_path, environ=environ).hint == told


def test_a_wrong_value_in_an_env_file_is_told_how_to_mend_there(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("RUSHES_SCAN_WORKERS=many\n")
    error = refusal(tmp_path)
    assert error.message.startswith(f"{tmp_path / '.env'}:1: ")
    assert error.hint == "Set it as in RUSHES_SCAN_WORKERS='4', or take it away."


def test_a_number_where_a_text_belongs_is_told_as_it_stands_in_the_file(tmp_path: Path) -> None:
    error = refusal(tmp_path, '[shots]\n"a/b" = "1-9"\n"a/c" = 1001\n')
    assert error.message.startswith(f"{tmp_path / 'rushes.toml'}:3: ")
    assert error.message.endswith(', not "a/c" = 1001.')
    assert "quotation marks" in error.hint
    nested = refusal(tmp_path, "[shots.a.b]\nc = 1001\n")
    assert nested.message.endswith(', not "a" = { "b" = { "c" = 1001 } }.')


def test_variables_of_others_are_let_be(tmp_path: Path) -> None:
    load(
        environ={"HOME": str(tmp_path), "RUSHES_TEST_IMAGES": "/x", "RUSHES_SHOW": "a"},
        cwd=tmp_path,
    )


def test_an_unknown_profile_is_refused_with_those_there_are(tmp_path: Path) -> None:
    error = refusal(tmp_path, "[profiles.farm]\n[profiles.laptop]\n", profile="fram")
    assert error.code is Code.SETTINGS_UNKNOWN
    assert error.hint == "Did you mean farm?"
    assert refusal(tmp_path, profile="zebra").hint == "There are: farm, laptop."


def test_a_named_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, config=tmp_path / "none.toml")
    assert error.code is Code.PATH_NOT_FOUND
    assert "none.toml" in error.message


def test_a_named_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rushes.ini").write_text("[scan]\n")
    assert refusal(tmp_path, config=tmp_path / "rushes.ini").code is Code.SETTINGS_INVALID
    (tmp_path / "folder.toml").mkdir()
    assert refusal(tmp_path, config=tmp_path / "folder.toml").code is Code.PATH_UNREADABLE


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device without an end")
def test_what_is_no_settings_file_by_its_name_is_not_even_read(tmp_path: Path) -> None:
    with pytest.raises(RushesError) as caught:
        load(cwd=tmp_path, config=Path("/dev/zero"), environ={})
    assert caught.value.code is Code.SETTINGS_INVALID
    assert "by its name" in caught.value.message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rushes.toml", "[scan]\nignore = " + "[" * 5_000 + "]" * 5_000),
        ("toolkit.yaml", "naming: " + "[" * 5_000 + "]" * 5_000),
        ("toolkit.yaml", "naming: &itself\n  frame_prefix: *itself\n"),
    ],
    ids=["toml", "yaml", "yaml within itself"],
)
def test_a_file_nested_without_end_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(RushesError) as caught:
        load(cwd=tmp_path, config=tmp_path / name, environ={})
    assert caught.value.code is Code.SETTINGS_INVALID
    assert name in caught.value.message


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rushes.toml"
    path.write_text("")
    path.chmod(0)
    assert refusal(tmp_path).code is Code.PATH_UNREADABLE
