"""What every storage has to do that files are moved to and from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Protocol

import pytest

from rushes.core.errors import Code, RushesError
from rushes.ports.storage_writing import (
    Arrival,
    Entry,
    Facts,
    Passage,
    Source,
    Terms,
    WritableStorage,
)
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.ledger import Ledger


class WritablePlace(Protocol):
    """An empty folder on a storage, and a way to reach in behind the storage's back."""

    storage: WritableStorage
    root: str
    large: int  # bytes of a file that takes more than one request or buffer
    no_conditions: str  # why it may replace what was put there a moment ago; empty where not

    def write(self, path: str, data: bytes) -> None:
        """Make or replace a file, as another tool would."""
        ...

    def all(self) -> dict[str, bytes]:
        """All that is there, unfinished things of ours, too."""
        ...


class Bytes:
    """A source that lies in memory."""

    handle: int | None = None
    modified_ns = 1_234_567_890_123_456_789

    def __init__(
        self, data: bytes, *, changes: bool = False, noted: str = "", in_order: bool = False
    ) -> None:
        self.data, self.changes, self.in_order = data, changes, in_order
        self.facts = Facts(len(data), self.modified_ns)
        self.digests = {"xxh128": noted} if noted else {}

    def read(self, offset: int, size: int) -> bytes:
        assert not self.in_order, "it was to be read in order"
        return self.data[offset : offset + size]

    def pieces(self, start: int) -> Iterator[memoryview]:
        view = memoryview(self.data)
        for at in range(start, len(view), 100_000):
            yield view[at : at + 100_000]

    def changed(self) -> bool:
        return self.changes

    def close(self) -> None:
        """Nothing."""


class Broken(Bytes):
    """One whose making fails near its end, or that has fewer bytes than it should."""

    def __init__(self, data: bytes, *, short: bool = False) -> None:
        super().__init__(data, in_order=True)
        self.short = short

    def pieces(self, start: int) -> Iterator[memoryview]:
        yield memoryview(self.data)[start:-1]
        if not self.short:
            raise RushesError(Code.CHANGED_MEANWHILE, "It came out as something else.")


