"""People log in, programs send tokens, and nobody else gets in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.model.scan import Actor
from rushes.ports.people import NewToken, People, Person
from rushes.web.asking_address import asking_address
from rushes.web.attempts import Attempts

ACTOR = Actor("tests")
PASSWORD = "a long password"


def test_nobody_gets_in_without_a_login(admin: Person, api_as: Any) -> None:
    nobody = api_as()
    for method, path in (("GET", "/api/v1/shots"), ("POST", "/api/v1/scenes/record")):
        body = [{"token": "0" * 8 + "-0000-0000-0000-" + "0" * 12}] if method == "POST" else None
        answer = nobody(method, path, body)
        assert answer.status == 401
        assert answer.json["error"]["code"] == "login.needed"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert nobody("GET", "/").headers["Location"] == "/login"
    assert nobody("GET", "/admin/").status == 302


def test_a_person_logs_in_and_out(admin: Person, logged_in: Any) -> None:
    browser = logged_in()
    assert browser.get("/").status_code == 200
    assert browser.get("/api/v1/projects").status_code == 200
    token = browser.cookies["rushes_csrf"].value
    assert browser.post("/logout", {"csrfmiddlewaretoken": token}).status_code == 302
    assert browser.get("/api/v1/projects").status_code == 401


def test_another_site_cannot_write_through_a_session(admin: Person, logged_in: Any) -> None:
    browser = logged_in()
    body, kind = b'{"code": "NV"}', "application/json"
    assert browser.post("/api/v1/projects", body, content_type=kind).status_code == 403
    head = {"X-CSRFToken": browser.cookies["rushes_csrf"].value}
    sent = browser.post("/api/v1/projects", body, content_type=kind, headers=head)
    assert sent.status_code == 201


def test_a_login_leads_to_no_other_site(admin: Person) -> None:
    from django.test import Client

    for elsewhere in ("https://example.org/", "//example.org", "javascript:alert(1)"):
        answer = Client().post("/login", {"login": "ada", "password": PASSWORD, "next": elsewhere})
        assert answer.headers["Location"] == "/"


def test_passwords_are_not_guessed(admin: Person, logged_in: Any) -> None:
    for _ in range(5):
        assert logged_in(password="wrong word").status_code == 401
    answer = logged_in()
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_whoever_is_archived_or_inactive_gets_no_further(
    admin: Person, token: Callable[..., str], api_as: Any, logged_in: Any
) -> None:
    from rushes.db.models import Artist
    from rushes.web.callers import KNOWN

    browser, program = logged_in(), api_as(token("ada"))
    assert program("GET", "/api/v1/shots").status == 200
    Artist.objects.filter(login="ada").update(archived=clock.now())
    KNOWN.forget()
    assert browser.get("/api/v1/shots").status_code == 401
    assert program("GET", "/api/v1/shots").status == 401
    assert logged_in().status_code == 401


def test_a_new_password_ends_sessions(admin: Person, server: People, logged_in: Any) -> None:
    browser = logged_in()
    server.set_password("ada", "another long one", actor=ACTOR)
    assert browser.get("/api/v1/shots").status_code == 401
    assert logged_in(password="another long one").get("/").status_code == 200


def test_only_a_digest_of_a_token_is_kept(admin: Person, token: Callable[..., str]) -> None:
    from rushes.db.models import ApiToken, Event

    secret = token("ada")
    row = ApiToken.objects.get()
    assert len(bytes(row.digest)) == 32
    assert secret.startswith(row.hint)
    assert len(row.hint) < 12
    told = Event.objects.get(kind="apitoken")
    assert "digest" not in (told.after or {})
    assert secret not in str(told.after)


def test_a_token_that_is_wrong_revoked_or_expired_opens_nothing(
    admin: Person, server: People, api_as: Any
) -> None:
    from rushes.db.models import ApiToken
    from rushes.web.callers import KNOWN

    soon = clock.now() + timedelta(days=1)
    made, secret = server.add_token(NewToken("t", "ada", ("read",), "", soon), actor=ACTOR)
    assert api_as(secret)("GET", "/api/v1/shots").status == 200
    assert api_as(secret + "x")("GET", "/api/v1/shots").status == 401
    assert api_as("x" * 5000)("GET", "/api/v1/shots").status == 401
    ApiToken.objects.update(expires=clock.now() - timedelta(seconds=1))
    KNOWN.forget()
    assert api_as(secret)("GET", "/api/v1/shots").status == 401
    ApiToken.objects.update(expires=None)
    assert api_as(secret)("GET", "/api/v1/shots").status == 200
    server.revoke_token(made.id, actor=ACTOR)
    KNOWN.forget()
    assert api_as(secret)("GET", "/api/v1/shots").status == 401


def test_use_of_a_token_is_noted_once_a_minute(
    admin: Person, token: Callable[..., str], api_as: Any
) -> None:
    from rushes.db.models import ApiToken, Event
    from rushes.web.callers import KNOWN

    secret = token("ada")
    api_as(secret)("GET", "/api/v1/shots")
    first = ApiToken.objects.get().last_used
    assert first is not None
    KNOWN.forget()
    api_as(secret)("GET", "/api/v1/shots")
    assert ApiToken.objects.get().last_used == first
    assert Event.objects.filter(kind="apitoken", action="update").count() == 0


def test_a_token_of_one_project_sees_no_other(
    api: Any, token: Callable[..., str], api_as: Any
) -> None:
    for code in ("NV", "OTHER"):
        api("POST", "/api/v1/projects", {"code": code})
    program = api_as(token("ada", "write", project="NV"))
    assert [one["code"] for one in program("GET", "/api/v1/projects").json["data"]] == ["NV"]


def test_a_token_for_reading_writes_nothing(
    api: Any, token: Callable[..., str], api_as: Any
) -> None:
    program = api_as(token("ada", "read"))
    assert program("POST", "/api/v1/projects", {"code": "NV"}).status == 403
    assert program("GET", "/api/v1/projects").json["data"] == []


def test_writes_name_whose_token_it_was(api: Any) -> None:
    from rushes.db.models import Event

    api("POST", "/api/v1/projects", {"code": "NV"})
    event = Event.objects.filter(kind="project").get()
    assert (event.actor, event.tool) == ("ada", "token tests")


def test_there_is_one_first_admin(server: People, logged_in: Any) -> None:
    actor = Actor("tests")
    first = server.add_first_admin("admin", password="a long password", actor=actor)
    assert first is not None
    assert server.add_first_admin("admin", password="another password", actor=actor) is None
    assert logged_in("admin").get("/").status_code == 200


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "short"}, Code.FIELD_INVALID),
        ({"login": "two words"}, Code.FIELD_INVALID),
        ({"login": "ada"}, Code.RECORD_CONFLICT),
        ({"roles": {"NV": "artist"}}, Code.RECORD_NOT_FOUND),
    ],
)
def test_people_are_made_whole_or_not_at_all(
    server: People, admin: Person, change: dict[str, Any], code: Code
) -> None:
    given = {"login": "grace", "password": PASSWORD, "roles": {}, **change}
    person = Person(0, given["login"], roles=given["roles"])
    with pytest.raises(RushesError) as refused:
        server.add(person, password=given["password"], actor=ACTOR)
    assert refused.value.code is code
    assert [one.login for one in server.people()] == ["ada"]


def test_tries_at_once_are_counted_before_they_are_looked_at() -> None:
    from concurrent.futures import ThreadPoolExecutor

    attempts = Attempts(most=5)
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda _: attempts.tried("ada"), range(24)))
    assert waits.count(0) == 5
    attempts.succeeded("ada")
    assert attempts.tried("ada") == 0


def test_who_waits_costs_others_behind_the_same_proxy_nothing(
    admin: Person, logged_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rushes.web import logins

    monkeypatch.setattr(logins, "_BY_ADDRESS", Attempts(most=6))
    for _ in range(5):
        assert logged_in("bob", password="wrong word").status_code == 401
    for _ in range(3):
        assert logged_in("bob", password="wrong word").status_code == 429
    for _ in range(3):
        assert logged_in().get("/").status_code == 200


@pytest.mark.parametrize(
    ("here", "told", "asking"),
    [
        ("192.0.2.9", "198.51.100.1", "192.0.2.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1:4711", "6.6.6.6, 198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("::ffff:10.1.2.3", "[2001:db8::7]:443", "2001:db8::7"),
        ("127.0.0.1", "10.9.9.9,10.1.2.3", "10.9.9.9"),
        ("127.0.0.1", "198.51.100.1, unknown", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_only_a_trusted_proxy_says_who_asks(here: str, told: str, asking: str) -> None:
    meta = {"REMOTE_ADDR": here, "HTTP_X_FORWARDED_FOR": told}
    trusted = ("127.0.0.1/32", "10.1.0.0/16")
    assert asking_address(meta, trusted=trusted) == asking
