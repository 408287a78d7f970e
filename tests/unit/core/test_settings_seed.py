"""The seed's toolkit.yaml is read as it always was."""

from __future__ import annotations

from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings, load
from rushes.testing.toolkit import TOOLKIT_YAML as SEED


def loaded(folder: Path, **given: object) -> Settings:
    return load(cwd=folder, environ={"HOME": str(folder / "home")}, **given)  # type: ignore[arg-type]


def test_its_keys_are_settings_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "toolkit.yaml").write_text(SEED)
    settings = loaded(tmp_path)
    assert settings.shows_root == Path("examples/shows")
    assert settings.naming.frame_prefix == "frame_"
    assert settings.naming.frame_padding == 4
    assert settings.naming.frame_ext == ".exr"
    assert settings.thresholds.disk_warning_mb == 500
    assert str(settings.origin("naming.frame_padding")) == f"{tmp_path / 'toolkit.yaml'}:5"


def test_its_log_is_toolkit_log_in_logs_below_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "toolkit.yaml").write_text(SEED)
    assert loaded(tmp_path).log_file == Path("logs/toolkit.log")
    (tmp_path / "toolkit.yaml").write_text('log_dir: "elsewhere"\n')
    assert loaded(tmp_path).log_file == Path("elsewhere/toolkit.log")
    assert loaded(tmp_path, flags={"log_dir": "x"}).log_file == Path("x/toolkit.log")


def test_a_rushes_toml_goes_before_it_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "toolkit.yaml").write_text(SEED)
    assert "toolkit.yaml is read" in loaded(tmp_path).notes[0]
    (tmp_path / "rushes.toml").write_text("")
    settings = loaded(tmp_path)
    assert settings.shows_root is None
    assert settings.files == (tmp_path / "rushes.toml",)
    assert "toolkit.yaml is not" in settings.notes[0]


def test_it_is_looked_for_in_the_working_directory_alone(tmp_path: Path) -> None:
    (tmp_path / "toolkit.yaml").write_text(SEED)
    (tmp_path / "below").mkdir()
    assert loaded(tmp_path / "below").files == ()


def test_a_named_one_is_read_wherever_it_lies(tmp_path: Path) -> None:
    (tmp_path / "rushes.toml").write_text("")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "show.yml").write_text(SEED)
    settings = loaded(tmp_path, config=tmp_path / "below" / "show.yml")
    assert settings.shows_root == Path("examples/shows")


@pytest.mark.parametrize("text", ["", "# nothing\n", "shows_root:\nnaming:\n"])
def test_what_is_left_empty_is_a_default(tmp_path: Path, text: str) -> None:
    (tmp_path / "toolkit.yaml").write_text(text)
    assert loaded(tmp_path).shows_root is None


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("shows_root: x\nnamming:\n  a: 1\n", Code.SETTINGS_UNKNOWN, "toolkit.yaml:2: there is no"),
        ("naming:\n  frame_padding: four\n", Code.SETTINGS_INVALID, "toolkit.yaml:2: naming.frame"),
        (
            "naming:\n  a: 1\nb: 2\nnaming:\n",
            Code.SETTINGS_INVALID,
            "toolkit.yaml:4: 'naming' stands",
        ),
        ("naming:\n  a: 1\n  a: 1\n", Code.SETTINGS_INVALID, "'naming.a' stands here again"),
        ("a: [1\nb: 2\n", Code.SETTINGS_INVALID, "it is not YAML"),
        ("- a\n- b\n", Code.SETTINGS_INVALID, "no settings but a single value or a list"),
        ("!!python/object/apply:os.system [exit]\n", Code.SETTINGS_INVALID, "it is not YAML"),
    ],
)
def test_what_is_wrong_in_it_is_refused_with_its_line(
    tmp_path: Path, text: str, code: Code, told: str
) -> None:
    (tmp_path / "toolkit.yaml").write_text(text)
    with pytest.raises(RushesError) as caught:
        loaded(tmp_path)
    assert caught.value.code is code
    assert told in caught.value.message
