"""How every store keeps roles, usages of assets and words, and lets go of them."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.core.errors import Code
from rushes.model.kinds import KINDS, ROLES
from rushes.ports.studio import Access, Op, Studio
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


def remove(studio: Studio, kind: str, *numbers: int, access: Access = ADMIN) -> None:
    """Remove records."""
    studio.remove(kind, numbers, access=access, actor=ADA)


def member(studio: Studio, here: World, artist: int, role: str, **more: Any) -> int:
    """A new role of somebody in the project."""
    made = make(studio, "membership", project=here.project, artist=artist, role=role, **more)
    return made.id


class RemovingContract:
    """Subclass it and give a fixture `studio` with a store that holds nothing yet."""

    @pytest.mark.parametrize("kind", ["membership", "usage", "tag"])
    def test_what_is_removed_is_gone_and_may_be_made_again(self, studio: Studio, kind: str) -> None:
        here = world(studio)
        fields: dict[str, dict[str, Any]] = {
            "membership": {"project": here.project, "artist": here.ada, "role": "artist"},
            "usage": {"shot": here.shots[0], "asset": here.asset},
            "tag": {"project": here.project, "name": "fx"},
        }
        made = make(studio, kind, **fields[kind])
        assert look(studio, kind, made.id) == made
        with refusal(Code.RECORD_CONFLICT, f"another {kind}", "Change that one"):
            make(studio, kind, **fields[kind])
        with refusal(Code.RECORD_NOT_FOUND, "99999"):
            remove(studio, kind, made.id, 99_999)
        assert ids(studio, kind) == [made.id]
        with refusal(Code.FIELD_INVALID, "never archived"):
            studio.archive(kind, [made.id], access=ADMIN, actor=ADA)
        remove(studio, kind, made.id)
        remove(studio, kind)
        with refusal(Code.RECORD_NOT_FOUND):
            look(studio, kind, made.id)
        assert make(studio, kind, **fields[kind]).id > made.id

    @pytest.mark.parametrize("kind", [one.name for one in KINDS.values() if not one.removable])
    def test_nothing_else_is_ever_removed(self, studio: Studio, kind: str) -> None:
        world(studio)
        before = census(studio)
        for number in (*ids(studio, kind), 99_999):
            with refusal(Code.FIELD_INVALID, "never removed"):
                remove(studio, kind, number)
        assert census(studio) == before

    def test_nobody_gives_or_takes_a_role_above_their_own(self, studio: Studio) -> None:
        here = world(studio)
        boss = make(studio, "artist", login="boss").id
        above = member(studio, here, boss, "admin")
        theirs = Access(roles={here.project: "supervisor"}, artist=here.vera)
        with refusal(Code.ACCESS_DENIED, "role", "supervisor"):
            member(studio, here, here.ada, "admin", access=theirs)
        below = member(studio, here, here.ada, "client", access=theirs)
        change(studio, "membership", below, {"role": "supervisor"}, access=theirs)
        with refusal(Code.ACCESS_DENIED, "role"):
            change(studio, "membership", below, {"role": "admin"}, access=theirs)
        with refusal(Code.ACCESS_DENIED, "role"):
            change(studio, "membership", above, {"role": "client"}, access=theirs)
        with refusal(Code.ACCESS_DENIED, "role"):
            remove(studio, "membership", below, above, access=theirs)
        assert ids(studio, "membership") == [above, below]
        remove(studio, "membership", below, access=theirs)

    def test_nobody_changes_or_takes_their_own_role(self, studio: Studio) -> None:
        here = world(studio)
        own = member(studio, here, here.ada, "admin")
        theirs = Access(roles={here.project: "admin"}, artist=here.ada)
        with refusal(Code.ACCESS_DENIED, "themselves"):
            change(studio, "membership", own, {"role": "artist"}, access=theirs)
        with refusal(Code.ACCESS_DENIED, "themselves"):
            remove(studio, "membership", own, access=theirs)
        assert look(studio, "membership", own).fields["role"] == "admin"
        change(studio, "membership", own, {"role": "artist"})

    def test_no_admin_locks_themselves_out(self, studio: Studio) -> None:
        here = world(studio)
        change(studio, "artist", here.ada, {"is_admin": True})
        theirs = Access(everything=True, artist=here.ada)
        for fields in ({"is_admin": False}, {"is_active": False}):
            with refusal(Code.ACCESS_DENIED, "themselves"):
                change(studio, "artist", here.ada, fields, access=theirs)
        with refusal(Code.ACCESS_DENIED, "themselves"):
            studio.archive("artist", [here.ada], access=theirs, actor=ADA)
        change(studio, "artist", here.ada, {"name": "Ada"}, access=theirs)
        change(studio, "artist", here.ada, {"is_admin": False})

    @pytest.mark.parametrize("role", ROLES[2:])
    def test_others_give_no_roles(self, studio: Studio, role: str) -> None:
        here = world(studio)
        own = member(studio, here, here.ada, role)
        other = member(studio, here, here.vera, "client")
        theirs = Access(roles={here.project: role}, artist=here.ada)
        seen = ids(studio, "membership", access=theirs)
        assert seen == ([own] if role in ("vendor", "client") else [own, other])
        with refusal(Code.ACCESS_DENIED if other in seen else Code.RECORD_NOT_FOUND):
            change(studio, "membership", other, {"role": "vendor"}, access=theirs)
        with refusal(Code.ACCESS_DENIED):
            remove(studio, "membership", own, access=theirs)

    def test_usages_lie_within_a_project_and_are_found_from_either_end(
        self, studio: Studio
    ) -> None:
        here, other = world(studio), world(studio, "OT")
        first = make(studio, "usage", shot=here.shots[0], asset=here.asset, count=3)
        assert first.fields["project"] == here.project
        second = make(studio, "usage", shot=here.shots[1], asset=here.asset).id
        foreign = make(studio, "usage", shot=other.shots[0], asset=other.asset).id
        assert ids(studio, "usage", ("asset", Op.IS, here.asset)) == [first.id, second]
        assert ids(studio, "usage", ("shot", Op.IN, [here.shots[0], other.shots[0]])) == [
            first.id, foreign
        ]  # fmt: skip
        with refusal(Code.FIELD_INVALID, "asset", "another project"):
            make(studio, "usage", shot=here.shots[0], asset=other.asset)
        theirs = Access(roles={here.project: "supervisor"}, artist=here.ada)
        with refusal(Code.FIELD_INVALID, "shot", "there is no"):
            make(studio, "usage", shot=other.shots[0], asset=here.asset, access=theirs)
        with refusal(Code.RECORD_NOT_FOUND):
            remove(studio, "usage", foreign, access=theirs)
        assert ids(studio, "usage", access=theirs) == [first.id, second]
        for count in (0, -1, 1.5, "2"):
            with refusal(Code.FIELD_INVALID, "count"):
                change(studio, "usage", first.id, {"count": count})
        assert change(studio, "usage", first.id, {"count": 5}).fields["count"] == 5

    def test_a_vendor_sees_usages_both_ends_of_which_are_theirs(self, studio: Studio) -> None:
        here = world(studio)
        used = make(studio, "usage", shot=here.shots[0], asset=here.asset).id
        vendor = Access(roles={here.project: "vendor"}, artist=here.vera)
        change(studio, "task", here.task, {"assignees": [here.vera]})
        assert ids(studio, "usage", access=vendor) == []
        change(studio, "task", here.asset_task, {"assignees": [here.vera]})
        assert ids(studio, "usage", access=vendor) == [used]

    def test_a_word_that_is_renamed_is_so_on_all_that_is_marked(self, studio: Studio) -> None:
        here, other = world(studio), world(studio, "OT")
        for one in (here, other):
            change(studio, "shot", one.shots[0], {"tags": ["day", "fx", "free"]})
            change(studio, "asset", one.asset, {"tags": ["fx"]})
        change(studio, "shot", here.shots[1], {"tags": ["fire", "fx"]})
        word = make(studio, "tag", project=here.project, name="fx", colour="#ff8800").id
        make(studio, "tag", project=other.project, name="fx")
        change(studio, "tag", word, {"name": "fire", "colour": ""})
        tags = [look(studio, "shot", one).fields["tags"] for one in here.shots[:2]]
        assert tags == [["day", "fire", "free"], ["fire"]]
        assert look(studio, "asset", here.asset).fields["tags"] == ["fire"]
        assert look(studio, "shot", other.shots[0]).fields["tags"] == ["day", "fx", "free"]
        assert look(studio, "shot", here.shots[0]).revision == 3
        assert look(studio, "shot", here.shots[2]).revision == 1
        change(studio, "tag", word, {"name": "fire", "description": "Burning."})
        assert look(studio, "shot", here.shots[0]).revision == 3

    def test_two_words_are_renamed_at_once(self, studio: Studio) -> None:
        from rushes.ports.studio import Change

        here = world(studio)
        change(studio, "shot", here.shots[0], {"tags": ["a", "b", "c"]})
        words = [make(studio, "tag", project=here.project, name=one).id for one in ("b", "c")]
        changes = [Change(one, {"name": name}) for one, name in zip(words, "da", strict=True)]
        studio.update("tag", changes, access=ADMIN, actor=ADA)
        assert look(studio, "shot", here.shots[0]).fields["tags"] == ["a", "d"]

    def test_words_need_no_record_and_outlive_it(self, studio: Studio) -> None:
        here = world(studio)
        change(studio, "shot", here.shots[0], {"tags": ["fx"]})
        word = make(studio, "tag", project=here.project, name="fx").id
        remove(studio, "tag", word)
        assert look(studio, "shot", here.shots[0]).fields["tags"] == ["fx"]
        assert ids(studio, "shot", ("tags", Op.HAS, "fx")) == [here.shots[0]]
        assert ids(studio, "shot", ("tags", Op.HAS, "f")) == []
        with refusal(Code.FIELD_INVALID, "code", "no list"):
            ids(studio, "shot", ("code", Op.HAS, "sh010"))
        for colour in ("red", "#12345", "#12345g", 5):
            with refusal(Code.FIELD_INVALID, "colour"):
                make(studio, "tag", project=here.project, name="x", colour=colour)
