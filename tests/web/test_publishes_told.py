"""What publishes may say over HTTP: each fault is told by its field, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rushes.model.scan import Actor
from rushes.ports.people import People, Person

ACTOR = Actor("tests")
PASSWORD = "a long password"
HASH = "af" * 32
FILE = {"name": "cam.abc", "kind": "file", "size": 52, "digests": {"blake3": HASH}}


@pytest.fixture
def task(make_task: Callable[..., int]) -> int:
    return make_task()


@pytest.fixture
def publish(api: Any, task: int) -> Callable[..., Any]:
    """Sends a publish of a task, and gives its number back where it is refused."""

    def published(of: int = task, **given: Any) -> Any:
        held = api("POST", "/api/v1/publishes/next", {"task": of, "software": "nuke"}).json
        answer = api("POST", "/api/v1/publishes/record", {"token": held["token"], **given})
        if answer.status != 201:
            api("POST", "/api/v1/reservations/release", [held["token"]])
        return answer

    return published


def test_components_and_links_are_kept_as_they_were_sent(api: Any, publish: Any) -> None:
    first = publish(components=[FILE]).json
    links = [
        {"kind": kind, "publish": first["id"]}
        for kind in ("dependency", "input", "upstream", "rendered_from")
    ]
    links[0]["metadata"] = {"node": "read1"}
    answer = publish(links=links, components=[{**FILE, "folder": "a/b"}])
    assert answer.status == 201, answer.text
    told = api("GET", f"/api/v1/publishes/{answer.json['id']}").json
    assert told["links"] == links
    assert told["components"] == [{**FILE, "folder": "a/b"}]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"links": [{"kind": "nosuch", "publish": 1}]}, "links.0.kind"),
        ({"links": [{"kind": "input", "target": 1}]}, "links.0"),
        ({"links": [{}]}, "links.0.kind"),
        ({"links": [{"kind": "dependency", "publish": 99999}]}, "links.0.publish"),
        ({"links": [{"target_publish_id": 1}]}, "links.0"),
        ({"components": [{}]}, "components.0.name"),
        ({"components": [{"name": "x"}]}, "components.0"),
        ({"components": [FILE, {**FILE, "folder": "../.."}]}, "components.1.folder"),
        ({"components": [{**FILE, "size": -4}]}, "components.0.size"),
        ({"components": [{**FILE, "digests": {"md5": "0" * 32}}]}, "components.0.digests"),
        ({"components": [{**FILE, "colour": 1}]}, "components.0.colour"),
        ({"path": "../../etc/passwd"}, "path"),
        ({"preview_path": "/a/../b.jpg"}, "preview_path"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(
    api: Any, publish: Any, error_of: Any, given: dict[str, Any], field: str
) -> None:
    error = error_of(publish(**given), 422)
    assert error["code"] == "field.invalid"
    told = [one["at"] for one in error["context"].get("fields", [])] or [error["message"]]
    assert any(field in one for one in told), error
    assert api("GET", "/api/v1/publishes").json["data"] == []


def test_links_lead_to_nothing_that_is_not_ones_own_to_see(
    api: Any, server: People, token: Callable[..., str], api_as: Any, make_task: Any,
    publish: Any, task: int, error_of: Any,
) -> None:  # fmt: skip
    theirs = publish(make_task("OT")).json["id"]
    ours = publish().json["id"]
    error = error_of(publish(links=[{"kind": "input", "publish": theirs}]), 422)
    assert error["message"] == f"links.0.publish: there is no publish {theirs} in this project."
    person = Person(0, "venus", roles={"NV": "vendor"})
    server.add(person, password=PASSWORD, actor=ACTOR)
    (artist,) = api("GET", "/api/v1/artists?login=venus").json["data"]
    made = api("POST", "/api/v1/tasks", {
        "asset": api("POST", "/api/v1/assets", {"project": 1, "code": "oak"}).json["id"],
        "type": 1, "assignees": [artist["id"]],
    }).json["id"]  # fmt: skip
    venus = api_as(token("venus", "publish"))
    wanted = {"task": made, "software": "nuke"}
    held = venus("POST", "/api/v1/publishes/next", wanted).json["token"]
    body = {"token": held, "links": [{"kind": "input", "publish": ours}]}
    unseen = error_of(venus("POST", "/api/v1/publishes/record", body), 422)
    assert f"there is no publish {ours}" in unseen["message"]
    assert venus("POST", "/api/v1/publishes/record", {"token": held}).status == 201


def test_one_number_is_never_held_by_two(api: Any, task: int, error_of: Any) -> None:
    wanted = {"task": task, "software": "hou", "part": "race",
              "number": {"version": 5, "iteration": 1}, "path": "/nv/a.usd"}  # fmt: skip
    first = api("POST", "/api/v1/publishes/next", wanted)
    assert first.status == 201, first.text
    second = error_of(api("POST", "/api/v1/publishes/next", wanted), 409)
    assert (second["code"], "is reserved by" in second["message"]) == ("record.conflict", True)
    keyed = {**wanted, "number": {"version": 6}, "key": "5b8f"}
    held = api("POST", "/api/v1/publishes/next", keyed).json
    assert api("POST", "/api/v1/publishes/next", keyed).json == held
    for other in ({"key": "else"}, {"key": ""}, {"path": "/nv/b.usd"}):
        error_of(api("POST", "/api/v1/publishes/next", {**keyed, **other}), 409)
    for version in (1_000_001, 2**31 - 1):
        huge = {**wanted, "number": {"version": version}}
        error_of(api("POST", "/api/v1/publishes/next", huge), 422)
