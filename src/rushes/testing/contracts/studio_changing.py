"""How every store of the studio's records has to change and archive them."""

from __future__ import annotations

from rushes.core.errors import Code
from rushes.ports.studio import Change, Studio
from rushes.testing.studios import ADA, ADMIN, change, ids, look, make, refusal, world


class ChangingContract:
    """Subclass it and give a fixture `studio` with a store that holds nothing yet."""

    def test_what_is_changed_is_changed_and_counted(self, studio: Studio) -> None:
        here = world(studio)
        before = look(studio, "task", here.task)
        given = {"status": "wip", "due": "2026-12-24", "bid_hours": 7.5, "custom": {"a": [1]}}
        made = change(studio, "task", here.task, given)
        assert made.fields == {
            **before.fields, **given, "revision": 2, "updated": made.fields["updated"]
        }  # fmt: skip
        assert made.fields["updated"] > before.fields["updated"]
        assert look(studio, "task", here.task) == made

    def test_a_change_to_what_it_is_already_is_none(self, studio: Studio) -> None:
        here = world(studio)
        before = look(studio, "task", here.task)
        assert change(studio, "task", here.task, {"status": "not_started"}) == before
        assert change(studio, "task", here.task, {"assignees": []}) == before
        assert change(studio, "task", here.task, {}) == before

    def test_who_has_an_old_revision_is_refused(self, studio: Studio) -> None:
        here = world(studio)
        change(studio, "task", here.task, {"status": "wip"}, revision=1)
        with refusal(Code.RECORD_CONFLICT, "revision 2"):
            change(studio, "task", here.task, {"status": "done"}, revision=1)
        assert look(studio, "task", here.task).fields["status"] == "wip"
        change(studio, "task", here.task, {"status": "done"}, revision=2)

    def test_several_are_changed_together_or_not_at_all(self, studio: Studio) -> None:
        here = world(studio)
        changes = [
            Change(here.task, {"status": "wip"}),
            Change(here.asset_task, {"priority": 80, "assignees": [here.ada]}),
        ]
        first, second = studio.update("task", changes, access=ADMIN, actor=ADA)
        assert (first.fields["status"], second.fields["priority"]) == ("wip", 80)
        held = [look(studio, "task", one.id) for one in changes]
        wrong = [Change(here.task, {"status": "done"}), Change(here.asset_task, {"priority": -1})]
        with refusal(Code.FIELD_INVALID, "Row 2 of 2: priority"):
            studio.update("task", wrong, access=ADMIN, actor=ADA)
        with refusal(Code.FIELD_INVALID, "twice"):
            studio.update("task", [changes[0], changes[0]], access=ADMIN, actor=ADA)
        assert [look(studio, "task", one.id) for one in changes] == held
        assert list(studio.update("task", [], access=ADMIN, actor=ADA)) == []

    def test_assignees_are_told_and_counted_as_writes(self, studio: Studio) -> None:
        here = world(studio)
        made = change(studio, "task", here.task, {"assignees": [here.vera, here.ada]})
        assert made.fields["assignees"] == sorted([here.ada, here.vera])
        assert made.revision == 2
        made = change(studio, "task", here.task, {"assignees": [here.vera]})
        assert (made.fields["assignees"], made.revision) == ([here.vera], 3)
        assert change(studio, "task", here.task, {"assignees": [here.vera]}) == made

    def test_versions_of_a_playlist_keep_their_order(self, studio: Studio) -> None:
        here = world(studio)
        rows = [{"task": here.task, "name": f"v{at}"} for at in range(4)]
        made = [one.id for one in studio.create("version", rows, access=ADMIN, actor=ADA)]
        wanted = [made[2], made[0], made[3]]
        daily = make(studio, "playlist", project=here.project, name="d", versions=wanted)
        assert daily.fields["versions"] == wanted
        wanted = [made[1], made[2], made[0]]
        daily = change(studio, "playlist", daily.id, {"versions": wanted})
        assert (daily.fields["versions"], daily.revision) == (wanted, 2)

    def test_a_code_that_another_has_is_refused(self, studio: Studio) -> None:
        here = world(studio)
        with refusal(Code.RECORD_CONFLICT, "code"):
            change(studio, "shot", here.shots[0], {"code": "sh020"})
        assert look(studio, "shot", here.shots[0]).fields["code"] == "sh010"

    def test_what_is_archived_is_left_out_until_it_is_back(self, studio: Studio) -> None:
        here = world(studio)
        (made,) = studio.archive("shot", [here.shots[0]], access=ADMIN, actor=ADA)
        assert made.fields["archived"] is not None
        assert made.revision == 2
        assert ids(studio, "shot") == list(here.shots[1:])
        assert ids(studio, "shot", archived=True) == list(here.shots)
        assert look(studio, "shot", here.shots[0]) == made
        assert list(studio.archive("shot", [here.shots[0]], access=ADMIN, actor=ADA)) == [made]
        with refusal(Code.FIELD_INVALID, f"shot {here.shots[0]} is archived"):
            make(studio, "task", shot=here.shots[0], type=here.comp, name="x")
        (back,) = studio.archive("shot", [here.shots[0]], access=ADMIN, actor=ADA, back=True)
        assert back.fields["archived"] is None
        assert ids(studio, "shot") == list(here.shots)

    def test_archiving_a_project_hides_all_that_belongs_to_it(self, studio: Studio) -> None:
        here, other = world(studio), world(studio, "OT")
        studio.archive("project", [here.project], access=ADMIN, actor=ADA)
        assert ids(studio, "shot") == list(other.shots)
        assert ids(studio, "project") == [other.project]
        assert set(ids(studio, "shot", archived=True)) == {*here.shots, *other.shots}
        with refusal(Code.FIELD_INVALID, "archived"):
            make(studio, "shot", sequence=here.sequences[0], code="new")

    def test_kinds_of_work_are_never_archived(self, studio: Studio) -> None:
        with refusal(Code.FIELD_INVALID, "never archived"):
            studio.archive("task_type", ids(studio, "task_type"), access=ADMIN, actor=ADA)

    def test_shots_tell_what_they_inherit_and_from_where(self, studio: Studio) -> None:
        here = world(studio)
        change(studio, "project", here.project, {"handles": 12})
        change(studio, "sequence", here.sequences[0], {"fps": "25", "width": 4096})
        change(studio, "shot", here.shots[0], {"width": 1920})
        names = ("code", "effective")
        (found,) = studio.get("shot", [here.shots[0]], access=ADMIN, fields=names)
        assert found.fields == {
            "code": "sh010",
            "effective": {
                "fps": {"value": "25", "from": "sequence"},
                "width": {"value": 1920, "from": "shot"},
                "height": {"value": 858, "from": "project"},
                "colour_space": {"value": "ACEScg", "from": "project"},
                "handles": {"value": 12, "from": "project"},
            },
        }

    def test_a_workflow_says_what_may_follow(self, studio: Studio) -> None:
        here = world(studio)
        table = {"task": {"not_started": ["wip"], "wip": ["done"]}}
        change(studio, "task", here.asset_task, {"status": "odd"})
        change(studio, "project", here.project, {"workflow": table})
        with refusal(Code.FIELD_INVALID, "'done' may not follow 'not_started'", "wip"):
            change(studio, "task", here.task, {"status": "done"})
        with refusal(Code.FIELD_INVALID, "no status 'wipp'", "wip?"):
            change(studio, "task", here.task, {"status": "wipp"})
        with refusal(Code.FIELD_INVALID, "status"):
            make(studio, "task", shot=here.shots[1], type=here.comp, status="odd")
        change(studio, "task", here.task, {"status": "wip"})
        change(studio, "task", here.task, {"status": "done"})
        # What stood on a status that the table does not know is not stuck in it.
        change(studio, "task", here.asset_task, {"status": "done"})
        change(studio, "shot", here.shots[0], {"status": "anything"})

    def test_custom_fields_keep_the_project_s_schema(self, studio: Studio) -> None:
        here = world(studio)
        schema = {
            "shot": {
                "plates": {"type": "whole", "least": 0},
                "vendor": {"type": "text", "choices": ["in-house", "away"]},
            }
        }
        change(studio, "project", here.project, {"custom_schema": schema})
        shot = here.shots[0]
        for custom, word in [
            ({"plate": 1}, "Did you mean plates?"),
            ({"plates": "1"}, "custom.plates"),
            ({"plates": -1}, "custom.plates"),
            ({"vendor": "nobody"}, "custom.vendor"),
        ]:
            with refusal(Code.FIELD_INVALID, word):
                change(studio, "shot", shot, {"custom": custom})
        good = {"plates": 3, "vendor": "away"}
        assert change(studio, "shot", shot, {"custom": good}).fields["custom"] == good
        assert change(studio, "asset", here.asset, {"custom": {"any": 1}}).revision == 2

    def test_kinds_of_work_are_not_overwritten_unseen_either(self, studio: Studio) -> None:
        here = world(studio)
        made = make(studio, "task_type", project=here.project, code="paint")
        after = change(studio, "task_type", made.id, {"name": "Paint"}, revision=made.revision)
        with refusal(Code.RECORD_CONFLICT, "task type"):
            change(studio, "task_type", made.id, {"name": "Roto"}, revision=made.revision)
        assert look(studio, "task_type", made.id) == after
        change(studio, "task_type", made.id, {"name": "Roto"}, revision=after.revision)
