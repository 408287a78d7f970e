"""What is asked of `rushes ingest` and contradicts itself, or is less than it seems, is told."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from rushes.cli import exits
from rushes.ports.studio import Studio
from rushes.testing.drops import HEADER, write
from rushes.testing.ingests import Command, count, drop, fates, ingest, records, rules, tree
from rushes.testing.studios import make

__all__ = ["drop", "records"]


def test_two_names_of_a_project_have_to_mean_the_same(
    rushes: Command, records: Studio, drop: Path
) -> None:
    make(records, "project", code="nightjar", name="Nightjar")
    for command in (("ingest", drop, "--dry-run"), ("deliver", "--context", "client_out", "--all",
                    "--output", drop.parent / "out.zip", "--dry-run")):  # fmt: skip
        ended = rushes(*command, "--project", "Frost Giant", "--show-code", "nightjar", "--json")
        assert ended.code == exits.NOT_THERE, command
        assert "two projects" in ended.out + ended.err
    assert ingest(rushes, drop, "--show-code", "FG", "--dry-run").code == exits.OK
    named = ("--project", "Frost Giant", "--show-code", "FG")
    assert rushes("ingest", drop, *named, "--dry-run").code == exits.OK
    unasked = ("--no-db", "--dry-run", "--quick")
    ended = rushes("ingest", drop, "--project", "Other", "--show-code", "FG", *unasked)
    assert "it is FG" in ended.err


def test_a_dry_run_says_once_what_it_did_not_look_at(
    rushes: Command, records: Studio, drop: Path
) -> None:
    ended = rushes("ingest", drop, "--project", "FG", "--dry-run", "--no-db", "--quick")
    assert ended.out.count("No records were asked and no file was opened") == 1
    assert "No records" not in rushes("ingest", drop, "--project", "FG", "--dry-run").out


@pytest.mark.parametrize("text", ["show,shot\nFG,sh010\n", '{"files": [', "[" * 100_000])
def test_a_manifest_that_cannot_be_read_is_as_one_that_is_not_there(
    rushes: Command, records: Studio, drop: Path, home: Path, text: str
) -> None:
    (home / "m").write_text(text)
    ended = ingest(rushes, drop, "--manifest", home / "m")
    assert ended.code == exits.NOT_THERE
    assert "recursion" not in ended.out + ended.err
    assert count(records, "version") == 0


def test_manifests_that_disagree_on_a_sequence_are_both_not_believed(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    named = []
    for name, version, pattern in (("a", 31, "%04d"), ("b", 32, "%04d"), ("c", 32, "####")):
        row = f"FG,,sc02,sh010,comp,{version},,x.{pattern}.dpx,"
        (home / f"{name}.csv").write_text(f"{HEADER}\n{row}\n")
    for frame in (1001, 1002, 1003):
        write(drop / f"x.{frame}.dpx", b"%d" % frame)
    for other in ("b", "c"):
        named = ["--manifest", home / "a.csv", "--manifest", home / f"{other}.csv"]
        ended = ingest(rushes, drop, *named, "--dry-run")
        assert ended.code == exits.FOUND
        assert not any("v03" in name and fate != "refused" for name, fate in fates(ended).items())
        assert "ingest.manifest" in rules(ended)


def test_a_report_is_not_written_over_the_other(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    both = home / "one.csv"
    ended = ingest(rushes, drop, "--report", both, "--vendor-report", f"{home}/./one.csv")
    assert ended.code == exits.NOT_THERE
    assert not both.exists()
    assert count(records, "version") == 0


def test_a_sequence_that_still_grows_is_told_so_and_lacks_no_frame(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    growing = drop / "a" / "sh010_comp_v004.1003.dpx"
    os.utime(growing, (4_000_000_000, 4_000_000_000))
    report = home / "r.csv"
    ended = ingest(rushes, drop, "--wait", "0", "--settle", "1", "--report", report)
    assert rules(ended) == ["ingest.growing"]
    assert "missing" not in ended.out
    rows = {one["path"]: one for one in csv.DictReader(report.read_text("utf-8-sig").splitlines())}
    assert "plain file" not in rows["a/sh010_comp_v004.1003.dpx"]["fix"]
    assert "sh020_comp_v001.dpx" in "".join(tree(home / "shows"))


def test_an_ingest_on_record_is_shown_and_retried_by_number_and_name(
    rushes: Command, records: Studio, drop: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ingest(rushes, drop).code == exits.OK
    assert "Number" in rushes("ingest", "list", "--all").out
    (one,) = rushes("ingest", "list", "--all", "--json").json["ingests"]
    assert rushes("ingest", "retry", one["name"], "--json").code == exits.OK
    monkeypatch.setenv("RUSHES_DATA_DIR", str(home / "elsewhere"))
    for name in (one["name"], str(one["id"])):
        ended = rushes("ingest", "show", name, "--json")
        assert ended.json["report"]["counts"] == {"ingested": 2}
        ended = rushes("ingest", "retry", name)
        assert ended.code == exits.NOT_THERE
        assert "Retry it there" in ended.err
    assert "ingested" in rushes("ingest", "show", one["name"]).out
    assert rushes("ingest", "show", "nothing_01").code == exits.NOT_THERE


def test_the_profile_of_an_ingest_is_that_of_aws(
    rushes: Command, records: Studio, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, "")
    more = ("--profile", "vendor", "--endpoint", "http://127.0.0.1:1", "--dry-run")
    assert ingest(rushes, drop, *more).code == exits.OK
    assert os.environ["AWS_PROFILE"] == "vendor"
    assert os.environ["AWS_ENDPOINT_URL_S3"] == "http://127.0.0.1:1"
