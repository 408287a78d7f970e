"""What an asset's files hold: one hash, and by which frames it differs from before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import blake3
from hypothesis import given
from hypothesis import strategies as st

from rushes.frames.notation import format_frames
from rushes.model.files import Kind
from rushes.model.frames import FrameSet
from rushes.model.signoff import Changes
from rushes.qc.asset import Asset, sequence_print
from rushes.qc.content import Content, changes, content, told
from rushes.qc.hashcache import FileRow
from rushes.testing.found import found
from rushes.testing.signoffs import record
from rushes.transfer.hashing import Hashed, manifest_hash

states = st.dictionaries(st.integers(1, 12), st.sampled_from("ab"), min_size=1)


def asset(numbers: FrameSet, *, subframe_digits: int = 0) -> Asset:
    made = found("s", "a.", frames=numbers, subframe_digits=subframe_digits)
    return Asset(made.sequence.pattern, made)


def hashed(name: str, digest: str, *, read: bool = True, size: int = 10, inode: int = 1) -> Hashed:
    return Hashed(name, size, 1_000, inode, digests=(digest,), read=read)


def seen(state: Mapping[int, str]) -> tuple[Asset, Content, dict[str, FileRow]]:
    """A sequence whose frames hold that, and what a cache would keep of it."""
    one = asset(FrameSet.of(state))
    name = one.found.sequence.name
    files = [hashed(name(frame), state[frame]) for frame in sorted(state)]
    rows = {file.name: FileRow(file.size, file.mtime_ns, 1, file.digests[0]) for file in files}
    return one, content(one, files, algorithm="blake3", known={}), rows


def test_a_single_file_is_told_by_its_own_hash() -> None:
    made = found(".", "clip.mov", frames=FrameSet(), kind=Kind.FILE)
    one = content(Asset("clip.mov", made), [hashed("clip.mov", "ab")], algorithm="sha256", known={})
    assert one.hash == "sha256:ab"


def test_a_sequence_is_told_by_the_hash_of_its_manifest() -> None:
    _, now, _ = seen({1001: "aa", 1002: "bb"})
    lines = b"1001 10 blake3:aa\n1002 10 blake3:bb\n"
    assert now.hash == f"blake3:{blake3.blake3(lines).hexdigest()}"


def test_a_manifest_writes_subframes_as_numbers() -> None:
    one = asset(FrameSet.of([100100, 100125]), subframe_digits=2)
    files = [hashed(name, "aa") for name in one.files()]
    wanted = manifest_hash(
        [("1001.00", 10, "blake3:aa"), ("1001.25", 10, "blake3:aa")], algorithm="blake3"
    )
    assert content(one, files, algorithm="blake3", known={}).hash == wanted


@given(states, states)
def test_two_sequences_have_one_hash_only_where_they_hold_the_same(
    one: dict[int, str], other: dict[int, str]
) -> None:
    assert (seen(one)[1].hash == seen(other)[1].hash) == (one == other)


def test_bytes_that_changed_while_size_and_time_did_not_have_rotted() -> None:
    one = asset(FrameSet.of([1, 2, 3, 4]))
    names = one.files()
    before = {name: FileRow(10, 1_000, 1, "aa") for name in names}
    files = [
        hashed(names[0], "aa"),
        hashed(names[1], "bb"),
        hashed(names[2], "bb", size=11),
        hashed(names[3], "bb", inode=2),
    ]
    assert content(one, files, algorithm="blake3", known=before).rotted == (names[1],)


@given(states, states)
def test_frames_that_came_went_and_changed_are_named(
    then: dict[int, str], now: dict[int, str]
) -> None:
    was, _, rows = seen(then)
    one, present, _ = seen(now)
    before = record(sequence=sequence_print(was.found))

    def text(numbers: set[int]) -> str:
        return format_frames(FrameSet.of(numbers)) if numbers else ""

    assert changes(one, present, before, rows) == Changes(
        added=text(now.keys() - then.keys()),
        removed=text(then.keys() - now.keys()),
        changed=text({frame for frame in now.keys() & then.keys() if now[frame] != then[frame]}),
    )


def test_with_former_hashes_lost_it_is_not_known_which_frames_changed() -> None:
    was, _, rows = seen({1: "a", 2: "a", 3: "a"})
    one, present, _ = seen({2: "b", 3: "b", 4: "b"})
    rows.pop("a.0003.exr")
    found_ = changes(one, present, record(sequence=sequence_print(was.found)), rows)
    assert found_ == Changes("4", "1", None)
    assert "not known" in told(found_)


def test_frames_of_another_unit_are_not_compared() -> None:
    was, _, rows = seen({1: "a"})
    made = sequence_print(was.found)
    assert made is not None
    before = record(sequence=replace(made, subframe_digits=2))
    one, present, _ = seen({1: "b"})
    assert changes(one, present, before, rows) is None


def test_changes_are_told_in_words() -> None:
    assert told(None) == "its content changed"
    assert told(Changes("1", "2-3", "4")) == (
        "frames added: 1; frames removed: 2-3; frames changed: 4"
    )
    assert told(Changes("", "", "1001")) == "frames changed: 1001"
