"""What a plan decides, and that it tells why."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.ports.storage_writing import Facts, Unlisted
from rushes.transfer.plan import (
    WISHES,
    Act,
    Known,
    Moved,
    Operation,
    Pair,
    Plan,
    Tree,
    Wishes,
    plan,
    settled,
)

HERE, THERE = Facts(5, 1, 1, 1), Facts(5, 2, 2, 2, "tag")
REPLACE, DELETE = Wishes(replace=True), Wishes(delete=True)


def tree(*paths: str, facts: Facts = HERE, odd: str = "") -> Tree:
    return Tree({}, dict.fromkeys(paths, odd)) if odd else Tree(dict.fromkeys(paths, facts))


def undecided(source: Tree, target: Tree, known: Known, *, wishes: Wishes = WISHES) -> list[str]:
    return [one.path for one in plan(source, target, known, wishes=wishes).of(Act.UNDECIDED)]


def decided(
    source: Tree,
    target: Tree,
    known: Known,
    *,
    learnt: Mapping[str, Pair],
    wishes: Wishes = WISHES,
) -> Plan:
    made = plan(source, target, known, wishes=wishes)
    return settled(made, learnt, known, wishes=wishes)


def acts(made: Plan) -> dict[str, Act]:
    return {one.path: one.act for one in made.operations}


def only(made: Plan) -> Operation:
    (one,) = made.operations
    return one


def test_what_is_told_of_many_at_once_is_the_same_unless_its_name_or_its_wish_is_odd() -> None:
    source, target = tree("b", "a", "c"), tree("a", "b", "c", facts=THERE)
    made = plan(source, target, {}, unmoved={"a", "b"})
    assert [(one.path, one.act) for one in made.operations] == [
        ("a", Act.SAME),
        ("b", Act.SAME),
        ("c", Act.UNDECIDED),
    ]
    known = {"a": Moved("xxh128:1", HERE, THERE)}
    assert only(plan(tree("a"), tree("a", facts=THERE), known)) == made.operations[0]
    checked = plan(source, target, {}, unmoved={"a", "b"}, wishes=Wishes(checksum=True))
    assert [*acts(checked).values()] == [Act.UNDECIDED] * 3
    for names in (("con.exr", "a"), ("A", "a"), ("a/b", "a")):
        found = plan(tree(*names), tree(*names, facts=THERE), {}, unmoved=set(names))
        assert Act.REFUSED in acts(found).values()


def test_what_is_not_there_is_new() -> None:
    assert only(plan(tree("a"), tree(), {})).act is Act.NEW


def test_what_is_as_it_was_when_it_was_moved_is_the_same_without_a_look() -> None:
    known = {"a": Moved("xxh128:1", HERE, THERE)}
    source, target = tree("a"), tree("a", facts=THERE)
    assert undecided(source, target, known) == []
    assert only(plan(source, target, known)).act is Act.SAME


@pytest.mark.parametrize("field", Facts._fields)
@pytest.mark.parametrize("side", ["source", "target"])
def test_any_fact_that_differs_makes_a_file_undecided(field: str, side: str) -> None:
    known = {"a": Moved("xxh128:1", HERE, THERE)}
    changed = {"source": HERE, "target": THERE}
    other: object = "other" if field == "etag" else 99
    changed[side] = changed[side]._replace(**{field: other})  # type: ignore[arg-type]
    source, target = tree("a", facts=changed["source"]), tree("a", facts=changed["target"])
    if field != "size":
        assert undecided(source, target, known) == ["a"]
        same = decided(source, target, known, learnt={"a": Pair("xxh128:1", "xxh128:1")})
        assert (only(same).act, only(same).digest) == (Act.SAME, "xxh128:1")
    found = decided(source, target, known, learnt={"a": Pair("xxh128:1", "xxh128:2")})
    assert only(found).act is (Act.CHANGED if side == "source" else Act.CONFLICT)


def test_what_lies_there_and_is_not_ours_is_a_conflict_unless_told_to_replace() -> None:
    source, target = tree("a"), tree("a", facts=THERE._replace(size=6))
    found = only(plan(source, target, {}))
    assert found.act is Act.CONFLICT
    assert found.why == "it has 5 bytes, there 6, and what is there is not known to be ours"
    assert only(plan(source, target, {}, wishes=REPLACE)).act is Act.CHANGED


def test_bytes_that_nobody_knows_count_as_others() -> None:
    source, target = tree("a"), tree("a", facts=THERE)
    for pair in (Pair("", ""), Pair("xxh128:1", ""), Pair("", "xxh128:1")):
        found = only(decided(source, target, {}, learnt={"a": pair}))
        assert found.act is Act.CONFLICT
        assert "not known" in found.why


def test_with_checksum_nothing_is_taken_for_the_same_unread() -> None:
    known = {"a": Moved("xxh128:1", HERE, THERE)}
    source, target = tree("a"), tree("a", facts=THERE)
    wishes = Wishes(checksum=True)
    assert undecided(source, target, known, wishes=wishes) == ["a"]
    ours = decided(source, target, known, wishes=wishes, learnt={"a": Pair("xxh128:2", "xxh128:1")})
    rotten = decided(
        source, target, known, wishes=wishes, learnt={"a": Pair("xxh128:1", "xxh128:3")}
    )
    assert (only(ours).act, only(rotten).act) == (Act.CHANGED, Act.CONFLICT)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../up",
            "a/../../up",
            "/etc/passwd",
            "a//b",
            "./a",
            "a/.",
            "",
            "new\nline",
            "esc\x1b[2J",
        ),
        *("con.exr", "a/NUL", "com1", "a/lpt³.txt", "aux .mov", "dot.", "space ", "a:b", "x" * 256),
        *("c1\x85", "line\u2028", "byte\udcff", "/".join(["folder"] * 200), "back\\slash"),
    ],
)
def test_a_name_that_does_harm_is_refused_and_told_and_the_others_are_moved(name: str) -> None:
    made = plan(tree(name, "good.exr"), tree(), {})
    assert acts(made) == {name: Act.REFUSED, "good.exr": Act.NEW}
    assert next(made.of(Act.REFUSED)).why


def test_names_that_windows_cannot_hold_may_be_allowed() -> None:
    made = plan(tree("a:b", "con", "../up"), tree(), {}, wishes=Wishes(windows=False))
    assert acts(made) == {"a:b": Act.NEW, "con": Act.NEW, "../up": Act.REFUSED}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Plate.exr", "plate.exr"),
        ("caf\u00e9/a", "cafe\u0301/a"),
        ("STRASSE", "stra\u00dfe"),
        ("SH010/a.exr", "sh010/a.exr"),
    ],
)
def test_two_names_that_are_one_elsewhere_are_both_refused(one: str, other: str) -> None:
    made = plan(tree(one, other, "good"), tree(), {})
    assert acts(made) == {one: Act.REFUSED, other: Act.REFUSED, "good": Act.NEW}
    assert "same name" in next(made.of(Act.REFUSED)).why


def test_a_name_that_lies_there_in_another_spelling_is_refused() -> None:
    assert only(plan(tree("Plate.exr"), tree("plate.exr", facts=THERE), {})).act is Act.REFUSED


def test_a_file_with_the_name_of_a_folder_is_refused() -> None:
    assert acts(plan(tree("a", "a/b", "A/c"), tree(), {}))["a"] is Act.REFUSED


def test_a_link_or_a_device_is_refused() -> None:
    found = only(plan(tree("a", odd="it is a link"), tree(), {}))
    assert (found.act, found.why) == (Act.REFUSED, "it is a link")
    found = only(plan(tree("a"), tree("a", odd="it is a link"), {}))
    assert found.act is Act.REFUSED


def test_nothing_is_deleted_unless_asked() -> None:
    assert acts(plan(tree("a"), tree("a", "b"), {}, wishes=REPLACE)).keys() == {"a"}
    made = plan(tree("a"), tree("a", "b"), {}, wishes=DELETE)
    assert acts(made)["b"] is Act.DELETE
    assert made.kept == ""


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (Tree(tree("a").files, {}, [Unlisted("b", "it cannot be read")]), tree("b/c")),
        (tree("a"), Tree(tree("b").files, {}, [Unlisted("c", "it cannot be read")])),
        (tree("a", "con"), tree("b")),
        (tree(), tree("b")),
    ],
)
def test_nothing_is_deleted_where_not_all_is_known(source: Tree, target: Tree) -> None:
    made = plan(source, target, {}, wishes=DELETE)
    assert not list(made.of(Act.DELETE))
    assert made.kept


NAMES = st.text("aAéÉ\u0301/. -con\n", min_size=1, max_size=6)


@given(st.sets(NAMES, max_size=8), st.sets(NAMES, max_size=4))
def test_what_is_moved_is_never_two_files_in_one_place(here: set[str], there: set[str]) -> None:
    made = plan(tree(*here), tree(*there, facts=THERE), {}, wishes=REPLACE)
    assert {one.path for one in made.operations} == here
    written = [one.path for one in made.of(Act.NEW, Act.CHANGED)]
    keys = {unicodedata.normalize("NFC", one.casefold()) for one in written}
    assert len(keys) == len(written)
    for path in written:
        assert not path.startswith("/")
        assert not {"", ".", ".."} & set(path.split("/"))


def test_a_plan_is_made_of_mappings_alone() -> None:
    known: Mapping[str, Moved] = {}
    assert (
        plan(tree("b", "a"), tree(), known).operations
        == plan(tree("a", "b"), tree(), known).operations
    )
