"""Files moved between folders of this machine: whole, verified, or not there."""

from __future__ import annotations

import errno
import os
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from rushes.adapters.storage.local import LocalStorage
from rushes.core.errors import Code, RushesError
from rushes.ports.storage_writing import TERMS, Entry, Facts, Passage, Terms, Unlisted
from rushes.transfer import beneath, local_part
from rushes.transfer.apply import apply
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.learning import Place, planned
from rushes.transfer.ledger import Ledger, opened
from rushes.transfer.local_source import LocalSource
from rushes.transfer.outcome import Effort, End, Outcome
from rushes.transfer.plan import WISHES, Act, Wishes

STORAGE = LocalStorage()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a few files."""
    for name, size in (("a.mov", 600_000), ("sh010/plate.1001.exr", 10), ("sh010/empty", 0)):
        file = tmp_path / "here" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(size))
        os.utime(file, ns=(1, 1_234_567_890_123_456_789))
    return tmp_path / "here"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "there"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with opened(tmp_path / "ledgers", "here", "there") as found:
        yield found


def moved(
    here: Path, there: Path, ledger: Ledger, *, wishes: Wishes = WISHES, terms: Terms = TERMS
) -> dict[str, Outcome]:
    source, target = Place(STORAGE, str(here)), Place(STORAGE, str(there))
    made = planned(source, target, ledger, wishes=wishes, terms=terms)
    came = apply(made, source, target, ledger, terms=terms, make_room=wishes.delete)
    return {one.path: one for one in came}


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def at_work() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name.startswith("moving_")]


def received(here: Path, there: Path, passage: Passage) -> None:
    source = LocalSource(str(here), "a.mov")
    try:
        STORAGE.receive(str(there), "a.mov", source=source, passage=passage)
    finally:
        source.close()


def test_all_files_arrive_with_their_bytes_times_and_hashes(
    here: Path, there: Path, ledger: Ledger
) -> None:
    terms = Terms(("xxh128", "blake3", "c4"), verify=True)
    found = moved(here, there, ledger, terms=terms)
    assert files(there) == files(here)
    assert {one.end for one in found.values()} == {End.MOVED}
    for name, data in files(here).items():
        assert (there / name).stat().st_mtime_ns == 1_234_567_890_123_456_789
        assert found[name].digests == {one: digest_of(data, one) for one in terms.algorithms}
        assert found[name].sent == len(data)


def test_a_second_run_moves_nothing_and_reads_nothing(
    here: Path, there: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved(here, there, ledger)
    monkeypatch.setattr(LocalSource, "__init__", None)
    assert {one.end for one in moved(here, there, ledger).values()} == {End.SAME}


def test_without_a_ledger_the_same_bytes_are_known_by_reading(
    here: Path, there: Path, ledger: Ledger, tmp_path: Path
) -> None:
    moved(here, there, ledger)
    with opened(tmp_path / "other", "here", "there") as fresh:
        assert {one.end for one in moved(here, there, fresh).values()} == {End.SAME}
        assert len(fresh) == 3


def test_what_others_put_there_stays(here: Path, there: Path, ledger: Ledger) -> None:
    there.mkdir()
    (there / "a.mov").write_bytes(b"theirs")
    found = moved(here, there, ledger)
    assert found["a.mov"].end is End.CONFLICT
    assert (there / "a.mov").read_bytes() == b"theirs"
    assert moved(here, there, ledger, wishes=Wishes(replace=True))["a.mov"].end is End.MOVED
    assert files(there) == files(here)


def test_what_was_put_there_since_it_was_planned_stays(
    here: Path, there: Path, ledger: Ledger
) -> None:
    source, target = Place(STORAGE, str(here)), Place(STORAGE, str(there))
    made = planned(source, target, ledger)
    there.mkdir()
    (there / "a.mov").write_bytes(b"theirs")
    found = {one.path: one for one in apply(made, source, target, ledger)}
    assert (found["a.mov"].end, found["a.mov"].code) == (End.FAILED, "changed.meanwhile")
    assert files(there) == {**files(here), "a.mov": b"theirs"}


def test_deletions_are_made_last_and_not_where_a_file_failed(
    here: Path, there: Path, ledger: Ledger
) -> None:
    moved(here, there, ledger)
    (here / "sh010" / "empty").unlink()
    (here / "b").write_bytes(b"b")
    source, target = Place(STORAGE, str(here)), Place(STORAGE, str(there))
    made = planned(source, target, ledger, wishes=Wishes(delete=True))
    (here / "b").unlink()
    found = {one.path: one.end for one in apply(made, source, target, ledger)}
    assert (found["b"], found["sh010/empty"]) == (End.FAILED, End.FAILED)
    assert (there / "sh010" / "empty").exists()
    found = {
        name: one.end
        for name, one in moved(here, there, ledger, wishes=Wishes(delete=True)).items()
    }
    assert found["sh010/empty"] is End.DELETED
    assert files(there) == files(here)


def test_a_link_is_never_followed(here: Path, there: Path, ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (here / "link").symlink_to(tmp_path / "secret")
    (here / "folder").symlink_to(tmp_path)
    os.mkfifo(here / "pipe")
    found = moved(here, there, ledger)
    ends = {name: one.end for name, one in found.items()}
    assert [ends[name] for name in ("link", "folder", "pipe")] == [End.REFUSED] * 3
    assert "secret" not in repr(files(there))


@pytest.mark.parametrize("forbidden", [False, True])
def test_a_folder_that_became_a_link_since_the_plan_leads_nowhere(
    here: Path,
    there: Path,
    ledger: Ledger,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    forbidden: bool,
) -> None:
    monkeypatch.setattr(beneath, "_forbidden", forbidden)
    source, target = Place(STORAGE, str(here)), Place(STORAGE, str(there))
    made = planned(source, target, ledger)
    (tmp_path / "outside").mkdir()
    there.mkdir()
    (there / "sh010").symlink_to(tmp_path / "outside")
    found = {one.path: one for one in apply(made, source, target, ledger)}
    assert found["a.mov"].end is End.MOVED
    assert found["sh010/empty"].end is End.FAILED
    assert list((tmp_path / "outside").iterdir()) == []
    (here / "sh010").rename(tmp_path / "moved")
    (here / "sh010").symlink_to(tmp_path / "moved")
    with pytest.raises(RushesError) as caught:
        STORAGE.source(str(here), "sh010/empty")
    assert caught.value.code is Code.PATH_UNREADABLE
    for path in ("../here/a.mov", "sh010/../a.mov", "..", "./a.mov", "/a.mov"):
        with pytest.raises(RushesError):
            STORAGE.source(str(here), path)


def test_a_full_disk_is_told_and_leaves_nothing(
    here: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: local_part.Part, data: memoryview) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(local_part.Part, "write", full)
    with pytest.raises(RushesError) as caught:
        received(here, there, Passage())
    assert caught.value.code is Code.WRITE_FAILED
    assert "no room" in caught.value.message
    assert list(there.iterdir()) == []


def test_a_file_that_changes_while_it_is_read_does_not_arrive(here: Path, there: Path) -> None:
    class Writes:
        def take(self, count: int) -> None:
            with open(here / "a.mov", "ab") as file:
                file.write(b"more")

    with pytest.raises(RushesError) as caught:
        received(here, there, Passage(meter=Writes(), terms=Terms(clone=False)))
    assert caught.value.code is Code.CHANGED_MEANWHILE
    assert list(there.iterdir()) == []


def test_a_disk_that_gives_back_other_bytes_is_found_out(
    here: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = local_part.Part.write

    def flipped(self: local_part.Part, data: memoryview) -> None:
        write(self, bytes([data[0] ^ 1]) + bytes(data[1:]))

    monkeypatch.setattr(local_part.Part, "write", flipped)
    with pytest.raises(RushesError) as caught:
        received(here, there, Passage(Terms(verify=True, clone=False)))
    assert caught.value.code is Code.WRITE_FAILED
    assert list(there.iterdir()) == []


def test_a_server_that_copies_by_itself_is_let_to(
    here: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rushes.transfer.local_arrival.copies_by_itself", lambda *_: True)
    monkeypatch.setattr(local_part.Part, "clone", lambda *_: False)
    monkeypatch.setattr(local_part.Part, "write", None)
    source = LocalSource(str(here), "a.mov")
    arrival = STORAGE.receive(str(there), "a.mov", source=source, passage=Passage())
    source.close()
    data = (here / "a.mov").read_bytes()
    assert (there / "a.mov").read_bytes() == data
    assert arrival.digests == {"xxh128": digest_of(data, "xxh128")}


def test_an_unfinished_file_that_bears_the_final_name_too_is_not_written_to(
    here: Path, there: Path
) -> None:
    there.mkdir()
    (there / "a.mov").write_bytes(b"whole")
    os.link(there / "a.mov", there / local_part.part_name("a.mov"))
    facts = STORAGE.facts(str(there), "a.mov")
    received(here, there, Passage(expected=facts))
    assert files(there) == {"a.mov": (here / "a.mov").read_bytes()}


def test_a_copy_goes_on_where_it_was_killed_and_trusts_no_byte_unread(
    here: Path, there: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rushes.transfer.local_arrival._KEEP_EVERY", 256 * 1024)

    class Breaks:
        left = 2

        def take(self, count: int) -> None:
            self.left -= 1
            if self.left < 0:
                raise RushesError(Code.CANCELLED, "Enough.")

    for damaged in (False, True):
        keeping = ledger.begun("a.mov")
        with pytest.raises(RushesError):
            received(here, there, Passage(Terms(clone=False), None, keeping, Breaks()))
        part = there / local_part.part_name("a.mov")
        assert part.stat().st_size == 2 * 256 * 1024
        assert not (there / "a.mov").exists()
        if damaged:
            part.write_bytes(b"x" + part.read_bytes()[1:])
        found = moved(here, there, ledger, terms=Terms(clone=False))["a.mov"]
        assert found.sent == 600_000 - (0 if damaged else 2 * 256 * 1024)
        assert (there / "a.mov").read_bytes() == (here / "a.mov").read_bytes()
        (there / "a.mov").unlink()


def test_what_was_begun_and_is_not_wanted_any_more_is_cleared_away(
    here: Path, there: Path, ledger: Ledger
) -> None:
    there.mkdir()
    ledger.begun("gone.mov").keep({"at": 3})
    (there / local_part.part_name("gone.mov")).write_bytes(b"abc")
    moved(here, there, ledger)
    assert files(there) == files(here)
    assert ledger.under_way() == {}


def test_our_unfinished_files_are_not_listed_and_unreadable_folders_are_told(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / local_part.part_name("x")).write_bytes(b"x")
    opens = os.open

    def closed(path: str, flags: int) -> int:
        if path.endswith("sh010"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return opens(path, flags)

    monkeypatch.setattr(os, "open", closed)
    found = list(STORAGE.tree(str(here)))
    assert [one.path for one in found if isinstance(one, Entry)] == ["a.mov"]
    assert [one for one in found if isinstance(one, Unlisted)] == [
        Unlisted("sh010", "it cannot be read: Permission denied")
    ]


def test_a_cancelled_run_stops_and_goes_on_later(here: Path, there: Path, ledger: Ledger) -> None:
    class Stop:
        def report(self, done: int, total: int | None = None, note: str = "") -> None:
            """Nothing."""

        def cancelled(self) -> bool:
            return True

    source, target = Place(STORAGE, str(here)), Place(STORAGE, str(there))
    made = planned(source, target, ledger)
    with pytest.raises(RushesError) as caught:
        list(apply(made, source, target, ledger, effort=Effort(1), progress=Stop()))
    assert caught.value.code is Code.CANCELLED
    moved(here, there, ledger)
    assert files(there) == files(here)


def test_a_cancelled_run_hands_on_little_of_what_is_done_by_then(
    here: Path, there: Path, ledger: Ledger
) -> None:
    class Stop:
        def report(self, done: int, total: int | None = None, note: str = "") -> None:
            """Nothing."""

        def cancelled(self) -> bool:
            return True

    for at in range(100):
        (here / f"{at}").touch()
    source, target = Place(STORAGE, str(here)), Place(STORAGE, str(there))
    made = planned(source, target, ledger)
    run = apply(made, source, target, ledger, effort=Effort(1), progress=Stop())
    next(run)
    for thread in at_work():
        thread.join()
    handed_on = Counter[End]()
    with pytest.raises(RushesError):
        handed_on.update(one.end for one in run)
    assert handed_on.total() < 99


def test_where_threads_are_refused_those_that_began_end(
    here: Path, there: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refused(threading.Thread):
        def start(self) -> None:
            if self.name == "moving_1":
                raise RuntimeError("can't start new thread")
            super().start()

    monkeypatch.setattr("rushes.transfer.apply.Thread", Refused)
    source, target = Place(STORAGE, str(here)), Place(STORAGE, str(there))
    made = planned(source, target, ledger)
    with pytest.raises(RuntimeError):
        list(apply(made, source, target, ledger, effort=Effort(2, rate=100_000)))
    assert not at_work()


def test_a_file_whose_folder_is_gone_is_no_longer_what_was_planned_with(here: Path) -> None:
    with pytest.raises(RushesError) as caught:
        STORAGE.remove(str(here), "gone/a.mov", expected=Facts(1, 1))
    assert caught.value.code is Code.CHANGED_MEANWHILE


def test_only_the_file_that_was_planned_with_is_removed(here: Path) -> None:
    with pytest.raises(RushesError) as caught:
        STORAGE.remove(str(here), "a.mov", expected=Facts(1, 1))
    assert caught.value.code is Code.CHANGED_MEANWHILE
    assert (here / "a.mov").exists()


def test_a_plan_counts_no_folder_as_a_file(here: Path, there: Path, ledger: Ledger) -> None:
    (there / "a.mov").mkdir(parents=True)
    found = moved(here, there, ledger)
    assert found["a.mov"].end is End.FAILED
    assert Act.NEW.value == "new"


def test_nothing_makes_room_for_a_file_that_cannot_be_had(
    here: Path, there: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    (there / "a.mov").mkdir(parents=True)
    (there / "a.mov" / "b").write_bytes(b"nowhere else")
    (there / "old").write_bytes(b"old")
    real = LocalStorage.source

    def gone(self: LocalStorage, root: str, path: str) -> LocalSource:
        if path == "a.mov" and root == str(here):
            raise RushesError(Code.PATH_UNREADABLE, "It cannot be read.", hint="Mend it.")
        return real(self, root, path)

    monkeypatch.setattr(LocalStorage, "source", gone)
    wishes = Wishes(delete=True)
    found = moved(here, there, ledger, wishes=wishes)
    assert (there / "a.mov" / "b").read_bytes() == b"nowhere else"
    assert (there / "old").exists()
    assert {one.path for one in found.values() if one.end is End.FAILED} == {
        *("a.mov", "a.mov/b", "old")
    }
    monkeypatch.undo()
    found = moved(here, there, ledger, wishes=wishes)
    assert files(there) == files(here)
    assert {one.end for one in found.values()} == {End.MOVED, End.SAME, End.DELETED}
