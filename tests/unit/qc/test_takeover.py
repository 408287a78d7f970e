"""A sidecar of the earlier tool for a whole folder goes to the sequence that it speaks of."""

from __future__ import annotations

from rushes.model.files import Kind
from rushes.model.frames import FrameSet
from rushes.qc.asset import Asset
from rushes.qc.takeover import fitting
from rushes.testing.found import found
from rushes.testing.signed import legacy


def asset(head: str, tail: str = ".exr") -> Asset:
    made = found(".", head, tail=tail)
    return Asset(made.sequence.pattern, made)


PLATE, MATTE, JPEG = asset("plate."), asset("matte."), asset("plate.", ".jpg")
CLIP = Asset("clip.mov", found(".", "clip.mov", frames=FrameSet(), kind=Kind.FILE))
EVERY = (PLATE, MATTE, JPEG, CLIP)
NAMED = legacy(sequence={"base": "plate", "ext": "exr"})
BARE = legacy()


def test_the_sequence_that_it_names_gets_it() -> None:
    assert fitting(PLATE, [NAMED], EVERY) == NAMED
    assert fitting(MATTE, [NAMED], EVERY) is None
    assert fitting(JPEG, [NAMED], EVERY) is None


def test_of_several_each_gets_its_own() -> None:
    other = legacy(sequence={"base": "matte", "ext": "exr"})
    assert fitting(PLATE, [other, NAMED], EVERY) == NAMED
    assert fitting(MATTE, [other, NAMED], EVERY) == other


def test_without_a_name_it_means_the_only_sequence() -> None:
    assert fitting(PLATE, [BARE], (PLATE, CLIP)) == BARE
    assert fitting(PLATE, [BARE], EVERY) is None


def test_a_single_file_gets_none() -> None:
    assert fitting(CLIP, [BARE], (CLIP,)) is None


def test_the_only_sequence_does_not_get_what_speaks_of_another() -> None:
    assert fitting(MATTE, [NAMED], (MATTE,)) is None


def test_where_there_is_none_nobody_gets_one() -> None:
    assert fitting(PLATE, [], EVERY) is None
