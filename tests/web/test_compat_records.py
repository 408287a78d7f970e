"""Projects, shots, tasks and all else as clients of project_manager list and change them."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.model.scan import Actor
from rushes.ports.people import Person
from rushes.testing.asked import statements

ACTOR = Actor("tests")


def data_of(answer: Any, status: int = 200) -> Any:
    """What was asked for."""
    assert answer.status == status, answer.text
    assert answer.json["ok"] is True
    return answer.json["data"]


@pytest.fixture
def put(api: Any) -> Any:
    """Makes a record, or changes one, and tells it."""
    return lambda plural, **fields: data_of(api("POST", f"/api/{plural}/", fields))


@pytest.fixture
def show(put: Any) -> dict[str, Any]:
    """A project with a sequence, a shot, an asset and a task on the shot."""
    project = put("projects", name="Nova", code="NV", base_path="/shows/nv", default_fps=25)
    under = {"project_id": project["id"]}
    sequence = put("sequences", name="sq010", **under, status="in_progress")
    shot = put("shots", name="sh0010", sequence_id=sequence["id"], **under, frame_start="1001",
               frame_end="1048", notes="hero")  # fmt: skip
    asset = put("assets", name="Bear", asset_type="character", category="animals", **under)
    artist = put("artists", username="ann", email="ann@example.com")
    task = put("tasks", artist_id=artist["id"], task_type="fx", shot_id=shot["id"])
    return {"project": project, "sequence": sequence, "shot": shot, "asset": asset,
            "artist": artist, "task": task}  # fmt: skip


def test_records_are_told_under_their_older_names(show: Any) -> None:
    project, shot, asset, task = (show[one] for one in ("project", "shot", "asset", "task"))
    assert (project["default_fps"], project["base_path"]) == ("25", "/shows/nv")
    assert (shot["code"], shot["frame_start"], shot["frame_end"]) == ("sh0010", 1001, 1048)
    assert (shot["project_id"], shot["notes"]) == (project["id"], "hero")
    assert (asset["name"], asset["asset_type"], asset["category"]) == (
        "Bear", "character", "animals"
    )  # fmt: skip
    assert (task["task_name"], task["task_type"], task["department"]) == ("fx", "fx", "fx")
    assert (task["artist_id"], task["status"]) == (show["artist"]["id"], "not_started")


def test_they_are_the_same_records_as_everywhere(show: Any, api: Any) -> None:
    shot = api("GET", f"/api/v1/shots/{show['shot']['id']}").json
    assert (shot["frame_in"], shot["custom"]) == (1001, {"name": "sh0010", "notes": "hero"})
    assert api("GET", f"/api/v1/projects/{show['project']['id']}").json["fps"] == "25"


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("projects?code=NV", "project"),
        ("assets?project_id={project}", "asset"),
        ("assets?name=Bear", "asset"),
        ("sequences?project_id={project}&code=sq010", "sequence"),
        ("shots?sequence_id={sequence}", "shot"),
        ("shots?id={shot}", "shot"),
        ("artists?username=ann", "artist"),
        ("tasks?artist_id={artist}", "task"),
        ("tasks?shot_id={shot}&task_type=fx", "task"),
        ("tasks?project_id={project}&status=not_started", "task"),
    ],
)
def test_they_are_found_by_what_older_clients_ask(
    show: Any, api: Any, address: str, kind: str, slash: str
) -> None:
    numbers = {name: one["id"] for name, one in show.items()}
    plural, _, query = address.format(**numbers).partition("?")
    assert data_of(api("GET", f"/api/{plural}{slash}?{query}")) == [show[kind]]
    assert data_of(api("GET", f"/api/{plural}/{numbers[kind]}{slash}")) == show[kind]


def test_a_record_sent_with_its_number_is_changed(show: Any, put: Any, api: Any) -> None:
    shot = show["shot"]
    changed = put("shots", **{**shot, "status": "in_progress", "shot_type": "cg"})
    assert changed == {**shot, "status": "in_progress", "shot_type": "cg"}
    assert put("shots", **changed) == changed
    task = put("tasks", id=show["task"]["id"], status="wip", due_date="2026-12-01")
    assert (task["status"], task["due_date"], task["task_name"]) == ("wip", "2026-12-01", "fx")
    patched = api("PATCH", f"/api/tasks/{task['id']}/", {"priority": "80"})
    assert data_of(patched)["priority"] == 80


def test_a_shot_stays_in_its_sequence(show: Any, put: Any, api: Any) -> None:
    other = put("sequences", name="sq020", project_id=show["project"]["id"])
    answer = api("POST", "/api/shots/", {"id": show["shot"]["id"], "sequence_id": other["id"]})
    assert answer.status == 422
    elsewhere = put("projects", name="Other")["id"]
    made = {"name": "sh0020", "sequence_id": other["id"], "project_id": elsewhere}
    assert api("POST", "/api/shots/", made).status == 422


def test_what_is_removed_is_archived(show: Any, api: Any) -> None:
    at = f"/api/assets/{show['asset']['id']}"
    data_of(api("DELETE", at))
    assert data_of(api("GET", "/api/assets/")) == []
    assert data_of(api("GET", at))["name"] == "Bear"


@pytest.mark.parametrize(
    ("plural", "body", "status"),
    [
        ("projects", {}, 422),
        ("shots", {"name": "sh0010"}, 422),
        ("shots", {"name": "sh0010", "sequence_id": 4711}, 422),
        ("tasks", {"task_type": "nonsense", "shot_id": 1}, 404),
        ("tasks", {"shot_id": 1}, 422),
        ("projects", {"id": 4711, "name": "x"}, 404),
        ("projects", {"name": "x", "resolution_width": "wide"}, 422),
        ("artists", {"username": "ann", "status": "asleep"}, 422),
    ],
)
def test_what_makes_no_sense_is_refused(
    api: Any, plural: str, body: dict[str, Any], status: int
) -> None:
    answer = api("POST", f"/api/{plural}/", body)
    assert (answer.status, answer.json["ok"]) == (status, False)


def test_a_name_that_is_taken_is_refused(show: Any, api: Any) -> None:
    answer = api("POST", "/api/projects/", {"name": "NV"})
    assert (answer.status, answer.json["code"]) == (409, "record.conflict")


def test_roles_hold_here_as_everywhere(show: Any, server: Any, token: Any, api_as: Any) -> None:
    person = Person(0, "carl", roles={"NV": "client"})
    server.add(person, password="a long password", actor=ACTOR)
    carl = api_as(token("carl", "write"))
    assert data_of(carl("GET", "/api/tasks/")) == []
    assert carl("POST", "/api/shots/", {"id": show["shot"]["id"], "notes": "x"}).status == 403
    scene = {"task_id": show["task"]["id"], "software": "nuke", "file_path": "/a.nk"}
    assert carl("POST", "/api/scenes/record", scene).status == 404


def test_scenes_are_numbered_and_recorded(show: Any, api: Any) -> None:
    task = show["task"]["id"]
    wanted = f"task_id={task}&software=Houdini"
    assert data_of(api("GET", f"/api/scenes/next?{wanted}")) == {"version": 1, "iteration": 1}
    scene = {"task_id": task, "artist_id": show["artist"]["id"], "software": "houdini",
             "file_path": "/shows/nv/ann_fx_fx_v001_i001.hip", "version": 1,
             "iteration": 1}  # fmt: skip
    made = data_of(api("POST", "/api/scenes/record/", scene))
    assert made["recorded"] is True
    assert data_of(api("GET", f"/api/scenes/next/?{wanted}"))["iteration"] == 2
    assert api("POST", "/api/scenes/record", scene).status == 409
    (row,) = data_of(api("GET", f"/api/scenes/?{wanted}"))
    assert (row["id"], row["artist_id"]) == (made["id"], show["artist"]["id"])
    assert row["file_path"] == scene["file_path"]


def test_a_scene_is_recorded_under_the_number_that_was_reserved(show: Any, api: Any) -> None:
    wanted = {"task_id": show["task"]["id"], "software": "nuke"}
    first, second = (data_of(api("POST", "/api/scenes/next/", wanted)) for _ in range(2))
    assert (first["iteration"], second["iteration"]) == (1, 2)
    scene = {**wanted, "file_path": "/shows/nv/a.nk", "version": 1, "iteration": 1}
    assert data_of(api("POST", "/api/scenes/record", scene))["iteration"] == 1


def test_lists_ask_as_often_whatever_they_hold(show: Any, api: Any) -> None:
    def asked() -> int:
        with statements() as counted:
            data_of(api("GET", "/api/tasks/"))
        return len(counted)

    before = asked()
    for name in ("one", "two", "three"):
        body = {"task_name": name, "task_type": "comp", "shot_id": show["shot"]["id"]}
        data_of(api("POST", "/api/tasks/", body))
    assert asked() == before


def test_json_that_is_called_a_form_is_read_as_json(show: Any, api: Any) -> None:
    """As curl sends it where no type is given."""
    at = f"/api/shots/{show['shot']['id']}/"
    for body in (b'{"status": "in_progress"}', b' {"status": "done"}'):
        head = {"Content_Type": "application/x-www-form-urlencoded"}
        answer = data_of(api("POST", at, raw=body, **head))
        assert answer["status"] in body.decode()
    assert data_of(api("GET", at))["status"] == "done"


def test_a_change_of_nothing_that_there_is_is_no_change(show: Any, api: Any) -> None:
    answer = api("POST", f"/api/shots/{show['shot']['id']}/", {"statsu": "wip"})
    assert (answer.status, answer.json["ok"]) == (422, False)
    assert "statsu" in answer.json["error"]


def test_a_form_that_is_no_utf8_is_refused(show: Any, api: Any) -> None:
    at = f"/api/shots/{show['shot']['id']}/"
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    for body in (b"notes=caf%E9", b"notes=caf\xe9", b"n%ff=x&notes=y"):
        assert api("POST", at, raw=body, **form).status == 422
    assert api("GET", "/api/shots/?name=caf%E9").status == 422
    for body, kept in ((b"notes=caf%C3%A9", "caf\u00e9"), (b"notes=%EF%BF%BD", "\ufffd")):
        assert data_of(api("POST", at, raw=body, **form))["notes"] == kept
    multipart = {"Content_Type": "multipart/form-data; boundary=x"}
    part = b'--x\r\nContent-Disposition: form-data; name="notes"\r\n\r\ncaf\xe9\r\n--x--\r\n'
    assert api("POST", at, raw=part, **multipart).status == 422
