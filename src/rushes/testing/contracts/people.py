"""How every store of people and tokens has to keep them."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import pytest

from rushes.core import clock
from rushes.core.errors import Code
from rushes.model.scan import Actor
from rushes.ports.people import NewToken, People, Person
from rushes.testing.studios import refusal

ROOT = Actor("root", tool="contract suite")
PASSWORD = "a long password"


class Crew(NamedTuple):
    """A store that holds one admin, who asks, and the numbers of the projects NV and OT."""

    people: People
    admin: str
    projects: dict[str, int]

    def add(self, login: str, *, password: str = PASSWORD, **given: object) -> Person:
        """A new person."""
        person = Person(0, login, **given)  # type: ignore[arg-type]
        return self.people.add(person, password=password, actor=ROOT)

    def token(self, login: str, *scopes: str, **given: object) -> str:
        """The secret of a new token."""
        wanted = NewToken("farm", login, scopes or ("read",), **given)  # type: ignore[arg-type]
        return self.people.add_token(wanted, actor=ROOT)[1]


class PeopleContract:
    """Subclass it and give a fixture `crew`."""

    def test_whoever_was_added_is_listed_by_login(self, crew: Crew) -> None:
        vera = crew.add("vera", name="Vera ✂", email="vera@nv.example")
        ada = crew.add("ada", roles={"NV": "supervisor"})
        there = [one for one in crew.people.people() if one.login != crew.admin]
        assert there == [ada, vera]
        assert (vera.name, vera.email, vera.can_log_in) == ("Vera ✂", "vera@nv.example", True)
        assert ada.roles == {"NV": "supervisor"}

    def test_without_a_password_nobody_logs_in(self, crew: Crew) -> None:
        assert not crew.add("ada", password="").can_log_in
        assert crew.people.set_password("ada", PASSWORD, actor=ROOT).can_log_in

    def test_a_login_is_given_once(self, crew: Crew) -> None:
        crew.add("ada")
        with refusal(Code.RECORD_CONFLICT, "ada"):
            crew.add("ada")

    @pytest.mark.parametrize("login", ["", "a b", "x" * 121, "a/b", "..", "ad\u202ea", "a\u200bda"])
    def test_what_is_no_login_is_refused(self, crew: Crew, login: str) -> None:
        with refusal(Code.FIELD_INVALID):
            crew.add(login)

    def test_short_and_empty_passwords_are_refused(self, crew: Crew) -> None:
        with refusal(Code.FIELD_INVALID, "password"):
            crew.add("ada", password="short")
        crew.add("ada")
        for password in ("", "short"):
            with refusal(Code.FIELD_INVALID, "password"):
                crew.people.set_password("ada", password, actor=ROOT)

    def test_somebody_is_made_with_all_their_roles_or_not_at_all(self, crew: Crew) -> None:
        with refusal(Code.RECORD_NOT_FOUND, "XX"):
            crew.add("ada", roles={"NV": "artist", "XX": "artist"})
        assert "ada" not in [one.login for one in crew.people.people()]

    def test_roles_are_given_and_taken(self, crew: Crew) -> None:
        crew.add("ada")
        crew.people.set_role("ada", project="NV", role="artist", actor=ROOT)
        made = crew.people.set_role("ada", project="NV", role="supervisor", actor=ROOT)
        assert made.roles == {"NV": "supervisor"}
        assert crew.people.set_role("ada", project="NV", role=None, actor=ROOT).roles == {}
        assert crew.people.set_role("ada", project="NV", role=None, actor=ROOT).roles == {}

    def test_roles_that_make_no_sense_are_refused(self, crew: Crew) -> None:
        crew.add("ada")
        with refusal(Code.FIELD_INVALID, "role"):
            crew.people.set_role("ada", project="NV", role="king", actor=ROOT)
        with refusal(Code.RECORD_NOT_FOUND, "XX"):
            crew.people.set_role("ada", project="XX", role="artist", actor=ROOT)
        with refusal(Code.RECORD_NOT_FOUND, "nobody"):
            crew.people.set_role("nobody", project="NV", role="artist", actor=ROOT)

    def test_a_token_opens_what_its_owner_may(self, crew: Crew) -> None:
        ada = crew.add("ada", roles={"NV": "artist"})
        caller = crew.people.caller(crew.token("ada", "write", "read"))
        assert caller.actor.name == "ada"
        assert "farm" in caller.actor.tool
        access = caller.access
        assert (access.everything, access.artist) == (False, ada.id)
        assert access.roles == {crew.projects["NV"]: "artist"}
        assert access.scopes == frozenset({"read", "write"})

    def test_a_token_of_one_project_opens_that_alone(self, crew: Crew) -> None:
        crew.add("ada", roles={"NV": "artist", "OT": "supervisor"})
        access = crew.people.caller(crew.token("ada", project="OT")).access
        assert access.roles == {crew.projects["OT"]: "supervisor"}
        access = crew.people.caller(crew.token(crew.admin, project="OT")).access
        assert (access.everything, access.roles) == (False, {crew.projects["OT"]: "admin"})

    def test_tokens_are_told_without_their_secrets(self, crew: Crew) -> None:
        crew.add("ada")
        until = clock.now() + timedelta(days=3)
        wanted = NewToken("farm", "ada", ("write", "read"), "NV", until)
        made, secret = crew.people.add_token(wanted, actor=ROOT)
        assert crew.people.tokens()[0] == made
        assert (made.name, made.login, made.project) == ("farm", "ada", "NV")
        assert (made.scopes, made.expires) == (("read", "write"), until)
        assert secret.startswith(made.hint)
        assert len(made.hint) < len(secret) / 2
        assert secret not in repr(crew.people.tokens())

    def test_a_revoked_token_opens_nothing(self, crew: Crew) -> None:
        crew.add("ada")
        secret = crew.token("ada")
        made = crew.people.tokens()[0]
        ended = crew.people.revoke_token(made.id, actor=ROOT)
        assert ended.revoked is not None
        assert crew.people.revoke_token(made.id, actor=ROOT) == ended
        with refusal(Code.LOGIN_NEEDED):
            crew.people.caller(secret)

    def test_what_is_no_token_is_told(self, crew: Crew) -> None:
        with refusal(Code.LOGIN_NEEDED):
            crew.people.caller("rushes_nonsense")
        with refusal(Code.RECORD_NOT_FOUND, "77"):
            crew.people.revoke_token(77, actor=ROOT)
        with refusal(Code.RECORD_NOT_FOUND, "nobody"):
            crew.token("nobody")
        with refusal(Code.FIELD_INVALID, "expired"):
            crew.token(crew.admin, expires=clock.now() - timedelta(days=1))
