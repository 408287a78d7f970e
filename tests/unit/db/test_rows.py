"""File sequences as lines for COPY, and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rushes.db.rows import frames_of, frames_text, staged_folders, staged_sequences
from rushes.model.files import FoundFolder
from rushes.model.frames import FrameRange, FrameSet
from rushes.testing.found import found_folder

runs = st.lists(st.integers(0, 50), min_size=1, max_size=8)


@given(st.integers(-(10**9), 10**9), runs, st.integers(1, 7))
def test_frames_come_back_run_by_run(start: int, lengths: list[int], step: int) -> None:
    made = []
    for length in lengths:
        made.append(FrameRange(start, start + length * step, step))
        start += length * step + 100
    frames = FrameSet(tuple(made))
    assert frames_of(frames_text(frames)) == frames


def test_no_frames_are_no_text() -> None:
    assert frames_text(FrameSet()) == ""
    assert frames_of("") == FrameSet()


def test_a_line_has_as_many_columns_whatever_the_names_hold() -> None:
    plain = found_folder("show", "a.")
    odd = found_folder("sh\tow\n\\", "a\t\\N\r.\udcff")
    for lines in (staged_sequences, staged_folders):
        widths = {line.count("\t") for line in (*lines(1, [plain]), *lines(1, [odd]))}
        assert len(widths) == 1
        assert all(line.count("\n") == 1 for line in lines(1, [odd]))


def test_an_unread_folder_has_no_sequences() -> None:
    whole = found_folder("show", "a.")
    unread = FoundFolder(whole.path, whole.sequences, whole.use, unread=True)
    assert list(staged_sequences(1, [unread])) == []
    assert len(list(staged_folders(1, [unread]))) == 1
