"""On lists that leave nothing to decide, fileseq and clique say the same as Rushes."""

import runpy
from pathlib import Path

import clique
import fileseq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rushes.frames.group import Rules, group
from rushes.model.files import Kind
from rushes.model.frames import FrameSet

_ROOT = Path(__file__).parents[3]

# What nobody has to decide: letters around one number of four digits, a dot before it, two
# frames or more, an extension without digits, no stray that could have another padding.
_heads = st.text("abcdefghijk_", min_size=1, max_size=6)
_extensions = st.sampled_from((".exr", ".dpx", ".jpg", ".tif"))
_sequences = st.dictionaries(
    st.tuples(_heads, _extensions),
    st.sets(st.integers(0, 9999), min_size=2, max_size=30),
    max_size=5,
)


def _names(sequences: dict[tuple[str, str], set[int]]) -> list[str]:
    return [
        f"{head}.{frame:04d}{tail}"
        for (head, tail), frames in sequences.items()
        for frame in sorted(frames, reverse=True)
    ]


def _by_rushes(names: list[str]) -> set[tuple[str, str, FrameSet]]:
    found = group(names, Rules()).groups
    assert all(one.kind is not Kind.FILE and one.padding == 4 for one in found)
    return {(one.head, one.tail, one.frames) for one in found}


@settings(deadline=None)
@given(_sequences)
def test_fileseq_agrees_on_plain_lists(sequences: dict[tuple[str, str], set[int]]) -> None:
    names = _names(sequences)
    theirs = {
        (one.basename(), one.extension(), FrameSet.of(one.frameSet()))
        for one in fileseq.findSequencesInList(names)
    }
    assert _by_rushes(names) == theirs


@settings(deadline=None)
@given(_sequences)
def test_clique_agrees_on_plain_lists(sequences: dict[tuple[str, str], set[int]]) -> None:
    names = _names(sequences)
    collections, remainder = clique.assemble(names)
    theirs = {(one.head, one.tail, FrameSet.of(one.indexes)) for one in collections}
    assert not remainder
    assert _by_rushes(names) == theirs


@settings(deadline=None)
@given(_heads, st.sets(st.integers(1, 20000), min_size=2, max_size=30))
def test_all_three_agree_on_numbers_without_padding(head: str, frames: set[int]) -> None:
    names = [f"{head}.{frame}.exr" for frame in frames]
    wanted = FrameSet.of(frames)
    (ours,) = group(names, Rules(max_missing=20_000)).groups
    ((collection,), _) = clique.assemble(names)
    assert ours.frames == FrameSet.of(collection.indexes) == wanted
    (theirs,) = fileseq.findSequencesInList(names)
    assert FrameSet.of(theirs.frameSet()) == wanted


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_table_in_the_docs_is_what_the_libraries_really_do() -> None:
    cases = runpy.run_path(str(_ROOT / "bench" / "grouping_cases.py"), run_name="cases")
    assert cases["table"]() in (_ROOT / "docs" / "sequences.md").read_text(encoding="utf-8")
