"""Roles, usages of assets and words over HTTP: the few records that are removed for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rushes.ports.people import People, Person


@pytest.fixture
def shot_and_asset(api: Any, make_shots: Any) -> tuple[int, int]:
    (shot,) = make_shots(1)
    asset = api("POST", "/api/v1/assets", {"project": shot["project"], "code": "bear"}).json
    return shot["id"], asset["id"]


def test_a_usage_is_made_found_and_removed(api: Any, shot_and_asset: tuple[int, int]) -> None:
    shot, asset = shot_and_asset
    made = api("POST", "/api/v1/usages", {"shot": shot, "asset": asset, "count": 2})
    assert made.status == 201, made.text
    there = made.headers["Location"]
    found = api("GET", f"/api/v1/usages?asset={asset}&count__gte=2").json["data"]
    assert found == [made.json]
    assert api("GET", "/api/v1/usages?shot=99999").json["data"] == []
    gone = api("DELETE", there)
    assert (gone.status, gone.body) == (204, b"")
    assert api("GET", there).status == 404
    assert api("DELETE", there).status == 404


def test_several_are_removed_or_none(api: Any, make_project: Any) -> None:
    number = make_project()
    rows = [{"project": number, "name": name} for name in ("fx", "day")]
    made = [one["id"] for one in api("POST", "/api/v1/tags", rows).json["data"]]
    assert api("DELETE", "/api/v1/tags", [*made, 99_999]).status == 404
    assert len(api("GET", "/api/v1/tags").json["data"]) == 2
    assert api("DELETE", "/api/v1/tags", made).status == 204
    assert api("GET", "/api/v1/tags").json["data"] == []


@pytest.mark.parametrize("number", [True, 1.0, "1"])
def test_what_is_no_number_removes_nothing(api: Any, make_project: Any, number: Any) -> None:
    made = api("POST", "/api/v1/tags", {"project": make_project(), "name": "fx"}).json
    assert made["id"] == 1
    assert api("DELETE", "/api/v1/tags", [number]).status == 422
    assert api("DELETE", "/api/v1/shots", [number]).status == 422
    assert api("GET", "/api/v1/tags").json["data"] == [made]


def test_shots_are_found_by_their_words(api: Any, make_shots: Any) -> None:
    first, second = make_shots(2)
    api("PATCH", f"/api/v1/shots/{first['id']}", {"tags": ["fx", "day"]})
    api("PATCH", f"/api/v1/shots/{second['id']}", {"tags": ["day"]})
    for asked, count in (("tags__has=fx", 1), ("tags__has=day", 2), ("tags__has=d", 0)):
        assert len(api("GET", f"/api/v1/shots?{asked}").json["data"]) == count
    assert api("GET", "/api/v1/shots?code__has=sh").status == 422


def test_what_was_removed_is_in_the_audit_trail(
    api: Any, shot_and_asset: tuple[int, int], server: People
) -> None:
    from rushes.db.models import Event

    shot, asset = shot_and_asset
    made = api("POST", "/api/v1/usages", {"shot": shot, "asset": asset}).json
    api("DELETE", f"/api/v1/usages/{made['id']}")
    last = Event.objects.order_by("-id").first()
    assert last is not None
    assert (last.action, last.kind, last.target) == ("delete", "usage", made["id"])
    assert (last.actor, last.project) == ("ada", made["project"])
    assert last.before is not None
    assert last.before["asset_id"] == asset


def test_a_supervisor_gives_roles_and_they_hold_at_once(
    api: Any, api_as: Any, server: People, token: Callable[..., str], make_project: Any
) -> None:
    from rushes.model.scan import Actor

    number = make_project()
    for login, roles in (("boss", {"NV": "supervisor"}), ("vera", {})):
        server.add(Person(0, login, roles=roles), password="", actor=Actor("tests"))
    boss, vera = api_as(token("boss")), api_as(token("vera"))
    assert vera("GET", f"/api/v1/projects/{number}").status == 404
    them = boss("GET", "/api/v1/artists?login=vera").json["data"][0]["id"]
    wanted = {"project": number, "artist": them, "role": "admin"}
    assert boss("POST", "/api/v1/memberships", wanted).status == 403
    made = boss("POST", "/api/v1/memberships", {**wanted, "role": "artist"})
    assert made.status == 201, made.text
    assert api_as(token("vera"))("GET", f"/api/v1/projects/{number}").status == 200
    assert boss("DELETE", made.headers["Location"]).status == 204
    assert api_as(token("vera"))("GET", f"/api/v1/projects/{number}").status == 404


def test_the_first_page_tells_of_them(
    api: Any, logged_in: Any, shot_and_asset: tuple[int, int]
) -> None:
    shot, asset = shot_and_asset
    api("POST", "/api/v1/usages", {"shot": shot, "asset": asset})
    assert "usage" in logged_in().get("/").content.decode()
