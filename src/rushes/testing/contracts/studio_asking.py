"""What every store of the studio's records has to find."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from rushes.core.errors import Code
from rushes.ports.studio import Access, Filter, Op, Query, Studio
from rushes.testing.studios import ADA, ADMIN, World, change, ids, make, refusal, world


def tasks(studio: Studio, here: World) -> list[int]:
    """Six tasks in all that differ in every way that may be asked for."""
    rows = [
        {"shot": here.shots[1], "type": here.comp, "name": "a%b", "priority": 50},
        {"shot": here.shots[1], "type": here.comp, "name": "a_b", "due": "2026-01-31"},
        {"shot": here.shots[2], "type": here.comp, "name": "Éa", "due": "2026-02-01"},
        {"shot": here.shots[3], "type": here.comp, "name": "aXb", "bid_hours": 2.5},
    ]
    made = studio.create("task", rows, access=ADMIN, actor=ADA)
    change(studio, "task", made[0].id, {"assignees": [here.ada]})
    change(studio, "task", made[1].id, {"assignees": [here.vera, here.ada]})
    return [here.task, here.asset_task, *(one.id for one in made)]


class FindingContract:
    """Subclass it and give a fixture `studio` with a store that holds nothing yet."""

    @pytest.mark.parametrize(
        ("name", "op", "value", "found"),
        [
            ("name", Op.IS, "a_b", [3]),
            ("name", Op.NOT, "comp", [2, 3, 4, 5]),
            ("name", Op.IN, ["a_b", "a%b", "never"], [2, 3]),
            ("name", Op.LIKE, "a_b", [3]),
            ("name", Op.LIKE, "A?B", [2, 3, 5]),
            ("name", Op.LIKE, "*m*", [0, 1]),
            ("name", Op.LESS, "aa", [2, 5, 3]),
            ("name", Op.MORE, "b", [0, 1, 4]),
            ("priority", Op.MORE, 20, [2]),
            ("priority", Op.MOST, "20", [0, 1, 3, 4, 5]),
            ("priority", Op.IN, [50, 80], [2]),
            ("bid_hours", Op.LEAST, 2, [5]),
            ("bid_hours", Op.NULL, True, [0, 1, 2, 3, 4]),
            ("bid_hours", Op.NULL, "false", [5]),
            ("bid_hours", Op.IS, None, [0, 1, 2, 3, 4]),
            ("bid_hours", Op.NOT, 2.5, [0, 1, 2, 3, 4]),
            ("due", Op.IS, "2026-01-31", [3]),
            ("due", Op.MORE, "2026-01-31", [4]),
            ("due", Op.IN, ["2026-01-31", "2026-02-01"], [3, 4]),
            ("created", Op.MORE, "2000-01-01T00:00:00+02:00", [0, 1, 2, 3, 4, 5]),
            ("created", Op.LESS, "2000-01-01", []),
            ("id", Op.LESS, 0, []),
        ],
    )
    def test_conditions(
        self, studio: Studio, name: str, op: Op, value: Any, found: list[int]
    ) -> None:
        made = tasks(studio, world(studio))
        assert set(ids(studio, "task", (name, op, value))) == {made[at] for at in found}

    def test_conditions_on_references(self, studio: Studio) -> None:
        here = world(studio)
        made = tasks(studio, here)
        other = world(studio, "OT")
        assert ids(studio, "task", ("project", Op.IS, here.project)) == made
        assert ids(studio, "task", ("shot", Op.IN, [here.shots[1], other.shots[0]])) == [
            *made[2:4],
            other.task,
        ]
        assert ids(studio, "task", ("asset", Op.NULL, False)) == [made[1], other.asset_task]
        assert ids(studio, "task", ("assignees", Op.IS, here.ada)) == made[2:4]
        assert ids(studio, "task", ("assignees", Op.IN, [here.vera, other.ada])) == [made[3]]
        assert here.task in ids(studio, "task", ("assignees", Op.NOT, here.ada))
        assert ids(studio, "task", ("project", Op.IS, 99_999)) == []

    def test_all_conditions_have_to_be_met(self, studio: Studio) -> None:
        here = world(studio)
        made = tasks(studio, here)
        found = ids(
            studio, "task", ("name", Op.LIKE, "a*"), ("assignees", Op.IS, here.ada),
            ("due", Op.NULL, True),
        )  # fmt: skip
        assert found == [made[2]]

    def test_tags_and_switches_are_found(self, studio: Studio) -> None:
        here = world(studio)
        change(studio, "shot", here.shots[1], {"tags": ["hero", "fire"]})
        change(studio, "shot", here.shots[2], {"tags": ["fire"]})
        assert ids(studio, "shot", ("tags", Op.IS, "fire")) == list(here.shots[1:3])
        assert ids(studio, "shot", ("tags", Op.IN, ["hero", "x"])) == [here.shots[1]]
        assert ids(studio, "shot", ("tags", Op.NOT, "fire")) == [here.shots[0], here.shots[3]]
        change(studio, "artist", here.ada, {"is_active": False})
        assert ids(studio, "artist", ("is_active", Op.IS, "true")) == [here.vera]

    @pytest.mark.parametrize(
        "order",
        [
            ("name",), ("-name",), ("due",), ("-due",), ("-due", "name"), ("priority", "-due"),
            ("-priority", "-id"), ("bid_hours", "due", "-name"), ("-created",), ("asset", "-shot"),
            (),
        ],
    )  # fmt: skip
    def test_pages_of_any_size_are_the_whole_in_order(
        self, studio: Studio, order: tuple[str, ...]
    ) -> None:
        made = tasks(studio, world(studio))
        whole = ids(studio, "task", order=order)
        assert sorted(whole) == sorted(made)
        for limit in (1, 2, 5):
            assert ids(studio, "task", order=order, limit=limit) == whole

    def test_nulls_come_last_in_either_direction(self, studio: Studio) -> None:
        made = tasks(studio, world(studio))
        rest = [made[0], made[1], made[2], made[5]]
        assert ids(studio, "task", order=("due",)) == [made[3], made[4], *rest]
        assert ids(studio, "task", order=("-due",)) == [made[4], made[3], *rest]

    def test_texts_are_ordered_by_their_characters(self, studio: Studio) -> None:
        here = world(studio)
        names = ["Z", "a", "b", "É", "ﬀ", "\U0001f39e", "ä"]
        for name in names:
            make(studio, "asset", project=here.project, code=name, type=name)
        rows = studio.find("asset", Query(order=("type",)), access=ADMIN).rows
        assert [one.fields["type"] for one in rows] == sorted([*names, "prop"])

    def test_what_comes_in_between_moves_no_page(self, studio: Studio) -> None:
        here = world(studio)
        for order in (("code",), ("-code",)):
            query = Query(order=order, limit=2, fields=("code",))
            first = studio.find("shot", query, access=ADMIN)
            assert first.next is not None
            whole = ids(studio, "shot", order=order)
            early = "aa" if order == ("code",) else "zz"
            make(studio, "shot", sequence=here.sequences[0], code=early)
            rest = studio.find("shot", query, access=ADMIN, page=first.next)
            assert [one.id for one in (*first.rows, *rest.rows)] == whole[:4]

    def test_only_the_fields_asked_for_are_told(self, studio: Studio) -> None:
        here = world(studio)
        query = Query(fields=("code", "frame_in", "code"), order=("-sequence",), limit=1)
        (found,) = studio.find("shot", query, access=ADMIN).rows
        assert found.fields == {"code": "sh010", "frame_in": 1001}
        assert found.id == here.shots[2]
        query = Query(fields=("effective",))
        for one in studio.find("shot", query, access=ADMIN).rows:
            assert one.fields["effective"]["fps"] == {"value": "24", "from": "project"}

    def test_tasks_are_told_with_what_they_are_on_where_that_is_named(self, studio: Studio) -> None:
        here = world(studio)
        gone = make(studio, "task", shot=here.shots[0], type=here.comp, name="gone").id
        studio.archive("task", [gone], access=ADMIN, actor=ADA)
        change(studio, "task", here.task, {"assignees": [here.ada], "due": "2026-12-01"})
        query = Query(fields=("tasks",), order=("id",))
        first, *others = studio.find("shot", query, access=ADMIN).rows
        (task,) = first.fields["tasks"]
        assert (task["id"], task["assignees"]) == (here.task, [here.ada])
        assert (task["due"], task["type"]) == ("2026-12-01", here.comp)
        assert [one.fields for one in others] == [{"tasks": []}] * len(others)
        (asset,) = studio.get("asset", [here.asset], access=ADMIN, fields=("code", "tasks"))
        assert [one["id"] for one in asset.fields["tasks"]] == [here.asset_task]

    def test_only_tasks_that_they_may_see_are_told(self, studio: Studio) -> None:
        here = world(studio)
        query = Query(fields=("code", "tasks"), order=("id",), limit=1)
        other = make(studio, "task", shot=here.shots[0], type=here.comp, name="theirs").id
        change(studio, "task", other, {"assignees": [here.vera]})
        for role, told in (("vendor", [other]), ("artist", [here.task, other]), ("client", None)):
            access = Access(roles={here.project: role}, artist=here.vera)
            (shot,) = studio.find("shot", query, access=access).rows
            tasks = shot.fields.get("tasks")
            assert (tasks if tasks is None else [one["id"] for one in tasks]) == told

    @pytest.mark.parametrize(
        ("query", "word"),
        [
            (Query(order=("nme",)), "Did you mean name?"),
            (Query(order=("custom",)), "custom"),
            (Query(fields=("stats",)), "Did you mean status?"),
            (Query(fields=("effective",)), "effective"),
            (Query(limit=0), "limit"),
            (Query(limit=1_001), "limit"),
            (Query(order=("name",) * 9), "order"),
            (Query((Filter("nme", Op.IS, 1),)), "Did you mean name?"),
            (Query((Filter("custom", Op.IS, 1),)), "custom"),
            (Query((Filter("priority", Op.LIKE, "1*"),)), "priority"),
            (Query((Filter("assignees", Op.NULL, True),)), "assignees"),
            (Query((Filter("priority", Op.IN, 5),)), "priority"),
            (Query((Filter("name", "about", "x"),)), "about"),  # type: ignore[arg-type]
        ],
    )
    def test_a_query_of_no_sense_is_refused(self, studio: Studio, query: Query, word: str) -> None:
        with refusal(Code.FIELD_INVALID, word):
            studio.find("task", query, access=ADMIN)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            *product(
                ("priority", "bid_hours", "shot", "due", "created"),
                ("x", "", "\0", "\ud800", [], {}, True, float("nan"), "1e999", "9" * 400),
            ),
            *product(("priority", "shot"), (2**63, 10**400, 1.5)),
            *product(("name", "status"), ("\0", "\ud800", 5, [], True)),
        ],
    )
    @pytest.mark.parametrize("op", [Op.IS, Op.LESS])
    def test_values_of_no_sense_are_refused(
        self, studio: Studio, name: str, value: Any, op: Op
    ) -> None:
        with refusal(Code.FIELD_INVALID, name):
            studio.find("task", Query((Filter(name, op, value),)), access=ADMIN)

    @pytest.mark.parametrize(
        "page", ["", "x", "WzFd", "W1siaWQiXSxbIngiXV0", "é", "W1siaWQiXSxbbnVsbF1d", "W" * 9000]
    )
    def test_a_token_of_no_page_is_refused(self, studio: Studio, page: str) -> None:
        with refusal(Code.USAGE, "cursor"):
            studio.find("task", Query(), access=ADMIN, page=page)

    def test_a_token_of_another_order_is_refused(self, studio: Studio) -> None:
        world(studio)
        page = studio.find("shot", Query(limit=1, order=("code",)), access=ADMIN).next
        with refusal(Code.USAGE, "order"):
            studio.find("shot", Query(limit=1), access=ADMIN, page=page)
