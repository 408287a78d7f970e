"""Which layers follow from what was published, and which plans are refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.errors import Code, RushesError
from rushes.model.work import Number
from rushes.publish.layers import Layer, LayerKind, Metadata
from rushes.publish.parts import made_paths
from rushes.publish.plan import LatestPart, Plan, planned, shot_folder

from .conftest import WORK, Tree


def tree() -> Tree:
    made = Tree(Path("/show"))
    for where in WORK:
        made.publish(where, text=None)
    return made


def layer(plan: Plan, path: str) -> Layer:
    (found,) = [one for one in plan.layers if str(one.path) == f"/show/sequences/010/{path}"]
    return found


def refused(made: Tree) -> str:
    with pytest.raises(RushesError) as caught:
        made.plan()
    assert caught.value.code is Code.FIELD_INVALID
    return caught.value.message


def test_a_shot_lays_the_strongest_department_on_top() -> None:
    made = tree()
    made.publish("0500/lgt/dan/Lights/key", text=None)
    made.publish("0500/layout/eve/Cam/cam", text=None)
    shot = layer(made.plan(), "0500/usd/0500.usd")
    assert [one.stem for one in shot.sublayers] == ["lgt", "fx", "anim", "layout"]


def test_each_layer_composes_what_lies_below_it() -> None:
    plan = tree().plan()
    assert [str(one.to) for one in layer(plan, "usd/010.usd").references] == [
        "/show/sequences/010/0500/usd/0500.usd",
        "/show/sequences/010/0510/usd/0510.usd",
    ]
    assert [one.stem for one in layer(plan, "0500/fx/usd/fx.usd").sublayers] == ["ann", "bob"]
    artist = layer(plan, "0500/anim/usd/artists/cyd.usd")
    assert [one.prim for one in artist.references] == ["/World/Hero", "/World/Tornado"]
    scenes = "0500/fx/houdini/scenes/ann/main/usd/Tornado"
    asset = layer(plan, f"{scenes}/Tornado.usd")
    assert [one.prim for one in asset.references] == ["/Tornado/particles01", "/Tornado/smoke"]
    (item,) = layer(plan, f"{scenes}/smoke/smoke.usd").references
    assert str(item.to).endswith(f"{scenes}/smoke/data/smoke_v001_i001.usd")


@given(seed=st.integers())
def test_the_order_in_which_things_are_given_makes_no_difference(seed: int) -> None:
    made = tree()
    parts, shots = list(made.latest.values()), list(made.shots.values())
    Random(seed).shuffle(parts)
    Random(seed).shuffle(shots)
    assert planned(parts, shots) == tree().plan()


@given(
    where=st.lists(
        st.tuples(
            st.sampled_from(["0500", "0510"]),
            st.sampled_from(["anim", "fx", "usd"]),
            st.sampled_from(["ann", "fx", "artists"]),
            st.sampled_from(["A", "B-1", "usd"]),
            st.sampled_from(["a", "data"]),
        ).map("/".join),
        max_size=12,
    )
)
def test_every_layer_comes_after_all_that_it_composes_and_none_is_lost(where: list[str]) -> None:
    made = Tree(Path("/show"))
    for one in where:
        made.publish(one, text=None)
    plan = made.plan()
    there = set(plan.items)
    for one in plan.layers:
        assert set(one.below()) <= there
        there.add(one.path)
    composed = {below for one in plan.layers for below in one.below()}
    tops = {one.path for one in plan.layers if one.kind is LayerKind.SEQUENCE}
    assert there - composed == tops


def test_the_highest_number_of_a_part_is_pointed_to() -> None:
    made = tree()
    low = made.publish("0500/fx/ann/Tornado/smoke", Number(2, 1), text=None)
    high = made.publish("0500/fx/ann/Tornado/smoke", Number(2, 3), text=None)
    plan = planned([high, *tree().latest.values(), low], made.shots.values())
    assert high.paths.item in plan.items
    assert low.paths.item not in plan.items
    assert {one.rule for one in plan.findings} == {"usd.stable_twice"}


def test_of_two_streams_with_one_part_both_are_named() -> None:
    made = tree()
    path = "0500/fx/ann/Tornado/smoke"
    first = replace(made.publish(path, Number(1, 1), text=None), stream="task 3 (fx), houdini")
    other = replace(first, stream="task 4 (fx), maya")
    plan = planned([first, other], made.shots.values())
    told = next(one.message for one in plan.findings if one.rule == "usd.stable_twice")
    assert "task 3 (fx), houdini" in told
    assert "task 4 (fx), maya" in told


def test_a_number_that_is_not_in_the_name_is_told() -> None:
    made = tree()
    (first, *others) = made.latest.values()
    plan = planned([replace(first, number=Number(9, 1)), *others], made.shots.values())
    assert [one.rule for one in plan.findings] == ["usd.number"]


def test_the_sequence_runs_over_the_frames_of_all_its_shots() -> None:
    made = tree()
    made.stage("0510", Metadata(25.0, 1201, 1300))
    metadata = layer(made.plan(), "usd/010.usd").metadata
    assert (metadata.first, metadata.last) == (1001, 1300)


def test_shots_of_another_rate_are_told() -> None:
    made = tree()
    made.stage("0510", Metadata(24.0, 1001, 1100))
    (told,) = made.plan().findings
    assert told.rule == "usd.shots_differ"
    assert "0510.usd" in told.subject


def test_a_shot_without_parts_has_a_layer_and_no_place_in_its_sequence() -> None:
    made = tree()
    made.stage("0520")
    assert layer(made.plan(), "0520/usd/0520.usd").empty
    assert len(layer(made.plan(), "usd/010.usd").references) == 2


def test_work_on_an_asset_has_its_parts_and_nothing_above() -> None:
    paths = made_paths(PurePosixPath("/show/assets/usd"), "Hero", part="body", number=Number(1, 1))
    plan = planned([LatestPart(paths, Number(1, 1))], asset=Metadata(up_axis="Z"))
    assert [one.kind for one in plan.layers] == [LayerKind.PART, LayerKind.ASSET]
    assert {one.metadata.up_axis for one in plan.layers} == {"Z"}
    assert plan.layers[-1].metadata.first is None


def test_work_that_nobody_is_named_for_is_nobodys() -> None:
    made = tree()
    (first, *_) = made.latest.values()
    plan = planned([replace(first, artist="")], made.shots.values())
    assert layer(plan, "0500/fx/usd/artists/nobody.usd").references


def test_a_department_an_artist_and_a_shot_may_have_one_name() -> None:
    made = Tree(Path("/show"))
    for where in ("usd/usd/usd/usd/usd", "usd/usd/artists/usd/usd", "a/usd/usd/usd/usd"):
        made.publish(where, text=None)
    paths = [one.path for one in made.plan().layers]
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize(
    ("field", "bad"), [("department", "../etc"), ("department", ""), ("artist", "a/b")]
)
def test_a_name_that_is_none_leaves_out_its_part_and_no_other(field: str, bad: str) -> None:
    made = tree()
    stable, first = next(iter(made.latest.items()))
    made.latest[stable] = replace(first, **{field: bad})
    plan = made.plan()
    assert [(one.rule, one.subject) for one in plan.findings] == [
        ("usd.name", str(first.paths.item))
    ]
    assert plan.items == {one.paths.item for one in made.latest.values()} - {first.paths.item}


def test_a_part_of_a_shot_that_is_not_given_is_refused() -> None:
    made = tree()
    del made.shots["010", "0510"]
    assert "is not given" in refused(made)


def test_a_shot_whose_name_leads_elsewhere_is_refused() -> None:
    made = tree()
    made.shots["010", ".."] = replace(made.stage("0500"), shot="..")
    assert "cannot be the name" in refused(made)


def test_shots_of_one_sequence_lie_in_one_folder() -> None:
    made = tree()
    stage = made.stage("0510")
    made.shots["010", "0510"] = replace(stage, folder=PurePosixPath("/other/0510"))
    assert "one folder" in refused(made)


def test_no_layer_is_planned_where_another_one_or_an_item_lies() -> None:
    made = tree()
    folder = PurePosixPath("/show/sequences/010/0500/fx/usd")
    paths = made_paths(folder.parent / "usd", "artists", part="x", number=Number(1, 1))
    made.latest[paths.stable] = LatestPart(paths, Number(1, 1), "010", "0500", "fx", "artists")
    assert "Two layers" in refused(made)


def test_folders_of_shots_are_made_of_safe_names() -> None:
    root = PurePosixPath("/show")
    assert str(shot_folder(root, "010", "0500")) == "/show/sequences/010/0500"
    with pytest.raises(RushesError):
        shot_folder(root, "..", "0500")
