"""What goes wrong is told in one shape, and nothing is written."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from rushes.ports.people import People, Person


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/nowhere", 404, "nothing.found"),
        ("/api/v1/shots/none", 404, "nothing.found"),
        ("/api/v1/shots/7", 404, "record.not_found"),
        ("/api/v1/shots/99999999999999999999999999", 422, "field.invalid"),
        ("/api/v1/shots?colour=red", 422, "field.invalid"),
        ("/api/v1/shots?status__about=red", 422, "field.invalid"),
        ("/api/v1/shots?frame_in=red", 422, "field.invalid"),
        ("/api/v1/shots?frame_in=99999999999999999999", 422, "field.invalid"),
        ("/api/v1/tasks?bid_hours=nan", 422, "field.invalid"),
        ("/api/v1/shots?limit=0", 422, "field.invalid"),
        ("/api/v1/shots?limit=1001", 422, "field.invalid"),
        ("/api/v1/shots?limit=1&limit=2", 422, "field.invalid"),
        ("/api/v1/shots?order=colour", 422, "field.invalid"),
        ("/api/v1/shots?fields=colour", 422, "field.invalid"),
        ("/api/v1/shots?archived=perhaps", 422, "field.invalid"),
        ("/api/v1/shots?code=a%00b", 422, "field.invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(
    api: Any, path: str, status: int, code: str, error_of: Any
) -> None:
    assert error_of(api("GET", path), status)["code"] == code


def test_a_damaged_cursor_is_the_callers_error(api: Any) -> None:
    assert 400 <= api("GET", "/api/v1/shots?cursor=nonsense").status < 500


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"code": NaN}', 400),
        (b'{"code": "\\ud800"}', 400),
        (b"[" * 1000 + b"]" * 1000, 400),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, 400),
        (b"[" * 100_000, 400),
        (b'{"code": "a\\u0000b"}', 422),
        (b'{"code": 7}', 422),
        (b'{"code": null}', 422),
        (b'{"code": "NV", "width": "7"}', 422),
        (b'{"code": "NV", "width": 1.5}', 422),
        (b'{"code": "NV", "width": 99999999999999999999}', 422),
        (b'{"code": "NV", "colour": "red"}', 422),
        (b'{"code": "NV", "id": 7}', 422),
        (b'{"code": "' + b"N" * 121 + b'"}', 422),
        (b'{"code": "../NV"}', 422),
        (b'{"name": "Night Valley"}', 422),
        (b"[]", 422),
        (b"7", 422),
        (b'{"code": "NV", "code": "XX"}', 400),
        (b'[{"code": "NV"}, {"code": "XX", "settings": {"a": 1, "a": 2}}]', 400),
    ],
)
def test_a_bad_body_is_refused_and_nothing_is_written(
    api: Any, raw: bytes, status: int, error_of: Any
) -> None:
    error_of(api("POST", "/api/v1/projects", raw=raw), status)
    assert api("GET", "/api/v1/projects").json["data"] == []


def test_a_key_that_stands_twice_is_named(api: Any, error_of: Any) -> None:
    refused = api("POST", "/api/v1/projects", raw=b'{"code": "NV", "name": "a", "name": "b"}')
    error = error_of(refused, 400)
    assert "'name' stands twice" in error["message"]
    assert error["context"] == {"key": "name"}


def test_the_refused_field_is_named(api: Any, error_of: Any) -> None:
    refused = api("POST", "/api/v1/projects", [{"code": "A"}, {"code": "B", "colour": "red"}])
    error = error_of(refused, 422)
    assert error["context"]["fields"] == [{"at": "1.colour", "problem": "There is no such field"}]
    assert error["message"] == "Row 2 of 2: 'colour': there is no such field of projects."


@pytest.mark.parametrize(
    ("path", "raw", "message"),
    [
        ("shots", b'{"sequence": "sq010", "code": "x"}', "sequence: It is no whole number."),
        ("shots", b'{"sequence": 1, "code": ""}', "code: It is empty."),
        ("shots", b'{"sequence": 1, "code": "x", "handles": -1}', "handles: It is less than 0."),
        ("shots", b'{"sequence": 1, "code": "x", "fps": 24}', "fps: It is no text."),
        ("shots", b"[]", "It is empty."),
        ("shots", b"", "There is no body."),
        ("scenes/next", b'{"task": 1, "software": "a", "path": "{vers}"}', "{version:03d}"),
    ],
)
def test_what_does_not_fit_is_told_in_words_of_our_own(
    api: Any, path: str, raw: bytes, message: str, error_of: Any
) -> None:
    assert message in error_of(api("POST", f"/api/v1/{path}", raw=raw), 422)["message"]


def test_a_question_is_not_refused_for_fields_of_the_records(api: Any, error_of: Any) -> None:
    refused = error_of(api("POST", "/api/v1/shots/find", {"filter": []}), 422)
    assert "filter" in refused["message"]
    assert "colour_space" not in refused["hint"]


def test_a_code_where_a_number_belongs_is_told(api: Any, error_of: Any) -> None:
    told = error_of(api("GET", "/api/v1/shots?project=NV"), 422)["message"]
    assert told == "The parameter 'project': 'NV' is no record's number."


def test_a_body_over_ten_megabytes_is_refused(api: Any, error_of: Any) -> None:
    body = b'{"code": "' + b"N" * (10 * 1024**2) + b'"}'
    assert error_of(api("POST", "/api/v1/projects", raw=body), 413)["code"] == "usage"


def test_a_method_that_there_is_not_is_told_with_those_that_there_are(
    api: Any, error_of: Any
) -> None:
    refused = api("PUT", "/api/v1/shots", {})
    error_of(refused, 405)
    assert "GET" in refused.headers["Allow"]
    error_of(api("POST", "/api/v1/publishes", {}), 405)


def test_a_lost_database_is_told_as_such(
    api: Any, server: People, monkeypatch: pytest.MonkeyPatch, error_of: Any
) -> None:
    from django.db import OperationalError, connections

    from rushes.web.callers import KNOWN

    api("GET", "/api/v1/shots")

    def lost(*_: Any, **__: Any) -> None:
        raise OperationalError("gone")

    connections.close_all()
    monkeypatch.setattr(type(connections["default"]), "connect", lost)
    answer = api("GET", "/api/v1/shots")
    assert error_of(answer, 503)["code"] == "database.unavailable"
    assert answer.headers["Retry-After"]
    KNOWN.forget()
    assert error_of(api("GET", "/api/v1/shots"), 503)
    assert api("GET", "/readyz").status == 503
    assert api("GET", "/healthz").status == 200
    assert "rushes_database_up 0" in api("GET", "/metrics").text
    monkeypatch.undo()
    assert api("GET", "/readyz").status == 200


def test_a_fault_of_ours_tells_no_secrets(
    api: Any, monkeypatch: pytest.MonkeyPatch, error_of: Any
) -> None:
    from rushes.web.house import house

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("the secret word")

    monkeypatch.setattr(type(house().studio), "find", broken)
    answer = api("GET", "/api/v1/shots")
    assert error_of(answer, 500)["code"] == "internal"
    assert "secret word" not in answer.text


def test_a_body_of_unknown_length_is_refused(server: People) -> None:
    from django.test import RequestFactory

    from rushes.web.guard import Guard

    def never(_: Any) -> Any:
        raise AssertionError("it was read")

    request = RequestFactory().post("/api/v1/projects", headers={"Transfer-Encoding": "chunked"})
    del request.META["CONTENT_LENGTH"]
    answer = Guard(never)(request)
    assert answer.status_code == 411


def test_odd_headers_are_the_callers_error(api_as: Any, admin: Person) -> None:
    for head in (
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer \xff\x00"},
        {"Cookie": 'rushes_session="\\000\\000\\000\\000\\000\\000\\000\\000\\000"'},
        {"Cookie": "rushes_session=" + "x" * 5000},
    ):
        assert api_as()("GET", "/api/v1/shots", **head).status == 401, head


def test_a_login_that_no_database_can_hold_is_nobodys(admin: Person) -> None:
    from django.test import Client

    answer = Client().post("/login", {"login": "a\0da", "password": "x\0y"})
    assert answer.status_code == 401


def test_pages_tell_of_a_lost_database_and_come_back(
    admin: Person, logged_in: Any, database_url: str
) -> None:
    from django.db import connection

    browser = logged_in()
    browser.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with closing(psycopg.connect(database_url, autocommit=True)) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    assert browser.get("/").status_code == 503
    assert browser.get("/").status_code == 200


def test_a_request_for_another_name_is_refused_but_from_those_who_watch(
    api: Any, error_of: Any
) -> None:
    error_of(api("GET", "/api/v1/shots", Host="elsewhere.example.org"), 400)
    assert api("GET", "/login", Host="elsewhere.example.org").status == 400
    assert api("GET", "/healthz", Host="10.1.2.3:8600").status == 200


@pytest.mark.parametrize("path", ["/api/v1/shots", "/api/v1/events", "/api/v1/scans", "/api/shots"])
def test_too_many_parameters_are_the_callers_error(api: Any, path: str) -> None:
    assert api("GET", f"{path}?{'&'.join(f'a{at}=1' for at in range(1001))}").status == 400


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=f;"
         b" filename=a\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"code=x"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % at for at in range(1001))),
    ],
)  # fmt: skip
def test_a_broken_form_is_the_callers_error(
    admin: Person, token: Any, api_as: Any, kind: str, body: bytes
) -> None:
    head = {"Authorization": f"Bearer {token('ada')}"}
    client = api_as("").client
    answer = client.generic("POST", "/api/projects/", body, content_type=kind, headers=head)
    assert answer.status_code == 400, answer.content


def test_numbers_of_more_than_64_bits_are_told_as_they_were_given(
    api: Any, make_shots: Any
) -> None:
    from rushes import bootstrap
    from rushes.core import settings

    (shot,) = make_shots(1)
    given = {"far": 1e20, "most": 1e308, "least": -1e25, "near": 1e-300}
    note = {"kind": "shot", "target": shot["id"], "text": "!", "custom": given}
    made = api("POST", "/api/v1/notes", note)
    assert (made.status, made.json["custom"]) == (201, given)
    assert api("GET", "/api/v1/notes").json["data"] == [made.json]
    with closing(bootstrap.events(settings.load(flags={}))) as events:
        events.seal()
    (event,) = api("GET", "/api/v1/events?kind=note").json["data"]
    assert event["after"]["custom"] == given


@pytest.mark.parametrize("expires", ["9999-12-31T23:59:59-23:59", "2026-13-01"])
def test_a_token_expires_at_a_moment_that_there_is(api: Any, error_of: Any, expires: str) -> None:
    wanted = {"name": "x", "login": "ada", "scopes": ["read"], "expires": expires}
    assert error_of(api("POST", "/api/v1/tokens", wanted), 422)["code"] == "field.invalid"


def test_a_token_expires_unless_it_is_never_to(api: Any) -> None:
    wanted = {"name": "t", "login": "ada", "scopes": ["read", "scan", "qc"]}
    usual = api("POST", "/api/v1/tokens", wanted).json["token"]
    good_for = datetime.fromisoformat(usual["expires"]) - datetime.fromisoformat(usual["created"])
    assert round(good_for / timedelta(days=1)) == 90
    ever = api("POST", "/api/v1/tokens", {**wanted, "expires": None})
    assert ever.json["token"]["expires"] is None


def test_what_answers_get_answers_head(api: Any, make_project: Any) -> None:
    one = f"/api/v1/projects/{make_project()}"
    got, asked = api("GET", one), api("HEAD", one)
    assert (asked.status, asked.body) == (200, b"")
    assert asked.headers["Content-Type"] == got.headers["Content-Type"]


def test_one_value_of_a_field_is_asked_for_at_a_time(api: Any, error_of: Any) -> None:
    refused = error_of(api("GET", "/api/v1/shots?status=wip&status=done"), 422)
    assert "status__in=wip,done" in refused["hint"]
    assert api("GET", "/api/v1/shots?tags__has=a&tags__has=b").status == 200


@pytest.mark.parametrize("tags", [["a" * 121], ["a", "a"], [" a"], ["a\u202eb"]])
def test_a_tag_is_a_word_that_is_there_once(
    api: Any, make_task: Any, error_of: Any, tags: list[str]
) -> None:
    make_task()
    (shot,) = api("GET", "/api/v1/shots").json["data"]
    there = f"/api/v1/shots/{shot['id']}"
    assert error_of(api("PATCH", there, {"tags": tags}), 422)["code"] == "field.invalid"
    assert api("PATCH", there, {"tags": ["fx/smoke", "größer"]}).status == 200


def test_a_task_is_not_due_before_it_begins(api: Any, make_task: Any, error_of: Any) -> None:
    there = f"/api/v1/tasks/{make_task()}"
    assert api("PATCH", there, {"starts": "2026-11-21"}).status == 200
    assert "before" in error_of(api("PATCH", there, {"due": "2026-11-20"}), 422)["message"]
    assert api("PATCH", there, {"due": "2026-11-21"}).status == 200


def test_a_field_that_is_told_is_told_so_twice_over(api: Any, error_of: Any) -> None:
    error = error_of(api("POST", "/api/v1/projects", {"code": "NV", "revision": 3}), 422)
    assert error["message"] == "revision: is told, and never given."
    assert error["context"]["fields"] == [{"at": "revision", "problem": "is told, and never given"}]
