"""Whatever is given as fields, filters and places is taken, or refused by its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.errors import Code, RushesError
from rushes.model.kinds import KINDS, Kind
from rushes.ports.studio import Filter, Op, Query
from rushes.testing.memory_studio import MemoryStudio
from rushes.testing.studios import ADA, ADMIN, change, world
from rushes.tracking import fields
from rushes.tracking.asking import asked
from rushes.tracking.inherit import effective
from rushes.tracking.paging import place, token
from rushes.tracking.values import checked

ANYTHING = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.dates().map(str),
        st.text(st.characters(), max_size=40), st.binary(max_size=3),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)  # fmt: skip
KIND = st.sampled_from(list(KINDS.values()))


@st.composite
def some_fields(draw: st.DrawFn) -> tuple[Kind, dict[str, Any]]:
    kind = draw(KIND)
    names = st.sampled_from([*kind.by_name, "odd"])
    return kind, draw(st.dictionaries(names, ANYTHING, max_size=3))


def outcome(work: Callable[[], Any]) -> tuple[Any, Code | None]:
    """What work came to, or the code it was refused with, in words that can be shown."""
    try:
        return work(), None
    except RushesError as error:
        f"{error.message} {error.hint}".encode()
        return None, error.code


@given(some_fields())
def test_fields_are_kept_as_json_can_hold_them_or_refused(
    some: tuple[Kind, dict[str, Any]],
) -> None:
    kind, values = some
    for check in (fields.new, fields.changed):
        kept, code = outcome(lambda check=check: check(kind, values))
        assert code in (None, Code.FIELD_INVALID)
        text = json.dumps(kept, allow_nan=False, ensure_ascii=False)
        assert json.loads(text) == kept
        text.encode()


@pytest.mark.parametrize(("kind", "name"), [("shot", "code"), ("artist", "login")])
def test_names_hold_nothing_that_is_not_seen(kind: str, name: str) -> None:
    field = KINDS[kind].by_name[name]
    for number in range(0x110000):
        if category(chr(number)) in ("Cc", "Cf", "Zl", "Zp"):
            text = f"sh{chr(number)}010"
            assert outcome(lambda text=text: checked(field, text))[1] is Code.FIELD_INVALID, number
    for text in ("sh010", "ünï", "小_010", "شات", "😀", "a b"):
        assert checked(field, text) == text


@given(KIND, st.sampled_from([*Op]), ANYTHING, st.text(max_size=20), st.data())
def test_queries_find_something_or_are_refused(
    kind: Kind, op: Op, value: Any, page: str, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(list(kind.by_name)))
    order = data.draw(st.sampled_from([(), (name,), (f"-{name}", "id")]))
    query = Query((Filter(name, op, value),), order=order)
    token_given = data.draw(st.sampled_from([None, page]))
    _, code = outcome(lambda: MemoryStudio().find(kind.name, query, access=ADMIN, page=token_given))
    assert code in (None, Code.FIELD_INVALID, Code.USAGE)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_token_holds_the_place_that_it_was_made_of(text: str) -> None:
    order = asked("task", Query(order=("-due", "name", "bid_hours")), page=None).order
    for due, hours in ((None, None), ("2026-01-31", 0.1), (None, 7)):
        assert place(token(order, [due, text, hours, 5]), order) == (due, text, hours, 5)


def test_each_inherited_value_comes_from_the_nearest_that_has_one() -> None:
    levels = {
        "shot": {"fps": None, "width": 0},
        "sequence": {"fps": "25", "width": 1, "height": None},
        "project": {"fps": "24", "width": 2, "height": 3, "handles": 8},
    }
    found = effective(levels)
    assert found["fps"] == {"value": "25", "from": "sequence"}
    assert found["width"] == {"value": 0, "from": "shot"}
    assert found["height"] == {"value": 3, "from": "project"}
    assert found["handles"] == {"value": 8, "from": "project"}
    assert found["colour_space"] == {"value": None, "from": None}


@pytest.mark.parametrize("kind", KINDS)
def test_defaults_are_of_sense_themselves(kind: str) -> None:
    of = KINDS[kind]
    for field in of.fields:
        if not (field.told or field.fixed or field.required or field.default is None):
            fields.changed(of, {field.name: field.default})


def test_what_is_told_is_a_copy() -> None:
    studio = MemoryStudio()
    here = world(studio)
    given_custom = {"a": [1]}
    made = change(studio, "task", here.task, {"custom": given_custom})
    given_custom["a"].append(2)
    made.fields["custom"]["a"].append(3)
    (held,) = studio.get("task", [here.task], access=ADMIN)
    assert held.fields["custom"] == {"a": [1]}
    assert studio.create("task", [], access=ADMIN, actor=ADA) == []
