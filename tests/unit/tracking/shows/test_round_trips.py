"""An export, taken into an empty show, exports the same bytes again."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rushes.testing.memory_studio import MemoryStudio
from rushes.testing.studios import ADA, ADMIN, ids, make
from rushes.tracking.shows.applying import applied
from rushes.tracking.shows.cells import guarded, listed, plain, words
from rushes.tracking.shows.exporting import exported
from rushes.tracking.shows.importing import Importing, plan_import
from rushes.tracking.shows.state import read_show

_LETTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
_TEXT = st.text(_LETTERS, max_size=12) | st.sampled_from(
    ["=1+1", "+x", "-", "@a", "\tx", "\rx", "'", "'=", "''", 'a"b', "a\r\nb", "  ", "none", "010"]
)
_CODE = (
    st.text(
        st.characters(exclude_categories=("C", "Zl", "Zp"), exclude_characters="/\\"),
        min_size=1,
        max_size=8,
    ).filter(lambda one: one not in (".", "..") and one.strip() and one == one.strip(" "))
) | st.sampled_from(["010", "=x", "-5", "'a", "none", "sq010", "a,b", 'q"', "ünï"])
_TAG = _CODE | st.sampled_from(["=1+1", "+x", "-", "@a", "'", "'=", "''", 'a"b', "a/b", "."])
_FRAME = st.integers(-2000, 2000)
_SPAN = st.none() | st.tuples(_FRAME, st.integers(0, 99)).map(lambda one: (one[0], sum(one)))
_SHOT = st.fixed_dictionaries(
    {
        "description": _TEXT,
        "status": st.sampled_from(["not_started", "omit", "=odd"]),
        "frames": _SPAN,
        "cut": _SPAN,
        "handles": st.none() | st.integers(0, 20),
        "tags": st.lists(_TAG, max_size=2, unique=True),
        "custom": st.dictionaries(_TEXT.filter(bool), _TEXT | st.integers(-9, 9), max_size=2),
        "fps": st.none() | st.just("25"),
        "tasks": st.lists(
            st.tuples(st.sampled_from(["comp", "anim"]), st.sampled_from(["comp", "two"])),
            unique=True,
            max_size=3,
        ),
    }
)
_SHOTS = st.dictionaries(st.tuples(st.none() | _CODE, _CODE, _CODE), _SHOT, max_size=4)


def filled(shots: dict[Any, Any]) -> MemoryStudio:
    """A studio with the show NV and these shots."""
    studio = MemoryStudio()
    make(studio, "project", code="NV")
    parents: dict[Any, int] = {}
    for (episode, sequence, shot), one in shots.items():
        if episode is not None and episode not in parents:
            parents[episode] = make(studio, "episode", project=1, code=episode).id
        if (episode, sequence) not in parents:
            above = {"episode": parents[episode]} if episode is not None else {}
            made = make(studio, "sequence", project=1, code=sequence, **above)
            parents[episode, sequence] = made.id
        spans = {"frame": one["frames"], "cut": one["cut"]}
        frames = {
            f"{name}_{end}": span[at] if span is not None else None
            for name, span in spans.items()
            for at, end in enumerate(("in", "out"))
        }
        fields = {k: v for k, v in one.items() if k not in ("frames", "cut", "tasks")}
        sequence_id = parents[episode, sequence]
        row = make(studio, "shot", sequence=sequence_id, code=shot, **frames, **fields)
        for code, name in one["tasks"]:
            (type_,) = ids(studio, "task_type", ("code", "is", code))  # type: ignore[arg-type]
            make(studio, "task", shot=row.id, type=type_, name=name, status="wip")
    return studio


def again(studio: Any, form: str) -> tuple[bytes, bytes]:
    """What a show exports, and what an empty one does that took that."""
    first = exported(read_show(studio, "NV", access=ADMIN), form)
    other = MemoryStudio()
    make(other, "project", code="NV")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"x.{form}"
        path.write_bytes(first)
        plan = plan_import(other, "NV", path, how=Importing(), access=ADMIN)
    applied(plan, other, access=ADMIN, actor=ADA)
    return first, exported(read_show(other, "NV", access=ADMIN), form)


@pytest.mark.parametrize("form", ["csv", "json", "yaml", "otio"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shots=_SHOTS.filter(bool))
def test_an_export_taken_into_an_empty_show_exports_the_same(
    form: str, shots: dict[Any, Any]
) -> None:
    if form == "otio":
        pytest.importorskip("opentimelineio")
    first, second = again(filled(shots), form)
    assert second == first


@given(_TEXT)
def test_a_guarded_cell_is_no_formula_and_comes_back(text: str) -> None:
    assert plain(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(_CODE, max_size=4))
def test_words_in_a_cell_come_back(texts: list[str]) -> None:
    assert words(listed(texts)) == texts
