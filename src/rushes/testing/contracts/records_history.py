"""What every implementation of the records port has to do: pasts, pages, roots and refusals."""

from __future__ import annotations

from itertools import product
from pathlib import PurePosixPath
from random import Random

import pytest

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.files import FolderUse, FoundFolder, FoundSequence
from rushes.model.scan import ChangeKind, FolderUseAt, ScanState, ScanTotals
from rushes.ports.progress import Silent
from rushes.ports.records import Records, ScanRequest
from rushes.testing.found import ACTOR, MOUNT, all_of, found_folder, scanned

Sequences = dict[tuple[str, str], FoundSequence]
_FOLDERS = (".", "a", "a/x", "a/x/y", "a-b", "b", "b/x")


class HistoryContract:
    """Subclass it and give a fixture `records` with records that hold nothing yet."""

    def test_changes_tell_what_was_added_removed_and_changed(self, records: Records) -> None:
        first = scanned(records, found_folder("show", "gone.", "same.", "touched."))
        touched = found_folder("show", "touched.", size=7)
        rest = found_folder("show", "new.", "same.")
        both = FoundFolder(rest.path, (*rest.sequences, *touched.sequences), rest.use)
        second = scanned(records, both)
        assert (second.added, second.removed, second.changed) == (1, 1, 1)
        told = records.changes(MOUNT, since=first.id, until=second.id).rows
        assert [(one.kind, one.before is None, one.after is None) for one in told] == [
            (ChangeKind.REMOVED, False, True),
            (ChangeKind.ADDED, True, False),
            (ChangeKind.CHANGED, False, False),
        ]
        assert told[2].before == found_folder("show", "touched.").sequences[0]
        assert told[2].after == touched.sequences[0]

    def test_what_changed_back_is_not_told(self, records: Records) -> None:
        sizes = (1, 2, 1)
        scans = [scanned(records, found_folder("a", "x.", size=size)) for size in sizes]
        assert list(records.changes(MOUNT, since=scans[0].id, until=scans[2].id).rows) == []
        assert len(records.changes(MOUNT, since=scans[0].id, until=scans[1].id).rows) == 1
        assert len(records.changes(MOUNT, since=scans[1].id, until=scans[2].id).rows) == 1

    def test_what_came_and_went_in_between_is_not_told(self, records: Records) -> None:
        folders = (FoundFolder(PurePosixPath("a")), found_folder("a", "x."))
        scans = [scanned(records, folders[at]) for at in (0, 1, 0)]
        assert list(records.changes(MOUNT, since=scans[0].id, until=scans[2].id).rows) == []

    def test_what_went_and_came_back_is_not_told(self, records: Records) -> None:
        folders = (FoundFolder(PurePosixPath("a")), found_folder("a", "x."))
        scans = [scanned(records, folders[at]) for at in (1, 0, 1)]
        assert list(records.changes(MOUNT, since=scans[0].id, until=scans[2].id).rows) == []

    @pytest.mark.parametrize("seed", range(4))
    def test_any_two_states_are_told_apart_rightly(self, records: Records, seed: int) -> None:
        """Whole and partial scans, with folders unseen, against states kept by the test."""
        chance = Random(seed)
        states: dict[int, tuple[Sequences, dict[str, FolderUse]]] = {}
        sequences: Sequences = {}
        uses: dict[str, FolderUse] = {}
        for _ in range(7):
            below = chance.choice((".", ".", "a", "a/x", "b"))
            met, unread = _walked(chance, below)
            unseen = [
                path
                for path in _FOLDERS
                if not _under(path, below) or any(_under(path, closed) for closed in unread)
            ]
            sequences = {name: one for name, one in sequences.items() if name[0] in unseen}
            uses = {path: use for path, use in uses.items() if path in unseen}
            for folder in met:
                if not folder.unread:
                    uses[str(folder.path)] = folder.use
                for one in folder.sequences:
                    sequences[_name(one)] = one
            scan = scanned(records, *met, below=below)
            states[scan.id] = (dict(sequences), dict(uses))
            assert {_name(one): one for one in records.sequences(MOUNT).rows} == sequences
        for since, until in product(states, states):
            told = records.changes(MOUNT, since=since, until=until).rows
            pairs = [(_name(one.before or one.after), one.before, one.after) for one in told]
            assert pairs == _differences(states[since][0], states[until][0])
        for at, (_, known) in states.items():
            assert list(records.folder_use(MOUNT, at=at).rows) == [
                FolderUseAt(PurePosixPath(path), known[path]) for path in sorted(known)
            ]

    def test_lists_are_whole_and_in_order_whatever_their_length(self, records: Records) -> None:
        folders = [found_folder(f"f{n % 97}/g{n}", "a.", "b.") for n in range(5_600)]
        first = scanned(records, *folders)
        second = scanned(records, FoundFolder(PurePosixPath(".")))
        third = scanned(records, *folders)
        names = [_name(one) for one in all_of(lambda page: records.sequences(MOUNT, page=page))]
        assert len(names) == 11_200
        assert names == sorted(set(names))
        part = PurePosixPath("f7")
        inside = all_of(lambda page: records.sequences(MOUNT, below=part, page=page))
        assert [_name(one) for one in inside] == [name for name in names if _under(name[0], "f7")]
        told = all_of(
            lambda page: records.changes(MOUNT, since=first.id, until=second.id, page=page)
        )
        assert [_name(one.before) for one in told] == names
        told = all_of(
            lambda page: records.changes(MOUNT, since=second.id, until=third.id, page=page)
        )
        assert [_name(one.after) for one in told] == names
        for at in (None, first.id):
            uses = all_of(lambda page, at=at: records.folder_use(MOUNT, at=at, page=page))  # type: ignore[misc]
            paths = [str(one.path) for one in uses]
            assert paths == sorted({str(folder.path) for folder in folders})

    def test_a_page_goes_on_where_the_last_one_ended_though_rows_went(
        self, records: Records
    ) -> None:
        scanned(records, *(found_folder(f"g{n:05d}", "a.") for n in range(11_000)))
        first = records.sequences(MOUNT)
        assert first.next is not None
        scanned(records, *(found_folder(f"g{n:05d}", "a.") for n in range(9_000, 11_000)))
        rest = all_of(lambda page: records.sequences(MOUNT, page=page or first.next))
        names = [_name(one) for one in (*first.rows, *rest)]
        assert names == sorted(set(names))
        assert names[-2_000:] == [(f"g{n:05d}", "a.") for n in range(9_000, 11_000)]

    def test_scans_are_told_newest_first_and_by_root(self, records: Records) -> None:
        mounts = ["/mnt/a", "/mnt/b", "/mnt/a"]
        begun = records.begin_scans([ScanRequest(mount) for mount in mounts], actor=ACTOR)
        assert [one.id for one in records.scans().rows] == [one.id for one in reversed(begun)]
        ids = [one.id for one in records.scans(mount="/mnt/a").rows]
        assert ids == [begun[2].id, begun[0].id]
        records.fail_scans([one.id for one in begun], actor=ACTOR)
        assert {one.state for one in records.scans().rows} == {ScanState.FAILED}

    def test_roots_are_named_after_their_folders_each_by_its_own(self, records: Records) -> None:
        mounts = ["/mnt/shows", "/", "/srv/shows", "/mnt/shows", "/mnt/b\udcffd\n"]
        scans = records.begin_scans([ScanRequest(mount) for mount in mounts], actor=ACTOR)
        assert scans[0].root == scans[3].root
        roots = all_of(lambda page: records.storage_roots(page=page))
        assert [(root.name, root.mount) for root in roots] == [
            ("b\\xffd\\x0a", "/mnt/b\\xffd\\x0a"),
            ("root", "/"),
            ("shows", "/mnt/shows"),
            ("shows-2", "/srv/shows"),
        ]
        records.fail_scans([one.id for one in scans], actor=ACTOR)

    def test_one_root_knows_nothing_of_another(self, records: Records) -> None:
        first = scanned(records, found_folder("a", "x."), mount="/mnt/a")
        second = scanned(records, found_folder("a", "x."), mount="/mnt/b")
        assert len(records.sequences("/mnt/a").rows) == len(records.sequences("/mnt/b").rows) == 1
        with pytest.raises(RushesError) as caught:
            records.changes("/mnt/a", since=first.id, until=second.id)
        assert caught.value.code is Code.RECORD_NOT_FOUND

    def test_a_place_never_scanned_has_empty_lists(self, records: Records) -> None:
        assert list(records.storage_roots().rows) == []
        assert list(records.scans(mount="/nowhere").rows) == []
        assert list(records.sequences("/nowhere").rows) == []
        assert list(records.folder_use("/nowhere").rows) == []

    def test_ids_that_are_not_there_are_refused(self, records: Records) -> None:
        done = scanned(records, found_folder("a", "x."))
        running = records.begin_scans([ScanRequest(MOUNT)], actor=ACTOR)[0]
        for ask in (
            lambda: records.add_folders(999, [], actor=ACTOR),
            lambda: records.finish_scan(999, ScanTotals(), actor=ACTOR, progress=Silent()),
            lambda: records.fail_scans([999], actor=ACTOR),
            lambda: records.changes(MOUNT, since=done.id, until=999),
            lambda: records.changes(MOUNT, since=999, until=done.id),
            lambda: records.changes(MOUNT, since=done.id, until=running.id),
            lambda: records.changes("/nowhere", since=done.id, until=done.id),
            lambda: records.folder_use(MOUNT, at=999),
            lambda: records.folder_use(MOUNT, at=running.id),
        ):
            with pytest.raises(RushesError) as caught:
                ask()
            assert caught.value.code is Code.RECORD_NOT_FOUND
            assert caught.value.hint
        records.fail_scans([running.id], actor=ACTOR)

    def test_a_page_that_no_page_gave_is_refused(self, records: Records) -> None:
        scanned(records, found_folder("a", "x."))
        for ask in (
            lambda page: records.sequences(MOUNT, page=page),
            lambda page: records.scans(page=page),
            lambda page: records.storage_roots(page=page),
            lambda page: records.folder_use(MOUNT, page=page),
        ):
            for page in ("nonsense", "", "eyJ9", "é"):
                with pytest.raises(RushesError) as caught:
                    ask(page)
                assert caught.value.code is Code.USAGE


def _walked(chance: Random, below: str) -> tuple[list[FoundFolder], set[str]]:
    """What a walk below `below` might meet, and which folders it could not list."""
    met = {
        path: found_folder(
            path,
            *chance.sample(("1.", "2.", "3."), chance.randint(0, 2)),
            size=chance.randint(1, 2),
        )
        for path in _FOLDERS
        if _under(path, below) and chance.random() < 0.8
    }
    closed = {path for path in met if chance.random() < 0.15}
    unread = {path for path in closed if not any(_under(path, other) for other in closed - {path})}
    seen = [
        FoundFolder(folder.path, unread=True) if path in unread else folder
        for path, folder in met.items()
        if path in unread or not any(_under(path, other) for other in unread)
    ]
    return seen, unread


def _differences(before: Sequences, after: Sequences) -> list[tuple[object, ...]]:
    return [
        (name, before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _under(path: str, below: str) -> bool:
    return PurePosixPath(path).is_relative_to(PurePosixPath(below))


def _name(found: FoundSequence | None) -> tuple[str, str]:
    assert found is not None
    return escape(str(found.sequence.folder)), found.sequence.head
