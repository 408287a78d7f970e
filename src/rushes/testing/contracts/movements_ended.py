"""How every keeper of movements has to tell what came of them, and find them again."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from rushes.core.errors import Code, RushesError
from rushes.model.movement import (
    MovementEnd,
    MovementKind,
    MovementState,
)
from rushes.testing.contracts.movements_dock import ADA, DONE, Dock, digest, file
from rushes.testing.studios import refusal


class EndContract:
    """Subclass it and give a fixture `dock`."""

    def test_what_came_of_it_is_told_with_all_its_files(self, dock: Dock) -> None:
        files = (
            file("a/b.1002.exr", publish=7, version=8, frame=1002, source="/mnt/b\\xff.exr"),
            file("a/b.1001.exr", publish=7, version=8, frame=-1, earlier=3),
            file("notes.txt", digests={"blake3": digest("n"), "md5": "0f"}, size=0),
        )
        report = {"packages": [{"url": "s3://out/a.zip", "size": 9, "digests": {"md5": "1"}}]}
        ended = MovementEnd(MovementState.DONE, {"files": 3}, "grüße", report, files)
        made = dock.begin()
        done = dock.movements.end(made.id, ended, actor=ADA)
        assert done == dock.movements.movement(made.id)
        assert (done.state, done.counts, done.told) == (MovementState.DONE, {"files": 3}, "grüße")
        assert done.report == report
        assert done.ended is not None
        assert dock.files(made.id) == [files[1], files[0], files[2]]

    def test_said_again_the_same_changes_nothing(self, dock: Dock) -> None:
        ended = replace(DONE, counts={"files": 2}, files=(file("b"), file("a")))
        made = dock.begin()
        done = dock.movements.end(made.id, ended, actor=ADA)
        again = replace(ended, files=ended.files[::-1])
        assert dock.movements.end(made.id, again, actor=ADA) == done

    def test_of_what_is_done_nothing_else_is_said(self, dock: Dock) -> None:
        made = dock.deliver(file("a"))
        for ended in (
            DONE,
            replace(DONE, files=(file("b"),)),
            replace(DONE, files=(file("a", size=8),)),
            replace(DONE, files=(file("a"),), told="x"),
            MovementEnd(MovementState.FAILED, files=(file("a"),)),
        ):
            with refusal(Code.RECORD_CONFLICT, "done"):
                dock.movements.end(made.id, ended, actor=ADA)
        assert dock.files(made.id) == [file("a")]

    def test_what_broke_off_and_went_on_ends_anew(self, dock: Dock) -> None:
        made = dock.begin()
        partial = MovementEnd(MovementState.PARTIAL, {"files": 1}, "more to do", files=(file("a"),))
        dock.movements.end(made.id, partial, actor=ADA)
        assert dock.files(made.id) == [file("a")]
        assert dock.sent() == {}
        dock.begin(key=made.key)
        assert dock.files(made.id) == []
        whole = replace(DONE, files=(file("a"), file("b")))
        assert dock.movements.end(made.id, whole, actor=ADA).told == ""
        assert dock.files(made.id) == [file("a"), file("b")]
        assert dock.sent() == dict.fromkeys("ab", made.id)

    def test_thousands_of_files_are_on_record_or_none(self, dock: Dock) -> None:
        made = dock.begin()
        files = [file(f"sh010/beauty.{frame:05d}.exr", frame=frame) for frame in range(5_001)]
        bad = replace(files[4_321], digests={"md5": "0"})
        with refusal(Code.FIELD_INVALID, bad.path):
            ended = replace(DONE, files=(*files[:4_321], bad, *files[4_322:]))
            dock.movements.end(made.id, ended, actor=ADA)
        assert dock.movements.movement(made.id) == made
        assert dock.files(made.id) == []
        dock.movements.end(made.id, replace(DONE, files=tuple(files[::-1])), actor=ADA)
        assert dock.movements.files(made.id).next is not None
        assert dock.files(made.id) == files

    def test_paths_are_in_the_order_of_their_bytes_whatever_they_are(self, dock: Dock) -> None:
        odd = os.fsdecode(b"\xff")
        paths = ["A", "a", "a b", "a/b", "a0", "a\\b", "a\nb", "x" * 4_000, "z", "é", odd]
        paths.sort(key=os.fsencode)
        made = dock.deliver(*map(file, paths[::-1]))
        assert [one.path for one in dock.files(made.id)] == paths
        assert list(dock.sent()) == list(dock.sent("client_out", *paths)) == paths

    @pytest.mark.parametrize(
        "ended",
        [
            MovementEnd(MovementState.RUNNING),
            MovementEnd(MovementState.QUEUED),
            MovementEnd(MovementState.DONE, {"files": -1}),
            MovementEnd(MovementState.DONE, told="\0"),
            MovementEnd(MovementState.DONE, report={"a": "\0"}),
            MovementEnd(MovementState.DONE, files=(file("a"), file("a"))),
            MovementEnd(MovementState.DONE, files=(file(""),)),
            MovementEnd(MovementState.DONE, files=(file(size=-1),)),
            MovementEnd(MovementState.DONE, files=(file(digests={"blake3": "abc"}),)),
        ],
    )
    def test_an_end_that_makes_no_sense_is_refused(self, dock: Dock, ended: MovementEnd) -> None:
        made = dock.begin()
        with refusal(Code.FIELD_INVALID, ""):
            dock.movements.end(made.id, ended, actor=ADA)
        assert dock.movements.movement(made.id) == made

    def test_an_ingest_has_no_files(self, dock: Dock) -> None:
        made = dock.begin(kind=MovementKind.INGEST)
        with refusal(Code.FIELD_INVALID, "files"):
            dock.movements.end(made.id, replace(DONE, files=(file(),)), actor=ADA)
        assert dock.movements.end(made.id, DONE, actor=ADA).state is MovementState.DONE


class AskingContract:
    """Subclass it and give a fixture `dock`."""

    def test_the_last_begun_comes_first(self, dock: Dock) -> None:
        made = [dock.begin().name for _ in range(3)]
        assert dock.names() == made[::-1]

    def test_movements_are_found_by_all_that_is_asked(self, dock: Dock) -> None:
        dock.begin("one", kind=MovementKind.INGEST, context="acme")
        dock.begin("two", state=MovementState.QUEUED)
        dock.deliver(name="three")
        dock.begin("four", project=dock.other)
        assert dock.names(kind=MovementKind.INGEST) == ["one"]
        assert dock.names(project=dock.other) == ["four"]
        assert dock.names(name="two") == ["two"]
        assert dock.names(context="client_out") == ["four", "three", "two"]
        assert dock.names(states=[MovementState.DONE, MovementState.QUEUED]) == ["three", "two"]
        assert dock.names(context="client_out", project=dock.project, name="one") == []

    def test_many_movements_come_on_pages(self, dock: Dock) -> None:
        made = [dock.begin("m_{n:04d}", state=MovementState.QUEUED).name for _ in range(510)]
        assert dock.movements.find().next is not None
        assert dock.names() == made[::-1]

    def test_a_token_of_no_page_is_refused(self, dock: Dock) -> None:
        made = dock.deliver(file())
        asked = dock.movements
        for ask in (
            lambda: asked.find(page="nonsense"),
            lambda: asked.files(made.id, page="nonsense"),
            lambda: asked.sent(dock.project, "client_out", page="nonsense"),
            lambda: asked.with_digest([digest("a")], page="nonsense"),
        ):
            with pytest.raises(RushesError) as refused:
                ask()
            assert refused.value.code is Code.USAGE

    def test_of_each_path_the_last_that_took_it_is_told(self, dock: Dock) -> None:
        first = dock.deliver(file("a"), file("b"))
        last = dock.deliver(file("b", size=9), file("c"))
        dock.deliver(file("a"), context="vendor_out")
        dock.deliver(file("a"), project=dock.other)
        assert dock.sent() == {"a": first.id, "b": last.id, "c": last.id}
        assert dock.sent("client_out", "c", "never", "a") == {"a": first.id, "c": last.id}
        assert dock.sent("nobody") == {}
        (one,) = dock.movements.sent(dock.project, "client_out", paths=["b"]).rows
        assert one.file == file("b", size=9)
        assert (one.name, one.context, one.sent) == (last.name, "client_out", last.ended)

    def test_only_what_a_done_delivery_took_was_sent(self, dock: Dock) -> None:
        whole = dock.deliver(file("a"))
        dock.deliver(file("a", earlier=whole.id), file("b", earlier=whole.id))
        for state in (MovementState.PARTIAL, MovementState.FAILED, MovementState.CANCELLED):
            made = dock.begin()
            dock.movements.end(made.id, MovementEnd(state, files=(file("a"),)), actor=ADA)
        assert dock.sent() == {"a": whole.id}
        assert dock.with_digest(digest("a"), digest("b")) == [(whole.id, "a")]

    def test_files_are_found_by_their_content_the_last_first(self, dock: Dock) -> None:
        same = {"blake3": digest("a")}
        first = dock.deliver(file("a"), file("other"))
        last = dock.deliver(file("b", digests=same), context="vendor_out", project=dock.other)
        found = [(last.id, "b"), (first.id, "a")]
        assert dock.with_digest(digest("a"), digest("never"), "nonsense") == found
        assert dock.with_digest() == []

    def test_what_was_sent_comes_on_pages(self, dock: Dock) -> None:
        files = [file(f"{number:04d}", digests={"blake3": digest("x")}) for number in range(1_200)]
        made = dock.deliver(*files)
        assert dock.movements.sent(dock.project, "client_out").next is not None
        assert list(dock.sent()) == [one.path for one in files]
        assert list(dock.sent("client_out", *(one.path for one in files))) == [
            one.path for one in files
        ]
        assert sorted(dock.with_digest(digest("x"))) == [(made.id, one.path) for one in files]