class Stops:
    """A meter that lets half of a large file pass."""

    def __init__(self, place: WritablePlace) -> None:
        self.left = place.large // 2

    def take(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise RushesError(Code.CANCELLED, "Enough.")


def sent(place: WritablePlace, path: str, source: Source, passage: Passage = Passage()) -> Arrival:  # noqa: B008
    """Have it there."""
    return place.storage.receive(place.root, path, source=source, passage=passage)


def facts(place: WritablePlace, path: str) -> Facts:
    """Those of a file that is there."""
    found = place.storage.facts(place.root, path)
    assert found is not None
    return found


class StorageWritingContract:
    """Subclass it and give a fixture `place`."""

    @pytest.mark.parametrize("size", [0, 1, 300_000, -1])
    def test_what_is_sent_arrives_and_comes_back(self, place: WritablePlace, size: int) -> None:
        data = os.urandom(place.large if size < 0 else size)
        terms = Terms(("xxh128", "sha256"), verify=True)
        arrival = sent(place, "a/b/plate 1001.exr", Bytes(data), Passage(terms))
        assert arrival.digests == {one: digest_of(data, one) for one in terms.algorithms}
        assert arrival.sent == len(data)
        assert place.all() == {"a/b/plate 1001.exr": data}
        assert arrival.facts == facts(place, "a/b/plate 1001.exr")
        source = place.storage.source(place.root, "a/b/plate 1001.exr")
        try:
            assert b"".join(bytes(one) for one in source.pieces(0)) == data
            half = len(data) // 2
            assert b"".join(bytes(one) for one in source.pieces(half)) == data[half:]
            assert source.read(1, 10) == data[1:11]
            assert source.modified_ns == Bytes.modified_ns
            assert not source.changed()
        finally:
            source.close()

    def test_a_tree_tells_the_facts_of_each_file(self, place: WritablePlace) -> None:
        for path in ("f", "a/f", "a/b/f"):
            sent(place, path, Bytes(path.encode()))
        found = {one.path: one for one in place.storage.tree(place.root) if isinstance(one, Entry)}
        assert {path: one.facts for path, one in found.items()} == {
            path: facts(place, path) for path in ("f", "a/f", "a/b/f")
        }
        assert list(place.storage.tree(f"{place.root}/nowhere")) == []
        assert place.storage.facts(place.root, "nowhere") is None

    @pytest.mark.parametrize("large", [False, True])
    def test_what_lies_there_is_replaced_only_as_it_was_expected(
        self, place: WritablePlace, large: bool
    ) -> None:
        ours = os.urandom(place.large if large else 10)
        place.write("f", b"theirs")
        was = facts(place, "f")
        place.write("f", b"another")
        for expected in (None, was):
            with pytest.raises(RushesError) as caught:
                sent(place, "f", Bytes(ours), Passage(expected=expected))
            assert caught.value.code is Code.CHANGED_MEANWHILE
            assert place.all() == {"f": b"another"}
        sent(place, "f", Bytes(ours), Passage(expected=facts(place, "f")))
        assert place.all() == {"f": ours}

    @pytest.mark.parametrize("size", [0, 1, 300_000, -1])
    def test_what_is_made_as_it_is_read_arrives(self, place: WritablePlace, size: int) -> None:
        data = os.urandom(place.large if size < 0 else size)
        terms = Terms(("xxh128", "sha256"), verify=True)
        arrival = sent(place, "a.zip", Bytes(data, in_order=True), Passage(terms))
        assert arrival.digests == {one: digest_of(data, one) for one in terms.algorithms}
        assert (arrival.sent, arrival.facts) == (len(data), facts(place, "a.zip"))
        assert place.all() == {"a.zip": data}

    @pytest.mark.parametrize("large", [False, True])
    def test_what_cannot_be_made_leaves_nothing(
        self, place: WritablePlace, ledger: Ledger, large: bool
    ) -> None:
        data = os.urandom(place.large if large else 10)
        for source in (Broken(data), Broken(data, short=True), Bytes(data, changes=True)):
            for way in (Passage(), Passage(keeping=ledger.begun("f"))):
                with pytest.raises(RushesError) as caught:
                    sent(place, "f", source, way)
                assert caught.value.code in (Code.CHANGED_MEANWHILE, Code.WRITE_FAILED)
                assert place.all() == {}

    def test_what_is_made_as_it_is_read_goes_on_with_other_bytes_where_they_differ(
        self, place: WritablePlace, ledger: Ledger
    ) -> None:
        data = os.urandom(place.large)
        others = [os.urandom(1_000_000) + data[1_000_000:]]
        if place.no_conditions:
            others = []  # nor does it take a part a second time
        for made in (data, *others):
            source = Bytes(data, in_order=True)
            with pytest.raises(RushesError):
                sent(place, "f", source, Passage(keeping=ledger.begun("f"), meter=Stops(place)))
            assert "f" not in place.all()
            arrival = sent(
                place, "f", Bytes(made, in_order=True), Passage(keeping=ledger.begun("f"))
            )
            assert place.all() == {"f": made}
            place.storage.remove(place.root, "f", expected=arrival.facts)
            ledger.ended("f")

    def test_a_folder_that_was_built_gets_its_name_unless_that_is_taken(
        self, place: WritablePlace
    ) -> None:
        hidden = place.storage.staged(place.root, "shows/demo")
        place.storage.unstage(place.root, "shows/demo")
        sent(place, f"{hidden}/a/b", Bytes(b"1"))
        if hidden != "shows/demo":
            assert list(place.storage.tree(place.root)) == []
            place.write("shows/demo/theirs", b"2")
            with pytest.raises(RushesError) as caught:
                place.storage.settle(place.root, "shows/demo")
            assert caught.value.code is Code.CHANGED_MEANWHILE
            assert place.all() == {f"{hidden}/a/b": b"1", "shows/demo/theirs": b"2"}
            place.storage.unstage(place.root, "shows/demo")
            assert place.all() == {"shows/demo/theirs": b"2"}
            place.storage.remove(
                place.root, "shows/demo/theirs", expected=facts(place, "shows/demo/theirs")
            )
            hidden = place.storage.staged(place.root, "shows/other")
            sent(place, f"{hidden}/a/b", Bytes(b"1"))
            place.storage.settle(place.root, "shows/other")
            assert place.all() == {"shows/other/a/b": b"1"}

    @pytest.mark.parametrize("large", [False, True])
    def test_what_changed_or_is_not_what_was_noted_does_not_arrive(
        self, place: WritablePlace, large: bool
    ) -> None:
        data = os.urandom(place.large if large else 10)
        for source in (Bytes(data, changes=True), Bytes(data, noted="0" * 32)):
            with pytest.raises(RushesError):
                sent(place, "f", source)
            assert place.all() == {}

    def test_only_what_is_expected_is_removed(self, place: WritablePlace) -> None:
        place.write("f", b"1")
        was = facts(place, "f")
        place.write("f", b"22")
        with pytest.raises(RushesError) as caught:
            place.storage.remove(place.root, "f", expected=was)
        assert caught.value.code is Code.CHANGED_MEANWHILE
        place.storage.remove(place.root, "f", expected=facts(place, "f"))
        assert place.all() == {}

    def test_what_is_not_there_is_not_found(self, place: WritablePlace) -> None:
        with pytest.raises(RushesError) as caught:
            place.storage.source(place.root, "nowhere")
        assert caught.value.code is Code.PATH_NOT_FOUND

    def test_what_was_begun_goes_on_and_can_be_abandoned(
        self, place: WritablePlace, ledger: Ledger
    ) -> None:
        data = os.urandom(place.large)
        for abandoned in (False, True):
            with pytest.raises(RushesError):
                sent(
                    place, "f", Bytes(data), Passage(Terms(), None, ledger.begun("f"), Stops(place))
                )
            assert "f" not in place.all()
            if abandoned:
                place.storage.abandon(place.root, "f", ledger.kept("f"))
                assert place.all() == {}
            else:
                arrival = sent(place, "f", Bytes(data), Passage(keeping=ledger.begun("f")))
                assert arrival.sent < len(data)
                assert place.all() == {"f": data}
                place.storage.remove(place.root, "f", expected=arrival.facts)
                ledger.ended("f")
