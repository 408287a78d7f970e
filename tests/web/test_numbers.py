"""Saves and publishes over HTTP: allocate, write, record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rushes.model.scan import Actor
from rushes.ports.people import People, Person

ACTOR = Actor("tests")
PASSWORD = "a long password"


def test_a_scene_is_saved_under_the_number_that_was_reserved(
    api: Any, make_task: Any, error_of: Any
) -> None:
    number = make_task()
    wanted = {
        "task": number,
        "software": "houdini",
        "path": "/shows/nv/anim_v{version:03d}_i{iteration:03d}.hip",
    }
    first = api("POST", "/api/v1/scenes/next", wanted)
    assert first.status == 201, first.text
    assert (first.json["version"], first.json["iteration"]) == (1, 1)
    assert first.json["path"] == "/shows/nv/anim_v001_i001.hip"
    second = api("POST", "/api/v1/scenes/next", {**wanted, "bump": "version"}).json
    assert (second["version"], second["iteration"]) == (2, 1)
    saved = api("POST", "/api/v1/scenes/record", {"token": first.json["token"]})
    assert saved.status == 201, saved.text
    assert (saved.json["path"], saved.json["artist"]) == (first.json["path"], "ada")
    (listed,) = api("GET", "/api/v1/workfiles").json["data"]
    assert (listed["id"], listed["path"]) == (saved.json["id"], saved.json["path"])
    again = api("POST", "/api/v1/scenes/record", {"token": first.json["token"]})
    assert error_of(again, 409)["code"] == "reservation.expired"


def test_the_highest_publish_is_the_latest(api: Any, make_task: Any) -> None:
    number = make_task()
    wanted = [{"task": number, "software": "houdini", "part": "body"}] * 2
    held = api("POST", "/api/v1/publishes/next", wanted).json["data"]
    assert [one["iteration"] for one in held] == [1, 2]
    done = api("POST", "/api/v1/publishes/record", [{"token": one["token"]} for one in held])
    assert done.status == 201, done.text
    assert [one["is_latest"] for one in done.json["data"]] == [False, True]
    latest = api("GET", "/api/v1/publishes?is_latest=true").json["data"]
    assert [one["iteration"] for one in latest] == [2]


def test_a_number_asked_for_again_with_the_same_key_is_the_same(api: Any, make_task: Any) -> None:
    wanted = {"task": make_task(), "software": "nuke"}
    first, again = (
        api("POST", "/api/v1/scenes/next", wanted, Idempotency_Key="save-1") for _ in range(2)
    )
    assert first.json == again.json


@pytest.mark.parametrize(
    "change",
    [
        {"path": "/a/{version.__class__}"},
        {"path": "/a/{version:0999999999d}"},
        {"path": "/a/{0}"},
        {"path": "/a/{version"},
        {"path": "/a/always.hip"},
        {"hold_s": 0},
        {"hold_s": 1e12},
        {"bump": "both"},
        {"software": ""},
    ],
)
def test_a_request_for_a_number_that_makes_no_sense_is_refused(
    api: Any, change: dict[str, Any], error_of: Any, make_task: Any
) -> None:
    body = {"task": make_task(), "software": "nuke", **change}
    error_of(api("POST", "/api/v1/scenes/next", body), 422)


def test_a_task_that_is_not_there_has_no_numbers(api: Any, error_of: Any) -> None:
    error_of(api("POST", "/api/v1/scenes/next", {"task": 77, "software": "nuke"}), 404)


def test_clients_and_strangers_save_nothing(
    api: Any, server: People, token: Callable[..., str], api_as: Any, make_task: Any
) -> None:
    number = make_task()
    wanted = {"task": number, "software": "nuke"}
    for login, roles, status in (
        ("client", {"NV": "client"}, (403, 404)),
        ("stranger", {}, (403, 404)),
        ("artist", {"NV": "artist"}, (201,)),
    ):
        server.add(Person(0, login, roles=roles), password=PASSWORD, actor=ACTOR)
        asked = api_as(token(login, "publish"))("POST", "/api/v1/scenes/next", wanted)
        assert asked.status in status, asked.text
    reader = api_as(token("artist", "read"))
    assert reader("POST", "/api/v1/scenes/next", wanted).status == 403


def test_a_reservation_opens_no_other_project(
    api: Any, server: People, token: Callable[..., str], api_as: Any, make_task: Any, error_of: Any
) -> None:
    number = make_task("AA")
    make_task("BB")
    server.add(Person(0, "mine", roles={"AA": "artist"}), password=PASSWORD, actor=ACTOR)
    server.add(Person(0, "bea", roles={"BB": "supervisor"}), password=PASSWORD, actor=ACTOR)
    server.add(Person(0, "eve", roles={"AA": "client"}), password=PASSWORD, actor=ACTOR)
    for what in ("scenes", "publishes"):
        wanted = {"task": number, "software": "nuke"}
        held = api_as(token("mine", "publish"))("POST", f"/api/v1/{what}/next", wanted).json
        for login in ("bea", "eve"):
            other = api_as(token(login, "publish"))
            body = {"token": held["token"]}
            assert other("POST", f"/api/v1/{what}/record", body).status in (403, 404)
            given_up = other("POST", "/api/v1/reservations/release", [held["token"]])
            assert given_up.status in (403, 404)
        mine = api_as(token("mine", "publish"))
        assert mine("POST", f"/api/v1/{what}/record", {"token": held["token"]}).status == 201


def test_only_who_leads_a_project_works_there_for_others(
    api: Any, server: People, token: Callable[..., str], api_as: Any, make_task: Any, error_of: Any
) -> None:
    number, elsewhere = make_task("AA"), make_task("BB")
    roles = {"AA": "coordinator", "BB": "artist"}
    server.add(Person(0, "lead", roles=roles), password=PASSWORD, actor=ACTOR)
    server.add(Person(0, "bob", roles={"AA": "artist"}), password=PASSWORD, actor=ACTOR)
    lead, bob = api_as(token("lead", "publish")), api_as(token("bob", "publish"))

    def asked(who: Any, task: int, other: str) -> Any:
        wanted = {"task": task, "software": "nuke"}
        return who("POST", "/api/v1/scenes/next", wanted, Rushes_On_Behalf_Of=other)

    held = asked(lead, number, "bob").json["token"]
    made = lead("POST", "/api/v1/scenes/record", {"token": held}, Rushes_On_Behalf_Of="bob")
    assert made.json["artist"] == "bob"
    assert asked(lead, elsewhere, "bob").status == 404
    assert asked(lead, elsewhere, "lead").status == 201
    assert error_of(asked(bob, number, "lead"), 403)["code"] == "access.denied"
    assert asked(bob, number, "bob").status == 201


@pytest.mark.parametrize(
    "wrong", [{"software": "a\nb"}, {"part": "../x"}, {"part": "a/b"}, {"asset_name": " x"}]
)
def test_a_number_is_for_plain_names_alone(
    api: Any, make_task: Any, error_of: Any, wrong: dict[str, str]
) -> None:
    wanted = {"task": make_task(), "software": "houdini", **wrong}
    for kind in ("scenes", "publishes"):
        assert error_of(api("POST", f"/api/v1/{kind}/next", wanted), 422)["code"] == "field.invalid"
