"""Events over the API: page after page, and the way to the stream."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings as django_settings

from rushes import bootstrap
from rushes.core import clock, settings
from rushes.core.errors import Code
from rushes.model.scan import Actor
from rushes.ports.people import Caller, People, Person
from rushes.ports.studio import Access
from rushes.testing.studios import refusal
from rushes.web.live import ticket

KEY = "k" * 40


@pytest.fixture
def seal(server: People) -> Callable[[], None]:
    """Seals what was written."""

    def sealed() -> None:
        with closing(bootstrap.events(settings.load(flags={}))) as events:
            events.seal()

    return sealed


def test_events_are_told_in_order_and_gone_on_from(
    api: Any, make_project: Any, seal: Callable[[], None]
) -> None:
    project = make_project()
    api("PATCH", f"/api/v1/projects/{project}", {"name": "Night"})
    seal()
    first = api("GET", "/api/v1/events?kind=project&limit=1").json
    (made,) = first["data"]
    assert (made["type"], made["target"], made["before"]) == ("project.create", project, None)
    assert first["next"] == made["position"]
    then = api("GET", f"/api/v1/events?kind=project&after={first['next']}").json
    (changed,) = then["data"]
    assert changed["type"] == "project.update"
    assert (changed["before"]["name"], changed["after"]["name"]) == ("", "Night")
    assert changed["actor"] == "ada"
    rest = api("GET", f"/api/v1/events?after={then['next']}").json
    assert rest == {"data": [], "next": then["next"]}


def test_a_position_that_was_never_reached_is_refused(
    api: Any, make_project: Any, seal: Callable[[], None], error_of: Any
) -> None:
    """As of a database that was put back since: nothing would be told until it is reached."""
    make_project()
    seal()
    last = api("GET", "/api/v1/events").json["next"]
    for path in ("/api/v1/events", "/api/v1/events/stream"):
        refused = error_of(api("GET", f"{path}?after={last + 1}"), 422)
        assert refused["context"] == {"parameter": "after", "position": last}


def test_others_see_nothing_of_it(
    api: Any, make_project: Any, seal: Callable[[], None], server: People, token: Any, api_as: Any
) -> None:
    make_project()
    server.add(Person(0, "vera"), password="", actor=Actor("tests"))
    seal()
    told = api_as(token("vera", "read"))("GET", "/api/v1/events").json
    assert told["data"] == []
    assert told["next"] > 0
    assert api_as("")("GET", "/api/v1/events").status == 401
    assert api_as("")("GET", "/api/v1/events/stream").status == 401


@pytest.mark.parametrize(
    "asked", ["after=x", "after=-1", "limit=0", "kind=tusk", "kind=task.mend", "colour=red",
              "after=1&after=2", "target=9999999999999999999", "limit=1001",
              "limit=00000001000000"],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(api: Any, asked: str) -> None:
    assert api("GET", f"/api/v1/events?{asked}").status == 422


def test_the_way_to_the_stream_carries_a_ticket(
    api: Any, make_project: Any, seal: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project()
    seal()
    assert api("GET", "/api/v1/events/stream").status == 404
    monkeypatch.setattr(django_settings, "RUSHES_LIVE_PORT", 8601)
    shown = api("GET", "/api/v1/events/stream?kind=task", Last_Event_ID="1")
    assert shown.status == 307
    assert shown.headers["Cache-Control"] == "no-store"
    there = urlsplit(shown.headers["Location"])
    assert (there.hostname, there.port, there.path) == ("testserver", 8601, "/events")
    given = dict(parse_qsl(there.query))
    found = ticket.opened(given.pop("ticket"), key=str(django_settings.SECRET_KEY))
    assert (found.name, found.access.everything) == ("ada", True)
    assert given == {"kind": "task", "after": "1"}
    monkeypatch.setattr(django_settings, "RUSHES_LIVE_URL", "https://rushes.example.org/live/")
    shown = api("GET", "/api/v1/events/stream")
    assert shown.headers["Location"].startswith("https://rushes.example.org/live/events?ticket=")


def test_pages_may_connect_to_the_stream(
    api_as: Any, server: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = api_as("")("GET", "/login").headers["Content-Security-Policy"]
    assert "connect-src 'self';" in policy
    monkeypatch.setattr(django_settings, "RUSHES_LIVE_PORT", 8601)
    policy = api_as("")("GET", "/login").headers["Content-Security-Policy"]
    assert "connect-src 'self' http://testserver:8601;" in policy


def test_a_ticket_says_what_it_was_issued_for() -> None:
    access = Access(roles={3: "vendor"}, artist=9, scopes=frozenset({"read"}))
    text = ticket.issue(Caller(Actor("vera"), access, 7), key=KEY)
    assert ticket.opened(text, key=KEY) == ticket.Ticket("vera", access, 7)


def test_a_ticket_that_is_forged_or_past_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = ticket.issue(Caller(Actor("vera"), Access(everything=True)), key=KEY)
    body, _, signature = text.partition(".")
    for wrong in ("", ".", body, f"{body}.", f"{body}x.{signature}", f"{body}.{signature}x", "ä.ö"):
        with refusal(Code.LOGIN_NEEDED):
            ticket.opened(wrong, key=KEY)
    with refusal(Code.LOGIN_NEEDED):
        ticket.opened(text, key="another" * 8)
    from datetime import timedelta

    later = clock.now() + timedelta(seconds=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    with refusal(Code.LOGIN_NEEDED, "past"):
        ticket.opened(text, key=KEY)


def test_webhooks_are_managed_and_their_secret_is_told_once(
    api: Any, make_project: Any, seal: Callable[[], None]
) -> None:
    project = make_project()
    asked = {"url": "https://example.org/hook", "project": project, "types": ["task.update"]}
    made = api("POST", "/api/v1/webhooks", asked)
    assert made.status == 201
    secret = made.json.pop("secret") if isinstance(made.json, dict) else ""
    assert secret.startswith("whsec_")
    number = made.json["id"]
    (listed,) = api("GET", "/api/v1/webhooks").json["data"]
    assert "secret" not in listed
    assert (listed["id"], listed["owner"], listed["types"]) == (number, "ada", ["task.update"])
    off = api("PATCH", f"/api/v1/webhooks/{number}", {"is_active": False})
    assert off.json["is_active"] is False
    assert api("PATCH", f"/api/v1/webhooks/{number}", {"url": "nothing"}).status == 422
    assert api("PATCH", f"/api/v1/webhooks/{number}", {"position": 1}).status == 422
    assert api("DELETE", f"/api/v1/webhooks/{number}").status == 200
    assert api("DELETE", f"/api/v1/webhooks/{number}").status == 404
    assert api("GET", "/api/v1/webhooks").json["data"] == []
    seal()
    told = api("GET", "/api/v1/events?kind=webhook").text
    assert "webhook.create" in told
    assert secret not in told


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://[::1]/", "http://0/", "http://2130706433/"]
)
def test_a_webhook_that_nothing_would_be_delivered_to_is_refused(api: Any, url: str) -> None:
    refused = api("POST", "/api/v1/webhooks", {"url": url})
    assert (refused.status, refused.json["error"]["code"]) == (422, "field.invalid")
    assert "inside" in refused.json["error"]["message"]
    made = api("POST", "/api/v1/webhooks", {"url": "https://a.example/"}).json["id"]
    assert api("PATCH", f"/api/v1/webhooks/{made}", {"url": url}).status == 422
    assert [one["url"] for one in api("GET", "/api/v1/webhooks").json["data"]] == [
        "https://a.example/"
    ]


def test_others_manage_no_webhooks(
    api: Any, make_project: Any, server: People, token: Any, api_as: Any
) -> None:
    project = make_project()
    server.add(Person(0, "vera", roles={"NV": "admin"}), password="", actor=Actor("tests"))
    lead = api_as(token("vera", "admin"))
    assert lead("POST", "/api/v1/webhooks", {"url": "https://a.example/"}).status == 403
    mine = {"url": "https://a.example/", "project": project}
    assert lead("POST", "/api/v1/webhooks", mine).status == 201
    assert api_as(token("vera", "write"))("GET", "/api/v1/webhooks").status == 403


def test_only_its_owner_says_where_a_webhook_leads(
    api: Any, make_project: Any, server: People, token: Any, api_as: Any, error_of: Any
) -> None:
    asked = {"url": "https://example.org/hook", "project": make_project()}
    at = f"/api/v1/webhooks/{api('POST', '/api/v1/webhooks', asked).json['id']}"
    server.add(Person(0, "vera", roles={"NV": "admin"}), password="", actor=Actor("tests"))
    lead = api_as(token("vera", "admin"))
    for change in ({"url": "https://vera.example/"}, {"types": ["task"]}):
        assert error_of(lead("PATCH", at, change), 403)["code"] == "access.denied"
        assert api("PATCH", at, change).status == 200
    assert lead("PATCH", at, {"is_active": False}).status == 200
    own = lead("POST", "/api/v1/webhooks", asked).json["id"]
    assert lead("PATCH", f"/api/v1/webhooks/{own}", {"types": ["shot"]}).status == 200


def test_what_waits_is_told_to_who_watches(api: Any, make_project: Any) -> None:
    make_project()
    told = api("GET", "/metrics").text
    assert "rushes_events_waiting " in told
    assert "rushes_live_clients 0" in told
    assert "rushes_webhook_failures 0" in told
    assert api("GET", "/readyz").text == "ready\n"


def test_a_sealer_that_is_behind_is_told(
    api: Any, make_project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project()
    monkeypatch.setattr("rushes.web.health._LATE_S", -1.0)
    shown = api("GET", "/readyz")
    assert shown.status == 200
    assert "events have waited" in shown.text
