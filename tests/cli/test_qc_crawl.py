"""`rushes qc crawl`: what is new or changed is recorded, signed and told, as policies have it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest
from jsonschema import Draft202012Validator

from rushes.cli import exits
from rushes.model.signoff import Result
from rushes.qc.deciding import Happened
from rushes.qc.places import Mode, sidecar
from rushes.testing.crawl_commands import PLATE, _alone, crawled, happened, refused, shots
from rushes.testing.crawls import LONG_AGO, kept, media, record, state_of
from rushes.testing.trak.server import TrakServer, trak_server

__all__ = ["_alone", "shots"]

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
SCHEMA = Draft202012Validator(
    json.loads(files("rushes.qc").joinpath("schemas/rushes.qc.1.json").read_text("utf-8"))
)
POLICY = """\
name = "ours"
version = "{version}"
description = "What we want."

[rules.compression]
check = "compression"
one_of = ["ZIP"]
severity = "{severity}"
"""


def test_a_crawl_tells_what_it_found_and_wrote(rushes: Any, shots: Path) -> None:
    ended = rushes("qc", "crawl", shots)
    assert ended.code == exits.OK
    assert ended.err == ""
    assert f"new  a/{PLATE}" in ended.out
    assert f"{shots}: 2 assets, 2 new." in ended.out
    assert "On record: 2 pending." in ended.out
    assert "2 records written, unsigned (make a key: rushes qc keys init)." in ended.out
    again = rushes("qc", "crawl", shots)
    assert "2 assets, 2 unchanged." in again.out
    assert "Nothing was written." in again.out


def test_a_crawl_is_told_in_json(rushes: Any, shots: Path) -> None:
    one = crawled(rushes, shots)
    assert (one["assets"], one["written"], one["signed"]) == (2, 2, False)
    assert one["results"] == {"pending": 2}
    row = next(row for row in one["outcomes"] if row["asset"] == f"a/{PLATE}")
    made = record(shots / "a", PLATE)
    assert (row["qc_id"], row["content_hash"]) == (made.qc_id, made.content_hash)
    assert row["sidecar"] == str(shots / "a" / sidecar(PLATE, Mode.SUBDIR))
    assert row["findings"] == 1
    again = crawled(rushes, shots)
    assert (again["written"], again["outcomes"]) == (0, [])
    assert again["happened"]["unchanged"] == 2


def test_a_second_crawl_writes_nothing_at_all(rushes: Any, shots: Path) -> None:
    crawled(rushes, shots)
    before = state_of(shots)
    crawled(rushes, shots)
    assert state_of(shots) == before


def test_several_folders_are_told_one_by_one(rushes: Any, shots: Path) -> None:
    ended = rushes("qc", "crawl", "--json", shots / "a", shots)
    assert [one["written"] for one in ended.json["crawls"]] == [1, 1]


def test_everything_may_be_signed_off_at_once(rushes: Any, shots: Path) -> None:
    crawled(rushes, shots, "--operator", "jane", "--result", "pass", "--note", "Levels OK")
    made = record(shots, "clip.mov")
    assert (made.operator, made.qc_result, made.notes) == ("jane", Result.PASS, "Levels OK")
    assert crawled(rushes, shots, "--operator", "jane", "--result", "pass")["written"] == 0
    assert crawled(rushes, shots, "--result", "pending")["written"] == 0
    assert crawled(rushes, shots, "--operator", "joe", "--result", "pass")["written"] == 2


def test_whoever_is_logged_in_is_the_operator(
    rushes: Any, shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "carol")
    crawled(rushes, shots)
    assert record(shots, "clip.mov").operator == "carol"


def test_records_are_signed_where_there_is_a_key(rushes: Any, shots: Path) -> None:
    rushes("qc", "keys", "init", "alice")
    assert crawled(rushes, shots)["signed"] is True
    made = record(shots, "clip.mov")
    assert made.signature is not None
    assert made.signature.algorithm == "ed25519"
    SCHEMA.validate(json.loads((shots / ".qc/clip.mov.qc.json").read_bytes()))
    assert "written, signed." in rushes("qc", "crawl", shots, "--result", "pass").out
    assert refused(rushes, shots, "--key", "zoe")["code"] == "key.unknown"


@pytest.mark.parametrize("mode", Mode)
def test_sidecars_lie_where_they_are_asked_for(rushes: Any, shots: Path, mode: Mode) -> None:
    crawled(rushes, shots, "--sidecar-mode", mode.value)
    assert (shots / sidecar("clip.mov", mode)).exists()
    assert (shots / ".qc").exists() is (mode is Mode.SUBDIR)


@pytest.mark.parametrize("with_shows", [True, False])
def test_records_may_be_kept_apart(
    rushes: Any, shots: Path, home: Path, with_shows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if with_shows:
        monkeypatch.setenv("RUSHES_SHOWS_ROOT", str(home))
    before = state_of(shots)
    apart = ("--sidecar-root", "records")
    crawled(rushes, "shots", *apart)
    assert state_of(shots) == before
    (place,) = (home / "records").rglob("clip.mov.qc.json")
    assert place == home / "records" / shots.relative_to("/") / ".qc" / "clip.mov.qc.json"
    assert crawled(rushes, shots / "a", *apart)["written"] == 0
    assert rushes("qc", "verify", shots, "--unsigned-ok", *apart).code == exits.OK
    assert rushes("qc", "verify", shots, "--unsigned-ok").code == exits.NOT_THERE


def test_a_dry_run_writes_nothing_at_all_and_says_so(
    rushes: Any, shots: Path, home: Path, tmp_path: Path
) -> None:
    before = state_of(home)
    ended = rushes("qc", "crawl", shots, "--dry-run", "--result", "pass", "--sidecar-root", "r")
    assert ended.code == exits.OK
    assert f"would look into (new)  a/{PLATE}" in ended.out
    assert "A dry run: nothing was read and nothing was written." in ended.out
    assert "record" not in ended.out.replace("On record", "")
    one = crawled(rushes, shots, "--dry-run")
    assert (one["dry_run"], one["written"]) == (True, 0)
    assert {row["qc_id"] for row in one["outcomes"]} == {None}
    assert state_of(home) == before
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_dry_run_tells_what_is_due_and_no_more(rushes: Any, shots: Path) -> None:
    crawled(rushes, shots)
    media(shots / "clip.mov", b"other", at_ns=LONG_AGO + 1)
    assert happened(crawled(rushes, shots, "--dry-run")) == {"clip.mov": "changed"}
    assert crawled(rushes, shots / "a", "--dry-run")["outcomes"] == []


def test_a_policy_version_from_the_environment_asks_for_passes_anew(
    rushes: Any, shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawled(rushes, shots, "--result", "pass")
    monkeypatch.setenv("QC_POLICY_VERSION", "2025.11.0")
    assert set(happened(crawled(rushes, shots)).values()) == {"policy"}
    made = kept(shots, "clip.mov")
    assert (made.record.policy_version, made.record.qc_result) == ("2025.11.0", Result.PENDING)
    assert crawled(rushes, shots)["written"] == 0
    assert crawled(rushes, shots, "--policy-version", "2025.12.0")["written"] == 2


def picture(path: Path, *, compression: Any = OpenEXR.ZIP_COMPRESSION) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    header = {"compression": compression, "type": OpenEXR.scanlineimage}
    pixels = np.full((4, 8), 0.5, np.float16)
    OpenEXR.File(header, dict.fromkeys("RGB", pixels)).write(str(path))
    os.utime(path, ns=(LONG_AGO, LONG_AGO))


@pytest.fixture
def renders(home: Path) -> Path:
    """Two frames of which one is not compressed as it should be."""
    folder = home / "renders"
    picture(folder / "beauty.1001.exr")
    picture(folder / "beauty.1002.exr", compression=OpenEXR.NO_COMPRESSION)
    return folder


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        ("error", "error", exits.FOUND),
        ("warning", "error", exits.OK),
        ("warning", "warning", exits.FOUND),
        ("error", None, exits.OK),
    ],
)
def test_findings_of_a_policy_are_on_record_and_may_fail_the_run(
    rushes: Any, renders: Path, home: Path, severity: str, fail_on: str | None, code: int
) -> None:
    (home / "ours.toml").write_text(POLICY.format(version="7", severity=severity))
    given = ("--policy", "ours.toml", *(("--fail-on", fail_on) if fail_on else ()))
    crawled(rushes, renders, *given, code=code)
    made = record(renders, "beauty.%04d.exr")
    assert made.policy is not None
    assert (made.policy.name, made.policy.version, made.policy_version) == ("ours", "7", "7")
    assert any(one.rule == "ours.compression" for one in made.findings)
    SCHEMA.validate(json.loads((renders / sidecar("beauty.%04d.exr", Mode.SUBDIR)).read_bytes()))
    again = crawled(rushes, renders, *given)
    assert again["written"] == 0


def test_what_fails_the_run_is_told(rushes: Any, renders: Path, home: Path) -> None:
    (home / "ours.toml").write_text(POLICY.format(version="7", severity="error"))
    ended = rushes("qc", "crawl", renders, "--policy", "ours.toml", "--fail-on", "error")
    assert ended.code == exits.FOUND
    assert "  Found in them: 1 error (rushes qc report lists them).\n" in ended.out


def test_a_policy_that_changed_is_held_against_everything_anew(
    rushes: Any, renders: Path, home: Path
) -> None:
    policy = home / "ours.toml"
    policy.write_text(POLICY.format(version="7", severity="error"))
    crawled(rushes, renders, "--policy", policy, "--result", "pass")
    policy.write_text(POLICY.format(version="8", severity="error").replace("ZIP", "NONE"))
    crawled(rushes, renders, "--policy", policy)
    made = record(renders, "beauty.%04d.exr")
    assert "policy version 8 instead of 7; it was pass" in made.reason
    assert made.qc_result is Result.PENDING


def test_missing_frames_stay_on_record_beside_a_policy(
    rushes: Any, renders: Path, home: Path
) -> None:
    (renders / "beauty.1002.exr").rename(renders / "beauty.1003.exr")
    (home / "ours.toml").write_text(POLICY.format(version="7", severity="error"))
    crawled(rushes, renders, "--policy", "ours.toml")
    rules = [one.rule for one in record(renders, "beauty.%04d.exr").findings]
    assert "frames.missing" in rules
    assert "ours.compression" in rules


@pytest.mark.parametrize("workers", ["1", "2"])
def test_any_number_of_workers_records_the_same(rushes: Any, shots: Path, workers: str) -> None:
    crawled(rushes, shots, "--workers", workers)
    before = record(shots / "a", PLATE).content_hash
    shutil.rmtree(shots / "a" / ".qc")
    crawled(rushes, shots, "--workers", "1")
    assert record(shots / "a", PLATE).content_hash == before


def test_a_cluster_records_the_same(rushes: Any, shots: Path) -> None:
    pytest.importorskip("distributed")
    assert crawled(rushes, shots, "--cluster", "local:2")["written"] == 2
    assert crawled(rushes, shots, "--workers", "1", "--deep")["written"] == 0


def test_subframes_are_read_as_such_when_asked_for(rushes: Any, home: Path) -> None:
    for number in ("1001.00", "1001.50"):
        media(home / "fx" / f"fx.{number}.bgeo", number.encode())
    crawled(rushes, "fx", "--subframes")
    made = record(home / "fx", "fx.%04d.%02d.bgeo").sequence
    assert made is not None
    assert made.frames == "1001.00,1001.50"


def test_text_that_is_no_utf_8_is_written_out(rushes: Any, shots: Path) -> None:
    odd = "a\udcffb"
    crawled(rushes, shots, "--note", odd, "--operator", odd, "--policy-version", odd)
    made = record(shots, "clip.mov")
    assert {made.notes, made.operator, made.policy_version} == {r"a\udcffb"}
    assert crawled(rushes, shots, "--policy-version", odd)["written"] == 0


def test_without_an_address_of_trak_nothing_is_done(rushes: Any, shots: Path) -> None:
    before = state_of(shots)
    error = refused(rushes, shots, "--trak")
    assert error["code"] == "settings.invalid"
    assert "TRAK_BASE_URL" in error["message"] + error["hint"]
    assert state_of(shots) == before


@pytest.fixture
def trak(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[TrakServer]:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    with trak_server() as served:
        for name, value in served.environment().items():
            monkeypatch.setenv(name, value)
        yield served


def test_results_are_posted_to_trak_and_pending_ones_are_not(
    rushes: Any, shots: Path, trak: TrakServer
) -> None:
    trak.has(str(shots / "clip.mov"), "ASSET-1234")
    ended = rushes("qc", "crawl", "--json", "--trak", shots)
    assert ended.code == exits.OK
    assert ended.json["trak"]["pending"] >= 1
    assert record(shots, "clip.mov").asset_id == "ASSET-1234"
    ended = rushes("qc", "crawl", "--json", "--trak", "--result", "pass", shots)
    assert (ended.json["trak"]["posted"], ended.json["trak"]["no_such_asset"]) == (1, 1)
    assert trak.told("ASSET-1234") == [record(shots, "clip.mov").qc_id]


def test_what_was_recorded_is_in_the_database(
    rushes: Any, shots: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawled(rushes, shots, "--no-db")
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    crawled(rushes, shots, "--result", "pass", "--no-db")
    assert rushes("qc", "rebuild", "--dry-run", "--json", shots).json["roots"][0]["new"] == 4
    crawled(rushes, shots, "--result", "fail")
    assert rushes("qc", "rebuild", "--dry-run", "--json", shots).json["roots"][0]["new"] == 0


def test_a_database_out_of_reach_is_told_and_the_records_are_there(
    rushes: Any, shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    ended = rushes("qc", "crawl", "--json", shots)
    assert ended.code == exits.UNAVAILABLE
    assert ended.json["database_problem"]
    assert record(shots, "clip.mov").qc_result is Result.PENDING
    assert crawled(rushes, shots)["written"] == 0


def test_names_of_any_bytes_are_told_escaped(shots: Path) -> None:
    media(shots / "b\udcff\n.mov")
    ended = subprocess.run(
        [sys.executable, "-m", "rushes", "qc", "crawl", "shots"], capture_output=True, check=True
    )
    assert rb"new  b\xff\x0a.mov" in ended.stdout


def test_of_many_alike_only_some_are_told_one_by_one(rushes: Any, home: Path) -> None:
    for letter in "abcdefghijklmnopqrstuvwxy":
        media(home / "m" / f"{letter}.mov")
    ended = rushes("qc", "crawl", "m")
    assert ended.out.count("new  ") == 20
    assert "and 5 more new" in ended.out
    shutil.rmtree(home / "m" / ".qc")
    assert len(crawled(rushes, "m")["outcomes"]) == 25


@pytest.mark.parametrize("command", ["crawl", "sign"])
def test_everything_that_can_happen_is_in_the_schema(command: str) -> None:
    told = json.loads((SCHEMAS / f"rushes.qc-{command}.1.json").read_text("utf-8"))
    one = told["properties"]["crawls"]["items"]["properties"]
    every = {each.value for each in Happened}
    assert set(one["happened"]["properties"]) == every
    assert set(one["outcomes"]["items"]["properties"]["happened"]["enum"]) == every
