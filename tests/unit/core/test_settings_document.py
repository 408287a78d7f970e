"""The settings written out: what is written can be read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.settings import Settings, keys, load
from rushes.core.settings.document import sample_toml, settings_markdown, toml_value


def loaded(folder: Path, text: str) -> Settings:
    (folder / "rushes.toml").write_text(text, encoding="utf-8")
    return load(cwd=folder, environ={"HOME": str(folder / "home")})


def test_the_sample_sets_nothing(tmp_path: Path) -> None:
    settings = loaded(tmp_path, sample_toml())
    assert all(str(settings.origin(name)) == "default" for name in keys())


def test_the_sample_shows_every_setting_in_a_form_that_is_accepted(tmp_path: Path) -> None:
    text = re.sub(r'^# (?=[\w"/]+ = )', "", sample_toml(), flags=re.MULTILINE)
    text = text.replace("# [profiles.farm.scan]", "[profiles.farm.scan]")
    settings = loaded(tmp_path, text)
    assert {name for name in keys() if str(settings.origin(name)) == "default"} == set()


def test_the_sample_sets_what_is_given(tmp_path: Path) -> None:
    settings = loaded(tmp_path, sample_toml({"shows_root": "my shows", "scan.workers": 2}))
    assert settings.shows_root == tmp_path / "my shows"
    assert settings.scan.workers == 2


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_written_so_that_toml_reads_the_same(text: str) -> None:
    assert tomllib.loads(f"a = {toml_value(text)}") == {"a": text}


@pytest.mark.parametrize("value", [True, 3, 2.5, ["a", "b"], []])
def test_values_are_written_so_that_toml_reads_the_same(value: object) -> None:
    assert tomllib.loads(f"a = {toml_value(value)}") == {"a": value}


def test_the_reference_has_a_row_for_every_setting() -> None:
    text = settings_markdown()
    for key in keys().values():
        assert f"| `{key.name}` | {key.doc} |" in text
        assert f"`{key.variable}` |" in text
