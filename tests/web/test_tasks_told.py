"""Shots with their tasks in one answer, however many there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rushes.testing.asked import statements


def test_shots_are_told_with_their_tasks_in_two_statements(
    api: Any, make_shots: Callable[..., list[Any]], error_of: Any
) -> None:
    shots = make_shots(3)
    types = [one["id"] for one in api("GET", "/api/v1/task-types?limit=4").json["data"]]
    asked = f"/api/v1/shots?project={shots[0]['project']}&fields=code,tasks"

    def found() -> tuple[int, list[Any]]:
        with statements() as counted:
            rows = api("GET", asked).json["data"]
        return len(counted), rows

    before, rows = found()
    assert [one["tasks"] for one in rows] == [[], [], []]
    wanted = [{"shot": shot["id"], "type": kind} for shot in shots for kind in types]
    made = api("POST", "/api/v1/tasks", wanted).json["data"]
    after, rows = found()
    assert after == before
    told = {task["id"]: shot["id"] for shot in rows for task in shot["tasks"]}
    assert told == {one["id"]: one["shot"] for one in made}
    assert error_of(api("GET", "/api/v1/artists?fields=tasks"), 422)["code"] == "field.invalid"
