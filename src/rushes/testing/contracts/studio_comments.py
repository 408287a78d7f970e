"""How every store of the studio's records has to take what people say of them."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.core.errors import Code
from rushes.model.kinds import KINDS, NOTED
from rushes.ports.studio import Access, Entity, Studio
from rushes.testing.studios import ADA, ADMIN, census, change, look, make, refusal, world


def say(
    studio: Studio, kind: str, target: int, text: str = "hm", *, access: Access = ADMIN, **more: Any
) -> tuple[Entity, Entity]:
    """A comment."""
    return studio.comment(kind, target, text=text, access=access, actor=ADA, **more)


class CommentContract:
    """Subclass it and give a fixture `studio` with a store that holds nothing yet."""

    def test_a_comment_is_a_note_and_changes_nothing_else(self, studio: Studio) -> None:
        here = world(studio)
        before = look(studio, "shot", here.shots[0])
        note, record = say(studio, "shot", here.shots[0], "Too dark ✂")
        assert record == before
        assert note == look(studio, "note", note.id)
        names = ("project", "kind", "target", "text", "artist")
        assert [note.fields[name] for name in names] == [
            here.project, "shot", here.shots[0], "Too dark ✂", None
        ]  # fmt: skip

    def test_a_comment_gives_a_status_at_once(self, studio: Studio) -> None:
        here = world(studio)
        _, record = say(studio, "task", here.task, status="wip")
        assert (record.fields["status"], record.revision) == ("wip", 2)
        assert look(studio, "task", here.task) == record
        _, same = say(studio, "task", here.task, status="wip")
        assert same == record

    def test_the_workflow_holds_for_comments_too(self, studio: Studio) -> None:
        here = world(studio)
        table = {"task": {"not_started": ["wip"], "wip": ["done"]}}
        change(studio, "project", here.project, {"workflow": table})
        before = census(studio)
        with refusal(Code.FIELD_INVALID, "'done' may not follow 'not_started'"):
            say(studio, "task", here.task, status="done")
        assert census(studio) == before
        say(studio, "task", here.task, status="wip")

    def test_a_comment_on_what_was_changed_meanwhile_is_refused(self, studio: Studio) -> None:
        here = world(studio)
        change(studio, "task", here.task, {"priority": 1})
        before = census(studio)
        for status in ("wip", None):
            with refusal(Code.RECORD_CONFLICT, "revision 2, not 1"):
                say(studio, "task", here.task, revision=1, status=status)
        assert census(studio) == before
        say(studio, "task", here.task, revision=2, status="wip")

    @pytest.mark.parametrize("kind", [one for one in KINDS if one not in NOTED])
    def test_what_no_notes_are_of_is_not_commented_on(self, studio: Studio, kind: str) -> None:
        with refusal(Code.FIELD_INVALID, "no notes"):
            say(studio, kind, 1)

    @pytest.mark.parametrize("kind", ["project", "sequence", "shot", "asset", "task", "playlist"])
    def test_all_else_is(self, studio: Studio, kind: str) -> None:
        here = world(studio)
        there = {
            "project": here.project, "sequence": here.sequences[0], "shot": here.shots[0],
            "asset": here.asset, "task": here.task,
        }  # fmt: skip
        number = there.get(kind) or make(studio, kind, project=here.project, name="d").id
        note, record = say(studio, kind, number)
        assert (note.fields["kind"], note.fields["target"]) == (kind, number)
        assert (record.kind, record.id) == (kind, number)
        if "status" in KINDS[kind].by_name:
            assert say(studio, kind, number, status="odd")[1].fields["status"] == "odd"
        else:
            with refusal(Code.FIELD_INVALID, "status"):
                say(studio, kind, number, status="odd")

    def test_a_comment_of_no_sense_is_refused(self, studio: Studio) -> None:
        here = world(studio)
        before = census(studio)
        for text in ("", "  ", "\0", "\ud800", "x" * 100_001, 5, None):
            with refusal(Code.FIELD_INVALID, "text"):
                say(studio, "task", here.task, text)  # type: ignore[arg-type]
        for status in ("", "x" * 41, 5):
            with refusal(Code.FIELD_INVALID, "status"):
                say(studio, "task", here.task, status=status)
        for number in (99_999, 0, -1, 2**63):
            with refusal(Code.RECORD_NOT_FOUND):
                say(studio, "task", number)
        studio.archive("task", [here.task], access=ADMIN, actor=ADA)
        with refusal(Code.FIELD_INVALID, "archived"):
            say(studio, "task", here.task)
        assert census(studio) == before

    def test_who_may_not_change_a_record_may_only_say_something(self, studio: Studio) -> None:
        here = world(studio)
        artist = Access(roles={here.project: "artist"}, artist=here.ada)
        note, _ = say(studio, "task", here.task, access=artist)
        assert note.fields["artist"] == here.ada
        with refusal(Code.ACCESS_DENIED, "task"):
            say(studio, "task", here.task, status="wip", access=artist)
        change(studio, "task", here.task, {"assignees": [here.ada]})
        say(studio, "task", here.task, status="wip", access=artist)

    def test_what_is_not_seen_is_not_commented_on(self, studio: Studio) -> None:
        here, other = world(studio), world(studio, "OT")
        for role in ("supervisor", "vendor", "client"):
            theirs = Access(roles={here.project: role}, artist=here.vera)
            with refusal(Code.RECORD_NOT_FOUND):
                say(studio, "task", other.task, access=theirs)
        vendor = Access(roles={here.project: "vendor"}, artist=here.vera)
        with refusal(Code.RECORD_NOT_FOUND):
            say(studio, "task", here.task, access=vendor)
        client = Access(roles={here.project: "client"}, artist=here.vera)
        _, record = say(studio, "shot", here.shots[0], access=client)
        assert "status" not in record.fields

    def test_a_token_s_scopes_hold_for_both(self, studio: Studio) -> None:
        here = world(studio)
        limited = Access(everything=True, scopes=frozenset({"publish"}))
        say(studio, "task", here.task, access=limited)
        with refusal(Code.ACCESS_DENIED, "token"):
            say(studio, "task", here.task, status="wip", access=limited)
        with refusal(Code.ACCESS_DENIED, "token"):
            say(studio, "task", here.task, access=Access(everything=True, scopes=frozenset("r")))
