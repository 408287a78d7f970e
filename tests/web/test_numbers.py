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
        {"hold_s": 0},
        {"hold_s": 1e12},
        {"bump": "both"},
        {"software": ""},
    ],
)
def test_a_request_for_a_number_that_makes_no_sense_is_refused(
    api: Any, change: dict[str, Any], error_of: Any
) -> None:
    body = {"task": 1, "software": "nuke", **change}
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
