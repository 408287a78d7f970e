"""Layers as they are on disk: what a stage makes of them, and what a rebuild leaves alone."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.model.work import Number
from rushes.publish import usd_needed
from rushes.publish.layers import Metadata
from rushes.publish.parts import made_paths
from rushes.publish.plan import Plan
from rushes.publish.usd import LOCK, Rebuilt, rebuild, write
from rushes.publish.usd_check import check
from rushes.testing.forked import Forks

from .conftest import ITEM, Tree

pxr = pytest.importorskip("pxr")
NO_DEFAULT = '#usda 1.0\ndef Sphere "a"\n{\n}\n'
PARTS = {
    "/World/_0500/Flood/water",
    "/World/_0500/Hero/body",
    "/World/_0500/Tornado/body",
    "/World/_0500/Tornado/particles01",
    "/World/_0500/Tornado/smoke",
    "/World/_0510/Lights/key",
    "/World/_0510/Tornado/particles01",
}


def done(tree: Tree, **how: bool) -> Rebuilt:
    return rebuild(tree.plan, root=tree.root, top=tree.top, **how)


def spheres(layer: Path) -> dict[str, float]:
    """The paths of all spheres of a stage, and how large they are at the end."""
    from pxr import Usd, UsdUtils

    delegate = UsdUtils.CoalescingDiagnosticDelegate()
    stage = Usd.Stage.Open(str(layer))
    stage.Reload()
    found = {
        str(prim.GetPath()): prim.GetAttribute("radius").Get(1100)
        for prim in stage.Traverse()
        if prim.GetTypeName() == "Sphere"
    }
    assert not delegate.TakeUncoalescedDiagnostics()
    return found


def rules(found: Rebuilt) -> list[str]:
    return [one.rule for one in found.findings]


def test_a_sequence_holds_all_parts_of_its_shots_departments_and_artists(full: Tree) -> None:
    assert done(full).findings == ()
    assert spheres(full.sequence_layer).keys() == PARTS
    assert spheres(full.shot_layer("0500")).keys() == {
        one.replace("/_0500", "") for one in PARTS if "_0500" in one
    }


def test_a_stage_knows_its_time_its_axis_and_its_unit(full: Tree) -> None:
    from pxr import Usd, UsdGeom

    full.stage("0510", Metadata(25.0, 1201, 1300, "Y", 0.01))
    done(full)
    for layer, last in ((full.shot_layer("0500"), 1100), (full.sequence_layer, 1300)):
        stage = Usd.Stage.Open(str(layer))
        assert (stage.GetStartTimeCode(), stage.GetEndTimeCode()) == (1001, last)
        assert stage.GetFramesPerSecond() == stage.GetTimeCodesPerSecond() == 25
        assert UsdGeom.GetStageUpAxis(stage) == "Y"
        assert UsdGeom.GetStageMetersPerUnit(stage) == 0.01
        assert str(stage.GetDefaultPrim().GetPath()) == "/World"
        (prim,) = [one for one in stage.Traverse() if str(one.GetPath()).endswith("Hero/body")]
        assert prim.GetAttribute("radius").GetTimeSamples() == [1001, 1100]


def test_every_layer_of_ours_can_be_opened_by_itself_from_its_default_prim(full: Tree) -> None:
    from pxr import Usd

    for path in done(full).written:
        stage = Usd.Stage.Open(str(path))
        assert stage.GetDefaultPrim().IsValid(), path
        assert not os.path.isabs(str(stage.GetRootLayer().subLayerPaths))


def test_the_whole_tree_can_be_moved(full: Tree, tmp_path: Path) -> None:
    done(full)
    before = spheres(full.sequence_layer)
    for path in full.root.rglob("*.usd"):
        assert str(full.root).encode() not in path.read_bytes()
    moved = Tree(tmp_path / "elsewhere" / "deeper")
    moved.root.parent.mkdir()
    full.root.rename(moved.root)
    assert spheres(moved.sequence_layer) == before


def test_lighting_overrules_animation_where_both_publish_the_part(tree: Tree) -> None:
    tree.publish("0500/anim/cyd/Hero/body", radius=3)
    tree.publish("0500/lgt/dan/Hero/body", radius=7)
    tree.publish("0500/layout/eve/Hero/body", radius=5)
    done(tree)
    assert spheres(tree.shot_layer("0500")) == {"/World/Hero/body": 7}


def test_the_next_publish_changes_its_part_and_nothing_else(full: Tree) -> None:
    done(full)
    before = full.files()
    full.publish("0500/fx/bob/Flood/water", Number(1, 2), radius=9)
    found = done(full)
    assert [one.name for one in found.written] == ["water.usd"]
    assert spheres(full.sequence_layer)["/World/_0500/Flood/water"] == 9
    after = full.files()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {str(found.written[0].relative_to(full.root))}


def test_a_second_rebuild_writes_nothing(full: Tree) -> None:
    first = done(full)
    before = full.files()
    second = done(full)
    assert second.written == ()
    assert set(second.unchanged) == set(first.written)
    assert full.files() == before
    assert not list(full.root.rglob(LOCK))


def test_a_dry_run_tells_what_would_be_written_and_writes_nothing(full: Tree) -> None:
    before = full.files()
    dry = write(full.plan(), root=full.root, dry_run=True)
    assert full.files() == before
    assert dry.written == done(full).written


@pytest.mark.parametrize(
    ("text", "rule"),
    [(None, "usd.missing"), ("#usda 1.0\n(", "usd.broken"), ("", "usd.broken")],
)
def test_an_item_that_cannot_be_read_is_told_and_the_others_compose(
    full: Tree, text: str | None, rule: str
) -> None:
    bad = full.publish("0510/fx/ann/Tornado/dust", text=None)
    if text is not None:
        Path(bad.paths.item).parent.mkdir(parents=True)
        Path(bad.paths.item).write_text(text)
    found = done(full)
    assert rules(found) == [rule]
    assert found.findings[0].subject == str(bad.paths.item)
    Path(bad.paths.item).parent.mkdir(parents=True, exist_ok=True)
    Path(bad.paths.item).write_text(ITEM.format(prim="dust", radius=2))
    assert done(full).written == ()
    assert spheres(full.sequence_layer).keys() == PARTS | {"/World/_0510/Tornado/dust"}


def test_an_item_that_broke_later_is_told_by_who_is_thorough_and_a_lost_one_by_all(
    full: Tree,
) -> None:
    done(full)
    lost, broken, *_ = full.latest.values()
    Path(lost.paths.item).unlink()
    Path(broken.paths.item).write_bytes(b"oops")
    assert rules(done(full)) == ["usd.missing"]
    found = done(full, thorough=True)
    assert (sorted(rules(found)), found.written) == (["usd.broken", "usd.missing"], ())


def test_an_item_without_a_default_prim_is_told_and_there_all_the_same(tree: Tree) -> None:
    tree.publish("0500/fx/ann/One/one", text=NO_DEFAULT.replace("{", "{{").replace("}", "}}"))
    two = NO_DEFAULT + 'def Sphere "b"\n{\n}\n'
    tree.publish("0500/fx/ann/Two/two", text=two.replace("{", "{{").replace("}", "}}"))
    found = done(tree)
    assert rules(found).count("usd.default_prim") == 2
    assert spheres(tree.shot_layer("0500")).keys() == {
        "/World/One/one",
        "/World/Two/two/a",
        "/World/Two/two/b",
    }
    assert done(tree).written == ()


def test_an_item_of_another_rate_axis_or_unit_is_told(tree: Tree) -> None:
    tree.stage("0500", Metadata(24.0, 1001, 1100, "Z", 1.0))
    tree.publish("0500/fx/ann/One/one")
    assert sorted(rules(done(tree))) == ["usd.axis", "usd.frame_rate", "usd.unit"]


def test_a_layer_that_somebody_else_made_stays_until_it_may_go(full: Tree) -> None:
    part = full.latest[next(iter(full.latest))]
    Path(part.paths.stable).write_bytes(b"#usda 1.0\n")
    found = done(full)
    assert rules(found) == ["usd.foreign"]
    assert Path(part.paths.stable).read_bytes() == b"#usda 1.0\n"
    assert done(full, replace=True).written == (part.paths.stable,)
    assert spheres(full.sequence_layer).keys() == PARTS


def test_media_are_never_written(full: Tree) -> None:
    items = {one.paths.item: os.stat(one.paths.item) for one in full.latest.values()}
    done(full)
    for path, before in items.items():
        after = os.stat(path)
        assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_link_in_the_place_of_a_layer_is_not_written_through(full: Tree, tmp_path: Path) -> None:
    (tmp_path / "kept.usd").write_bytes(b"kept")
    full.sequence_layer.parent.mkdir()
    full.sequence_layer.symlink_to(tmp_path / "kept.usd")
    assert rules(done(full)) == ["usd.foreign"]
    assert (tmp_path / "kept.usd").read_bytes() == b"kept"
    done(full, replace=True)
    assert (tmp_path / "kept.usd").read_bytes() == b"kept"


def test_a_folder_that_leads_out_of_the_project_is_not_written_into(
    full: Tree, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (full.top / "0500" / "usd").symlink_to(tmp_path / "out")
    assert rules(done(full)) == ["usd.outside"]
    assert list((tmp_path / "out").iterdir()) == []


def test_a_sequence_outside_of_the_project_is_refused(full: Tree, tmp_path: Path) -> None:
    with pytest.raises(RushesError) as caught:
        rebuild(full.plan, root=full.root, top=tmp_path)
    assert caught.value.code is Code.FIELD_INVALID


def test_what_cannot_be_written_is_told_and_the_rest_is_written(full: Tree) -> None:
    full.sequence_layer.mkdir(parents=True)
    (full.top / "0500" / "usd").write_bytes(b"a file")
    found = done(full)
    assert sorted(rules(found)) == ["usd.unwritten", "usd.unwritten"]
    assert full.shot_layer("0510") in map(Path, found.written)


def test_a_shot_that_has_lost_its_parts_is_emptied(full: Tree) -> None:
    done(full)
    kept = {key: one for key, one in full.latest.items() if one.shot == "0510"}
    full.latest = kept
    found = done(full)
    assert {one.name for one in found.written} == {"0500.usd", "010.usd"}
    assert spheres(full.shot_layer("0500")) == {}
    assert spheres(full.sequence_layer).keys() == {one for one in PARTS if "_0510" in one}


def test_a_shot_that_never_had_any_gets_no_file(full: Tree) -> None:
    full.stage("0520")
    done(full)
    assert not (full.top / "0520").exists()


def test_odd_names_compose(tree: Tree) -> None:
    for where in ("0500/fx/ann@x.com/Pinch In/smöke", "0500/fx/o'neil/[a]/#1 (b) & $c"):
        made = tree.publish(where, text=None)
        Path(made.paths.item).parent.mkdir(parents=True)
        Path(made.paths.item).write_text(ITEM.format(prim="x", radius=2))
    assert done(tree).findings == ()
    assert len(spheres(tree.shot_layer("0500"))) == 2


@pytest.mark.parametrize("ending", ["usda", "usdc", "usdz"])
def test_items_of_all_kinds_compose(tree: Tree, ending: str) -> None:
    from pxr import Sdf, UsdUtils

    text = tree.publish("0500/fx/ann/Flood/water")
    folder = text.paths.item.parents[3]
    paths = made_paths(folder, "Flood", part="water", number=text.number, ending=ending)
    source = tree.root / "water.usdc"
    Sdf.Layer.OpenAsAnonymous(str(text.paths.item)).Export(str(source))
    if ending == "usdz":
        assert UsdUtils.CreateNewUsdzPackage(str(source), str(paths.item))
    else:
        Sdf.Layer.OpenAsAnonymous(str(source)).Export(str(paths.item))
    tree.latest = {paths.stable: replace(text, paths=paths)}
    assert done(tree).findings == ()
    assert spheres(tree.shot_layer("0500")) == {"/World/Flood/water": 2}
    assert check([tree.shot_layer("0500")]).findings == ()


def test_without_usd_it_is_told_what_to_install(
    full: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usd_needed, "find_spec", lambda _: None)
    with pytest.raises(RushesError) as caught:
        done(full)
    assert caught.value.code is Code.DEPENDENCY_MISSING
    assert "rushes[usd]" in caught.value.hint


def test_the_plan_is_asked_for_while_the_lock_is_held(full: Tree) -> None:
    seen = []

    def plan() -> Plan:
        seen.append((full.top / LOCK).exists())
        return full.plan()

    rebuild(plan, root=full.root, top=full.top)
    assert seen == [True]


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(os.path.dirname(__file__))
        with Forks("rebuilding:main") as made:
            yield made


def pickled(plan: Plan, path: Path) -> Path:
    path.write_bytes(pickle.dumps(plan))
    return path


def test_rebuilds_at_once_leave_what_one_of_them_would(
    full: Tree, tmp_path: Path, forks: Forks
) -> None:
    plan = pickled(full.plan(), tmp_path / "plan")
    running = [forks.start(full.root, full.top, plan) for _ in range(4)]
    ended = [one.ended() for one in running]
    assert [one.code for one in ended] == [0] * 4, ended
    written = [int(one.out) for one in ended]
    assert sorted(written) == [0, 0, 0, 25]
    before = full.files()
    assert done(full).written == ()
    assert full.files() == before
    assert spheres(full.sequence_layer).keys() == PARTS


def test_a_rebuild_that_was_killed_anywhere_is_healed_by_the_next(
    full: Tree, tmp_path: Path, forks: Forks
) -> None:
    plan = pickled(full.plan(), tmp_path / "plan")
    unbuilt = full.files().keys()
    forks(full.root, full.top, plan, learn=True)
    whole = {name: data for name, (data, _) in full.files().items()}
    for step in (2, 9, 23, 48, 71, 95):
        for name in whole.keys() - unbuilt:
            (full.root / name).unlink(missing_ok=True)
        ended = forks(full.root, full.top, plan, killed_at=(step, full.root))
        assert ended.code == -9
        for path in full.root.rglob("*.usd"):
            assert path.read_bytes() == whole[str(path.relative_to(full.root))]
        assert done(full).findings == ()
        healed = {name: data for name, (data, _) in full.files().items()}
        assert {name: healed[name] for name in whole} == whole
        assert not list(full.root.rglob(LOCK))
