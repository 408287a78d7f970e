"""Comments over HTTP: a note, and the status that the record is given at once."""

from __future__ import annotations

from typing import Any


def test_a_comment_answers_the_note_and_the_record(api: Any, make_shots: Any) -> None:
    (shot,) = make_shots(1)
    there = f"/api/v1/shots/{shot['id']}"
    made = api("POST", f"{there}/comment", {"text": "Too dark", "status": "wip"})
    assert made.status == 201, made.text
    assert set(made.json) == {"note", "record"}
    assert api("GET", made.headers["Location"]).json == made.json["note"]
    assert made.json["note"]["text"] == "Too dark"
    got = api("GET", there)
    assert got.json == made.json["record"]
    assert got.headers["ETag"] == made.headers["ETag"] == '"2"'
    said = api("POST", f"{there}/comment", {"text": "Still"})
    assert said.json["record"] == got.json


def test_a_comment_on_what_somebody_else_changed_is_refused(
    api: Any, make_shots: Any, error_of: Any
) -> None:
    (shot,) = make_shots(1)
    there = f"/api/v1/shots/{shot['id']}"
    api("PATCH", there, {"status": "wip"})
    for body in ({"text": "hm"}, {"text": "hm", "status": "omit"}):
        late = api("POST", f"{there}/comment", body, If_Match='"1"')
        assert error_of(late, 412)["context"] == {"revision": 2}
    assert api("GET", "/api/v1/notes").json["data"] == []
    assert api("POST", f"{there}/comment", {"text": "hm"}, If_Match='"2"').status == 201


def test_a_comment_that_is_sent_again_is_there_once(api: Any, make_shots: Any) -> None:
    (shot,) = make_shots(1)
    there, body = f"/api/v1/shots/{shot['id']}/comment", {"text": "hm", "status": "wip"}
    first = api("POST", there, body, Idempotency_Key="one")
    again = api("POST", there, body, Idempotency_Key="one")
    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(api("GET", "/api/v1/notes").json["data"]) == 1


def test_only_what_has_a_status_is_given_one(api: Any, make_project: Any, error_of: Any) -> None:
    made = {"project": make_project(), "code": "sq010"}
    there = api("POST", "/api/v1/sequences", made).headers["Location"]
    assert api("POST", f"{there}/comment", {"text": "hm"}).status == 201
    error_of(api("POST", f"{there}/comment", {"text": "hm", "status": "wip"}), 422)
    error_of(api("POST", f"{there}/comment", {"text": ""}), 422)
    error_of(api("POST", "/api/v1/sequences/99999/comment", {"text": "hm"}), 404)
    error_of(api("POST", "/api/v1/artists/1/comment", {"text": "hm"}), 404)
