"""The planted faults are what the demo studio's files and the documentation say they are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath

from rushes.testing.demo import PLANTS, Fault
from rushes.testing.demo.items import items
from rushes.testing.demo.shots import SHOTS
from rushes.testing.demo.table import plants_table

DOCS = Path(__file__).parents[3] / "docs"


def test_the_documentation_lists_every_plant() -> None:
    assert plants_table() in (DOCS / "demo-studio.md").read_text("utf-8")


def test_every_kind_of_fault_is_planted() -> None:
    assert {plant.fault for plant in PLANTS} == set(Fault)


def test_frames_are_lost_at_the_beginning_in_the_middle_and_at_the_end() -> None:
    lost = [plant for plant in PLANTS if plant.fault is Fault.LOST]
    shots = {shot.folder: shot for shot in SHOTS}
    ends = set()
    for plant in lost:
        frames = next(one for at, one in shots.items() if plant.where.startswith(f"{at}/")).frames
        ends |= {frame - frames[0] for frame in plant.frames}
        ends |= {"last" for frame in plant.frames if frame == frames[-1]}
    assert 0 in ends
    assert "last" in ends
    assert ends - {0, "last"}


def test_every_plant_changes_the_files() -> None:
    whole = {(one.path, one.fault) for one in items(())}
    for plant in PLANTS:
        assert {(one.path, one.fault) for one in items([plant])} != whole, plant.what


def test_plants_lie_apart_so_that_each_finding_has_one_cause() -> None:
    places = Counter(plant.where for plant in PLANTS)
    assert set(places.values()) == {1}


def test_no_two_files_have_one_place() -> None:
    paths = Counter(one.path for one in items())
    assert [path for path, count in paths.items() if count > 1] == []


def test_there_are_three_sequences_and_twelve_shots_with_plates_renders_comps_and_workfiles() -> (
    None
):
    assert len(SHOTS) == 12
    assert len({shot.sequence for shot in SHOTS}) == 3
    tasks = {PurePosixPath(one.path).parts[3] for one in items()}
    assert {"plates", "renders", "comps", "workfiles"} <= tasks
