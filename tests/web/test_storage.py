"""What is recorded of storage, over the API: who may, what is refused, and what is never lost."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from rushes.ports.people import People, Person
from rushes.testing.found import ACTOR
from rushes.testing.media.exr_corners import header
from rushes.testing.signed import chain
from rushes.web.house import house

ROOT = "/mnt/shows"
SEQUENCE = {
    "head": "plate.", "tail": ".exr", "padding": 4, "kind": "frames", "frames": "1001-1010",
    "files": 10, "size": 10, "allocated": 10, "smallest": 1, "largest": 1, "oldest_ns": 1,
    "newest_ns": 2, "fingerprint": "f",
}  # fmt: skip
FOLDER = {"folder": "NV/sh010", "sequences": [SEQUENCE]}


@pytest.fixture
def token_as(
    server: People, api: Any, make_project: Any, token: Callable[..., str]
) -> Callable[..., str]:
    """Makes somebody with a role in a project, and a token of theirs."""
    make_project("NV")

    def made(role: str, *scopes: str) -> str:
        server.add(Person(0, role), password="a long password", actor=ACTOR)
        server.set_role(role, project="NV", role=role, actor=ACTOR)
        return token(role, *scopes)

    return made


def begun(api: Any, **more: Any) -> int:
    answer = api("POST", "/api/v1/scans", {"root": ROOT, **more})
    assert answer.status == 201, answer.text
    return int(answer.json["id"])


def sequences(api: Any) -> list[Any]:
    return list(api("GET", f"/api/v1/file-sequences?root={ROOT}").json["data"])


def test_pages_and_answers_tell_a_killed_scan_as_failed(
    api: Any, logged_in: Any, database_url: str
) -> None:
    killed, living = begun(api), begun(api)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "UPDATE rushes_staging SET until = until - interval '1 day' WHERE scan_id = %s",
            [killed],
        )
    rows = api("GET", "/api/v1/scans").json["data"]
    assert [(one["id"], one["state"]) for one in rows] == [(living, "running"), (killed, "failed")]
    one = api("GET", f"/api/v1/scans/{killed}").json
    assert (one["state"], one["finished"]) == ("failed", None)
    browser = logged_in()

    def page(path: str) -> str:
        return str(browser.get(f"/admin/rushes/scan/{path}").content.decode())

    def listed(path: str) -> list[tuple[str, str]]:
        pattern = r'/admin/rushes/scan/(\d+)/change/.*?field-state">(\w+)<'
        return [(number, state) for number, state in re.findall(pattern, page(path), re.DOTALL)]

    both = [(str(living), "running"), (str(killed), "failed")]
    assert listed("") == both
    assert listed("?state=running") == both[:1]
    assert listed("?state=failed") == both[1:]
    assert listed("?state=finished") == []
    assert re.search(r'field-state">.*?readonly">failed<', page(f"{killed}/change/"), re.DOTALL)
    with psycopg.connect(database_url) as connection:
        noted = connection.execute("SELECT DISTINCT state FROM rushes_scan").fetchall()
    assert noted == [("running",)]


def test_a_program_scans_in_four_requests(api: Any) -> None:
    scan = begun(api, below="NV")
    assert api("POST", f"/api/v1/scans/{scan}/folders", [FOLDER]).json == {"folders": 1}
    assert sequences(api) == []
    ended = api("POST", f"/api/v1/scans/{scan}/finish", {"files": 10})
    assert (ended.json["state"], ended.json["added"]) == ("finished", 1)
    assert ended.json["totals"]["files"] == 10
    assert ended.json["actor"]["name"] == "ada"
    (found,) = sequences(api)
    assert found == {**SEQUENCE, "folder": "NV/sh010", "subframe_digits": 0} | {
        "empty": "", "short": ""
    }  # fmt: skip
    assert api("GET", f"/api/v1/scans/{scan}").json == ended.json
    assert api("POST", f"/api/v1/scans/{scan}/finish", {}).json == ended.json


@pytest.mark.parametrize("role", ["vendor", "client"])
def test_people_of_other_houses_see_nothing_of_storage(
    token_as: Any, api_as: Any, error_of: Any, role: str
) -> None:
    theirs = api_as(token_as(role, "admin"))
    for path in (
        *("storage-roots", "scans", f"file-sequences?root={ROOT}", f"folder-use?root={ROOT}"),
        *("exr/files", f"exr/folders?root={ROOT}", f"qc/records?root={ROOT}", "outbox"),
    ):
        assert error_of(theirs("GET", f"/api/v1/{path}"), 403)["code"] == "access.denied"
    error_of(theirs("POST", "/api/v1/scans", {"root": ROOT}), 403)


def test_scopes_let_a_program_write_one_thing_and_not_the_other(
    token_as: Any, server: People, token: Any, api_as: Any, error_of: Any
) -> None:
    reads = api_as(token_as("artist", "read"))
    assert reads("GET", "/api/v1/scans").status == 200
    error = error_of(reads("POST", "/api/v1/scans", {"root": ROOT}), 403)
    assert "scan" in error["hint"]
    scans, checks = (api_as(token("artist", one)) for one in ("scan", "qc"))
    assert scans("POST", "/api/v1/scans", {"root": ROOT}).status == 201
    error_of(checks("POST", "/api/v1/scans", {"root": ROOT}), 403)
    gone: Any = {"assets": []}
    assert checks("POST", "/api/v1/qc/gone", gone).json == {"lost": 0}
    error_of(scans("POST", "/api/v1/qc/gone", gone), 403)
    error_of(api_as(token("artist", "write"))("POST", "/api/v1/qc/gone", gone), 403)
    error_of(api_as("")("GET", "/api/v1/scans"), 401)


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": "red"}, {"head": "a/b"}, {"head": "\\x00"}, {"head": "lone \\ backslash"},
        {"frames": "10-1"}, {"frames": "1-5,3"}, {"frames": "x"}, {"frames": "1-5x0"},
        {"size": -1}, {"size": 2**63}, {"size": 1.5}, {"size": "1"}, {"kind": "movie"},
        {"padding": 10**9},
    ],
)  # fmt: skip
def test_nonsense_about_a_sequence_is_refused_and_nothing_is_staged(
    api: Any, database_url: str, wrong: dict[str, Any]
) -> None:
    scan = begun(api)
    body = [FOLDER, {"folder": "b", "sequences": [{**SEQUENCE, **wrong}]}]
    answer = api("POST", f"/api/v1/scans/{scan}/folders", body)
    assert answer.status in (400, 422), answer.text
    with psycopg.connect(database_url) as plain:
        assert plain.execute("SELECT count(*) FROM rushes_stagedsequence").fetchone() == (0,)


@pytest.mark.parametrize("folder", ["/abs", "a/../b", "..", "a//b", "a/", "", "\\x2f", "a\\x00"])
def test_folders_are_relative_and_written_in_one_way(api: Any, folder: str) -> None:
    scan = begun(api)
    for method, path, body in (
        ("POST", f"scans/{scan}/folders", [{"folder": folder}]),
        ("POST", "scans", {"root": ROOT, "below": folder}),
        ("GET", f"file-sequences?root={ROOT}&below={quote(folder)}", None),
    ):
        assert api(method, f"/api/v1/{path}", body).status in (400, 422)


@pytest.mark.parametrize("root", ["/a/../b", "/..", "P:/nv/../x", "P:\\\\nv\\\\..", "nv"])
def test_a_storage_root_is_where_it_says(api: Any, error_of: Any, root: str) -> None:
    error = error_of(api("POST", "/api/v1/scans", {"root": root}), 422)
    assert error["code"] == "field.invalid"
    assert api("GET", "/api/v1/scans").json["data"] == []


@pytest.mark.parametrize(
    "path",
    [
        "file-sequences", "file-sequences?root=relative", f"file-sequences?root={ROOT}&limit=5",
        "scans?root=/a&root=/b", "scans?cursor=WyJ4IiwgMV0", "scans?cursor=WyIyMDI2IiwgOTk5XQ",
        f"scans/changes?root={ROOT}&since=x&until=1", f"folder-use?root={ROOT}&at=1.5",
        f"file-sequences?root={ROOT}&cursor=WyJhIiwiYiIsImMiLDEsIlx1MDAwMCIsMV0",
        "exr/files?where=wide", "exr/files?cursor=Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTksMV0",
        f"exr/header?root={ROOT}&folder=a&head=b&padding=999999999&kind=frames",
        f"qc/records?root={ROOT}&result=good", "outbox?state=lost", "outbox?id=x",
    ],
)  # fmt: skip
def test_parameters_that_make_no_sense_are_refused(api: Any, path: str) -> None:
    answer = api("GET", f"/api/v1/{path}")
    if "WyIyMDI2IiwgOTk5XQ" in path:  # a moment and a number: as good as any
        assert answer.status in (200, 400)
    else:
        assert answer.status in (400, 422), answer.text


def test_a_scan_that_is_begun_twice_under_one_key_is_one_scan(api: Any) -> None:
    first, again = (
        api("POST", "/api/v1/scans", {"root": ROOT}, Idempotency_Key="one") for _ in range(2)
    )
    assert first.json == again.json
    assert len(api("GET", "/api/v1/scans").json["data"]) == 1


def test_a_scan_whose_program_is_silent_for_long_is_given_up(api: Any, database_url: str) -> None:
    silent, told = begun(api), begun(api)
    with psycopg.connect(database_url) as plain:
        plain.execute("UPDATE rushes_staging SET until = now() - interval '1 minute'")
    assert api("POST", f"/api/v1/scans/{told}/folders", [FOLDER]).status == 200
    begun(api)
    states = {one["id"]: one["state"] for one in api("GET", "/api/v1/scans").json["data"]}
    assert (states[silent], states[told]) == ("failed", "running")
    assert api("POST", f"/api/v1/scans/{silent}/folders", [FOLDER]).status == 404


def test_a_scan_that_is_being_finished_is_not_finished_twice(api: Any, database_url: str) -> None:
    scan = begun(api)
    api("POST", f"/api/v1/scans/{scan}/folders", [FOLDER])
    with psycopg.connect(database_url) as other:
        other.execute("SELECT FROM rushes_scan WHERE id = %s FOR UPDATE", [scan])
        busy = api("POST", f"/api/v1/scans/{scan}/finish", {})
        assert (busy.status, busy.headers["Retry-After"]) == (503, "2")
    assert api("POST", f"/api/v1/scans/{scan}/finish", {}).json["added"] == 1


def test_scans_over_the_network_do_not_end_with_a_connection(api: Any) -> None:
    from django.db import connections

    scan = begun(api)
    connections.close_all()
    assert begun(api) != scan
    assert api("POST", f"/api/v1/scans/{scan}/folders", [FOLDER]).status == 200
    assert house().records.scan(scan).finished is None
    assert timedelta(hours=1) < _lease(scan)


def _lease(scan: int) -> timedelta:
    from rushes.core import clock
    from rushes.db.models import Staging

    until = Staging.objects.get(scan=scan).until
    assert until is not None
    return until - clock.now()


def test_an_image_is_found_by_a_header_that_is_like_it(api: Any) -> None:
    text = base64.b64encode(header("chlist").data()).decode()
    look = {"frame": 1001, "size": 1, "mtime_ns": 1, "header": text}
    named = {"folder": "NV", "head": "a.", "tail": ".exr", "padding": 4, "kind": "frames"}
    seen = {**named, "show": "NV", "images": [look], "frames": "1001"}
    answer = api("POST", "/api/v1/exr/files", {"root": ROOT, "sequences": [seen]})
    assert answer.json == {"added": 1, "changed": 0, "unchanged": 0, "forgotten": 0}
    (found,) = api("GET", "/api/v1/exr/files?show=nv&where=width%20=%201").json["data"]
    assert (found["head"], found["frame"]) == ("a.", 1001)
    (like,) = api("POST", "/api/v1/exr/similar", {"header": text}).json["data"]
    assert like["distance"] == pytest.approx(0, abs=1e-3)
    place = f"root={ROOT}&folder=NV&head=a.&tail=.exr&padding=4&kind=frames&frame="
    assert api("GET", f"/api/v1/exr/header?{place}1001").json == {"header": text}
    assert api("GET", f"/api/v1/exr/header?{place}1002").status == 404


@pytest.mark.parametrize("wrong", ["", "####", base64.b64encode(b"no header").decode()])
def test_what_is_no_header_is_refused(api: Any, wrong: str) -> None:
    assert api("POST", "/api/v1/exr/similar", {"header": wrong}).status == 422


def test_more_frames_than_memory_are_refused(api: Any) -> None:
    named = {"folder": "NV", "head": "a.", "tail": ".exr", "padding": 4, "kind": "frames"}
    body = {"root": ROOT, "sequences": [{**named, "frames": "1-999999999999"}]}
    assert api("POST", "/api/v1/exr/files", body).status == 422


def test_a_record_is_told_as_it_was_sent_as_an_object_or_as_text(api: Any) -> None:
    import json

    from rushes.client.spelling.sign_offs import asset_row, record_text
    from rushes.testing.signed import asset

    texts = [record_text(one) for one in chain(asset(), 2).records]
    body = {"chains": [{"asset": asset_row(asset()), "records": [json.loads(texts[0]), texts[1]]}]}
    assert api("POST", "/api/v1/qc/records", body).json == {"new": 2, "known": 0, "lost": 0}
    (found,) = api("GET", f"/api/v1/qc/records?root={ROOT}&result=pass").json["data"]
    assert found["record"] == json.loads(texts[1])
    body["chains"][0]["records"] = [{**json.loads(texts[0]), "colour": "red"}]
    assert api("POST", "/api/v1/qc/records", body).status == 422


def test_a_claim_by_nobody_is_refused_and_a_post_is_sent_by_one(api: Any) -> None:
    post = {"tracker": "trak", "key": "k", "asset_path": "/a", "document": "{}"}
    post["time"] = "2026-11-16T09:00:00Z"
    (kept,) = api("POST", "/api/v1/outbox", {"posts": [post]}).json["data"]
    (claim,) = api("POST", "/api/v1/outbox/claim", {"ids": [kept["id"]]}).json["data"]
    assert api("POST", "/api/v1/outbox/claim", {"ids": [kept["id"]]}).json["data"] == []
    held = {"id": claim["id"], "holder": claim["holder"]}
    assert api("POST", "/api/v1/outbox/begin", {"claims": [held]}).json["ids"] == [kept["id"]]
    settled = [{**held, "state": "delivered"}]
    assert api("POST", "/api/v1/outbox/settle", {"settled": settled}).status == 200
    assert api("GET", "/api/v1/outbox?state=delivered").json["data"][0]["id"] == kept["id"]
    nobody = {"claims": [{"id": 1, "holder": "me"}]}
    assert api("POST", "/api/v1/outbox/begin", nobody).status == 422


@pytest.mark.parametrize(
    "path",
    [
        "scans?root=/nope",
        "file-sequences?root=/nope",
        "folder-use?root=/nope",
        "qc/records?root=/nope",
        "qc/heads?root=/nope",
        "qc/history?root=/nope&folder=.&name=a.mov",
    ],
)
def test_a_mistyped_storage_root_is_none_with_nothing_in_it(
    api: Any, error_of: Callable[..., Any], path: str
) -> None:
    begun(api)
    told = error_of(api("GET", f"/api/v1/{path}"), 404)
    assert told["code"] == "record.not_found"
    assert "/nope" in told["message"]
    assert ROOT in told["hint"]
    there = api("GET", f"/api/v1/{path.replace('/nope', ROOT)}")
    assert there.status == 200, there.text
