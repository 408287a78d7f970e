"""Records over HTTP: listed, got, made, changed, archived."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.model.scan import Actor
from rushes.ports.people import People, Person


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
    for nonsense in ("abc", "", '"2", "3"'):
        told = api("PATCH", there, {"status": "omit"}, If_Match=nonsense)
        assert (told.status, told.json["error"]["code"]) == (422, "field.invalid")
        assert "no revision" in told.text
    assert api("PATCH", there, {"status": "omit"}, If_Match='"2"').status == 200


def test_what_is_unchanged_is_not_sent_again(api: Any, make_project: Any) -> None:
    there = f"/api/v1/projects/{make_project()}"
    assert api("GET", there, If_None_Match='"1"').status == 304
    listed = api("GET", "/api/v1/projects")
    assert api("GET", "/api/v1/projects", If_None_Match=listed.headers["ETag"]).status == 304


def test_a_kind_without_times_has_a_tag_all_the_same(api: Any) -> None:
    there = api("POST", "/api/v1/task-types", {"code": "test"}).headers["Location"]
    assert api("GET", there).headers["ETag"] == '"1"'
    assert api("PATCH", there, {"name": "Test"}).json["name"] == "Test"
    assert api("GET", there, If_None_Match='"1"').json["name"] == "Test"
    assert api("GET", there, If_None_Match='"2"').status == 304


def test_several_are_made_or_none(api: Any, make_project: Any) -> None:
    number = make_project()
    rows = [{"project": number, "code": code} for code in ("sq010", "sq020", "sq010")]
    refused = api("POST", "/api/v1/sequences", rows)
    assert refused.status == 409, refused.text
    assert "Row 3 of 3: code: another sequence has 'sq010' already" in refused.text
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


def test_what_was_answered_is_not_told_again_to_who_may_do_less(
    api: Any, server: People, token: Any, api_as: Any, make_project: Any, error_of: Any
) -> None:
    from rushes.web.callers import KNOWN

    project = make_project()
    make_project("BB")
    roles = {"NV": "coordinator", "BB": "artist"}
    server.add(Person(0, "cora", roles=roles), password="", actor=Actor("tests"))
    body = {"project": project, "code": "sq010"}

    def sent(secret: str) -> Any:
        return api_as(secret)("POST", "/api/v1/sequences", body, Idempotency_Key="one")

    whole = token("cora", "write")
    assert sent(whole).status == 201
    assert sent(whole).headers["Idempotent-Replayed"] == "true"
    assert error_of(sent(token("cora", "read")), 403)["code"] == "access.denied"
    assert error_of(sent(token("cora", "write", project="BB")), 403)["code"] == "access.denied"
    server.set_role("cora", project="NV", role="vendor", actor=Actor("tests"))
    KNOWN.forget()
    assert error_of(sent(whole), 403)["code"] == "access.denied"
    assert len(api("GET", "/api/v1/sequences").json["data"]) == 1


def test_the_revision_of_every_kind_counts_its_writes(
    api: Any, make_project: Any, error_of: Any
) -> None:
    wanted = {"project": make_project(), "name": "stormy"}
    made = api("POST", "/api/v1/tags", wanted)
    assert (made.json["revision"], made.headers["ETag"]) == (1, '"1"')
    there = f"/api/v1/tags/{made.json['id']}"
    assert api("PATCH", there, {"colour": "#ff8800"}).json["revision"] == 2
    assert api("GET", there).json["revision"] == 2
    late = api("PATCH", there, {"colour": ""}, If_Match='"1"')
    assert error_of(late, 412)["context"] == {"revision": 2}
    again = api("PATCH", there, {"colour": "#ff8800"}, If_Match='"2"')
    assert again.json["revision"] == 2


def test_an_empty_idempotency_key_is_no_key_left_out(api: Any, error_of: Any) -> None:
    told = error_of(api("POST", "/api/v1/projects", {"code": "NV"}, Idempotency_Key=""), 422)
    assert "Idempotency-Key" in told["message"]
    assert api("GET", "/api/v1/projects").json["data"] == []
