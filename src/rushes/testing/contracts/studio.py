"""How every store of the studio's records has to make them."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.core.errors import Code
from rushes.model.kinds import KINDS
from rushes.ports.studio import Access, Studio
from rushes.testing.studios import ADA, ADMIN, census, change, ids, look, make, refusal, world


class MakingContract:
    """Subclass it and give a fixture `studio` with a store that holds nothing yet."""

    def test_what_was_made_can_be_looked_up(self, studio: Studio) -> None:
        made = make(studio, "project", code="NV", name="Näh ✂", fps="24000/1001")
        assert look(studio, "project", made.id) == made
        assert made.revision == 1
        assert made.fields["created"] == made.fields["updated"] != ""
        assert made.fields["created"].endswith("Z")
        assert (made.fields["name"], made.fields["width"]) == ("Näh ✂", 2048)

    def test_a_record_tells_every_field_of_its_kind(self, studio: Studio) -> None:
        here = world(studio)
        version = make(studio, "version", task=here.task, name="v").id
        make(studio, "playlist", project=here.project, name="d", versions=[version])
        make(studio, "note", kind="shot", target=here.shots[0], text="hm")
        make(studio, "episode", project=here.project, code="ep1")
        make(studio, "usage", shot=here.shots[0], asset=here.asset)
        make(studio, "tag", project=here.project, name="fx")
        make(studio, "membership", project=here.project, artist=here.ada, role="artist")
        for name, kind in KINDS.items():
            for number in ids(studio, name):
                assert list(look(studio, name, number).fields) == list(kind.by_name)

    def test_projects_are_found_by_way_of_what_records_are_on(self, studio: Studio) -> None:
        here = world(studio)
        version = make(studio, "version", task=here.asset_task, name="v")
        note = make(studio, "note", kind="version", target=version.id, text="hm")
        about = make(studio, "note", kind="project", target=here.project, text="hm")
        for one in (look(studio, "shot", here.shots[0]), version, note, about):
            assert one.fields["project"] == here.project

    def test_a_task_is_called_after_its_type_and_may_be_called_otherwise(
        self, studio: Studio
    ) -> None:
        here = world(studio)
        assert look(studio, "task", here.task).fields["name"] == "comp"
        other = make(studio, "task", shot=here.shots[0], type=here.comp, name="comp_left")
        assert other.fields["name"] == "comp_left"

    def test_a_new_shot_has_the_frames_of_its_project(self, studio: Studio) -> None:
        here = world(studio)
        change(studio, "project", here.project, {"frame_start": 101, "frame_end": 200})
        made = make(studio, "shot", sequence=here.sequences[0], code="a").fields
        assert (made["frame_in"], made["frame_out"]) == (101, 200)
        made = make(studio, "shot", sequence=here.sequences[0], code="b", frame_in=7).fields
        assert (made["frame_in"], made["frame_out"]) == (7, None)

    def test_many_are_made_in_one_go_in_their_order(self, studio: Studio) -> None:
        here = world(studio)
        rows = [{"sequence": here.sequences[0], "code": f"x{at:03d}"} for at in range(120)]
        made = studio.create("shot", rows, access=ADMIN, actor=ADA)
        assert [one.fields["code"] for one in made] == [one["code"] for one in rows]
        assert list(studio.get("shot", [one.id for one in made[::-1]], access=ADMIN)) == made[::-1]
        assert studio.create("shot", [], access=ADMIN, actor=ADA) == []

    def test_one_that_will_not_do_lets_none_be_made(self, studio: Studio) -> None:
        here = world(studio)
        before = census(studio)
        rows = [{"sequence": here.sequences[0], "code": code} for code in ("a", "b", "a")]
        with refusal(Code.RECORD_CONFLICT, "code"):
            studio.create("shot", rows, access=ADMIN, actor=ADA)
        with refusal(Code.FIELD_INVALID, "Row 2 of 2", "colour"):
            studio.create("shot", [rows[0], {**rows[1], "colour": 1}], access=ADMIN, actor=ADA)
        assert census(studio) == before

    def test_versions_are_numbered_by_task(self, studio: Studio) -> None:
        here = world(studio)
        rows = [{"task": one, "name": "v"} for one in (here.task, here.asset_task, here.task)]
        made = studio.create("version", rows, access=ADMIN, actor=ADA)
        assert [one.fields["number"] for one in made] == [1, 1, 2]
        rows = [{"task": here.task, "name": "v", "number": 7}, {"task": here.task, "name": "v"}]
        made = studio.create("version", rows, access=ADMIN, actor=ADA)
        assert [one.fields["number"] for one in made] == [7, 8]
        with refusal(Code.RECORD_CONFLICT, "number"):
            make(studio, "version", task=here.task, name="v", number=7)

    def test_a_version_keeps_what_was_said_when_it_was_made(self, studio: Studio) -> None:
        here = world(studio)
        made = make(studio, "version", task=here.task, name="v", comment="First light ✂").id
        assert look(studio, "version", made).fields["comment"] == "First light ✂"

    def test_a_note_keeps_attachments_and_drawings(self, studio: Studio) -> None:
        here = world(studio)
        drawn = [{"frame": 1001, "lines": [[0.5, 0.25], [1, 1]]}]
        made = make(studio, "note", kind="task", target=here.task, text="see",
                    attachments=["a/b.png"], annotations=drawn).id  # fmt: skip
        held = look(studio, "note", made).fields
        assert (held["attachments"], held["annotations"]) == (["a/b.png"], drawn)

    @pytest.mark.parametrize("kind", ["project", "sequence", "shot", "asset", "task", "artist"])
    def test_what_is_called_the_same_is_refused(self, studio: Studio, kind: str) -> None:
        here = world(studio)
        taken: dict[str, tuple[dict[str, Any], str]] = {
            "project": ({"code": "NV"}, "code"),
            "sequence": ({"project": here.project, "code": "sq010"}, "code"),
            "shot": ({"sequence": here.sequences[0], "code": "sh010"}, "code"),
            "asset": ({"project": here.project, "code": "bear"}, "code"),
            "task": ({"shot": here.shots[0], "type": here.comp}, "name"),
            "artist": ({"login": "ada_NV"}, "login"),
        }
        fields, name = taken[kind]
        before = census(studio)
        with refusal(Code.RECORD_CONFLICT, f"{name}: another {kind}"):
            make(studio, kind, **fields)
        assert census(studio) == before

    def test_versions_and_notes_are_theirs_who_make_them(self, studio: Studio) -> None:
        here = world(studio)
        theirs = Access(roles={here.project: "artist"}, artist=here.ada)
        version = make(studio, "version", task=here.task, name="v", access=theirs)
        other = make(studio, "version", task=here.task, name="v", artist=here.vera, access=theirs)
        note = make(studio, "note", kind="version", target=version.id, text="!", access=theirs)
        assert [one.fields["artist"] for one in (version, other, note)] == [
            here.ada, here.vera, here.ada
        ]  # fmt: skip
