"""Who may see and write what, in every store of the studio's records."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.core.errors import Code
from rushes.model.kinds import KINDS, ROLES
from rushes.ports.studio import Access, Op, Query, Studio
from rushes.testing.studios import (
    ADA,
    ADMIN,
    World,
    census,
    change,
    ids,
    look,
    make,
    refusal,
    world,
)


def of(here: World, role: str, artist: int | None = None) -> Access:
    """What somebody with a role in the project may see and write."""
    return Access(roles={here.project: role}, artist=artist)


class AccessContract:
    """Subclass it and give a fixture `studio` with a store that holds nothing yet."""

    @pytest.mark.parametrize("role", ROLES)
    def test_nobody_sees_other_projects(self, studio: Studio, role: str) -> None:
        here, other = world(studio), world(studio, "OT")
        theirs = of(here, role, here.ada)
        for kind in KINDS:
            for number in ids(studio, kind, access=theirs):
                project = look(studio, kind, number).fields.get("project", here.project)
                assert project in (here.project, None) or kind == "project"
        assert ids(studio, "project", access=theirs) == [here.project]
        with refusal(Code.RECORD_NOT_FOUND, str(other.task)):
            look(studio, "task", other.task, access=theirs)
        with refusal(Code.RECORD_NOT_FOUND):
            change(studio, "task", other.task, {"status": "wip"}, access=theirs)

    def test_who_has_no_role_sees_nothing(self, studio: Studio) -> None:
        world(studio)
        for kind in KINDS:
            assert ids(studio, kind, access=Access(), archived=True) == []
            assert ids(studio, kind, access=Access(roles={1: "king"})) == []

    def test_who_is_no_artist_owns_nothing(self, studio: Studio) -> None:
        here = world(studio)
        make(studio, "version", task=here.task, name="v")
        note = make(studio, "note", kind="task", target=here.task, text="!").id
        vendor, artist = of(here, "vendor"), of(here, "artist")
        for kind in ("sequence", "shot", "task", "version", "note", "artist"):
            assert ids(studio, kind, access=vendor) == []
        with refusal(Code.ACCESS_DENIED):
            change(studio, "task", here.task, {"status": "wip"}, access=artist)
        with refusal(Code.ACCESS_DENIED):
            change(studio, "note", note, {"text": "?"}, access=artist)

    def test_other_projects_cannot_be_referred_to(self, studio: Studio) -> None:
        here, other = world(studio), world(studio, "OT")
        theirs = of(here, "supervisor")
        before = census(studio)
        for kind, fields in self._strange(here, other):
            with refusal(Code.FIELD_INVALID, "there is no"):
                make(studio, kind, access=theirs, **fields)
        assert census(studio) == before

    @staticmethod
    def _strange(here: World, other: World) -> list[tuple[str, dict[str, Any]]]:
        return [
            ("shot", {"sequence": other.sequences[0], "code": "x"}),
            ("asset", {"project": other.project, "code": "x"}),
            ("task", {"shot": other.shots[0], "type": here.comp}),
            ("version", {"task": other.task, "name": "x"}),
            ("note", {"kind": "shot", "target": other.shots[0], "text": "x"}),
        ]

    @pytest.mark.parametrize(
        ("role", "kind", "may"),
        [
            ("coordinator", "shot", True), ("supervisor", "asset", True), ("artist", "shot", False),
            ("artist", "version", True), ("vendor", "shot", False), ("client", "version", False),
            ("artist", "note", True), ("coordinator", "task_type", False), ("admin", "task", True),
            ("admin", "project", False), ("supervisor", "artist", False),
        ],
    )  # fmt: skip
    def test_roles_say_what_may_be_made(
        self, studio: Studio, role: str, kind: str, may: bool
    ) -> None:
        here = world(studio)
        change(studio, "task", here.task, {"assignees": [here.vera]})
        fields: dict[str, dict[str, Any]] = {
            "shot": {"sequence": here.sequences[0], "code": "x"},
            "asset": {"project": here.project, "code": "x"},
            "version": {"task": here.task, "name": "x"},
            "note": {"kind": "task", "target": here.task, "text": "x"},
            "task": {"shot": here.shots[1], "type": here.comp},
            "task_type": {"project": here.project, "code": "x"},
            "project": {"code": "x"},
            "artist": {"login": "x"},
        }
        theirs = of(here, role, here.vera)
        if may:
            make(studio, kind, access=theirs, **fields[kind])
            return
        before = census(studio)
        # What they do not even see is not there for them.
        code = Code.FIELD_INVALID if (role, kind) in _UNSEEN else Code.ACCESS_DENIED
        with refusal(code):
            make(studio, kind, access=theirs, **fields[kind])
        assert census(studio) == before

    @pytest.mark.parametrize("role", [one for one in ROLES if one != "client"])
    def test_the_studios_own_types_of_work_are_no_projects_to_change(
        self, studio: Studio, role: str
    ) -> None:
        here = world(studio)
        before = look(studio, "task_type", here.comp)
        with refusal(Code.ACCESS_DENIED):
            change(studio, "task_type", here.comp, {"name": "!"}, access=of(here, role))
        assert look(studio, "task_type", here.comp) == before

    def test_an_artist_changes_their_own_work_alone(self, studio: Studio) -> None:
        here = world(studio)
        theirs = of(here, "artist", here.ada)
        with refusal(Code.ACCESS_DENIED, "artist"):
            change(studio, "task", here.task, {"status": "wip"}, access=theirs)
        change(studio, "task", here.task, {"assignees": [here.ada]})
        change(studio, "task", here.task, {"status": "wip"}, access=theirs)
        with refusal(Code.ACCESS_DENIED, "due", "status"):
            change(studio, "task", here.task, {"due": "2026-12-24"}, access=theirs)
        with refusal(Code.ACCESS_DENIED):
            studio.archive("task", [here.task], access=theirs, actor=ADA)

    def test_notes_are_changed_by_who_wrote_them(self, studio: Studio) -> None:
        here = world(studio)
        ada, vera = of(here, "artist", here.ada), of(here, "artist", here.vera)
        note = make(studio, "note", kind="task", target=here.task, text="hm", access=ada).id
        change(studio, "note", note, {"text": "hmm"}, access=ada)
        with refusal(Code.ACCESS_DENIED):
            change(studio, "note", note, {"text": "no"}, access=vera)
        studio.archive("note", [note], access=ada, actor=ADA)

    def test_a_vendor_sees_what_is_assigned_to_them(self, studio: Studio) -> None:
        here = world(studio)
        vendor = of(here, "vendor", here.vera)
        made = [
            make(studio, "version", task=one, name="v").id for one in (here.task, here.asset_task)
        ]
        notes = [make(studio, "note", kind="version", target=one, text="!").id for one in made]
        make(studio, "note", kind="shot", target=here.shots[0], text="among us")
        make(studio, "playlist", project=here.project, name="d", versions=made)
        unseen = ("episode", "sequence", "shot", "asset", "task", "version", "note", "playlist")
        for kind in unseen:
            assert ids(studio, kind, access=vendor) == []
        change(studio, "task", here.task, {"assignees": [here.vera]})
        seen = {kind: ids(studio, kind, access=vendor) for kind in unseen}
        assert seen == {
            "episode": [],
            "sequence": [here.sequences[0]],
            "shot": [here.shots[0]],
            "asset": [],
            "task": [here.task],
            "version": [made[0]],
            "note": [notes[0]],
            "playlist": [],
        }
        assert ids(studio, "artist", access=vendor) == [here.vera]
        change(studio, "task", here.task, {"status": "done"}, access=vendor)
        make(studio, "version", task=here.task, name="v2", access=vendor)
        with refusal(Code.FIELD_INVALID, "task"):
            make(studio, "version", task=here.asset_task, name="v2", access=vendor)
        with refusal(Code.ACCESS_DENIED):
            change(studio, "shot", here.shots[0], {"code": "x"}, access=vendor)

    def test_a_client_sees_names_and_what_is_in_playlists(self, studio: Studio) -> None:
        here = world(studio)
        client = of(here, "client", here.vera)
        rows = [{"task": here.task, "name": f"v{at}", "frames_path": "/x"} for at in range(2)]
        made = [one.id for one in studio.create("version", rows, access=ADMIN, actor=ADA)]
        assert ids(studio, "version", access=client) == []
        inside = make(studio, "playlist", project=here.project, name="e", versions=made).id
        shown = make(studio, "playlist", project=here.project, name="d", versions=made[:1],
                     shared_with=[here.vera]).id  # fmt: skip
        make(studio, "note", kind="playlist", target=inside, text="among us")
        notes = [make(studio, "note", kind="version", target=one, text="!").id for one in made]
        assert ids(studio, "version", access=client) == made[:1]
        assert ids(studio, "note", access=client) == notes[:1]
        assert ids(studio, "playlist", access=client) == [shown]
        assert ids(studio, "task", access=client) == ids(studio, "asset", access=client) == []
        shot = look(studio, "shot", here.shots[0], access=client)
        assert set(shot.fields) == {"id", "revision", "archived", "project", "code", "sequence"}
        version = look(studio, "version", made[0], access=client)
        assert "frames_path" not in version.fields
        own = make(studio, "note", kind="version", target=made[0], text="nice", access=client)
        assert own.fields["artist"] == here.vera
        assert "shared_with" not in look(studio, "playlist", shown, access=client).fields
        assert ids(studio, "playlist", ("shared_with", Op.HAS, here.vera), access=client) == []
        with refusal(Code.FIELD_INVALID, "target"):
            make(studio, "note", kind="version", target=made[1], text="?", access=client)
        with refusal(Code.ACCESS_DENIED):
            change(studio, "version", made[0], {"status": "approved"}, access=client)
        studio.archive("playlist", [shown], access=ADMIN, actor=ADA)
        assert ids(studio, "version", access=client) == []

    def test_a_playlist_shows_a_vendor_its_versions_and_gives_none_away(
        self, studio: Studio
    ) -> None:
        here = world(studio)
        vendor = of(here, "vendor", here.vera)
        change(studio, "task", here.task, {"assignees": [here.vera]})
        own, other = (
            make(studio, "version", task=one, name="v").id for one in (here.task, here.asset_task)
        )
        assert ids(studio, "version", access=vendor) == [own]
        shown = make(studio, "playlist", project=here.project, name="d", versions=[other]).id
        said = make(studio, "note", kind="playlist", target=shown, text="!").id
        assert ids(studio, "playlist", access=vendor) == []
        change(studio, "playlist", shown, {"shared_with": [here.vera]})
        assert ids(studio, "playlist", access=vendor) == [shown]
        assert ids(studio, "version", access=vendor) == [own, other]
        assert ids(studio, "note", access=vendor) == [said]
        assert ids(studio, "version", access=of(here, "vendor", here.ada)) == []
        assert ids(studio, "task", access=vendor) == [here.task]
        with refusal(Code.ACCESS_DENIED):
            change(studio, "version", other, {"status": "approved"}, access=vendor)
        change(studio, "version", own, {"status": "done"}, access=vendor)
        change(studio, "playlist", shown, {"shared_with": []})
        assert ids(studio, "version", access=vendor) == [own]

    def test_what_is_hidden_cannot_be_found_out_by_asking(self, studio: Studio) -> None:
        here = world(studio)
        client = of(here, "client", here.vera)
        assert ids(studio, "shot", ("status", Op.IS, "not_started"), access=client) == []
        assert ids(studio, "shot", access=client, order=("frame_in",)) == []
        assert ids(studio, "shot", access=client, order=("code",)) != []
        rows = studio.find("shot", Query(fields=("status", "effective")), access=client).rows
        assert [dict(one.fields) for one in rows] == [{}] * 4

    def test_roles_in_several_projects_do_not_mix(self, studio: Studio) -> None:
        here, other = world(studio), world(studio, "OT")
        mixed = Access(
            roles={here.project: "vendor", other.project: "supervisor"}, artist=here.vera
        )
        assert ids(studio, "shot", access=mixed) == list(other.shots)
        change(studio, "task", here.task, {"assignees": [here.vera]})
        assert ids(studio, "shot", access=mixed) == [here.shots[0], *other.shots]
        change(studio, "shot", other.shots[0], {"status": "omit"}, access=mixed)
        with refusal(Code.ACCESS_DENIED, "vendor"):
            change(studio, "shot", here.shots[0], {"status": "omit"}, access=mixed)
        with refusal(Code.FIELD_INVALID, "another project"):
            make(studio, "playlist", project=other.project, name="x", access=mixed,
                 versions=[make(studio, "version", task=here.task, name="v").id])  # fmt: skip

    @pytest.mark.parametrize(
        ("scopes", "kind", "may"),
        [
            ({"read"}, "note", False), ({"publish"}, "note", True), ({"publish"}, "shot", False),
            ({"write"}, "shot", True), ({"write"}, "project", False), ({"admin"}, "project", True),
            ({"read", "write"}, "note", True),
        ],
    )  # fmt: skip
    def test_scopes_limit_a_program(
        self, studio: Studio, scopes: set[str], kind: str, may: bool
    ) -> None:
        here = world(studio)
        fields: dict[str, dict[str, Any]] = {
            "note": {"kind": "task", "target": here.task, "text": "x"},
            "shot": {"sequence": here.sequences[0], "code": "x"},
            "project": {"code": "x"},
        }
        limited = Access(everything=True, scopes=frozenset(scopes))
        assert look(studio, "task", here.task, access=limited).id == here.task
        if may:
            make(studio, kind, access=limited, **fields[kind])
        else:
            with refusal(Code.ACCESS_DENIED, "token"):
                make(studio, kind, access=limited, **fields[kind])

    def test_a_token_for_nothing_reads_nothing(self, studio: Studio) -> None:
        with refusal(Code.ACCESS_DENIED, "token"):
            studio.find("task", Query(), access=Access(everything=True, scopes=frozenset()))

    def test_saves_and_publishes_are_not_made_like_other_records(self, studio: Studio) -> None:
        world(studio)
        for kind in ("workfile", "publish"):
            with refusal(Code.ACCESS_DENIED, "Reserve"):
                make(studio, kind)


_UNSEEN = {("client", "version")}
