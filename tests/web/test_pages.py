"""Pages for people: the first one, and the admin's."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from rushes.model.frames import FrameRange, FrameSet
from rushes.model.kinds import PLURALS
from rushes.model.scan import Actor
from rushes.ports.people import People, Person
from rushes.testing.asked import statements
from rushes.testing.found import found_folder, scanned

ACTOR = Actor("tests")
PASSWORD = "a long password"


def queries(browser: Any, path: str) -> int:
    """How many statements a page costs."""
    with statements() as seen:
        assert browser.get(path).status_code == 200
    return len(seen)


def test_the_first_page_costs_the_same_with_many_records(
    api: Any, logged_in: Any, make_shots: Any
) -> None:
    browser = logged_in()
    make_shots(1)
    browser.get("/")
    few = queries(browser, "/")
    for at in range(10):
        make_shots(5, f"P{at}")
    assert queries(browser, "/") == few


def test_the_first_page_shows_projects_and_what_happened(
    api: Any, logged_in: Any, make_shots: Any
) -> None:
    make_shots(1, "NV<script>")
    text = logged_in().get("/").content.decode()
    assert "NV&lt;script&gt;" in text
    assert "<script>" not in text
    assert "made shot sq010/sh0000" in text
    assert "/admin/" in text


def test_the_first_page_shows_missing_frames_and_disk_use(
    admin: Person, tmp_path: Any, database_url: str, logged_in: Any
) -> None:
    from rushes.db.opening import open_records

    holed = FrameSet((FrameRange(1001, 1003), FrameRange(1006, 1010)))
    with closing(open_records(database_url, data_dir=tmp_path)) as records:
        scanned(records, found_folder("nv/whole", "plate."))
        assert "No frame is missing" in logged_in().get("/").content.decode()
        scanned(records, found_folder("nv/holed", "plate.", frames=holed))
    text = logged_in().get("/").content.decode()
    assert "nv/holed/plate.%04d.exr" in text
    assert "1004-1005" in text
    assert '<td class="number warning">2</td>' in text
    assert "nv/whole" not in text
    assert "Disk use" in text


def test_the_first_page_misses_what_the_shots_ranges_on_record_miss(
    api: Any, admin: Person, tmp_path: Any, database_url: str, logged_in: Any, make_shots: Any
) -> None:
    from rushes.db.opening import open_records

    lost, whole = make_shots(2, "nv")
    for shot in (lost, whole):
        api("PATCH", f"/api/v1/shots/{shot['id']}", {"frame_in": 1001, "frame_out": 1012})
    stepped = FrameSet((FrameRange(1001, 1009, 2),))
    short = FrameSet((FrameRange(1003, 1010),))
    full = FrameSet((FrameRange(1001, 1012),))
    with closing(open_records(database_url, data_dir=tmp_path)) as records:
        scanned(
            records,
            found_folder("nv/sq010/sh0000/comp", "first_and_last.", frames=short),
            found_folder("nv/sq010/sh0001/comp", "all.", frames=full),
            found_folder("nv/lib/elements", "every_second.", frames=stepped),
        )
    text = logged_in().get("/").content.decode()
    assert "1001-1002,1011-1012" in text
    assert "shot nv/sq010/sh0000 on record" in text
    assert '<td class="number warning">4</td>' in text
    assert "all.%04d" not in text
    assert "every_second" not in text


def test_the_first_page_holds_frames_against_the_settings_before_the_records(
    api: Any, admin: Person, tmp_path: Any, database_url: str, logged_in: Any, monkeypatch: Any
) -> None:
    from dataclasses import replace

    from rushes.db.opening import open_records
    from rushes.web import house

    told = {"nv/sq010/sh0010": "1001-1011", "nv/sh0020": "1001-1013"}
    monkeypatch.setattr(house, "_house", replace(house.house(), shots=told))
    with closing(open_records(database_url, data_dir=tmp_path)) as records:
        scanned(
            records,
            found_folder("nv/sq010/sh0010/comp", "one."),
            found_folder("nv/sq010/sh0020/comp", "other."),
        )
    text = logged_in().get("/").content.decode()
    assert "shot nv/sq010/sh0010 (the server&#x27;s settings)" in text
    assert "1011-1013" in text


def test_the_first_page_says_when_not_all_file_sequences_were_looked_at(
    admin: Person, tmp_path: Any, database_url: str, logged_in: Any, monkeypatch: Any
) -> None:
    from rushes.db.opening import open_records
    from rushes.web import missing_frames

    monkeypatch.setattr(missing_frames, "_CANDIDATES", 2)
    holed = FrameSet((FrameRange(1001, 1003), FrameRange(1006, 1010)))
    with closing(open_records(database_url, data_dir=tmp_path)) as records:
        scanned(records, found_folder("nv/holed", "a.", "b.", "c.", frames=holed))
    text = logged_in().get("/").content.decode()
    assert text.count("1004-1005") == 2
    assert "more than could be looked at" in text


def test_events_on_the_first_page_name_what_they_are_of(
    api: Any, logged_in: Any, make_task: Any
) -> None:
    task = make_task()
    api("PATCH", f"/api/v1/tasks/{task}", {"status": "wip"})
    kinds = api("GET", "/api/v1/task-types?limit=2").json["data"]
    api("PATCH", f"/api/v1/tasks/{task}", {"type": kinds[1]["id"]})
    text = logged_in().get("/").content.decode()
    named = f"changed task sq010/sh0000/{kinds[0]['code']}"
    assert text.count(named) == 2
    assert "status: not_started → wip" in text
    assert f"type: {kinds[0]['code']} → {kinds[1]['code']}" in text


def test_a_client_sees_their_projects_and_nothing_of_the_studio(
    api: Any, server: People, logged_in: Any, make_shots: Any
) -> None:
    make_shots(1, "NV")
    make_shots(1, "OTHER")
    person = Person(0, "client", roles={"NV": "client"})
    server.add(person, password=PASSWORD, actor=ACTOR)
    browser = logged_in("client")
    text = browser.get("/").content.decode()
    assert "NV" in text
    assert "OTHER" not in text
    assert "made shot" not in text
    assert "that you may see" in text
    assert "Disk use" not in text
    assert browser.get("/admin/", follow=True).status_code == 403


def test_the_page_of_the_api_has_every_subject(api: Any, admin: Person, logged_in: Any) -> None:
    text = logged_in().get("/api/v1/docs").content.decode()
    for path in api("GET", "/api/v1/openapi.json").json["paths"]:
        named = path.removeprefix("/api/v1/").split("/")
        if named[0] not in PLURALS and named[-1] not in ("next", "record"):
            assert path in text


def test_every_admin_page_opens_and_is_searched(api: Any, logged_in: Any, make_shots: Any) -> None:
    from rushes.web.admin.site import SITE

    make_shots(2)
    browser = logged_in()
    assert browser.get("/admin/").status_code == 200
    for model in SITE._registry:
        there = f"/admin/rushes/{model._meta.model_name}/"
        assert browser.get(there).status_code == 200, there
        assert browser.get(f"{there}?q=nv").status_code == 200, there
        row = model.objects.first()
        if row is not None:
            assert browser.get(f"{there}{row.pk}/change/").status_code == 200, there


def test_what_is_changed_in_the_admin_pages_names_who_did(
    api: Any, logged_in: Any, make_shots: Any
) -> None:
    from rushes.db.models import Event, Project

    make_shots(1)
    row = Project.objects.get()
    there = f"/admin/rushes/project/{row.pk}/change/"
    browser = logged_in()
    row.name = "Night Valley"
    told = ("roots", "templates", "workflow", "custom_schema", "custom")
    values = {one.name: getattr(row, one.name) for one in row._meta.fields}
    values |= dict.fromkeys(told, "{}")
    values = {name: value for name, value in values.items() if value is not None}
    values["csrfmiddlewaretoken"] = browser.cookies["rushes_csrf"].value
    answer = browser.post(there, values)
    assert answer.status_code == 302, answer.content.decode()
    event = Event.objects.filter(kind="project", action="update").get()
    assert (event.actor, event.tool) == ("ada", "admin")
    assert event.after == {"name": "Night Valley"}


@pytest.mark.parametrize(
    "page", ["event/add/", "apitoken/add/", "reservation/add/", "stream/add/", "publish/add/"]
)
def test_what_only_the_house_writes_is_not_made_by_hand(
    admin: Person, page: str, logged_in: Any
) -> None:
    assert logged_in().get(f"/admin/rushes/{page}").status_code == 403


def test_records_are_archived_in_the_admin_pages_and_not_deleted(
    api: Any, logged_in: Any, make_shots: Any
) -> None:
    from rushes.db.models import Shot

    make_shots(2)
    browser = logged_in()
    pk = Shot.objects.first().pk  # type: ignore[union-attr]
    assert browser.get(f"/admin/rushes/shot/{pk}/delete/").status_code == 403
    form = {
        "action": "archive",
        "_selected_action": [pk],
        "csrfmiddlewaretoken": browser.cookies["rushes_csrf"].value,
    }
    assert browser.post("/admin/rushes/shot/", form).status_code == 302
    assert Shot.objects.filter(archived=None).count() == 1


def test_a_person_made_in_the_admin_pages_can_log_in(admin: Person, logged_in: Any) -> None:
    browser = logged_in()
    form = {
        "login": "grace",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "csrfmiddlewaretoken": browser.cookies["rushes_csrf"].value,
        **dict.fromkeys(("memberships-TOTAL_FORMS", "memberships-INITIAL_FORMS"), "0"),
    }
    answer = browser.post("/admin/rushes/artist/add/", form)
    assert answer.status_code == 302, answer.content.decode()
    assert logged_in("grace").get("/").status_code == 200


def test_digests_and_reservations_tokens_are_not_shown(api: Any, logged_in: Any) -> None:
    from rushes.db.models import ApiToken

    row = ApiToken.objects.get()
    text = logged_in().get(f"/admin/rushes/apitoken/{row.pk}/change/").content.decode()
    assert bytes(row.digest).hex() not in text
    assert "igest" not in text


def test_pages_sit_in_no_frame_and_run_no_script_of_others(admin: Person, logged_in: Any) -> None:
    answer = logged_in().get("/")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_an_address_without_a_page_says_so(admin: Person, logged_in: Any) -> None:
    answer = logged_in().get("/nowhere")
    assert answer.status_code == 404
    assert "There is nothing here." in answer.content.decode()


def test_the_first_page_tells_admins_alone_where_events_are_sent(
    api: Any, server: People, make_project: Any, logged_in: Any
) -> None:
    project = make_project()
    wanted = {"url": "https://hooks.example.org/a", "project": project}
    made = api("POST", "/api/v1/webhooks", wanted)
    there = f"/api/v1/webhooks/{made.json['id']}"
    api("PATCH", there, {"url": "https://hooks.example.org/word"})
    server.add(Person(0, "vera", roles={"NV": "artist"}), password=PASSWORD, actor=ACTOR)
    assert "hooks.example.org/word" in logged_in().get("/").content.decode()
    assert "hooks.example.org" not in logged_in("vera").get("/").content.decode()
