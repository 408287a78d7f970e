"""The admin pages keep the rules that every record keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rushes.ports.people import Person
from rushes.testing.asked import statements

Post = Callable[..., Any]


@pytest.fixture
def post(logged_in: Any) -> Post:
    """Sends a form of the admin pages as somebody logged in."""
    browser = logged_in()

    def sent(path: str, **fields: Any) -> Any:
        token = browser.cookies["rushes_csrf"].value
        return browser.post(f"/admin/rushes/{path}", {**fields, "csrfmiddlewaretoken": token})

    return sent


def test_a_word_that_is_renamed_is_so_on_every_shot(
    api: Any, make_shots: Any, post: Post, logged_in: Any
) -> None:
    from rushes.db.models import Event

    (shot,) = make_shots(1)
    api("PATCH", f"/api/v1/shots/{shot['id']}", {"tags": ["fx", "day"]})
    word = api("POST", "/api/v1/tags", {"project": shot["project"], "name": "fx"}).json["id"]
    refused = post(f"tag/{word}/change/", name="fire", colour="red")
    assert "as in #ff8800" in refused.content.decode()
    assert post(f"tag/{word}/change/", name="fire", colour="#ff0000").status_code == 302
    assert api("GET", f"/api/v1/shots/{shot['id']}").json["tags"] == ["fire", "day"]
    event = Event.objects.filter(kind="shot").latest("id")
    assert (event.actor, event.tool) == ("ada", "admin")


def test_a_usage_is_of_the_shot_s_project(api: Any, make_shots: Any, post: Post) -> None:
    (shot,), (other,) = make_shots(1), make_shots(1, "OT")
    here, there = (
        api("POST", "/api/v1/assets", {"project": one["project"], "code": "bear"}).json["id"]
        for one in (shot, other)
    )
    refused = post("usage/add/", shot=shot["id"], asset=there, count=1)
    assert "another project" in refused.content.decode()
    assert post("usage/add/", shot=shot["id"], asset=here, count=2).status_code == 302
    (made,) = api("GET", "/api/v1/usages").json["data"]
    assert (made["project"], made["count"]) == (shot["project"], 2)
    assert post(f"usage/{made['id']}/delete/", post="yes").status_code == 302
    assert api("GET", "/api/v1/usages").json["data"] == []


def test_a_status_keeps_the_workflow_and_custom_fields_their_schema(
    api: Any, make_shots: Any, post: Post
) -> None:
    (shot,) = make_shots(1)
    rules = {
        "workflow": {"shot": {"not_started": ["wip"], "wip": []}},
        "custom_schema": {"shot": {"plates": {"type": "whole"}}},
    }
    assert api("PATCH", f"/api/v1/projects/{shot['project']}", rules).status == 200
    there = f"shot/{shot['id']}/change/"
    given = {"code": shot["code"], "status": "wip", "tags": "[]", "custom": "{}"}
    for name, value, word in [
        ("status", "done", "no status"),
        ("custom", '{"plates": "many"}', "whole number"),
        ("code", "../etc", "no slash"),
        ("tags", "[1]", "text"),
    ]:
        refused = post(there, **{**given, name: value})
        assert refused.status_code == 200
        assert word in refused.content.decode()
    assert post(there, **given).status_code == 302
    assert api("GET", f"/api/v1/shots/{shot['id']}").json["status"] == "wip"
    assert "may not follow" in post(there, **{**given, "status": "not_started"}).content.decode()


def test_what_is_given_once_is_shown_and_not_asked_for(
    api: Any, make_task: Any, logged_in: Any
) -> None:
    number = make_task()
    api("POST", "/api/v1/versions", {"task": number, "name": "v"})
    api("POST", f"/api/v1/tasks/{number}/comment", {"text": "hm"})
    browser = logged_in()
    for page, names in [
        ("shot", ("project", "sequence", "revision")),
        ("task", ("project", "shot", "asset")),
        ("version", ("project", "task", "number")),
        ("note", ("project", "kind", "target", "artist")),
    ]:
        text = browser.get(f"/admin/rushes/{page}/1/change/").content.decode()
        assert 'name="custom"' in text
        for name in names:
            assert f'name="{name}"' not in text
    assert browser.get("/admin/rushes/note/add/").status_code == 403


def test_no_admin_locks_themselves_out(admin: Person, post: Post, api: Any) -> None:
    from rushes.db.models import Artist

    rows = dict.fromkeys(("memberships-TOTAL_FORMS", "memberships-INITIAL_FORMS"), "0")
    assert post(f"artist/{admin.id}/change/", login="ada", name="Ada", **rows).status_code == 302
    post("artist/", action="archive", _selected_action=[admin.id])
    row = Artist.objects.get(pk=admin.id)
    assert (row.name, row.is_admin, row.is_active, row.archived) == ("Ada", True, True, None)


def test_events_are_narrowed_by_what_was_done(api: Any, make_shots: Any, logged_in: Any) -> None:
    make_shots(2)
    browser = logged_in()
    for asked, shown in (("kind=shot", "2 events"), ("action=delete", "0 events")):
        text = browser.get(f"/admin/rushes/event/?{asked}").content.decode()
        assert shown in text


def test_lists_cost_the_same_with_many_records(
    api: Any, make_shots: Any, logged_in: Any, make_project: Any
) -> None:
    from rushes.web.admin.site import SITE

    make_shots(1)
    browser = logged_in()

    def cost(model: Any) -> int:
        with statements() as seen:
            browser.get(f"/admin/rushes/{model._meta.model_name}/")
        return len(seen)

    few = {model: cost(model) for model in SITE._registry}
    make_shots(20, "OT")
    assert {model: cost(model) for model in SITE._registry} == few


@pytest.mark.parametrize(
    "asked", ["webhook/?secret__startswith=w", "apitoken/?digest__gt=a",
              "webhook/?owner__password__startswith=p", "artist/?password__startswith=p"],
)  # fmt: skip
def test_secrets_are_not_guessed_at_by_what_a_list_shows(
    admin: Person, logged_in: Any, asked: str
) -> None:
    assert logged_in().get(f"/admin/rushes/{asked}").status_code in (400, 403)
