"""Publishes as clients of project_manager record and look them up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from rushes.model.scan import Actor
from rushes.ports.people import People, Person

HOME = "/show/sequences/010/0500/fx/houdini/scenes/artist01/PinchIn/usd"
ACTOR = Actor("tests")
PASSWORD = "a long password"

Body = dict[str, Any]


def part(task: int, part: str = "particles01", *, asset: str = "PinchIn", **given: Any) -> Body:
    """What a client sends for a part."""
    home = f"{HOME}/{asset}/{part}"
    version, iteration = given.get("source_version", 1), given.get("source_iteration", 1)
    item = f"{home}/data/{part}_v{version:03d}_i{iteration:03d}.usd"
    return {
        "task_id": task,
        "software": "houdini",
        "item_usd_path": item,
        "asset_usd_path": f"{home}/{part}.usd",
        "status": "published",
        **given,
    }


def data_of(answer: Any, status: int = 200) -> Any:
    """What was asked for."""
    assert answer.status == status, answer.text
    assert answer.json["ok"] is True
    return answer.json["data"]


def refusal_of(answer: Any, status: int) -> Any:
    """What went wrong: the message where older clients look, and the rest beside it."""
    assert answer.status == status, answer.text
    told = answer.json
    assert set(told) == {"ok", "error", "code", "message", "hint", "context"}
    assert told["ok"] is False
    assert told["error"] == told["message"]
    return told


@pytest.fixture
def publish(api: Any) -> Callable[..., Any]:
    """Publishes, and tells the answer's data."""

    def done(body: Body) -> Any:
        return data_of(api("POST", "/api/publishes/", body), 201)

    return done


@pytest.fixture
def latest(api: Any) -> Callable[..., Any]:
    """The latest parts of an asset."""

    def found(asset: str = "PinchIn") -> Any:
        return data_of(api("GET", f"/api/publishes/?asset={asset}&latest_per_part=1"))

    return found


def test_the_paths_say_asset_and_part(make_task: Any, publish: Any, api: Any) -> None:
    made = publish(part(make_task()))
    assert (made["part_name"], made["part_usd_path"]) == (
        "particles01",
        f"{HOME}/PinchIn/particles01/particles01.usd",
    )
    (row,) = data_of(api("GET", "/api/publishes?asset=pinchin"))
    assert (row["asset_name"], row["id"]) == ("PinchIn", made["publish_id"])
    assert row["metadata"]["fx_layer"] == "particles01"


def test_one_path_without_the_other_is_refused(make_task: Any, api: Any) -> None:
    for missing in ("item_usd_path", "asset_usd_path"):
        body = part(make_task(missing))
        del body[missing]
        told = refusal_of(api("POST", "/api/publishes/", body), 422)
        assert missing in told["error"]
    assert data_of(api("GET", "/api/publishes/")) == []


def test_a_name_that_the_paths_do_not_say_is_refused(make_task: Any, api: Any) -> None:
    body = part(make_task(), metadata={"part_name": "debris01"})
    assert "debris01" in refusal_of(api("POST", "/api/publishes/", body), 422)["error"]


def test_a_number_is_taken_when_free_and_refused_when_not(
    make_task: Any, publish: Any, api: Any
) -> None:
    task = make_task()
    assert publish(part(task, source_version=3, source_iteration=2))["is_latest"] is True
    lower = publish(part(task, houdini_version="2", houdini_iteration="7"))
    assert (lower["version"], lower["iteration"], lower["is_latest"]) == (2, 7, False)
    again = api("POST", "/api/publishes/", part(task, version=2, iteration=7))
    assert refusal_of(again, 409)["code"] == "record.conflict"
    following = publish(part(task, bump="version"))
    assert (following["source_version"], following["source_iteration"]) == (4, 1)
    in_version = publish(part(task, dcc_version=2))
    assert (in_version["version"], in_version["iteration"]) == (2, 8)
    assert len(data_of(api("GET", "/api/publishes/"))) == 4


def test_a_number_that_somebody_else_holds_is_refused(
    make_task: Any, api: Any, server: People, token: Any, api_as: Any
) -> None:
    task = make_task()
    server.add(Person(0, "bob", roles={"NV": "artist"}), password=PASSWORD, actor=ACTOR)
    bob = api_as(token("bob", "publish"))
    wanted = {"task_id": task, "software": "houdini", "part_name": "particles01",
              "asset_name": "PinchIn"}  # fmt: skip
    assert data_of(bob("POST", "/api/publishes/next", wanted))["version"] == 1
    body = part(task, source_version=1, source_iteration=1)
    assert "bob" in refusal_of(api("POST", "/api/publishes/", body), 409)["error"]
    assert data_of(bob("POST", "/api/publishes/", body), 201)["iteration"] == 1


