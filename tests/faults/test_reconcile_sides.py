"""`rushes reconcile` with real sides, and each of them lost, half there or wrong in turn."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.cli.main import run
from rushes.db.opening import open_studio
from rushes.ports.studio import Filter, Op, Query
from rushes.testing.s3 import Bucket
from rushes.testing.studios import ADA, ADMIN, change
from rushes.testing.trak.server import trak_server

Reconcile = Callable[..., tuple[int, Any]]
RENDER = "sq010/sh0010/comp/v001"


@pytest.fixture
def nv(
    tmp_path: Path, database_url: str, s3_bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A show whose one publish of ten frames lies on disk and in S3."""
    for name in [one for one in os.environ if one.startswith("RUSHES_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RUSHES_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    root = tmp_path / "NV"
    folder = root / RENDER
    folder.mkdir(parents=True)
    for frame in range(1001, 1011):
        (folder / f"sh0010_comp_v001.{frame}.exr").write_bytes(b"frame %d" % frame)
    (tmp_path / "a.csv").write_text(
        "sequence,shot,frame_in,frame_out,tasks\nsq010,sh0010,1001,1010,comp\n"
    )
    monkeypatch.chdir(tmp_path)
    assert run(["show", "create", "NV", "--root", str(root)]) == exits.OK
    assert run(["show", "import", "NV", "a.csv"]) == exits.OK
    words = ["--show", "NV", "--seq", "sq010", "--shot", "sh0010", "--task", "comp"]
    assert run(["publish", str(folder), *words]) == exits.OK
    shutil.copytree(root, s3_bucket.folder / "NV", ignore=shutil.ignore_patterns(".*"))
    return root


@pytest.fixture
def reconcile(nv: Path, s3_bucket: Bucket, capsys: pytest.CaptureFixture[str]) -> Reconcile:
    def ended(*args: str) -> tuple[int, Any]:
        words = ["reconcile", "--project", "NV", "--bucket", s3_bucket.name, "--json", *args]
        capsys.readouterr()
        code = run(words)
        return code, json.loads(capsys.readouterr().out)

    return ended


def frame(root: Path, number: int) -> Path:
    return root / RENDER / f"sh0010_comp_v001.{number}.exr"


def kinds(told: Any) -> list[str]:
    return [one["type"] for one in told["rows"]]


def side(told: Any, name: str) -> Any:
    return next(one for one in told["sides"] if one["side"] == name)


def test_three_sides_that_are_alike_are_fine_to_the_last_byte(reconcile: Reconcile) -> None:
    code, told = reconcile("--checksum")
    assert (code, told["matched"], told["rows"]) == (exits.OK, 1, [])
    assert [one["entries"] for one in told["sides"]] == [1, 1, 1]


@pytest.mark.parametrize("scope", ["shots", "assets"])
def test_shots_and_assets_are_there_too(reconcile: Reconcile, scope: str) -> None:
    assert reconcile("--scope", scope)[0] == exits.OK


def test_a_lost_frame_is_told_with_the_side_that_lost_it(
    nv: Path, reconcile: Reconcile, s3_bucket: Bucket
) -> None:
    frame(nv, 1010).unlink()
    code, told = reconcile()
    (row,) = told["rows"]
    assert (code, row["type"], row["side"]) == (exits.FOUND, "frames_differ", "disk")
    frame(s3_bucket.folder / "NV", 1001).unlink()
    assert {one["side"] for one in reconcile()[1]["rows"]} == {"disk", "s3"}


def test_bytes_that_differ_are_found_by_checksum_alone(
    nv: Path, reconcile: Reconcile, s3_bucket: Bucket
) -> None:
    there = frame(s3_bucket.folder / "NV", 1005)
    there.write_bytes(b"FRAME 1005")
    assert reconcile()[0] == exits.OK  # sizes tell nothing of it
    code, told = reconcile("--checksum", "--fix")
    (row,) = told["rows"]
    assert (code, row["type"], row["side"]) == (exits.FOUND, "checksum_differs", "s3")
    assert "1005" in row["message"]
    assert row["fix"]
    assert there.read_bytes() == b"FRAME 1005"


def test_a_show_that_is_gone_from_the_bucket_is_missing_there(
    reconcile: Reconcile, s3_bucket: Bucket
) -> None:
    shutil.rmtree(s3_bucket.folder / "NV")
    code, told = reconcile("--fix")
    assert (code, kinds(told)) == (exits.FOUND, ["missing_in_s3"])
    assert told["rows"][0]["fix"].startswith("copy /")
    # In a context that takes things in, nothing ought to be there; going out, what is approved.
    assert reconcile("--context", "client_in")[0] == exits.OK
    assert reconcile("--context", "client_out")[0] == exits.OK


def test_what_is_approved_ought_to_go_out(
    reconcile: Reconcile, s3_bucket: Bucket, database_url: str, tmp_path: Path
) -> None:
    shutil.rmtree(s3_bucket.folder / "NV")
    with closing(open_studio(database_url, data_dir=tmp_path / "data")) as studio:
        query = Query((Filter("version", Op.IS, 1),))
        (publish,) = studio.find("publish", query, access=ADMIN).rows
        change(studio, "publish", publish.id, {"status": "approved"})
    assert kinds(reconcile("--context", "vendor_out")[1]) == ["missing_in_s3"]


def test_an_s3_that_refuses_is_told_and_nothing_is_missing_there(
    reconcile: Reconcile, monkeypatch: pytest.MonkeyPatch, s3_bucket: Bucket
) -> None:
    shutil.rmtree(s3_bucket.folder / "NV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    code, told = reconcile()
    assert (code, told["rows"]) == (exits.UNAVAILABLE, [])
    assert not side(told, "s3")["whole"]
    assert side(told, "s3")["why"]


def test_a_bucket_that_is_not_there_is_no_empty_one(
    reconcile: Reconcile, s3_bucket: Bucket
) -> None:
    code, told = reconcile("--bucket", f"{s3_bucket.name}-not")
    assert (code, told["rows"]) == (exits.UNAVAILABLE, [])


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_disk_that_is_not_mounted_is_told_and_nothing_is_missing_there(
    nv: Path, reconcile: Reconcile, how: str
) -> None:
    shutil.rmtree(nv)
    if how == "empty":
        nv.mkdir()
    for scope in ("versions", "shots"):
        code, told = reconcile("--scope", scope)
        assert (code, told["rows"]) == (exits.UNAVAILABLE, [])


def test_a_link_on_disk_hides_what_lies_behind_it_and_is_not_missing(
    nv: Path, reconcile: Reconcile, tmp_path: Path
) -> None:
    shutil.move(nv / "sq010", tmp_path / "elsewhere")
    (nv / "sq010").symlink_to(tmp_path / "elsewhere")
    code, told = reconcile()
    assert (code, told["rows"]) == (exits.UNAVAILABLE, [])
    assert side(told, "disk")["unlisted"] == ["sq010"]


def test_without_the_database_disk_and_s3_are_still_compared(
    nv: Path, reconcile: Reconcile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    frame(nv, 1010).unlink()
    code, told = reconcile("--at", str(nv))
    assert (code, kinds(told)) == (exits.UNAVAILABLE, ["frames_differ"])
    assert not side(told, "records")["whole"]


def test_strangers_and_files_nobody_recorded_are_told_apart(nv: Path, reconcile: Reconcile) -> None:
    for name in ("sq010/sh0010/comp/v002/sh0010_comp_v002.mov", "sq099/sh0001/x/a_v001.mov"):
        (nv / name).parent.mkdir(parents=True)
        (nv / name).write_bytes(b"x")
    told = reconcile()[1]
    assert sorted(kinds(told)) == ["missing_in_records", "orphan"]
    assert kinds(reconcile("--scope", "shots")[1])[-1:] == ["missing_in_records"]


def test_a_tracker_that_does_not_know_it_is_a_row_and_one_that_is_away_is_not(
    nv: Path, reconcile: Reconcile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with trak_server() as served:
        for name, value in served.environment().items():
            monkeypatch.setenv(name, value)
        assert kinds(reconcile("--tracker", "trak")[1]) == ["missing_in_tracker"]
        served.has(f"{nv}/{RENDER}/sh0010_comp_v001.%04d.exr", "A-1")
        assert reconcile("--tracker", "trak")[0] == exits.OK
    code, told = reconcile("--tracker", "trak")
    assert (code, told["rows"]) == (exits.UNAVAILABLE, [])


def test_it_is_told_as_text_and_as_csv_without_formulas(
    nv: Path, reconcile: Reconcile, capsys: pytest.CaptureFixture[str], s3_bucket: Bucket
) -> None:
    odd = nv / "sq010/sh0010/=cmd()_v003.mov"
    odd.write_bytes(b"x")
    words = ["reconcile", "--project", "NV", "--bucket", s3_bucket.name]
    capsys.readouterr()
    assert run([*words, "--fix"]) == exits.FOUND
    text = capsys.readouterr().out
    assert "missing_in_records" in text
    assert "nothing was done" in text
    assert run([*words, "--csv"]) == exits.FOUND
    told = capsys.readouterr()
    assert told.out.splitlines()[0].startswith("type,key,owner")
    assert "records  NV" in told.err
    assert run(["reconcile", "--project", "XX"]) == exits.NOT_THERE


def test_frames_that_are_links_to_files_are_there(
    nv: Path, reconcile: Reconcile, tmp_path: Path
) -> None:
    shutil.move(frame(nv, 1003), tmp_path / "x")
    frame(nv, 1003).symlink_to(tmp_path / "x")
    assert reconcile("--checksum")[0] == exits.OK
    (tmp_path / "x").unlink()
    code, told = reconcile()
    assert (code, told["rows"]) == (exits.UNAVAILABLE, [])
    assert side(told, "disk")["unlisted_count"] == 1


def test_an_archived_shot_is_missed_nowhere_and_no_stranger(
    reconcile: Reconcile, database_url: str, tmp_path: Path
) -> None:
    with closing(open_studio(database_url, data_dir=tmp_path / "data")) as studio:
        (shot,) = studio.find("shot", Query(), access=ADMIN).rows
        studio.archive("shot", [shot.id], access=ADMIN, actor=ADA)
    assert reconcile("--scope", "shots")[1]["rows"] == []


def test_options_that_would_do_nothing_are_refused(reconcile: Reconcile) -> None:
    code, told = reconcile("--scope", "shots", "--checksum")
    assert (code, told["error"]["code"]) == (exits.NOT_THERE, "usage")
    assert reconcile("--csv")[0] == exits.NOT_THERE
