"""Ingests and deliveries over the API: asked for, watched, cancelled, and who may do what."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from rushes.model.movement import (
    DeliveredFile,
    Headway,
    Movement,
    MovementEnd,
    MovementKind,
    MovementState,
    NewMovement,
)
from rushes.ports.people import People, Person
from rushes.testing.found import ACTOR
from rushes.web.house import Allowed, house, move_in

BLAKE3 = "af" * 32


@pytest.fixture
def project(make_project: Callable[..., int]) -> int:
    """A project on a server that may take drops in and make deliveries."""
    number = make_project("NV")
    allowed = Allowed(("/mnt/drops", "s3://vendor-in/acme"), ("/mnt/shows",), ("/mnt/outbox",))
    move_in(replace(house(), allowed=allowed))
    return number


@pytest.fixture
def as_role(
    server: People, project: int, token: Callable[..., str], api_as: Any
) -> Callable[..., Any]:
    """Asks as somebody with a role in the project."""

    def asked(role: str, *scopes: str) -> Any:
        server.add(Person(0, role), password="a long password", actor=ACTOR)
        server.set_role(role, project="NV", role=role, actor=ACTOR)
        return api_as(token(role, *(scopes or ("write",))))

    return asked


@pytest.fixture
def delivered(project: int) -> Movement:
    """A delivery that is done, with a file that a spreadsheet would calculate."""
    new = NewMovement(MovementKind.DELIVERY, str(uuid4()), project, "acme_{n:02d}", "client_out")
    made = house().movements.begin(new, actor=ACTOR)
    files = (
        DeliveredFile("=1+1.exr", 7, {"blake3": BLAKE3, "md5": "0f"}, source="@mnt", frame=1001),
        DeliveredFile("media/a\udcff.exr", 8, {"blake3": BLAKE3}, earlier=3),
    )
    ended = MovementEnd(MovementState.DONE, {"files": 2}, files=files)
    return house().movements.end(made.id, ended, actor=ACTOR)


def ingest(project: int, **more: Any) -> dict[str, Any]:
    return {"project": project, "drop": "/mnt/drops/acme", **more}


def jobs(database_url: str) -> list[Any]:
    with psycopg.connect(database_url) as connection:
        return connection.execute("SELECT task_name, args FROM procrastinate_jobs").fetchall()


def whole(api: Any, path: str) -> Any:
    """An answer that is sent as it is read."""
    return api.client.get(path, headers=api._head)


def test_an_ingest_is_queued_with_its_job(api: Any, project: int, database_url: str) -> None:
    answer = api("POST", "/api/v1/ingests", ingest(project, vendor="acme", pixels=True))
    assert answer.status == 202, answer.text
    made = answer.json
    assert answer.headers["Location"] == f"/api/v1/ingests/{made['id']}"
    assert (made["state"], made["name"], made["context"]) == ("queued", "acme_01", "acme")
    assert (made["artist"], made["order"]["drop"]) == ("ada", "/mnt/drops/acme")
    assert made["order"]["options"]["pixels"] is True
    assert api("GET", f"/api/v1/ingests/{made['id']}").json == made
    told = {"name": "ada", "on_behalf_of": ""}
    assert jobs(database_url) == [("ingest", {"number": made["id"], "actor": told})]


def test_what_is_sent_again_is_queued_once(api: Any, project: int, database_url: str) -> None:
    body = ingest(project)
    first, again = (api("POST", "/api/v1/ingests", body, Idempotency_Key="one") for _ in range(2))
    assert (first.status, again.status) == (202, 202)
    assert again.headers["Idempotent-Replayed"] == "true"
    keyed = ingest(project, key=str(uuid4()))
    ids = {api("POST", "/api/v1/ingests", keyed).json["id"] for _ in range(2)}
    assert len(ids) == 1
    assert len(jobs(database_url)) == 2


def test_a_key_of_another_order_is_refused(
    api: Any, project: int, error_of: Any, database_url: str
) -> None:
    key = str(uuid4())
    theirs = {"kind": "ingest", "key": key, "project": project, "name": "mine",
              "state": "queued", "order": {"drop": "/etc", "options": {}}}  # fmt: skip
    assert api("POST", "/api/v1/movements", theirs).status == 201
    error = error_of(api("POST", "/api/v1/ingests", ingest(project, key=key)), 409)
    assert "key" in error["message"]
    assert jobs(database_url) == []


def test_a_delivery_is_queued_with_its_job(api: Any, project: int, database_url: str) -> None:
    body = {
        "project": project, "context": "client_out", "output": "/mnt/outbox/nv",
        "selection": {"playlist": "dailies"}, "shape": "folder",
    }  # fmt: skip
    made = api("POST", "/api/v1/deliveries", body)
    assert made.status == 202, made.text
    assert made.json["kind"] == "delivery"
    assert re.fullmatch(r"NV_client_out_\d{8}_01", made.json["name"])
    order = made.json["order"]
    assert (order["show"], order["output"], order["shape"]) == ("NV", "/mnt/outbox/nv", "folder")
    assert order["selection"]["playlist"] == "dailies"
    assert [name for name, _ in jobs(database_url)] == ["deliver"]


@pytest.mark.parametrize(
    ("at", "shape"), [("/mnt/outbox/nv", "folder"), ("/mnt/outbox/nv.zip", "zip")]
)
def test_a_delivery_has_the_shape_that_the_command_gives_it(
    api: Any, project: int, at: str, shape: str
) -> None:
    body = {"project": project, "context": "client_out", "output": at}
    assert api("POST", "/api/v1/deliveries", body).json["order"]["shape"] == shape


@pytest.mark.parametrize(
    "selection",
    [
        {"playlist": ""},
        {"playlist": " "},
        {"episodes": []},
        {"shots": [""]},
        {"statuses": []},
        {"playlist": "dailies", "shots": ["sh010"]},
    ],
)
def test_an_empty_selection_is_never_the_whole_show(
    api: Any, project: int, error_of: Any, selection: Any
) -> None:
    body = {"project": project, "context": "client_out", "output": "/mnt/outbox/nv"}
    error_of(api("POST", "/api/v1/deliveries", {**body, "selection": selection}), 422)
    assert api("GET", "/api/v1/deliveries").json["data"] == []


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"drop": "/mnt/shows/x"}, "drop"),
        ({"drop": "/mnt/drops/../shows"}, "drop"),
        ({"drop": "/mnt/dropsy"}, "drop"),
        ({"drop": "drops"}, "drop"),
        ({"drop": "s3://vendor-in/acme2"}, "drop"),
        ({"drop": "s3://other/acme"}, "drop"),
        ({"drop": "file:///mnt/drops"}, "drop"),
        ({"to": "/etc"}, "to"),
        ({"manifests": ["/etc/passwd"]}, "manifests"),
        ({"policies": ["/tmp/mine.toml"]}, "policies"),
        ({"source": "stranger"}, "source"),
        ({"settle": -1.0}, "settle"),
        ({"max_workers": 10_000}, "max_workers"),
        ({"key": "seven"}, "key"),
        ({"colour": "red"}, "colour"),
        ({"name": "a\0b"}, "NUL"),
    ],
    ids=str,
)
def test_an_order_that_makes_no_sense_is_refused_and_not_queued(
    api: Any, project: int, error_of: Any, more: dict[str, Any], word: str
) -> None:
    answer = api("POST", "/api/v1/ingests", ingest(project, **more))
    assert word in str(error_of(answer, 422))
    assert api("GET", "/api/v1/ingests").json["data"] == []


def test_places_below_those_of_the_settings_may_be_named(api: Any, project: int) -> None:
    for drop in ("/mnt/drops", "/mnt/drops/a/b/", "s3://vendor-in/acme/today"):
        answer = api("POST", "/api/v1/ingests", ingest(project, drop=drop, to="/mnt/shows/nv"))
        assert answer.status == 202, answer.text


def test_a_server_that_is_told_of_no_folder_takes_no_order(
    api: Any, project: int, error_of: Any
) -> None:
    move_in(replace(house(), allowed=Allowed()))
    error = error_of(api("POST", "/api/v1/ingests", ingest(project)), 403)
    assert "ingest.drops" in error["hint"]
    body = {"project": project, "context": "client_out", "output": "/mnt/outbox"}
    assert "deliver.outbox" in error_of(api("POST", "/api/v1/deliveries", body), 403)["hint"]


@pytest.mark.parametrize("role", ["vendor", "client"])
def test_people_of_other_houses_see_none_of_it(
    as_role: Any, delivered: Movement, error_of: Any, role: str
) -> None:
    theirs = as_role(role, "admin")
    there = f"deliveries/{delivered.id}"
    for path in ("ingests", "deliveries", there, f"{there}/files", f"{there}/manifest",
                 f"{there}/progress", "movements", f"movements/{delivered.id}"):  # fmt: skip
        assert error_of(theirs("GET", f"/api/v1/{path}"), 403)["code"] == "access.denied"
    error_of(theirs("POST", "/api/v1/ingests", ingest(delivered.project)), 403)
    error_of(theirs("POST", f"/api/v1/{there}/cancel", {}), 403)
    sent = {"project": delivered.project, "context": "client_out"}
    error_of(theirs("POST", "/api/v1/movements/sent", sent), 403)
    told = theirs("GET", "/api/v1/events?kind=movement").json["data"]
    assert told == []


def test_artists_look_on_and_those_who_lead_ask(
    as_role: Any, delivered: Movement, error_of: Any
) -> None:
    artist = as_role("artist")
    assert artist("GET", f"/api/v1/deliveries/{delivered.id}").status == 200
    error_of(artist("POST", "/api/v1/ingests", ingest(delivered.project)), 403)
    leads = as_role("coordinator")
    assert leads("POST", "/api/v1/ingests", ingest(delivered.project)).status == 202
    reads = as_role("supervisor", "read")
    assert reads("GET", "/api/v1/ingests").status == 200
    error_of(reads("POST", "/api/v1/ingests", ingest(delivered.project)), 403)


def test_other_projects_movements_look_as_if_they_were_not_there(
    as_role: Any, make_project: Any, api: Any, error_of: Any
) -> None:
    other = make_project("OT")
    made = api("POST", "/api/v1/ingests", ingest(other)).json["id"]
    theirs = as_role("supervisor")
    for path in (f"ingests/{made}", f"ingests/{made}/progress", f"movements/{made}"):
        error_of(theirs("GET", f"/api/v1/{path}"), 404)
    error_of(theirs("POST", f"/api/v1/ingests/{made}/cancel", {}), 404)
    error_of(theirs("POST", "/api/v1/ingests", ingest(other)), 403)
    assert theirs("GET", "/api/v1/ingests").json["data"] == []
    assert theirs("GET", f"/api/v1/ingests?project={other}").json["data"] == []


def test_each_kind_has_its_own_addresses(api: Any, delivered: Movement, error_of: Any) -> None:
    error_of(api("GET", f"/api/v1/ingests/{delivered.id}"), 404)
    error_of(api("POST", f"/api/v1/ingests/{delivered.id}/cancel", {}), 404)
    assert api("GET", "/api/v1/ingests").json["data"] == []
    (found,) = api("GET", "/api/v1/deliveries?state=done&context=client_out").json["data"]
    assert found["name"] == "acme_01"
    assert "report" not in found
    error_of(api("GET", "/api/v1/deliveries?state=lost"), 422)
    error_of(api("GET", "/api/v1/deliveries?colour=red"), 422)


def test_what_is_queued_is_cancelled_at_once(api: Any, project: int) -> None:
    made = api("POST", "/api/v1/ingests", ingest(project)).json["id"]
    gone = api("POST", f"/api/v1/ingests/{made}/cancel", {})
    assert (gone.json["state"], gone.json["wanted"]) == ("cancelled", False)
    assert api("POST", f"/api/v1/ingests/{made}/cancel", {}).json == gone.json


def test_progress_is_asked_for_again_by_its_etag(api: Any, project: int) -> None:
    made = api("POST", "/api/v1/ingests", ingest(project)).json["id"]
    path = f"/api/v1/ingests/{made}/progress"
    first = api("GET", path)
    assert (first.json["state"], first.json["done"], first.json["total"]) == ("queued", 0, None)
    assert api("GET", path, If_None_Match=first.headers["ETag"]).status == 304
    house().movements.beat(made, Headway(3, 40, "hashing"), actor=ACTOR)
    later = api("GET", path, If_None_Match=first.headers["ETag"])
    assert (later.status, later.json["done"], later.json["total"]) == (200, 3, 40)
    assert (later.json["state"], later.json["note"]) == ("running", "hashing")


def test_beginnings_and_ends_are_events_and_signs_of_life_are_not(
    api: Any, project: int, database_url: str
) -> None:
    made = api("POST", "/api/v1/ingests", ingest(project)).json["id"]
    for done in range(3):
        house().movements.beat(made, Headway(done), actor=ACTOR)
    house().movements.cancel(made, actor=ACTOR)
    house().movements.end(made, MovementEnd(MovementState.CANCELLED), actor=ACTOR)
    with psycopg.connect(database_url) as connection:
        told = connection.execute(
            "SELECT action, actor, after FROM rushes_event WHERE kind = 'movement' ORDER BY id"
        ).fetchall()
    assert [(action, after.get("state")) for action, _, after in told] == [
        ("create", "queued"), ("update", "running"), ("update", None), ("update", "cancelled"),
    ]  # fmt: skip
    assert told[0][1] == "ada"
    assert "seen" not in told[1][2]


def test_a_manifest_has_all_files_as_json(api: Any, delivered: Movement) -> None:
    answer = whole(api, f"/api/v1/deliveries/{delivered.id}/manifest")
    told = json.loads(b"".join(answer.streaming_content))
    assert told["schema"] == "rushes.delivered-files/1"
    assert (told["name"], told["counts"]) == ("acme_01", {"files": 2})
    assert [one["path"] for one in told["files"]] == ["=1+1.exr", "media/a\\xff.exr"]
    assert told["files"] == api("GET", f"/api/v1/deliveries/{delivered.id}/files").json["data"]
    assert answer.headers["Content-Disposition"].endswith(f'"delivery-{delivered.id}.json"')


def test_no_cell_of_a_manifest_becomes_a_formula(api: Any, delivered: Movement) -> None:
    answer = whole(api, f"/api/v1/deliveries/{delivered.id}/manifest?format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [one["path"] for one in rows] == ["'=1+1.exr", "media/a\\xff.exr"]
    assert (rows[0]["source"], rows[0]["frame"], rows[1]["earlier"]) == ("'@mnt", "1001", "3")
    assert rows[0]["blake3"] == BLAKE3


def test_a_manifest_of_an_unknown_form_or_delivery_is_refused(
    api: Any, delivered: Movement, error_of: Any
) -> None:
    error_of(api("GET", f"/api/v1/deliveries/{delivered.id}/manifest?format=xml"), 422)
    error_of(api("GET", "/api/v1/deliveries/999/manifest"), 404)


def test_a_program_s_end_in_parts_is_whole_or_nothing(
    api: Any, project: int, error_of: Any
) -> None:
    body = {"kind": "delivery", "key": str(uuid4()), "project": project, "name": "parts"}
    made = api("POST", "/api/v1/movements", body)
    assert made.status == 201, made.text
    at = f"/api/v1/movements/{made.json['id']}"
    for part in range(2):
        file = {"path": f"{part}.exr", "size": 1, "digests": {"blake3": BLAKE3}}
        kept = api("POST", f"{at}/parts", {"part": part, "files": [file]})
        assert kept.json == {"files": 1}
    error_of(api("POST", f"{at}/end", {"state": "done", "parts": 3}), 422)
    assert api("GET", at).json["state"] == "running"
    assert api("POST", f"{at}/end", {"state": "done", "parts": 2}).json["state"] == "done"
    found = api("GET", f"{at}/files").json["data"]
    assert [one["path"] for one in found] == ["0.exr", "1.exr"]


def test_a_program_needs_a_scope_and_a_role_to_have_its_own_on_record(
    as_role: Any, project: int, error_of: Any
) -> None:
    body = {"kind": "ingest", "key": str(uuid4()), "project": project, "name": "mine"}
    artist = as_role("artist", "publish")
    assert artist("POST", "/api/v1/movements", body).status == 201
    error_of(as_role("supervisor", "read")("POST", "/api/v1/movements", body), 403)
    error_of(as_role("client", "publish")("POST", "/api/v1/movements", body), 403)


def test_the_admin_pages_tell_of_it_and_change_nothing(delivered: Movement, logged_in: Any) -> None:
    browser = logged_in()
    there = f"/admin/rushes/movement/{delivered.id}/change/"
    assert delivered.name in browser.get(there).content.decode()
    token = browser.cookies["rushes_csrf"].value
    sent = browser.post(there, {"state": "failed", "csrfmiddlewaretoken": token})
    assert sent.status_code == 403
    assert house().movements.movement(delivered.id).state is MovementState.DONE