def test_parts_of_one_name_on_two_assets_are_two(
    make_task: Any, publish: Any, latest: Any, api: Any
) -> None:
    task = make_task()
    numbers: Body = {"source_version": 1, "source_iteration": 1}
    ours = publish(part(task, **numbers))
    theirs = publish(part(task, asset="Tornado", **numbers))
    assert ours["is_latest"]
    assert theirs["is_latest"]
    assert [one["publish_id"] for one in latest()] == [ours["id"]]
    both = data_of(api("GET", "/api/publishes/?latest_per_part=1"))
    assert {one["asset_name"] for one in both} == {"PinchIn", "Tornado"}


def test_the_latest_of_each_part_is_the_highest_that_has_not_failed(
    make_task: Any, publish: Any, latest: Any
) -> None:
    task = make_task()
    publish(part(task, source_version=2, source_iteration=1))
    good = publish(part(task, source_version=10, source_iteration=1))
    publish(part(task, source_version=9, source_iteration=1))
    failed = publish(part(task, source_version=11, source_iteration=1, status="failed"))
    other = publish(part(task, "debris01"))
    assert failed["is_latest"] is False
    assert [(one["part_name"], one["publish_id"]) for one in latest()] == [
        ("debris01", other["id"]),
        ("particles01", good["id"]),
    ]


def test_asking_for_the_next_number_writes_nothing(make_task: Any, publish: Any, api: Any) -> None:
    task = make_task()
    publish(part(task, source_version=2, source_iteration=4))
    asked = f"/api/publishes/next/?task_id={task}&software=houdini"
    for _ in range(2):
        assert data_of(api("GET", asked)) == {"version": 2, "iteration": 5}
    assert data_of(api("GET", f"{asked}&bump=version")) == {"version": 3, "iteration": 1}
    from rushes.db.models import Reservation, Stream

    assert (Reservation.objects.count(), Stream.objects.count()) == (0, 1)


def test_numbers_that_are_reserved_are_above_those_of_all_parts(
    make_task: Any, publish: Any, api: Any
) -> None:
    task = make_task()
    publish(part(task, source_version=2, source_iteration=4))
    wanted = {"task_id": task, "software": "houdini"}
    held = [data_of(api("POST", "/api/publishes/next", wanted))["iteration"] for _ in range(2)]
    assert held == [5, 6]


def test_a_number_that_is_not_the_one_in_the_path_is_told(make_task: Any, publish: Any) -> None:
    task = make_task()
    publish(part(task))
    assert "v001_i002" in publish(part(task))["warnings"][0]


def test_a_publish_that_is_refused_leaves_no_gap(make_task: Any, publish: Any, api: Any) -> None:
    task = make_task()
    body = part(task, links=[{"target_publish_id": 4711}])
    refusal_of(api("POST", "/api/publishes/", body), 404)
    assert publish(part(task))["iteration"] == 1


def test_what_nobody_knows_is_told_when_sent_and_refused_when_asked(
    make_task: Any, api: Any
) -> None:
    answer = api("POST", "/api/publishes/", part(make_task(), colour="red"))
    assert answer.json["ignored"] == ["colour"]
    assert "colour" in refusal_of(api("GET", "/api/publishes/?colour=red"), 422)["error"]


def test_a_target_that_is_not_the_tasks_is_refused(make_task: Any, api: Any) -> None:
    body = part(make_task(), target_type="shot", target_id=4711)
    assert "4711" not in refusal_of(api("POST", "/api/publishes/", body), 422)["error"]


def test_components_and_links_are_told_where_they_are_asked_for(
    make_task: Any, publish: Any, api: Any
) -> None:
    task = make_task()
    first = publish(part(task))
    component = {"name": "main", "component_type": "scene", "file_path": "/show/a.hip"}
    link = {"target_publish_id": first["id"], "link_type": "dependency"}
    publish(part(task, "debris01", components=[component], links=[link]))
    whole = data_of(api("GET", "/api/publishes/?part_name=debris01&include_components=1"))
    assert [one["name"] for one in whole[0]["components"]] == ["main", "item_usd", "asset_usd"]
    assert whole[0]["links"] == [link]
    assert "components" not in data_of(api("GET", "/api/publishes/"))[0]


