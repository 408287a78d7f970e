"""Packages of `rushes deliver`: in buckets and beside them, with papers, killed, coming back."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image

from rushes.cli import exits
from rushes.core.errors import Code, RushesError
from rushes.db.movements import DatabaseMovements
from rushes.ports.studio import Change, Studio
from rushes.testing.deliveries import (
    FIRST,
    SECOND,
    Command,
    add_version,
    database_url,
    deliver,
    deliveries,
    home,
    house,
    inside,
    media,
    paper,
    studio,
    version_of,
)
from rushes.testing.drops import LONG_AGO
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.testing.studios import ADA, ADMIN, make
from rushes.transfer.pace import Pace
from rushes.transfer.package import folder, packing

__all__ = ["database_url", "home", "house", "moto_bucket", "moto_origin", "studio"]

MB = 1024**2


def test_no_cell_of_a_table_becomes_a_formula(rushes: Command, studio: Studio, home: Path) -> None:
    version = version_of(studio, "sh020_comp_v001")
    artist = make(studio, "artist", login="eve", name='=HYPERLINK("http://x")').id
    change = Change(version, {"artist": artist, "name": "@SUM(1+1)"})
    studio.update("version", [change], access=ADMIN, actor=ADA)
    report = home / "report.csv"
    ended = deliver(rushes, "--output", home / "out.zip", "--report", report)
    assert ended.code == exits.OK, ended.out
    for table in (paper(inside(home / "out.zip"), ".csv"), report.read_bytes()):
        rows = list(csv.reader(StringIO(table.decode("utf-8-sig"), newline="")))
        assert len(rows) == 5
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "+", "-"))]


@pytest.mark.parametrize("at", ["before the package", "before the record", "after the record"])
def test_a_run_killed_anywhere_is_completed_by_the_same_command_under_the_same_name(
    rushes: Command, studio: Studio, home: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    def killed(*_args: object, **_more: object) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if at == "before the package":
            patched.setattr("rushes.bootstrap.deliveries.pack", killed)
        elif at == "before the record":
            patched.setattr(DatabaseMovements, "end", killed)
        else:
            patched.setattr("rushes.exchange.delivery.book.Page.end", killed)
        assert deliver(rushes, "--output", home / "out.zip").code == exits.INTERRUPTED
    (before,) = deliveries(rushes)
    ended = deliver(rushes, "--output", home / "out.zip")
    assert ended.code == exits.OK, ended.out
    (after,) = deliveries(rushes)
    assert after["delivery"] == before["delivery"]
    assert after["state"] == "done"
    assert rushes("deliver", "verify", home / "out.zip").code == exits.OK


def test_records_that_go_away_leave_no_delivery_that_is_called_done(
    rushes: Command, studio: Studio, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_more: object) -> Any:
        raise RushesError(Code.DATABASE_UNAVAILABLE, "It is away.")

    with monkeypatch.context() as patched:
        patched.setattr(DatabaseMovements, "end", away)
        assert deliver(rushes, "--output", home / "out.zip").code == exits.UNAVAILABLE
    assert [one["state"] for one in deliveries(rushes)] == ["running"]
    assert rushes("deliver", "verify", home / "out.zip").code == exits.NOT_THERE
    assert deliver(rushes, "--output", home / "out.zip").code == exits.OK
    assert [one["state"] for one in deliveries(rushes)] == ["done"]


def test_what_lies_there_already_is_left_alone(rushes: Command, studio: Studio, home: Path) -> None:
    (home / "out.zip").write_bytes(b"theirs")
    ended = deliver(rushes, "--output", home / "out.zip")
    assert ended.code == exits.NOT_WRITTEN
    assert (home / "out.zip").read_bytes() == b"theirs"
    (home / "told.json").write_text("{}")
    ended = deliver(rushes, "--output", home / "b.zip", "--manifest", home / "told")
    assert ended.code == exits.NOT_THERE
    assert (home / "told.json").read_text() == "{}"


def test_a_package_goes_straight_to_a_bucket_and_is_proven_there(
    rushes: Command, studio: Studio, home: Path, moto_bucket: MotoBucket
) -> None:
    for output, layout in ((f"{moto_bucket.url}/to/them", "zip"), (moto_bucket.url, "folder")):
        ended = deliver(rushes, "--output", output, "--layout", layout, "--full")
        assert ended.code == exits.OK, ended.out
        (place,) = ended.json["places"]
        verified = rushes("deliver", "verify", place, "--json")
        assert verified.code == exits.OK, verified.out
        assert rushes("deliver", "verify", place, "--no-db").code == exits.OK
    keys = set(moto_bucket.objects())
    (archive,) = (one for one in keys if one.endswith(".zip"))
    assert archive.startswith("to/them/FG_client_out_")
    (frame,) = (one for one in keys if one.endswith("1001.dpx"))
    moto_bucket.put(frame, b"frame 1oo1")
    ended = rushes("deliver", "verify", place, "--json")
    assert ended.code == exits.FOUND
    assert [one["fate"] for one in ended.json["wrong"]] == ["changed"]


@pytest.mark.parametrize("layout", ["zip", "folder"])
def test_a_package_that_is_made_here_is_uploaded_to_the_contexts_bucket(
    rushes: Command, studio: Studio, home: Path, moto_bucket: MotoBucket, layout: str
) -> None:
    (home / "rushes.toml").write_text(f'[deliver.buckets]\nclient_out = "{moto_bucket.name}"\n')
    (home / "out").mkdir()
    ended = deliver(rushes, "--output", home / "out", "--layout", layout)
    assert ended.code == exits.OK, ended.out
    here, there = ended.json["places"]
    assert there.startswith(f"{moto_bucket.url}/FG/FG_client_out_")
    assert [one["url"] for one in ended.json["packages"]] == [here, there]
    for place in (here, there):
        assert rushes("deliver", "verify", place).code == exits.OK


def test_the_bucket_alone_is_enough(
    rushes: Command, studio: Studio, home: Path, moto_bucket: MotoBucket
) -> None:
    assert deliver(rushes).code == exits.NOT_THERE  # nowhere to go
    ended = deliver(rushes, "--bucket", moto_bucket.name)
    assert ended.code == exits.OK, ended.out
    (place,) = ended.json["places"]
    assert rushes("deliver", "verify", place).code == exits.OK


def test_the_papers_with_pictures_come_along(rushes: Command, studio: Studio, home: Path) -> None:
    assert deliver(rushes, "--output", home / "out.zip", "--pictures").code == exits.OK
    files = inside(home / "out.zip")
    assert paper(files, ".pdf").startswith(b"%PDF-")
    assert paper(files, ".jpg").startswith(b"\xff\xd8")


def test_who_receives_it_may_ingest_it_by_its_manifest(
    rushes: Command, studio: Studio, home: Path, database_url: str
) -> None:
    assert deliver(rushes, "--output", home).code == exits.OK
    (top,) = home.glob("FG_client_out_*")
    for ending in ("json", "csv"):
        (manifest,) = top.glob(f"manifest/*.{ending}")
        ended = rushes("ingest", top, "--project", "FG", "--manifest", manifest, "--json",
                       "--settle", "0", "--dry-run")  # fmt: skip
        named = {one["name"]: one["fate"] for one in ended.json["versions"]}
        assert named == {FIRST: "skipped", SECOND: "skipped"}, ended.out


def picture(path: Path) -> Path:
    """A frame that can be shown."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 36), (40, 90, 160)).save(path)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def test_a_delivery_with_pictures_says_nothing_on_stderr(
    rushes: Command, studio: Studio, home: Path
) -> None:
    frame = picture(home / "shown" / "sh020_comp_v002.png")
    add_version(rushes, studio, home, frame.name, frame.read_bytes())
    command = ("deliver", "--project", "FG", "--context", "client_out", "--output", "out.zip")
    ended = subprocess.run(
        [sys.executable, "-m", "rushes", *command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (ended.returncode, ended.stderr) == (exits.OK, ""), ended.stdout
    note = paper(inside(home / "out.zip"), ".pdf")
    assert b"/DCTDecode" in note  # a picture, as it is in JPEG


def test_a_package_that_comes_back_is_taken_in_without_its_papers(
    rushes: Command, studio: Studio, home: Path
) -> None:
    assert deliver(rushes, "--output", home / "back.zip", "--pictures").code == exits.OK
    with ZipFile(home / "back.zip") as archive:
        archive.extractall(home / "back")
    ended = rushes("ingest", home / "back", "--project", "FG", "--settle", "0", "--json")
    assert ended.code == exits.OK, ended.out
    assert {one["name"]: one["fate"] for one in ended.json["versions"]} == {
        FIRST: "skipped",
        SECOND: "skipped",
    }
    skipped = {Path(one["path"]).suffix for one in ended.json["skipped"]}
    assert {".json", ".csv", ".jpg", ".pdf"} <= skipped
    # What merely lies beside them is no paper.
    picture(home / "back" / "manifest" / "more.jpg")
    ended = rushes("ingest", home / "back", "--project", "FG", "--settle", "0", "--json")
    assert ended.code == exits.FOUND


@pytest.mark.parametrize("partial", [False, True])
def test_the_report_for_people_tells_what_left_and_what_was_refused(
    rushes: Command, studio: Studio, home: Path, partial: bool
) -> None:
    media(home, "sh010_comp_v004.1003.dpx").unlink()
    report = home / "report.html"
    more = ("--allow-partial",) if partial else ()
    for _ in range(2):  # an earlier report is written over
        deliver(rushes, "--output", home / "out.zip", "--report", report, "--full", *more)
        (home / "out.zip").unlink(missing_ok=True)
    page = report.read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert FIRST in page
    assert "sh010_comp_v004.1003.dpx" in page
    assert ('<td class="delivered">delivered</td>' in page) == partial
    assert ('<td class="held back">held back</td>' in page) != partial
    assert "media/sh020/sh020_comp_v001/sh020_comp_v001.dpx" in page
    (home / "report.html").write_text("mine")
    ended = deliver(rushes, "--output", home / "b.zip", "--report", report)
    assert ended.code == exits.NOT_THERE
    assert report.read_text() == "mine"


def test_what_is_uploaded_is_kept_as_it_was_asked_for(
    rushes: Command, studio: Studio, home: Path, moto_bucket: MotoBucket
) -> None:
    refused = deliver(rushes, "--bucket", moto_bucket.name, "--sse", "rot13")
    assert refused.code == exits.NOT_THERE
    kept = ("--storage-class", "STANDARD_IA", "--sse", "AES256")
    for output in (("--output", home / "out.zip"), ("--layout", "folder")):
        ended = deliver(rushes, "--bucket", moto_bucket.name, "--full", *output, *kept)
        assert ended.code == exits.OK, ended.out
    keys = moto_bucket.objects()
    assert any(one.endswith(".zip") for one in keys)
    assert any(one.endswith(".dpx") for one in keys)
    for key in keys:
        head = moto_bucket.client.head_object(Bucket=moto_bucket.name, Key=key)
        assert (head["StorageClass"], head["ServerSideEncryption"]) == ("STANDARD_IA", "AES256")


@pytest.mark.parametrize(
    ("output", "layout", "wanted"),
    [
        (False, "zip", [50 * MB]),
        (False, "folder", [50 * MB]),
        (True, "zip", [50 * MB] * 2),  # it is written in the reading that it is uploaded in
        (True, "folder", [0, 50 * MB]),
    ],
)
def test_a_bandwidth_is_kept_to_by_what_goes_to_a_bucket(
    rushes: Command,
    studio: Studio,
    home: Path,
    moto_bucket: MotoBucket,
    monkeypatch: pytest.MonkeyPatch,
    *,
    output: bool,
    layout: str,
    wanted: list[float],
) -> None:
    rates: list[float] = []

    class Noted(Pace):
        def __init__(self, rate: float = 0) -> None:
            rates.append(rate)
            super().__init__(rate)

    monkeypatch.setattr(packing, "Pace", Noted)
    monkeypatch.setattr(folder, "Pace", Noted)
    refused = deliver(rushes, "--bucket", moto_bucket.name, "--bandwidth", "much")
    assert (refused.code, moto_bucket.objects()) == (exits.NOT_THERE, {})
    here = ("--output", home) if output else ()
    asked = ("--bucket", moto_bucket.name, "--layout", layout, "--bandwidth", "50MB")
    assert deliver(rushes, *here, *asked).code == exits.OK
    assert rates == wanted


@pytest.mark.parametrize(
    "given",
    [
        ("--manifest", "r", "--report", "r.csv"),
        ("--manifest", "r", "--report", "./R.json"),
        ("--report", "r.csv", "--report", "r.csv"),
    ],
)
def test_two_papers_never_share_one_file(
    rushes: Command, studio: Studio, home: Path, given: tuple[str, ...]
) -> None:
    before = {str(one) for one in home.rglob("*")}
    ended = deliver(rushes, "--output", home / "out.zip", *given)
    assert ended.code == exits.NOT_THERE
    assert "would both write" in ended.err
    assert {str(one) for one in home.rglob("*")} == before
