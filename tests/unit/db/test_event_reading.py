"""Whoever may see a record sees its events, whole or in part, and nobody else sees any."""

from __future__ import annotations

import pytest

from rushes.core.errors import Code
from rushes.db.event_reading import DatabaseEventReader
from rushes.db.events import DatabaseEvents
from rushes.model.event import RecordedEvent
from rushes.ports.events import ALL, Events, Wanted
from rushes.ports.records import every
from rushes.ports.studio import Access, Studio
from rushes.testing.studios import ADMIN, World, change, make, refusal, world
from rushes.tracking.event_sight import Sights


@pytest.fixture
def here(studio: Studio) -> World:
    return world(studio)


def all_of(
    reader: Events,
    access: Access,
    wanted: Wanted = ALL,
    *,
    limit: int = 7,
) -> list[RecordedEvent]:
    """All that somebody sees, a few at a time."""
    found: list[RecordedEvent] = []
    position = 0
    while position < reader.head().position:
        told = reader.after(position, access=access, wanted=wanted, limit=limit)
        assert told.position > position
        found += told.events
        position = told.position
    return found


def test_an_admin_sees_all_in_order(
    studio: Studio, events: DatabaseEvents, reader: Events, here: World
) -> None:
    assert reader.after(0, access=ADMIN).events == []
    count = events.seal()
    assert [one.position for one in all_of(reader, ADMIN)] == list(range(1, count + 1))
    assert reader.after(count, access=ADMIN) == ([], count)


def test_a_project_is_seen_by_its_own_people_alone(
    studio: Studio, events: DatabaseEvents, reader: Events, here: World
) -> None:
    other = world(studio, "XX")
    events.seal()
    for role in ("admin", "supervisor", "coordinator", "artist"):
        seen = all_of(reader, Access(roles={here.project: role}, artist=here.ada))
        assert {one.project for one in seen} <= {here.project, None}
        assert {one.target for one in seen if one.kind == "shot"} == set(here.shots)
    assert all_of(reader, Access(artist=here.ada)) == []
    assert other.project not in {
        one.project for one in all_of(reader, Access(roles={here.project: "vendor"}, artist=1))
    }


def test_a_vendor_sees_events_of_what_is_assigned_to_them(
    studio: Studio, events: DatabaseEvents, reader: Events, here: World
) -> None:
    change(studio, "task", here.asset_task, {"assignees": [here.vera]})
    change(studio, "task", here.task, {"priority": 3})
    change(studio, "task", here.asset_task, {"priority": 4})
    make(studio, "note", kind="task", target=here.task, text="not for vendors")
    events.seal()
    seen = all_of(reader, Access(roles={here.project: "vendor"}, artist=here.vera))
    targets = {kind: {one.target for one in seen if one.kind == kind} for kind in ("task", "asset")}
    assert targets == {"task": {here.asset_task}, "asset": {here.asset}}
    assert not {one.kind for one in seen} & {"shot", "sequence", "note", "membership"}
    (assigned,) = [one for one in seen if one.kind == "assignment"]
    assert assigned.after is not None
    assert assigned.after["task"] == here.asset_task
    change(studio, "task", here.asset_task, {"assignees": []})
    assert not [
        one
        for one in all_of(reader, Access(roles={here.project: "vendor"}, artist=here.vera))
        if one.kind == "task"
    ]


def test_a_client_sees_only_the_fields_that_they_may(
    studio: Studio, events: DatabaseEvents, reader: Events, here: World
) -> None:
    change(studio, "shot", here.shots[0], {"description": "not for clients"})
    change(studio, "shot", here.shots[0], {"code": "sh011", "description": "nor this"})
    events.seal()
    seen = all_of(reader, Access(roles={here.project: "client"}, artist=here.vera))
    updates = [one for one in seen if one.kind == "shot" and one.action == "update"]
    assert [(one.before, one.after) for one in updates] == [({"code": "sh010"}, {"code": "sh011"})]
    created = [one for one in seen if one.kind == "shot" and one.action == "create"]
    assert all(set(one.after or ()) <= {"id", "revision", "archived", "project", "code", "name",
               "sequence"} for one in created)  # fmt: skip
    assert not {one.kind for one in seen} & {"task", "asset", "assignment", "tag"}


def test_only_what_is_asked_for_is_told(
    studio: Studio, events: DatabaseEvents, reader: Events, here: World
) -> None:
    change(studio, "task", here.task, {"priority": 3})
    events.seal()
    wanted = Wanted(types=("task.update", "asset"))
    seen = all_of(reader, ADMIN, wanted)
    assert {one.type for one in seen} == {"task.update", "asset.create"}
    assert all(wanted.takes(one) for one in seen)
    (one,) = all_of(reader, ADMIN, Wanted(types=("task",), target=here.asset_task))
    assert one.action == "create"
    assert all_of(reader, ADMIN, Wanted(project=here.project + 99)) == []
    for wrong in ("tusk", "task.mend", "task."):
        with refusal(Code.FIELD_INVALID):
            reader.after(0, access=ADMIN, wanted=Wanted(types=(wrong, "task.", "x")))


def test_who_sees_little_gets_far(
    studio: Studio,
    events: DatabaseEvents,
    reader: Events,
    here: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rushes.db.event_reading._LOOKED_THROUGH", 3)
    count = events.seal()
    nothing = Access(roles={here.project + 99: "artist"}, artist=here.ada)
    told = reader.after(0, access=nothing)
    assert (told.events, told.position) == ([], 3)
    assert [one.position for one in all_of(reader, ADMIN)] == list(range(1, count + 1))


def test_a_records_events_come_on_pages_for_who_may_see_it(
    studio: Studio, reader: Events, here: World
) -> None:
    for priority in range(4):
        change(studio, "task", here.task, {"priority": priority})
    lead = Access(roles={here.project: "supervisor"}, artist=here.ada)
    told = list(every(lambda page: reader.of("task", here.task, access=lead, page=page, limit=2)))
    assert [one.after["priority"] for one in told if one.after] == [3, 2, 1, 0, 20]
    vendor = Access(roles={here.project: "vendor"}, artist=here.vera)
    assert reader.of("task", here.task, access=vendor).rows == []


def test_a_token_for_nothing_sees_nothing(reader: Events, here: World) -> None:
    with refusal(Code.ACCESS_DENIED):
        reader.after(0, access=Access(everything=True, scopes=frozenset()))


@pytest.mark.parametrize("role", ["supervisor", "artist", "vendor", "client"])
def test_what_is_seen_at_a_glance_is_what_the_database_says(
    studio: Studio, events: DatabaseEvents, reader: DatabaseEventReader, here: World, role: str
) -> None:
    world(studio, "XX")
    change(studio, "task", here.asset_task, {"assignees": [here.vera]})
    events.seal()
    access = Access(roles={here.project: role}, artist=here.vera)
    seen = {one.position for one in all_of(reader, access)}
    sights = Sights(access)
    for one in all_of(reader, ADMIN):
        glance = sights.sees(one.kind, one.project)
        if glance is not None:
            assert glance == (one.position in seen), one
