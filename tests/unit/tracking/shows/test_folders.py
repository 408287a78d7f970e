"""Folders of a show: made once, never outside of it, and nothing that is there is touched."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from rushes.core.errors import Code
from rushes.testing.studios import ADA, ADMIN, make, refusal
from rushes.tracking.shows.folder_making import FolderPlan, make_folders, planned_folders
from rushes.tracking.shows.folder_template import Structure, folders_of, read_structure

SHEET = 'episode,sequence,shot,tasks\n,sq010,sh0010,"comp,anim"\nep01,sq010,sh0020,\n'
SHOTS = Structure(("{sequence}/{shot}/{task}/work", "editorial"))


@pytest.fixture
def full(nv: Any) -> Any:
    nv.take("a.csv", SHEET)
    make(nv.studio, "asset", project=1, code="bear", type="character")
    return nv


def plan(nv: Any, root: Path, structure: Structure) -> FolderPlan:
    names, _ = folders_of(nv.show, structure)
    return planned_folders(root, names)


def test_folders_are_made_for_tasks_shots_and_assets(full: Any, tmp_path: Path) -> None:
    root = tmp_path / "NV"
    found = plan(full, root, Structure())
    made = make_folders(found, Structure())
    assert (root / "sq010/sh0010/comp/work").is_dir()
    assert (root / "ep01/sq010/sh0020/plates").is_dir()
    assert (root / "assets/character/bear/publish").is_dir()
    assert set(made) == set(found.make)


def test_a_second_time_there_is_nothing_to_make(full: Any, tmp_path: Path) -> None:
    root = tmp_path / "NV"
    make_folders(plan(full, root, SHOTS), SHOTS)
    (root / "editorial").chmod(0o700)
    again = plan(full, root, Structure(SHOTS.folders, mode=0o775))
    assert again.make == ()
    assert make_folders(again, Structure(mode=0o775)) == ()
    assert stat.S_IMODE((root / "editorial").stat().st_mode) == 0o700


def test_new_folders_get_the_permissions_that_are_asked_for(full: Any, tmp_path: Path) -> None:
    structure = Structure(("editorial",), mode=0o2775)
    make_folders(plan(full, tmp_path / "NV", structure), structure)
    mode = stat.S_IMODE((tmp_path / "NV" / "editorial").stat().st_mode)
    assert mode & 0o775 == 0o775
    with refusal(Code.USAGE, "no group"):
        make_folders(plan(full, tmp_path / "NV", SHOTS), Structure(group="no-such-group"))
    assert not (tmp_path / "NV" / "sq010").exists()


def test_a_link_that_leads_out_is_not_followed(full: Any, tmp_path: Path) -> None:
    root, outside = tmp_path / "NV", tmp_path / "outside"
    outside.mkdir()
    root.mkdir()
    (root / "sq010").symlink_to(outside)
    found = plan(full, root, SHOTS)
    assert [(one.rule, one.subject) for one in found.findings] == [("folder.blocked", "sq010")]
    make_folders(found, SHOTS)
    assert list(outside.iterdir()) == []
    assert (root / "editorial").is_dir()


def test_a_link_that_appears_after_the_plan_is_not_followed(full: Any, tmp_path: Path) -> None:
    root, outside = tmp_path / "NV", tmp_path / "outside"
    outside.mkdir()
    found = plan(full, root, SHOTS)
    root.mkdir()
    (root / "sq010").symlink_to(outside)
    with refusal(Code.WRITE_FAILED, "leads out"):
        make_folders(found, SHOTS)
    assert list(outside.iterdir()) == []


def test_a_link_within_the_show_is_followed(full: Any, tmp_path: Path) -> None:
    root = tmp_path / "NV"
    (root / "disk2").mkdir(parents=True)
    (root / "sq010").symlink_to("disk2")
    make_folders(plan(full, root, SHOTS), SHOTS)
    assert (root / "disk2/sh0010/comp/work").is_dir()


def test_a_file_in_the_way_is_found(full: Any, tmp_path: Path) -> None:
    root = tmp_path / "NV"
    root.mkdir()
    (root / "editorial").write_text("")
    assert [one.rule for one in plan(full, root, SHOTS).findings] == ["folder.blocked"]


def test_a_root_without_its_mount_is_refused(full: Any, tmp_path: Path) -> None:
    with refusal(Code.PATH_NOT_FOUND, "mnt"):
        plan(full, tmp_path / "mnt" / "NV", SHOTS)


@pytest.mark.parametrize(
    "text",
    ["../x", "/abs", "a/../../b", "con", "a/LPT1.x", "a//b", "x ", "a\\b", "{shot}/../x",
     "{version:03d}", "{shto}", "{shot}/{asset}", "C:/x"],
)  # fmt: skip
def test_a_structure_that_does_harm_is_refused_with_its_line(text: str) -> None:
    data = f"schema: rushes.folders/1\nfolders:\n- good\n- '{text}'\n".encode()
    with refusal(Code.FIELD_INVALID, "line 4"):
        read_structure(data, name="f.yaml", is_json=False)


def test_a_structure_is_read_with_its_permissions() -> None:
    data = b'schema: rushes.folders/1\nmode: "2775"\ngroup: vfx\nfolders: [a, "{shot}/b"]\n'
    found = read_structure(data, name="f.yaml", is_json=False)
    assert found == Structure(("a", "{shot}/b"), 0o2775, "vfx")
    with refusal(Code.FIELD_INVALID, "line 2", "quotes"):
        read_structure(data.replace(b'"2775"', b"0775"), name="f.yaml", is_json=False)


@pytest.mark.parametrize("code", ["con", "a b", "über", "x.", "a:b"])
def test_a_code_that_makes_no_folder_is_found(nv: Any, tmp_path: Path, code: str) -> None:
    nv.take("a.csv", f"sequence,shot\nsq010,{code}\nsq010,good\n")
    names, findings = folders_of(nv.show, Structure(("{sequence}/{shot}",)))
    assert names == ["sq010", "sq010/good"]
    assert [one.rule for one in findings] == ["folder.unnamed"]


def test_folders_that_windows_takes_for_one_are_told(nv: Any) -> None:
    nv.take("a.csv", "sequence,shot\nsq010,a\nsq010,A\n")
    _, findings = folders_of(nv.show, Structure(("{sequence}/{shot}",)))
    assert [one.rule for one in findings] == ["folder.case"]


def test_omitted_and_archived_shots_get_none(nv: Any) -> None:
    nv.take("a.csv", "sequence,shot,status\nsq010,a,omit\nsq010,b,\nsq010,c,\n")
    shot = nv.show.shots_by_key[None, "sq010", "c"]
    nv.studio.archive("shot", [shot.id], access=ADMIN, actor=ADA)
    names, _ = folders_of(nv.show, Structure(("{sequence}/{shot}",)))
    assert names == ["sq010", "sq010/b"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_made_tells_how_far_it_came(full: Any, tmp_path: Path) -> None:
    root = tmp_path / "NV"
    root.mkdir(mode=0o500)
    with refusal(Code.WRITE_FAILED, "0 of"):
        make_folders(plan(full, root, SHOTS), SHOTS)
