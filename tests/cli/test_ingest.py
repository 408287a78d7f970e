"""`rushes ingest`: what is taken is whole and on record, and told to people and in reports."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from blake3 import blake3

from rushes.cli import exits
from rushes.ports.studio import Op, Studio
from rushes.testing.drops import HEADER, LONG_AGO
from rushes.testing.ingests import (
    NAMES,
    Command,
    count,
    drop,
    fates,
    ingest,
    media,
    records,
    tree,
    write,
)
from rushes.testing.media.clip import write_movie
from rushes.testing.studios import ids, look, make
from rushes.transfer.hashing_algorithms import digest_of

__all__ = ["drop", "records"]


def test_a_drop_is_copied_and_on_record(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    before = tree(drop)
    ended = ingest(rushes, drop)
    assert ended.code == exits.OK, ended.err
    assert fates(ended) == {"sc02/sh010 comp v004": "ingested", "sc02/sh020 comp v001": "ingested"}
    assert tree(drop) == before
    place = "FG/sc02/sh010/comp/vendor/v004"
    assert media(home / "shows")[f"{place}/sh010_comp_v004.1002.dpx"] == b"frame 1002"
    one = ended.json["versions"][0]
    version = look(records, "version", one["version_id"]).fields
    publish = look(records, "publish", one["publish_id"]).fields
    assert (version["number"], version["frame_in"], version["frame_out"]) == (4, 1001, 1003)
    assert version["publish"] == one["publish_id"]
    assert version["frames_path"] == f"{home}/shows/{place}/sh010_comp_v004.%04d.dpx"
    (component,) = publish["components"]
    assert component["digests"]["blake3"][0] == blake3(b"frame 1001").hexdigest()
    assert publish["metadata"]["ingest"]["drop"] == str(drop)
    assert publish["software"] == "vendor"


def test_sidecars_wait_for_a_check_and_a_hash_list_vouches(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    assert ingest(rushes, drop).code == exits.OK
    place = home / "shows" / "FG" / "sc02" / "sh010" / "comp" / "vendor" / "v004"
    (sidecar,) = (place / ".qc").glob("*.qc.json")
    assert json.loads(sidecar.read_text())["qc_result"] == "pending"
    ended = rushes("mhl", "verify", place)
    assert ended.code == exits.OK, ended.out


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "xxh3", "c4"])
def test_a_checksum_that_the_sender_gave_is_told_as_long_as_the_file_lies_there(
    rushes: Command, records: Studio, drop: Path, home: Path, algorithm: str
) -> None:
    frames = sorted(one for one in drop.rglob("sh010*") if one.is_file())
    digests = {one: digest_of(one.read_bytes(), algorithm) for one in frames}
    before = "" if algorithm == "c4" else f"{algorithm}:"
    rows = [
        {"delivery_path": str(one.relative_to(drop)), "checksum": f"{before}{digest}"}
        for one, digest in digests.items()
    ]
    (home / "m.json").write_text(json.dumps({"files": rows}))
    ingest(rushes, drop, "--manifest", "m.json")
    place = home / "shows" / "FG" / "sc02" / "sh010" / "comp" / "vendor" / "v004"
    assert digests
    for frame, digest in digests.items():
        ended = rushes("trace", place / frame.name, "--verify", "--json")
        assert ended.code == exits.OK, ended.out
        found = {one["algorithm"]: one for one in ended.json["checksums"]}
        assert (found[algorithm]["digest"], found[algorithm]["agrees"]) == (digest, True)
        assert "/ascmhl/" in found[algorithm]["by"]
    assert rushes("mhl", "verify", place).code == exits.OK


@pytest.mark.parametrize("some", [False, True])
def test_a_sha256_that_the_sender_gave_is_on_record_wherever_the_file_lies(
    rushes: Command, records: Studio, drop: Path, home: Path, *, some: bool
) -> None:
    frames = sorted(one for one in drop.rglob("sh010*") if one.is_file())
    digests = {one: digest_of(one.read_bytes(), "sha256") for one in frames}
    rows = [{"delivery_path": str(one.relative_to(drop))} for one in frames]
    for row, digest in list(zip(rows, digests.values(), strict=True))[: 1 if some else None]:
        row["checksum"] = f"sha256:{digest}"
    (home / "m.json").write_text(json.dumps({"files": rows}))
    ended = ingest(rushes, drop, "--manifest", "m.json")
    (one,) = (one for one in ended.json["versions"] if one["publish_id"])
    publish = look(records, "publish", one["publish_id"]).fields
    (part,) = publish["components"]
    # What the sender named of one frame is on record of all: a record tells of whole sequences.
    assert part["digests"]["sha256"] == list(digests.values())
    assert publish["metadata"]["ingest"]["checksums"] == ["sha256"]
    (moved := home / "elsewhere").mkdir()
    for frame, digest in digests.items():
        (moved / "renamed.dpx").write_bytes(frame.read_bytes())
        for more, agrees in (((), None), (("--verify",), True)):
            told = rushes("trace", moved / "renamed.dpx", *more, "--json").json["checksums"]
            (found,) = (one for one in told if one["algorithm"] == "sha256")
            wanted = (f"publish {one['publish_id']}", digest, agrees)
            assert (found["by"], found["digest"], found["agrees"]) == wanted


def test_a_blake3_that_the_sender_gave_is_known_to_be_theirs(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    cache = drop / "sh010_comp_v005.abc"
    cache.write_bytes(b"a cache")
    os.utime(cache, (LONG_AGO, LONG_AGO))
    digest = digest_of(b"a cache", "blake3")
    row = {"delivery_path": cache.name, "checksum": f"blake3:{digest}"}
    (home / "m.json").write_text(json.dumps({"files": [row]}))
    ended = ingest(rushes, drop, "--manifest", "m.json")
    (one,) = (one for one in ended.json["versions"] if one["publish_id"])
    publish = look(records, "publish", one["publish_id"]).fields
    assert publish["components"][0]["digests"] == {"blake3": digest}
    assert publish["metadata"]["ingest"]["checksums"] == ["blake3"]


def test_a_dry_run_writes_nothing_anywhere(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    rushes("info")
    before = {name: data for name, data in tree(home.parent).items() if "logs" not in name}
    ended = ingest(rushes, drop, "--dry-run")
    assert ended.code == exits.OK
    assert set(fates(ended).values()) == {"would be ingested"}
    after = {name: data for name, data in tree(home.parent).items() if "logs" not in name}
    assert after == before
    assert count(records, "publish") == 0


def test_a_manifest_says_whose_files_are_that_are_named_badly(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    shutil.rmtree(drop)
    for frame in (1001, 1002, 1003):
        write(drop / f"x.{frame}.dpx", b"%d" % frame)
    (drop / "m.csv").write_text(f"{HEADER}\nFG,,sc02,sh010,comp,7,,x.%04d.dpx,\n")
    ended = ingest(rushes, drop, "--manifest", drop / "m.csv", "--settle", "0")
    assert ended.code == exits.OK, ended.out
    assert fates(ended) == {"sc02/sh010 comp v007": "ingested"}
    assert [one["path"] for one in ended.json["skipped"]] == ["m.csv"]


def test_the_reports_name_every_file(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    write(drop / "=cmd.dpx", b"x")
    write(drop / "notes.txt", b"x")
    (drop / "link.dpx").symlink_to(home)
    reports = [home / f"r.{ending}" for ending in ("csv", "json", "html")]
    vendor = [home / f"v.{ending}" for ending in ("csv", "json", "html")]
    more = [str(one) for path in reports for one in ("--report", path)]
    more += [str(one) for path in vendor for one in ("--vendor-report", path)]
    assert ingest(rushes, drop, *more).code == exits.FOUND
    rows = list(csv.DictReader((home / "r.csv").read_text("utf-8-sig").splitlines()))
    told = {one["path"]: one["fate"] for one in rows}
    assert told == {
        "'=cmd.dpx": "refused",
        "a/sh010_comp_v004.1001.dpx": "ingested",
        "a/sh010_comp_v004.1002.dpx": "ingested",
        "a/sh010_comp_v004.1003.dpx": "ingested",
        "link.dpx": "refused",
        "notes.txt": "skipped",
        "sh020_comp_v001.dpx": "ingested",
    }
    whole = json.loads((home / "r.json").read_text())
    assert len(whole["files"]) == 7
    problems = json.loads((home / "v.json").read_text())["problems"]
    assert {one["subject"] for one in problems} == {"=cmd.dpx", "link.dpx"}
    assert all(one["fix"] for one in problems)
    for page in (home / "r.html", home / "v.html"):
        assert "=cmd.dpx" in page.read_text()
    assert str(home) not in (home / "v.html").read_text()
    assert ingest(rushes, drop, *more).code == exits.FOUND  # reports may be replaced


def test_without_records_names_alone_are_looked_at(rushes: Command, home: Path) -> None:
    write(home / "drop" / "sh010_comp_v004.1001.dpx", b"x")
    more = ("--to", home, "--like", "rushes", "--no-db", "--quick")
    ended = ingest(rushes, home / "drop", "--dry-run", *more)
    assert ended.code == exits.FOUND
    (home / "rushes.toml").write_text(f"[naming.templates]\nframes = '{NAMES}'\n")
    ended = ingest(rushes, home / "drop", "--dry-run", "--to", home, "--no-db", "--quick")
    assert ended.code == exits.OK
    assert fates(ended) == {"sh010 comp v004": "would be ingested"}
    assert not (home.parent / "data" / "postgres").exists()


def test_a_person_reads_what_became_of_it(rushes: Command, records: Studio, drop: Path) -> None:
    write(drop / "x.dpx", b"x")
    ended = rushes("ingest", drop, "--project", "Frost Giant")
    assert ended.code == exits.FOUND
    assert "ingested  sc02/sh010 comp v004  3 files" in ended.out
    assert "a/sh010_comp_v004.%04d.dpx 1001-1003" in ended.out
    assert "refused  x.dpx" in ended.out
    number = ended.out.rpartition("Ingest ")[2].split()[0]
    told = rushes("ingest", "show", number)
    assert told.code == exits.OK
    assert "sc02/sh010 comp v004" in told.out
    assert number in rushes("ingest", "list").out
    assert rushes("ingest", "show", number, "--json").json["state"] == "refused"
    assert rushes("ingest", "show", "zz").code == exits.NOT_THERE


def test_a_sequence_and_its_movie_are_one_version(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    write_movie(
        drop / "sh010_comp_v004.mov",
        [np.zeros((16, 16, 3), np.float32) for _ in range(3)],
        size=(16, 16),
    )
    os.utime(drop / "sh010_comp_v004.mov", (LONG_AGO, LONG_AGO))
    ended = ingest(rushes, drop)
    assert ended.code == exits.OK, ended.out
    (one,) = [one for one in ended.json["versions"] if one["shot"] == "sh010"]
    version = look(records, "version", one["version_id"]).fields
    assert version["frames_path"].endswith("/a/sh010_comp_v004.%04d.dpx")
    assert version["movie_path"].endswith("/v004/sh010_comp_v004.mov")
    assert len(look(records, "publish", one["publish_id"]).fields["components"]) == 2


def test_work_on_assets_is_taken_in_too(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    shutil.rmtree(drop)
    (project,) = ids(records, "project")
    bear = make(records, "asset", project=project, code="bear").id
    (texture,) = ids(records, "task_type", ("code", Op.IS, "ldev"))
    make(records, "task", asset=bear, type=texture)
    write(drop / "bear.1001.tif", b"udim")
    (home / "m.json").write_text(
        json.dumps([{"asset": "bear", "version": 2, "delivery_path": "bear.1001.tif"}])
    )
    ended = ingest(rushes, drop, "--manifest", home / "m.json")
    assert ended.code == exits.OK, ended.out
    (one,) = ended.json["versions"]
    assert (one["asset"], one["task"], one["version"]) == ("bear", "ldev", 2)
    assert (home / "shows" / "FG" / "assets" / "bear" / "ldev" / "vendor" / "v002").is_dir()


def test_frames_that_stand_still_are_told_where_that_is_asked(
    rushes: Command, records: Studio, drop: Path
) -> None:
    write(drop / "a" / "sh010_comp_v004.1002.dpx", b"frame 1001")
    ended = ingest(rushes, drop, "--frozen")
    assert ended.code == exits.OK
    (found,) = [
        one
        for lot in ended.json["versions"]
        for one in lot["findings"]
        if one["rule"] == "ingest.frozen"
    ]
    assert "1002" in found["message"]
