"""What no store of the studio's records takes, and none is changed by."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.core.errors import Code
from rushes.model.kinds import KINDS
from rushes.ports.studio import Change, Studio
from rushes.testing.studios import ADA, ADMIN, census, change, look, make, refusal, world


def deep(levels: int) -> Any:
    """Lists in lists."""
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


_VALUES: list[tuple[str, str, Any]] = [
    ("shot", "code", ""),
    ("shot", "code", "  "),
    ("shot", "code", "../../etc"),
    ("shot", "code", ".."),
    ("shot", "code", "a\\b"),
    ("shot", "code", "a\nb"),
    ("shot", "code", "a\0b"),
    ("shot", "code", "\ud800"),
    ("shot", "code", "x" * 121),
    ("shot", "code", 5),
    ("shot", "code", None),
    ("shot", "status", "x" * 41),
    ("shot", "status", ""),
    ("shot", "description", "x" * 10_001),
    ("shot", "frame_in", 2**31),
    ("shot", "frame_in", 2**63),
    ("shot", "frame_in", 10**400),
    ("shot", "frame_in", 1.5),
    ("shot", "frame_in", True),
    ("shot", "frame_in", "1001"),
    ("shot", "frame_out", 3),
    ("shot", "handles", -1),
    ("shot", "width", 0),
    ("shot", "fps", "fast"),
    ("shot", "fps", ""),
    ("shot", "colour_space", " "),
    ("project", "fps", ""),
    ("shot", "fps", "24/0"),
    ("shot", "fps", "0"),
    ("shot", "fps", "nan"),
    ("shot", "tags", "hero"),
    ("shot", "tags", ["a\0"]),
    ("shot", "tags", [1]),
    ("shot", "custom", []),
    ("shot", "custom", {"a": float("nan")}),
    ("shot", "custom", {"a": float("inf")}),
    ("shot", "custom", {"a": 2**63}),
    ("shot", "custom", {"a": "\0"}),
    ("shot", "custom", {"\ud800": 1}),
    ("shot", "custom", {"a": deep(40)}),
    ("shot", "custom", {"a": deep(5_000)}),
    ("shot", "custom", {"a": "x" * 1_000_001}),
    ("shot", "custom", {1: 1}),
    ("shot", "custom", {"a": object()}),
    ("task", "bid_hours", float("nan")),
    ("task", "bid_hours", float("inf")),
    ("task", "bid_hours", -0.5),
    ("task", "bid_hours", 10**400),
    ("task", "bid_hours", "3"),
    ("task", "due", "24.12.2026"),
    ("task", "due", "2026-02-30"),
    ("task", "due", "2026-01-01\0"),
    ("task", "due", 20260101),
    ("task", "priority", 1_001),
    ("task", "name", "a/b"),
    ("task", "type", 99_999),
    ("task", "type", 0),
    ("task", "type", 2**63),
    ("task", "type", None),
    ("task", "assignees", 5),
    ("task", "assignees", [99_999]),
    ("task", "assignees", ["5"]),
    ("task", "assignees", [-1]),
    ("project", "workflow", {"task": []}),
    ("project", "workflow", {"taskk": {}}),
    ("project", "workflow", {"task": {"wip": "done"}}),
    ("project", "workflow", {"publish": {"draft": ["great"]}}),
    ("project", "custom_schema", {"shot": {"a": {}}}),
    ("project", "custom_schema", {"shot": {"a": {"type": "reference"}}}),
    ("project", "custom_schema", {"shot": {"a": {"type": "text", "width": 5}}}),
    ("project", "frame_end", 1),
    ("project", "templates", {"publish": "{show}{shot}"}),
    ("project", "templates", {"publish": "../../{show}/v{version:03d}"}),
    ("project", "templates", {"publish": "/{show}/v{version:03d}"}),
    ("project", "templates", {"publish": "{show}/x"}),
    ("project", "templates", {"ingest": "{show}[/v{version:03d}]"}),
    ("project", "templates", {"publish": ""}),
    ("project", "templates", {"frames": 3}),
    ("project", "templates", {"templates": []}),
    ("project", "shot_grammar", "{"),
    ("project", "shot_grammar", "{sequence}/{shot}"),
    ("project", "shot_grammar", "nosuch"),
    ("artist", "is_admin", "yes"),
    ("artist", "login", ""),
]


class RefusalContract:
    """Subclass it and give a fixture `studio` with a store that holds nothing yet."""

    @pytest.mark.parametrize(
        ("kind", "name", "value"),
        _VALUES,
        ids=[f"{kind}-{name}-{at}" for at, (kind, name, _) in enumerate(_VALUES)],
    )
    def test_a_value_of_no_sense_is_refused_by_its_field(
        self, studio: Studio, kind: str, name: str, value: Any
    ) -> None:
        here = world(studio)
        given: dict[str, tuple[int, dict[str, Any]]] = {
            "shot": (here.shots[0], {"sequence": here.sequences[0], "code": "new"}),
            "task": (here.task, {"shot": here.shots[1], "type": here.comp, "name": "new"}),
            "project": (here.project, {"code": "new"}),
            "artist": (here.ada, {"login": "new"}),
        }
        number, fields = given[kind]
        before, held = census(studio), look(studio, kind, number)
        with refusal(Code.FIELD_INVALID, name):
            change(studio, kind, number, {name: value})
        if (kind, name) != ("shot", "frame_out"):
            with refusal(Code.FIELD_INVALID, name):
                make(studio, kind, **{**fields, name: value})
        assert look(studio, kind, number) == held
        assert census(studio) == before

    def test_naming_that_makes_names_is_taken_as_a_whole(self, studio: Studio) -> None:
        here = world(studio)
        named = {"publish": "{show}/{shot}_v{version:03d}"}
        change(studio, "project", here.project, {"templates": named, "shot_grammar": "netflix"})
        # A template that is told apart by the grammar alone is not, once that is gone.
        own = "{sequence:03d}_{shot:04d}"
        tables = {"templates": named, "shots": {"ours": own}, "tokens": {"take": "number"}}
        change(studio, "project", here.project, {"templates": tables, "shot_grammar": "ours"})
        with refusal(Code.FIELD_INVALID, "shot_grammar", "ours"):
            change(studio, "project", here.project, {"templates": named})
        change(studio, "project", here.project, {"shot_grammar": own})
        change(studio, "project", here.project, {"templates": {}, "shot_grammar": ""})

    @pytest.mark.parametrize("path", ["../../x", "/a/../b", "a\\..", "/a\nb", "/a\x85b", ".."])
    def test_a_path_that_leads_elsewhere_is_refused(self, studio: Studio, path: str) -> None:
        here = world(studio)
        made = make(studio, "version", task=here.task, name="v1", movie_path="P:\\nv\\a.mov")
        for name in ("frames_path", "movie_path"):
            with refusal(Code.FIELD_INVALID, name):
                change(studio, "version", made.id, {name: path})
            given: dict[str, Any] = {"task": here.task, "name": "v2", name: path}
            with refusal(Code.FIELD_INVALID, name):
                make(studio, "version", **given)
        note: dict[str, Any] = {"kind": "shot", "target": here.shots[0], "text": "Look."}
        with refusal(Code.FIELD_INVALID, "attachments"):
            make(studio, "note", **note, attachments=["/nv/a.jpg", path])
        make(studio, "note", **note, attachments=["/nv/..a.jpg", "grabs/a..jpg", "s3://nv/a"])

    def test_a_field_that_is_not_known_is_refused_with_the_nearest(self, studio: Studio) -> None:
        here = world(studio)
        with refusal(Code.FIELD_INVALID, "'statsu'", "Did you mean status?"):
            change(studio, "shot", here.shots[0], {"statsu": "omit"})
        with refusal(Code.FIELD_INVALID, "field"):
            change(studio, "shot", here.shots[0], {"\0; DROP TABLE": 1})

    def test_what_is_told_cannot_be_given(self, studio: Studio) -> None:
        here = world(studio)
        for name in ("id", "revision", "created", "archived", "project"):
            fields: dict[str, Any] = {"sequence": here.sequences[0], "code": "x", name: 1}
            with refusal(Code.FIELD_INVALID, name, "told"):
                make(studio, "shot", **fields)
            with refusal(Code.FIELD_INVALID, name):
                change(studio, "shot", here.shots[0], {name: 1})

    def test_what_is_fixed_cannot_be_changed(self, studio: Studio) -> None:
        here = world(studio)
        for kind, number, name in [
            ("shot", here.shots[0], "sequence"),
            ("task", here.task, "shot"),
            ("asset", here.asset, "project"),
        ]:
            with refusal(Code.FIELD_INVALID, name, "never changed"):
                change(studio, kind, number, {name: 1})

    def test_what_is_required_must_be_given(self, studio: Studio) -> None:
        for kind in ("project", "sequence", "shot", "version", "artist", "note"):
            required = [one.name for one in KINDS[kind].fields if one.required]
            with refusal(Code.FIELD_INVALID, required[0], "must be given"):
                make(studio, kind)

    def test_a_task_has_exactly_one_target(self, studio: Studio) -> None:
        here = world(studio)
        with refusal(Code.FIELD_INVALID, "exactly one"):
            make(studio, "task", type=here.comp)
        with refusal(Code.FIELD_INVALID, "exactly one"):
            make(studio, "task", type=here.comp, shot=here.shots[0], asset=here.asset)

    def test_frames_end_after_they_begin_also_with_what_is_held(self, studio: Studio) -> None:
        here = world(studio)
        change(studio, "shot", here.shots[0], {"frame_in": 1001, "frame_out": 1010})
        with refusal(Code.FIELD_INVALID, "frame_in"):
            change(studio, "shot", here.shots[0], {"frame_in": 1011})
        change(studio, "shot", here.shots[0], {"frame_in": 1011, "frame_out": 1011})
        with refusal(Code.FIELD_INVALID, "cut_out"):
            change(studio, "shot", here.shots[0], {"cut_in": 5, "cut_out": 4})

    def test_references_lie_in_the_same_project(self, studio: Studio) -> None:
        here, other = world(studio), world(studio, "OT")
        theirs = make(studio, "version", task=other.task, name="v").id
        own_type = make(studio, "task_type", project=other.project, code="odd").id
        episode = make(studio, "episode", project=other.project, code="e").id
        for kind, number, name, value in [
            ("task", here.task, "type", own_type),
            ("sequence", here.sequences[0], "episode", episode),
        ]:
            with refusal(Code.FIELD_INVALID, name, "another project"):
                change(studio, kind, number, {name: value})
        with refusal(Code.FIELD_INVALID, "versions", "another project"):
            make(studio, "playlist", project=here.project, name="d", versions=[theirs])
        with refusal(Code.FIELD_INVALID, "type", "another project"):
            make(studio, "task", shot=here.shots[1], type=own_type)

    @pytest.mark.parametrize("number", [99_999, 0, -1, 2**63, 10**400])
    def test_a_record_that_is_not_there_is_told(self, studio: Studio, number: int) -> None:
        here = world(studio)
        with refusal(Code.RECORD_NOT_FOUND, "task"):
            look(studio, "task", number)
        with refusal(Code.RECORD_NOT_FOUND, "task"):
            studio.archive("task", [here.task, number], access=ADMIN, actor=ADA)
        changes = [Change(here.task, {"status": "wip"}), Change(number, {"status": "wip"})]
        with refusal(Code.RECORD_NOT_FOUND, "task"):
            studio.update("task", changes, access=ADMIN, actor=ADA)
        assert look(studio, "task", here.task).revision == 1

    def test_a_kind_that_is_not_known_is_told(self, studio: Studio) -> None:
        with refusal(Code.FIELD_INVALID, "Did you mean shot?"):
            look(studio, "shto", 1)

    @pytest.mark.parametrize("row", [None, 5, "code", [("code", "x")]])
    def test_rows_that_are_no_objects_are_refused(self, studio: Studio, row: Any) -> None:
        with refusal(Code.FIELD_INVALID):
            studio.create("project", [row], access=ADMIN, actor=ADA)

    def test_notes_are_of_what_belongs_to_projects(self, studio: Studio) -> None:
        here = world(studio)
        for kind, target in [("artist", here.ada), ("note", 1), ("nothing", 1), ("shot", 99_999)]:
            with refusal(Code.FIELD_INVALID):
                make(studio, "note", kind=kind, target=target, text="x")