def test_a_link_keeps_its_word_and_what_was_noted_of_it(
    make_task: Any, publish: Any, api: Any
) -> None:
    task = make_task()
    first = publish(part(task))
    link = {"target_publish_id": first["id"], "link_type": "uses", "node": "read1"}
    made = publish(part(task, "debris01", links=[link, dict(link)]))
    assert data_of(api("GET", f"/api/publishes/{made['id']}/"))["links"] == [link]
    (kept,) = api("GET", f"/api/v1/publishes/{made['id']}").json["links"]
    assert (kept["kind"], kept["publish"]) == ("dependency", first["id"])


def test_paths_that_lead_elsewhere_are_refused(make_task: Any, publish: Any, api: Any) -> None:
    task = make_task()
    for given in (
        {"preview_path": "/a/../../b.jpg"},
        {"path": "../../etc/passwd"},
        {"components": [{"name": "main", "file_path": "/a/../b.hip"}]},
        {"components": [{"file_path": "/a/b.hip"}]},
    ):
        refusal_of(api("POST", "/api/publishes/", part(task, **given)), 422)
    scene = {"task_id": task, "software": "nuke", "file_path": "../../a.nk"}
    refusal_of(api("POST", "/api/scenes/record", scene), 422)
    assert publish(part(task))["iteration"] == 1


def test_forms_and_numbers_as_text_are_read(make_task: Any, api: Any) -> None:
    body = part(make_task(), source_version=1, source_iteration=1, metadata='{"a": 1}')
    from urllib.parse import urlencode

    answer = api.client.post(
        "/api/publishes/",
        urlencode(body),
        content_type="application/x-www-form-urlencoded",
        headers={**api._head, "X-Requested-With": "tests"},
    )
    assert answer.status_code == 201, answer.content
    assert data_of(api("GET", "/api/publishes/"))[0]["metadata"]["a"] == 1


def test_nothing_is_told_or_done_without_a_token(
    make_task: Any, api_as: Any, token: Any, api: Any
) -> None:
    body = part(make_task())
    stranger = api_as()
    assert refusal_of(stranger("GET", "/api/publishes/"), 401)["code"] == "login.needed"
    refusal_of(stranger("POST", "/api/publishes/", body), 401)
    older = stranger("POST", "/api/publishes/", body, X_PM_Token=token("ada"))
    assert data_of(older, 201)["iteration"] == 1
    assert len(data_of(api("GET", "/api/publishes/"))) == 1


def test_work_is_credited_to_others_only_by_those_who_may(
    make_task: Any, api: Any, server: People, token: Any, api_as: Any
) -> None:
    task = make_task()
    bob = server.add(Person(0, "bob", roles={"NV": "artist"}), password=PASSWORD, actor=ACTOR)
    eve = server.add(Person(0, "eve", roles={"NV": "artist"}), password=PASSWORD, actor=ACTOR)
    as_bob = api_as(token("bob", "publish"))
    refusal_of(as_bob("POST", "/api/publishes/", part(task, artist_id=eve.id)), 403)
    data_of(as_bob("POST", "/api/publishes/", part(task, artist_id=bob.id)), 201)
    data_of(api("POST", "/api/publishes/", part(task, artist_id=eve.id)), 201)
    rows = data_of(api("GET", "/api/publishes/"))
    assert [one["created_by"] for one in rows] == [eve.id, bob.id]


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("DELETE", "/api/publishes/", 405),
        ("GET", "/api/publishes/4711/", 404),
        ("GET", "/api/publishes/?task_id=x", 422),
        ("GET", "/api/publishes/?limit=0", 422),
        ("GET", "/api/publishes/?latest_per_part=maybe", 422),
        ("GET", "/api/publishes/?target_type=shot", 422),
        ("GET", "/api/publishes/next/", 422),
        ("POST", "/api/publishes/", 422),
    ],
)
def test_what_makes_no_sense_is_refused(api: Any, method: str, address: str, status: int) -> None:
    refusal_of(api(method, address), status)


def test_a_long_list_comes_in_pages_where_a_limit_is_given(
    make_task: Any, publish: Any, api: Any
) -> None:
    task = make_task()
    made = [publish(part(task))["id"] for _ in range(3)]
    first = api("GET", "/api/publishes/?limit=2").json
    second = api("GET", f"/api/publishes/?limit=2&cursor={first['next']}").json
    assert [one["id"] for one in (*first["data"], *second["data"])] == made[::-1]
    assert second["next"] is None


def test_publishes_at_once_have_numbers_of_their_own(
    make_task: Any, api: Any, database_url: str
) -> None:
    from django.db import connections

    task = make_task()

    def done(_: int) -> int:
        try:
            return int(data_of(api("POST", "/api/publishes/", part(task)), 201)["iteration"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(done, range(12))) == list(range(1, 13))
