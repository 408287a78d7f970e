"""The studio's records keep their contract over HTTP, on a real socket and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps
from typing import Any

import psycopg
import pytest

from rushes.client.studio import HttpStudio
from rushes.ports.studio import Access, Studio
from rushes.testing.contracts.studio import MakingContract
from rushes.testing.contracts.studio_access import AccessContract
from rushes.testing.contracts.studio_asking import FindingContract
from rushes.testing.contracts.studio_changing import ChangingContract
from rushes.testing.contracts.studio_comments import CommentContract
from rushes.testing.contracts.studio_refusals import RefusalContract

# Kinds of work of the studio's own stay; all else is emptied between tests.
_KEPT = frozenset({"rushes_tasktype"})


class AskedAs:
    """`HttpStudio` with a token for whatever access a call names."""

    def __init__(self, served: Any) -> None:
        self._served = served
        self._studios: dict[str, HttpStudio] = {}

    def __getattr__(self, name: str) -> Any:
        def call(*given: Any, access: Access, **more: Any) -> Any:
            secret = self._served.people.secret(access)
            if secret not in self._studios:
                self._studios[secret] = HttpStudio(self._served.transport(access))
            return getattr(self._studios[secret], name)(*given, access=access, **more)

        return call

    def close(self) -> None:
        for one in self._studios.values():
            one.close()


@pytest.fixture(scope="module")
def emptying(shared_url: str) -> str:
    """What takes all records away, in one go; no trigger runs meanwhile."""
    with psycopg.connect(shared_url) as connection:
        found = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename LIKE 'rushes\\_%'"
        ).fetchall()
    tables = [table for (table,) in found if table not in _KEPT]
    return "; ".join(
        [
            "SET session_replication_role = replica",
            *(f'DELETE FROM "{table}"' for table in tables),
            "DELETE FROM rushes_tasktype WHERE project_id IS NOT NULL",
        ]
    )


@pytest.fixture
def studio(served: object, shared_url: str, emptying: str) -> Iterator[Studio]:
    asked: Any = AskedAs(served)
    yield asked
    asked.close()
    with psycopg.connect(shared_url) as connection:
        connection.execute(emptying.encode())


def some_of(test: Any) -> Any:
    """The same claim for some of its many values: all of them go one way over HTTP."""

    @wraps(test)
    def fewer(*given: Any, **named: Any) -> None:
        test(*given, **named)

    marks = []
    for mark in test.pytestmark:
        names, values = mark.args
        step = 7 if len(values) > 7 else 1
        ids = mark.kwargs.get("ids")
        marks.append(pytest.mark.parametrize(names, values[::step], ids=ids and ids[::step]).mark)
    fewer.__dict__["pytestmark"] = marks
    return fewer


class TestMaking(MakingContract):
    pass


class TestChanging(ChangingContract):
    pass


class TestFinding(FindingContract):
    test_values_of_no_sense_are_refused = some_of(
        FindingContract.test_values_of_no_sense_are_refused
    )


class TestAccess(AccessContract):
    pass


class TestComments(CommentContract):
    pass


class TestRefusals(RefusalContract):
    test_a_value_of_no_sense_is_refused_by_its_field = some_of(
        RefusalContract.test_a_value_of_no_sense_is_refused_by_its_field
    )
