"""Records over HTTP: listed, got, made, changed, archived."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_record_is_made_and_got(api: Any) -> None:
    made = api("POST", "/api/v1/projects", {"code": "NV", "name": "Night Valley"})
    assert made.status == 201, made.text
    assert made.headers["ETag"] == '"1"'
    got = api("GET", made.headers["Location"])
    assert got.status == 200
    assert got.json == made.json
    assert got.json["name"] == "Night Valley"
    part = api("GET", made.headers["Location"] + "?fields=code")
    assert part.json == {"id": made.json["id"], "code": "NV"}


def test_a_list_goes_on_where_the_page_before_ended(api: Any, make_shots: Any) -> None:
    made = make_shots(5)
    seen: list[int] = []
    cursor = ""
    while True:
        page = api("GET", f"/api/v1/shots?limit=2&order=-code{cursor}").json
        assert len(page["data"]) <= 2
        seen += [one["id"] for one in page["data"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [one["id"] for one in reversed(made)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("status=wip", ["sh0001"]),
        ("status__not=wip", ["sh0000", "sh0002"]),
        ("status__in=wip,omit", ["sh0001", "sh0002"]),
        ("cut_in__gte=1000", ["sh0001"]),
        ("cut_in__null=true", ["sh0000", "sh0002"]),
        ("code__like=SH*1", ["sh0001"]),
        ("code__like=nothing", []),
    ],
)
def test_lists_are_narrowed_by_conditions(
    api: Any, asked: str, found: list[str], make_shots: Any
) -> None:
    _, second, third = make_shots(3)
    changes = [
        {"id": second["id"], "status": "wip", "cut_in": 1001},
        {"id": third["id"], "status": "omit"},
    ]
    assert api("PATCH", "/api/v1/shots", changes).status == 200
    rows = api("GET", f"/api/v1/shots?order=code&fields=code&{asked}").json["data"]
    assert [one["code"] for one in rows] == found


def test_a_change_of_what_somebody_else_changed_is_refused(api: Any, make_shots: Any) -> None:
    (shot,) = make_shots(1)
    there = f"/api/v1/shots/{shot['id']}"
    assert api("PATCH", there, {"status": "wip"}, If_Match='"1"').status == 200
    late = api("PATCH", there, {"status": "omit"}, If_Match='"1"')
    assert late.status == 412
    assert late.json["error"]["code"] == "record.conflict"
    assert late.json["error"]["context"] == {"revision": 2}
    assert api("GET", there).json["status"] == "wip"
    assert api("PATCH", there, {"status": "omit"}, If_Match='"2"').status == 200


def test_what_is_unchanged_is_not_sent_again(api: Any, make_project: Any) -> None:
    there = f"/api/v1/projects/{make_project()}"
    assert api("GET", there, If_None_Match='"1"').status == 304
    listed = api("GET", "/api/v1/projects")
    assert api("GET", "/api/v1/projects", If_None_Match=listed.headers["ETag"]).status == 304


def test_a_kind_without_revisions_has_no_tag(api: Any) -> None:
    there = api("POST", "/api/v1/task-types", {"code": "test"}).headers["Location"]
    assert "ETag" not in api("GET", there).headers
    assert api("PATCH", there, {"name": "Test"}).json["name"] == "Test"
    assert api("GET", there, If_None_Match='"1"').json["name"] == "Test"


def test_several_are_made_or_none(api: Any, make_project: Any) -> None:
    number = make_project()
    rows = [{"project": number, "code": code} for code in ("sq010", "sq020", "sq010")]
    refused = api("POST", "/api/v1/sequences", rows)
    assert refused.status == 409, refused.text
    assert api("GET", "/api/v1/sequences").json["data"] == []


def test_what_is_archived_is_kept_and_comes_back(api: Any, make_shots: Any) -> None:
    first, second, _ = make_shots(3)
    assert api("POST", f"/api/v1/shots/{first['id']}/archive").json["archived"]
    assert len(api("DELETE", "/api/v1/shots", [second["id"]]).json["data"]) == 1
    assert len(api("GET", "/api/v1/shots").json["data"]) == 1
    assert len(api("GET", "/api/v1/shots?archived=true").json["data"]) == 3
    assert api("POST", f"/api/v1/shots/{first['id']}/restore").json["archived"] is None
    assert len(api("GET", "/api/v1/shots").json["data"]) == 2


def test_sending_a_request_again_does_nothing_twice(api: Any) -> None:
    body = {"code": "NV"}
    first = api("POST", "/api/v1/projects", body, Idempotency_Key="one")
    again = api("POST", "/api/v1/projects", body, Idempotency_Key="one")
    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    other = api("POST", "/api/v1/projects", {"code": "OTHER"}, Idempotency_Key="one")
    assert other.status == 409
    assert len(api("GET", "/api/v1/projects").json["data"]) == 1


def test_a_key_is_free_again_after_an_error(api: Any, make_project: Any) -> None:
    make_project()
    taken = api("POST", "/api/v1/projects", {"code": "NV"}, Idempotency_Key="one")
    assert taken.status == 409
    assert api("POST", "/api/v1/projects", {"code": "NV2"}, Idempotency_Key="one").status == 201


def test_the_description_names_every_kind(api: Any) -> None:
    from rushes.model.kinds import KINDS

    told = api("GET", "/api/v1/openapi.json")
    assert told.status == 200
    paths = told.json["paths"]
    for kind in KINDS.values():
        assert "get" in paths[f"/api/v1/{kind.plural}"]
        assert "patch" in paths[f"/api/v1/{kind.plural}/{{id}}"]
    assert "post" not in paths["/api/v1/publishes"]
    assert paths["/api/v1/shots"]["post"]["responses"].keys() == {"201", "default"}
    docs = api("GET", "/api/v1/docs").text
    assert "/api/v1/shots" in docs
    assert "//" not in docs.replace("</", "")
