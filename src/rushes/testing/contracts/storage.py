"""What every storage has to do."""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from enum import Enum
from typing import Protocol

import pytest

from rushes.core.errors import Code, RushesError
from rushes.ports.storage import KnownFolder, Storage


class Ability(Enum):
    """What a kind of storage may be unable to do by its nature."""

    EMPTY_FOLDERS = "a folder stays when its last file goes"
    FOLDER_STAMPS = "a folder's stamp changes with its entries"
    CONTROL_CHARACTERS = "names may hold control characters"
    ANY_BYTES = "names may hold bytes that are no text"


class Place(Protocol):
    """An empty folder on a storage, and a way to put things there behind the storage's back."""

    storage: Storage
    root: str  # absolute
    lacks: Mapping[Ability, str]  # with the reason

    def write(self, path: str, data: bytes) -> None:
        """Make or replace a file, and the folders above it."""
        ...

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all that is in it."""
        ...


def needs(place: Place, ability: Ability) -> None:
    """Skip a test of what this storage cannot do, and say why."""
    if ability in place.lacks:
        pytest.skip(f"not true here that {ability.value}: {place.lacks[ability]}")


class StorageContract:
    """Subclass it and give a fixture `place`."""

    def test_a_listing_tells_files_from_folders_and_how_big_they_are(self, place: Place) -> None:
        place.write("sh010/plate.1001.exr", b"12345")
        place.write("sh010/notes.txt", b"")
        place.write("sh010/v001/plate.1001.exr", b"1")
        listing = place.storage.list_folder(f"{place.root}/sh010")
        sizes = dict(zip(listing.names, listing.sizes, strict=True))
        assert sizes == {"plate.1001.exr": 5, "notes.txt": 0}
        assert listing.folders == ["v001"]
        assert (listing.special, listing.unreadable) == ([], [])

    def test_an_empty_folder_lists_nothing(self, place: Place) -> None:
        needs(place, Ability.EMPTY_FOLDERS)
        place.write("a/b", b"")
        place.remove("a/b")
        listing = place.storage.list_folder(f"{place.root}/a")
        assert (listing.names, listing.sizes, listing.folders) == ([], [], [])

    def test_names_come_back_as_they_were_written(self, place: Place) -> None:
        names = {"-rf", "plate 1001.exr", "a%20b+c?d#e&f.exr", "🎬.1001.exr", "e\u0301", "\u00e9"}
        for name in names:
            place.write(f"odd/{name}", b"1")
        assert set(place.storage.list_folder(f"{place.root}/odd").names) == names
        paths = [f"{place.root}/odd/{name}" for name in names]
        assert None not in place.storage.probe(paths)
        assert [contents(place, path) for path in paths] == [b"1"] * len(names)

    def test_names_with_control_characters_come_back_as_they_were_written(
        self, place: Place
    ) -> None:
        needs(place, Ability.CONTROL_CHARACTERS)
        place.write("odd/new\nline.1.exr", b"1")
        assert place.storage.list_folder(f"{place.root}/odd").names == ["new\nline.1.exr"]

    def test_a_long_listing_is_whole_and_gives_signs_of_life(self, place: Place) -> None:
        for frame in range(5_000):
            place.write(f"long/f.{frame:05d}.exr", b"")
        beats: list[int] = []
        listing = place.storage.list_folder(f"{place.root}/long", beat=lambda: beats.append(1))
        assert len(set(listing.names)) == len(listing.names) == 5_000
        assert listing.sizes == [0] * 5_000 == listing.blocks
        assert beats

    def test_a_folder_that_is_not_there_is_not_found(self, place: Place) -> None:
        with pytest.raises(RushesError) as caught:
            place.storage.list_folder(f"{place.root}/nowhere")
        assert caught.value.code is Code.PATH_NOT_FOUND
        assert "nowhere" in caught.value.message
        assert place.storage.stamp(f"{place.root}/nowhere") is None

    def test_a_file_is_no_folder(self, place: Place) -> None:
        place.write("file", b"1")
        with pytest.raises(RushesError) as caught:
            place.storage.list_folder(f"{place.root}/file")
        assert caught.value.code is Code.PATH_NOT_FOUND
        assert place.storage.stamp(f"{place.root}/file") is None

    def test_the_stamp_of_a_listing_is_the_stamp_of_the_folder(self, place: Place) -> None:
        place.write("a/f", b"1")
        listing = place.storage.list_folder(f"{place.root}/a")
        assert place.storage.stamp(f"{place.root}/a") == listing.stamp

    def test_a_file_that_comes_or_goes_changes_the_stamp(self, place: Place) -> None:
        needs(place, Ability.FOLDER_STAMPS)
        place.write("a/f", b"1")
        stamps = {place.storage.stamp(f"{place.root}/a")}
        place.remove("a")
        place.write("a/g", b"1")
        stamps.add(place.storage.stamp(f"{place.root}/a"))
        assert len(stamps) == 2

    def test_a_probe_tells_what_a_listing_tells(self, place: Place) -> None:
        place.write("a/f", b"123")
        listing = place.storage.list_folder(f"{place.root}/a")
        found = place.storage.probe([f"{place.root}/a/f", f"{place.root}/a/gone"])
        assert list(found) == [(3, listing.mtimes[0]), None]

    def test_what_is_as_it_was_may_be_told_of_many_folders_and_nothing_else(
        self, place: Place
    ) -> None:
        for name in "abc":
            place.write(f"{name}/f", b"123")
        known = [known_folder(place, name) for name in "abc"]
        many = place.storage.unchanged(known)
        assert 0 <= many <= 3
        place.write("b/f", b"1234")
        assert place.storage.unchanged(known) == min(many, 1)
        assert place.storage.unchanged(known[1:]) == 0
        place.remove("a")
        assert place.storage.unchanged(known) == 0
        assert place.storage.unchanged([]) == 0

    def test_it_travels_to_workers(self, place: Place) -> None:
        place.write("a/f", b"123")
        travelled = pickle.loads(pickle.dumps(place.storage))
        assert travelled.list_folder(f"{place.root}/a").names == ["f"]

    def test_bytes_that_are_no_text_survive_where_the_storage_has_them(self, place: Place) -> None:
        needs(place, Ability.ANY_BYTES)
        name = os.fsdecode(b"f\xff\xfe.1001.exr")
        try:
            place.write(f"a/{name}", b"1")
        except (OSError, UnicodeError):
            pytest.skip("this file system has text for names only")
        assert place.storage.list_folder(f"{place.root}/a").names == [name]

    def test_room_is_told_and_free_room_is_a_part_of_it(self, place: Place) -> None:
        room = place.storage.room(place.root)
        assert room is None or 0 <= room.free <= room.size
        assert place.storage.room(f"{place.root}/nowhere") is None

    def test_a_file_is_read_by_ranges(self, place: Place) -> None:
        data = bytes(range(256)) * 4096
        place.write("a/f", data)
        file = place.storage.open_file(f"{place.root}/a/f")
        try:
            assert file.size == len(data)
            for start, size in ((0, 4), (0, len(data)), (32_760, 16), (40_000, 70_000), (5, 0)):
                assert file.read(start, size) == data[start : start + size]
        finally:
            file.close()

    def test_what_lies_past_the_end_of_a_file_is_not_there(self, place: Place) -> None:
        place.write("a/f", b"12345")
        place.write("a/empty", b"")
        file = place.storage.open_file(f"{place.root}/a/f")
        assert (file.read(3, 100), file.read(5, 1), file.read(1 << 40, 8)) == (b"45", b"", b"")
        file.close()
        file = place.storage.open_file(f"{place.root}/a/empty")
        assert (file.size, file.read(0, 8)) == (0, b"")
        file.close()

    def test_an_open_file_has_the_size_and_time_that_a_probe_tells(self, place: Place) -> None:
        place.write("a/f", b"12345")
        file = place.storage.open_file(f"{place.root}/a/f")
        file.close()
        assert place.storage.probe([f"{place.root}/a/f"]) == [(file.size, file.mtime_ns)]

    def test_a_file_that_is_not_there_is_not_found(self, place: Place) -> None:
        place.write("a/f", b"1")
        for path in ("a/g", "a/f.exr", "b/f"):
            with pytest.raises(RushesError) as caught:
                place.storage.open_file(f"{place.root}/{path}")
            assert caught.value.code is Code.PATH_NOT_FOUND
            assert path in caught.value.message

    def test_a_folder_is_no_file(self, place: Place) -> None:
        place.write("a/b/f", b"1")
        for path in ("a", "a/b"):
            with pytest.raises(RushesError) as caught:
                place.storage.open_file(f"{place.root}/{path}")
            assert caught.value.code is Code.PATH_UNREADABLE
            assert "folder" in caught.value.message

    def test_a_file_that_was_written_to_since_it_was_opened_has_changed(self, place: Place) -> None:
        place.write("a/f", b"12345")
        file = place.storage.open_file(f"{place.root}/a/f")
        assert not file.changed()
        place.write("a/f", b"123456")
        assert file.changed()
        file.close()

    def test_a_file_that_was_cut_gives_fewer_bytes(self, place: Place) -> None:
        place.write("a/f", bytes(100_000))
        file = place.storage.open_file(f"{place.root}/a/f")
        place.write("a/f", bytes(50_000))
        assert file.read(40_000, 60_000) == bytes(10_000)
        assert file.read(60_000, 10) == b""
        assert file.changed()
        file.close()


def known_folder(place: Place, name: str) -> KnownFolder:
    """The folder `name` as it is now."""
    path = f"{place.root}/{name}"
    found = place.storage.list_folder(path)
    return path, found.stamp, (tuple(found.names), tuple(found.sizes), tuple(found.mtimes))


def contents(place: Place, path: str) -> bytes:
    """All of one file."""
    file = place.storage.open_file(path)
    try:
        return file.read(0, file.size)
    finally:
        file.close()
