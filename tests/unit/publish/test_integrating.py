"""What is recorded as published is what layers show, through the real records."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

from rushes.core.errors import Code, RushesError
from rushes.db.opening import open_studio, open_work
from rushes.model.scan import Actor
from rushes.model.work import Bump, NewPublish, NumberRequest, PublishStatus, StreamKey, WorkKind
from rushes.ports.studio import Studio
from rushes.ports.work import Work
from rushes.publish import usd_needed
from rushes.publish.integrating import Integrated, integrate
from rushes.publish.parts import PartPaths, made_paths
from rushes.publish.usd_following import of_sequences, rebuilt
from rushes.publish.usd_records import project_root
from rushes.testing.studios import ids, make

from .conftest import ITEM

pytest.importorskip("pxr")


@dataclass(slots=True)
class Show:
    """A show of one shot with two departments, in the records and on disk."""

    root: Path
    studio: Studio
    work: Work
    project: int
    sequence: int
    shot: int
    tasks: dict[str, int]

    @property
    def layer(self) -> Path:
        return self.root / "sequences" / "010" / "0500" / "usd" / "0500.usd"

    def hold(self, department: str, asset: str, part: str) -> tuple[str, PartPaths]:
        """A number, and an item written under it."""
        key = StreamKey(WorkKind.PUBLISH, self.tasks[department], "houdini", part=part, asset=asset)
        (held,) = self.work.allocate([NumberRequest(key, Bump.VERSION)], actor=Actor("ann"))
        folder = self.root / "sequences" / "010" / "0500" / department / "houdini" / "usd"
        paths = made_paths(PurePosixPath(folder), asset, part=part, number=held.number)
        Path(paths.item).parent.mkdir(parents=True, exist_ok=True)
        Path(paths.item).write_text(ITEM.format(prim=part, radius=held.number.version))
        return held.token, paths

    def record(self, token: str, paths: PartPaths, **given: object) -> Integrated:
        made = NewPublish(
            token, item_usd_path=str(paths.item), asset_usd_path=str(paths.stable), **given
        )
        return integrate([made], work=self.work, studio=self.studio, actor=Actor("ann"))

    def publish(self, department: str, asset: str, part: str, **given: object) -> Integrated:
        return self.record(*self.hold(department, asset, part), **given)

    def spheres(self) -> dict[str, float]:
        """What a stage shows, and how large it is: as large as its version."""
        from pxr import Usd

        stage = Usd.Stage.Open(str(self.layer))
        stage.Reload()
        return {
            str(prim.GetPath()): prim.GetAttribute("radius").Get(1100)
            for prim in stage.Traverse()
            if prim.GetTypeName() == "Sphere"
        }


@pytest.fixture
def show(database_url: str, tmp_path: Path) -> Iterator[Show]:
    with ExitStack() as open_:
        studio = open_.enter_context(closing(open_studio(database_url, data_dir=Path())))
        work = open_.enter_context(closing(open_work(database_url, data_dir=Path())))
        root = tmp_path / "show"
        system = {"darwin": "macos", "win32": "windows"}.get(sys.platform, "linux")
        roots = {system: str(root)}
        project = make(studio, "project", code="NV", roots=roots, fps="25").id
        sequence = make(studio, "sequence", project=project, code="010").id
        shot = make(studio, "shot", sequence=sequence, code="0500").id
        make(studio, "artist", login="ann")
        types = {code: ids(studio, "task_type", ("code", "is", code))[0] for code in ("fx", "anim")}
        tasks = {code: make(studio, "task", shot=shot, type=one).id for code, one in types.items()}
        yield Show(root, studio, work, project, sequence, shot, tasks)


def test_all_parts_of_two_departments_are_found_in_the_shots_stage(show: Show) -> None:
    from pxr import Usd

    for department, asset, part in (
        ("fx", "Tornado", "particles01"),
        ("fx", "Tornado", "smoke"),
        ("anim", "Hero", "body"),
    ):
        done = show.publish(department, asset, part)
        assert done.warnings == ()
        assert done.recorded[0].is_latest
    assert show.spheres() == {
        "/World/Tornado/particles01": 1,
        "/World/Tornado/smoke": 1,
        "/World/Hero/body": 1,
    }
    stage = Usd.Stage.Open(str(show.layer))
    assert (stage.GetStartTimeCode(), stage.GetEndTimeCode()) == (1001, 1100)
    assert stage.GetFramesPerSecond() == 25
    artist = show.root / "sequences/010/0500/fx/usd/artists/ann.usd"
    assert artist.is_file()


def test_what_is_recorded_late_under_a_lower_number_changes_nothing(show: Show) -> None:
    first, second = show.hold("fx", "Tornado", "smoke"), show.hold("fx", "Tornado", "smoke")
    show.record(*second)
    assert show.spheres() == {"/World/Tornado/smoke": 2}
    late = show.record(*first)
    assert not late.recorded[0].is_latest
    assert show.spheres() == {"/World/Tornado/smoke": 2}


def test_a_failed_publish_is_recorded_and_nothing_points_to_it(show: Show) -> None:
    show.publish("fx", "Tornado", "smoke")
    failed = show.publish("fx", "Tornado", "smoke", status=PublishStatus.FAILED)
    assert (failed.recorded[0].number.version, failed.recorded[0].is_latest) == (2, False)
    assert show.spheres() == {"/World/Tornado/smoke": 1}


def test_an_item_that_is_lost_or_broken_is_a_warning_and_the_record_stands(show: Show) -> None:
    token, paths = show.hold("fx", "Tornado", "smoke")
    Path(paths.item).unlink()
    lost = show.record(token, paths)
    assert [one.rule for one in lost.warnings] == ["usd.missing"]
    token, paths = show.hold("fx", "Tornado", "smoke")
    Path(paths.item).write_text("#usda 1.0\nthis is none")
    broken = show.record(token, paths)
    assert [one.rule for one in broken.warnings] == ["usd.broken"]
    found = ids(show.studio, "publish")
    assert found == [lost.recorded[0].id, broken.recorded[0].id]


def test_without_usd_the_publish_is_recorded_and_it_says_so(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(usd_needed, "find_spec", lambda _name: None)
        done = show.publish("fx", "Tornado", "smoke")
    assert done.recorded[0].is_latest
    (warning,) = done.warnings
    assert (warning.rule, "usd-core" in warning.message) == ("usd.not_rebuilt", True)
    assert not show.layer.exists()
    (scope,) = of_sequences(show.project, [show.sequence])
    assert show.layer.as_posix() in map(str, rebuilt(scope, show.studio).written)
    assert show.spheres() == {"/World/Tornado/smoke": 1}


def test_nothing_is_written_outside_of_the_projects_folder(show: Show, tmp_path: Path) -> None:
    key = StreamKey(WorkKind.PUBLISH, show.tasks["fx"], "houdini", part="smoke", asset="Tornado")
    (held,) = show.work.allocate([NumberRequest(key)], actor=Actor("ann"))
    outside = made_paths(
        PurePosixPath(tmp_path, "usd"), "Tornado", part="smoke", number=held.number
    )
    done = show.record(held.token, outside)
    assert [one.rule for one in done.warnings] == ["usd.not_rebuilt"]
    assert "does not lie below" in done.warnings[0].message
    assert not (tmp_path / "usd").exists()
    assert not show.root.exists()


def test_a_project_without_a_folder_here_is_a_warning(show: Show) -> None:
    from rushes.testing.studios import change

    change(show.studio, "project", show.project, {"roots": {}})
    done = show.publish("fx", "Tornado", "smoke")
    assert "no folder on this system" in done.warnings[0].message
    assert done.recorded[0].is_latest


@pytest.mark.parametrize(
    "given",
    [
        {"item_usd_path": "/s/usd/a/p/data/p_v001_i001.usd"},
        {"asset_usd_path": "/s/usd/a/p/p.usd"},
        {"item_usd_path": "/s/p.usd", "asset_usd_path": "/s/usd/a/p/p.usd"},
        {"components": ({"digests": {"md5": "0" * 32}},)},
        {"components": ({"digests": "af"},)},
        {"components": ({"digests": {"blake3": "af"}},)},
        {"components": ({"files": 2, "digests": {"blake3": ["0" * 64]}},)},
    ],
)
def test_what_makes_no_sense_is_not_recorded(show: Show, given: dict[str, object]) -> None:
    token, _ = show.hold("fx", "Tornado", "smoke")
    with pytest.raises(RushesError) as refused:
        show.work.record_publishes([NewPublish(token, **given)], actor=Actor("ann"))
    assert refused.value.code is Code.FIELD_INVALID
    assert ids(show.studio, "publish") == []


def test_parts_of_an_asset_outside_of_shots_are_composed_in_its_folder(show: Show) -> None:
    asset = make(show.studio, "asset", project=show.project, code="Hero").id
    (mod,) = ids(show.studio, "task_type", ("code", "is", "mod"))
    task = make(show.studio, "task", asset=asset, type=mod).id
    folder = PurePosixPath(show.root) / "assets" / "Hero" / "usd"
    for part in ("body", "eyes"):
        key = StreamKey(WorkKind.PUBLISH, task, "maya", part=part, asset="Hero")
        (held,) = show.work.allocate([NumberRequest(key)], actor=Actor("ann"))
        paths = made_paths(folder, "Hero", part=part, number=held.number)
        Path(paths.item).parent.mkdir(parents=True)
        Path(paths.item).write_text(ITEM.format(prim=part, radius=2))
        assert show.record(held.token, paths).warnings == ()
    from pxr import Usd

    stage = Usd.Stage.Open(str(folder / "Hero" / "Hero.usd"))
    assert {str(one.GetPath()) for one in stage.Traverse()} >= {"/Hero/body", "/Hero/eyes"}


def test_a_dry_run_writes_no_layer(show: Show) -> None:
    token, paths = show.hold("fx", "Tornado", "smoke")
    made = NewPublish(token, item_usd_path=str(paths.item), asset_usd_path=str(paths.stable))
    integrate([made], work=show.work, studio=show.studio, actor=Actor("ann"), follow=False)
    (scope,) = of_sequences(show.project, [show.sequence])
    told = rebuilt(scope, show.studio, dry_run=True)
    assert len(told.written) == 6
    assert not show.layer.exists()
    assert rebuilt(scope, show.studio).written == told.written
    assert rebuilt(scope, show.studio).written == ()


def test_a_projects_folder_is_the_one_of_the_system() -> None:
    roots = {"linux": "/shows/nv", "windows": "N:\\nv", "macos": "/Volumes/nv"}
    assert project_root(roots, system="linux") == PurePosixPath("/shows/nv")
    assert project_root(roots, system="darwin") == PurePosixPath("/Volumes/nv")
    assert project_root(roots, system="win32") == PurePosixPath("N:/nv")
    assert project_root({"windows": "N:/nv"}, system="linux") is None
