"""Where sidecars lie, and which files are no media because quality checks wrote them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.qc.places import CACHE, LOCK, Mode, is_artefact, is_part, part, sidecar

names = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1)


@pytest.mark.parametrize(
    ("mode", "place"),
    [
        (Mode.SUBDIR, ".qc/plate.%04d.exr.qc.json"),
        (Mode.DOT, ".plate.%04d.exr.qc.json"),
        (Mode.INLINE, "plate.%04d.exr.qc.json"),
    ],
)
def test_a_sidecar_is_called_after_its_asset(mode: Mode, place: str) -> None:
    assert sidecar("plate.%04d.exr", mode) == place


@given(names, st.sampled_from(Mode))
def test_a_sidecar_has_a_name_that_a_file_may_have(name: str, mode: Mode) -> None:
    raw = os.fsencode(Path(sidecar(name, mode)).name)
    assert len(raw) <= 255
    assert raw.endswith(b".qc.json")
    raw.decode("utf-8")


@pytest.mark.parametrize("letter", ["a", "ü", "\U0001f600", "\udcff"])
@pytest.mark.parametrize("mode", Mode)
def test_long_names_can_be_told_apart(letter: str, mode: Mode, tmp_path: Path) -> None:
    most = 255 // len(os.fsencode(letter))
    names = {letter * (length - 1) + last for length in range(most - 12, most) for last in "bc"}
    places = {sidecar(name, mode) for name in names}
    assert len(places) == len(names) == 24
    (tmp_path / ".qc").mkdir()
    for place in places:
        (tmp_path / place).touch()


@given(names, st.sampled_from(Mode))
def test_every_sidecar_is_known_as_one(name: str, mode: Mode) -> None:
    assert is_artefact(Path(sidecar(name, mode)).name)


@pytest.mark.parametrize(
    "name",
    [CACHE, LOCK, part("0123456789ab0001"), "sequence.qc.json", "qc.sequence.json",
     ".sequence.qc.json", "20261121T120000.000000Z.qc.checkpoint.json"],
)  # fmt: skip
def test_what_quality_checks_leave_is_no_media(name: str) -> None:
    assert is_artefact(name)


@pytest.mark.parametrize("name", ["clip.mov", "qc.json", "shot.json", ".qc", "plate.qc.exr"])
def test_media_is_media(name: str) -> None:
    assert not is_artefact(name)


def test_only_our_own_unfinished_files_are_taken_for_such() -> None:
    assert is_part(part("0123456789ab"))
    assert not is_part(".qc.notes.part")
    assert not is_part(part("0123456789ab") + ".mov")
