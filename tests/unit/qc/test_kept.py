"""Every sidecar of a tree is met once, in path order, under the name that its asset has."""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePosixPath

import pytest

from rushes.core.errors import Code, RushesError
from rushes.qc.kept import kept, kept_in, read_kept
from rushes.qc.places import Mode
from rushes.qc.sidecar import encode
from rushes.testing.signed import legacy
from rushes.testing.signoffs import chain, placed

HERE = PurePosixPath(".")


def subjects(folder: Path, **given: PurePosixPath) -> list[str]:
    return [one.subject for one in kept(folder, **given)]


def test_sidecars_of_all_folders_and_modes_are_met_in_path_order(tmp_path: Path) -> None:
    placed(tmp_path / "b", chain(1, asset_name="z.mov"), Mode.DOT)
    placed(tmp_path / "b", chain(1, asset_name="a.mov"), Mode.SUBDIR)
    placed(tmp_path / "a" / "deep", chain(2), Mode.INLINE)
    placed(tmp_path, chain(1))
    assert subjects(tmp_path) == ["clip.mov", "a/deep/clip.mov", "b/z.mov", "b/a.mov"]
    assert subjects(tmp_path, below=PurePosixPath("a")) == ["a/deep/clip.mov"]


def test_an_asset_goes_by_its_own_name_not_by_that_of_its_sidecar(tmp_path: Path) -> None:
    name = "long" * 70
    place = placed(tmp_path, chain(1, asset_name=name))
    (one,) = kept(tmp_path)
    assert (one.name, one.place, one.problem) == (name, place, None)
    assert name not in place.name


def test_names_of_any_bytes_are_known_as_the_file_system_has_them(tmp_path: Path) -> None:
    placed(tmp_path, chain(1, asset_name=r"cl\xffp.mov"))
    (one,) = kept(tmp_path)
    assert (one.name, one.subject) == ("cl\udcffp.mov", r"cl\xffp.mov")


def test_a_sidecar_of_the_earlier_tool_is_met_as_such(tmp_path: Path) -> None:
    (tmp_path / "sequence.qc.json").write_text(legacy().text)
    (one,) = kept(tmp_path)
    assert one.legacy is not None
    assert one.legacy.text == legacy().text
    assert (one.sidecar, one.problem) == (None, None)


def test_what_makes_no_sense_is_told_by_the_name_of_its_file(tmp_path: Path) -> None:
    (tmp_path / ".clip.mov.qc.json").write_text("{}")
    (one,) = kept(tmp_path)
    assert one.name == "clip.mov"
    assert one.problem is not None
    assert one.problem.code is Code.SIDECAR_INVALID
    assert str(one.place) in one.problem.message


def test_a_sidecar_under_another_assets_name_is_not_believed(tmp_path: Path) -> None:
    place = tmp_path / "other.mov.qc.json"
    place.write_bytes(encode(chain(1)))
    one = read_kept(place, HERE)
    assert one.name == "other.mov"
    assert one.sidecar is None
    assert one.problem is not None
    assert "another asset, clip.mov" in one.problem.message


def test_a_name_that_leads_elsewhere_is_not_believed(tmp_path: Path) -> None:
    place = tmp_path / "passwd.qc.json"
    place.write_bytes(encode(chain(1, asset_name="../passwd")))
    assert read_kept(place, HERE).problem is not None


def test_links_are_not_followed(tmp_path: Path) -> None:
    placed(tmp_path / "real", chain(1), Mode.INLINE)
    (tmp_path / "linked").symlink_to("real")
    (tmp_path / "clip.mov.qc.json").symlink_to("real/clip.mov.qc.json")
    link, real = kept(tmp_path)
    assert link.sidecar is None
    assert link.problem is not None
    assert (real.subject, real.problem) == ("real/clip.mov", None)


def test_media_and_other_json_are_not_met(tmp_path: Path) -> None:
    for name in ("clip.mov", "shot.json", ".qc.hashcache.json"):
        (tmp_path / name).write_text("{}")
    assert subjects(tmp_path) == []


def test_a_file_too_large_for_any_sidecar_is_not_taken_in(tmp_path: Path) -> None:
    place = tmp_path / "clip.mov.qc.json"
    place.touch()
    os.truncate(place, 65 << 20)
    problem = read_kept(place, HERE).problem
    assert problem is not None
    assert "larger" in problem.message


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RushesError) as caught:
        list(kept(tmp_path / "gone"))
    assert caught.value.code is Code.PATH_NOT_FOUND


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_listed_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    placed(tmp_path / "a", chain(1))
    placed(tmp_path / "b", chain(1))
    (tmp_path / "a").chmod(0)
    try:
        first, second = kept(tmp_path)
    finally:
        (tmp_path / "a").chmod(0o700)
    assert first.problem is not None
    assert second.subject == "b/clip.mov"


def test_one_folder_is_met_without_those_below_it(tmp_path: Path) -> None:
    placed(tmp_path, chain(1))
    placed(tmp_path / "a", chain(1))
    (one,) = kept_in(tmp_path, called=PurePosixPath("demo/sh010"))
    assert one.subject == "demo/sh010/clip.mov"
    assert json.loads(one.data)["asset_name"] == "clip.mov"
