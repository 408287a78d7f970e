"""The table of roles is whole, and nobody writes what they do not see."""

from __future__ import annotations

from itertools import product

import pytest

from rushes.core.errors import Code, RushesError
from rushes.model.kinds import KINDS, ROLES
from rushes.ports.studio import Access
from rushes.testing.studios import refusal
from rushes.tracking.house_permissions import check_house
from rushes.tracking.permissions import (
    Reach,
    Verb,
    check_create,
    check_fields,
    check_rank,
    check_scope,
    limits,
    reaches,
)
from rushes.tracking.refusing import spoken


def reach(role: str, kind: str, verb: Verb) -> Reach:
    found = reaches(Access(roles={7: role}), kind, verb)
    assert found is not None
    (one,) = found or (Reach.NONE,)
    return one


@pytest.mark.parametrize(("role", "kind"), [*product(ROLES, KINDS)])
def test_who_does_not_see_a_kind_does_not_write_it(role: str, kind: str) -> None:
    if reach(role, kind, Verb.SEE) is Reach.NONE:
        assert {reach(role, kind, verb) for verb in Verb} == {Reach.NONE}


@pytest.mark.parametrize("kind", KINDS)
def test_a_role_never_may_more_than_the_one_above(kind: str) -> None:
    above = {verb: {reach(role, kind, verb) for role in ROLES[:3]} for verb in Verb}
    for role, verb in product(ROLES[3:], Verb):
        if reach(role, kind, verb) is Reach.WHOLE:
            assert Reach.WHOLE in above[verb]


def test_admins_of_everything_are_not_looked_up() -> None:
    everything = Access(everything=True)
    assert all(reaches(everything, kind, verb) is None for kind, verb in product(KINDS, Verb))
    assert not any(limits(everything, kind) for kind in KINDS)
    check_create(everything, "project", None)
    check_fields(everything, "task", 7, ["due"])


def test_a_role_that_nobody_knows_is_none() -> None:
    for kind, verb in product(KINDS, Verb):
        assert reaches(Access(roles={7: "king"}), kind, verb) == {}


def test_records_of_no_project_are_made_by_admins_of_everything() -> None:
    for role in ROLES:
        with pytest.raises(RushesError) as refused:
            check_create(Access(roles={7: role}), "task_type", None)
        assert refused.value.code is Code.ACCESS_DENIED


def test_what_a_client_does_not_see_they_cannot_ask_by() -> None:
    client = Access(roles={7: "client", 8: "artist"})
    assert reaches(client, "shot", Verb.SEE) == {Reach.WHOLE: [7, 8]}
    assert reaches(client, "shot", Verb.SEE, by=("status",)) == {Reach.WHOLE: [8]}


@pytest.mark.parametrize("scopes", [{"read"}, {"publish"}, {"write"}, {"admin"}])
def test_every_token_reads(scopes: set[str]) -> None:
    for kind in KINDS:
        check_scope(Access(scopes=frozenset(scopes)), kind, Verb.SEE)


def test_a_token_to_read_writes_nothing() -> None:
    for kind, verb in product(KINDS, (Verb.CREATE, Verb.UPDATE, Verb.ARCHIVE)):
        with pytest.raises(RushesError, match=spoken(kind)):
            check_scope(Access(everything=True, scopes=frozenset({"read"})), kind, verb)


@pytest.mark.parametrize(("own", "given"), [*product((*ROLES, "king", ""), ROLES)])
def test_nobody_gives_a_role_above_their_own(own: str, given: str) -> None:
    may = own in ROLES and ROLES.index(own) <= ROLES.index(given)
    access = Access(roles={7: own})
    if may:
        check_rank(access, 7, given)
        return
    with pytest.raises(RushesError, match="role"):
        check_rank(access, 7, given)
    check_rank(Access(everything=True), 7, given)


def test_what_is_removable_is_never_archived() -> None:
    for kind in KINDS.values():
        assert not (kind.removable and "archived" in kind.by_name)


@pytest.mark.parametrize("role", ["admin", "supervisor", "coordinator", "artist"])
def test_what_is_recorded_of_storage_is_written_by_programs(role: str) -> None:
    person = Access(roles={1: role})
    check_house(person)
    with refusal(Code.ACCESS_DENIED, "scope scan"):
        check_house(person, scope="scan")
    check_house(Access(roles={1: role}, scopes=frozenset(("scan",))), scope="scan")
    with refusal(Code.ACCESS_DENIED):
        check_house(Access(roles={1: role}, scopes=frozenset(("write",))), scope="scan")
    check_house(Access(everything=True), scope="scan")
