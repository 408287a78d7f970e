from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rushes.report.content import UsageNode
from rushes.report.diskmap import disk_map
from rushes.report.treemap import REST, Box, squarify, tiles

WHOLE = Box(10.0, 20.0, 1200.0, 560.0)

weights = some.lists(some.integers(1, 10**15), min_size=1, max_size=60).map(
    lambda sizes: sorted(sizes, reverse=True)
)
boxes = some.builds(
    Box,
    some.floats(-1e3, 1e3),
    some.floats(-1e3, 1e3),
    some.floats(1.0, 4e3),
    some.floats(1.0, 4e3),
)


def overlap(one: Box, other: Box) -> float:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0.0, across) * max(0.0, down)


def inside(inner: Box, outer: Box, slack: float = 1e-6) -> bool:
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.x + inner.width <= outer.x + outer.width + slack
        and inner.y + inner.height <= outer.y + outer.height + slack
    )


@given(weights, boxes)
def test_every_area_is_its_share_of_the_whole(sizes: list[int], box: Box) -> None:
    placed = squarify(sizes, box)
    for size, one in zip(sizes, placed, strict=True):
        wanted = box.width * box.height * size / sum(sizes)
        assert one.width * one.height == pytest.approx(wanted, rel=1e-3, abs=1e-3)


@given(weights, boxes)
def test_rectangles_stay_inside_and_never_overlap(sizes: list[int], box: Box) -> None:
    placed = squarify(sizes, box)
    assert all(inside(one, box) for one in placed)
    for one, other in itertools.combinations(placed, 2):
        assert overlap(one, other) < 1e-3


def test_equal_weights_come_out_nearly_square() -> None:
    for one in squarify([1] * 12, Box(0, 0, 400, 300)):
        assert max(one.width / one.height, one.height / one.width) < 1.5


def test_nothing_to_place_and_no_room_to_place_it_are_both_harmless() -> None:
    assert squarify([], WHOLE) == []
    assert squarify([3, 2], Box(0, 0, 0, 10)) == [Box(0, 0, 0, 0)] * 2
    assert list(tiles(UsageNode("top", 0), WHOLE)) == []


trees = some.recursive(
    some.builds(UsageNode, some.text("abc", min_size=1, max_size=5), some.integers(0, 10**12)),
    lambda below: some.lists(below, max_size=6).map(
        lambda children: UsageNode(
            "n", sum(child.size for child in children), children=tuple(children)
        )
    ),
    max_leaves=40,
)


@given(trees)
def test_leaves_of_a_tree_never_overlap(tree: UsageNode) -> None:
    leaves = [tile.box for tile in tiles(tree, WHOLE) if tile.leaf]
    assert all(inside(leaf, WHOLE) for leaf in leaves)
    for one, other in itertools.combinations(leaves, 2):
        assert overlap(one, other) < 1e-2


def test_bytes_in_a_folder_itself_get_a_tile_beside_its_subfolders() -> None:
    tree = UsageNode("top", 100, children=(UsageNode("sub", 60),))
    assert [(tile.node.name, tile.node.size) for tile in tiles(tree, WHOLE)] == [
        ("sub", 60),
        (REST, 40),
    ]


def test_thousands_of_tiny_folders_are_swept_into_one_tile_that_says_how_many() -> None:
    tiny = tuple(UsageNode(f"s{at}", 1) for at in range(5000))
    tree = UsageNode("top", 10**6 + 5000, children=(UsageNode("big", 10**6), *tiny))
    names = [tile.node.name for tile in tiles(tree, WHOLE)]
    assert names == ["big", "5,000 smaller"]


def test_tasks_have_the_same_colour_in_every_shot() -> None:
    shots = tuple(
        UsageNode(
            f"sh{at}",
            300,
            kind="shot",
            children=(UsageNode("renders", 200, 2, "task"), UsageNode("plates", 100, 1, "task")),
        )
        for at in range(4)
    )
    drawn = disk_map(UsageNode("top", 1200, children=shots))
    assert drawn is not None
    by_task = {tile.place.rsplit(" / ")[-1]: tile.colour for tile in drawn.tiles if tile.leaf}
    assert by_task == {"renders": 1, "plates": 2}
    assert {t.colour for t in drawn.tiles if t.place.endswith("renders")} == {1}
    assert [(key.name, key.size) for key in drawn.legend] == [
        ("renders", "800 B"),
        ("plates", "400 B"),
    ]


def test_a_tree_without_bytes_has_no_map() -> None:
    assert disk_map(None) is None
    assert disk_map(UsageNode("top", 0, children=(UsageNode("sub", 0),))) is None
