"""`rushes ingest`: what is no good is refused by name, what is taken is whole and on record."""

from __future__ import annotations

import csv
import json
import os
import shutil
import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from blake3 import blake3

from rushes.cli import exits
from rushes.core.errors import Code, RushesError
from rushes.core.lock import held
from rushes.db.opening import open_studio
from rushes.exchange import following, recording
from rushes.exchange.digesting import digested
from rushes.ports.studio import Op, Studio
from rushes.testing.media.clip import write_movie
from rushes.testing.media.exr_corners import file, one_attribute
from rushes.testing.studios import ids, look, make
from rushes.transfer.hashing_algorithms import digest_of

Command = Callable[..., Any]

HEADER = "show,episode,scene,shot,asset,version,source_path,delivery_path,checksum"
LONG_AGO = 1_700_000_000
NAMES = "{shot}_{task}_v{version:03d}[_{layer}][.{frame:04d}].{ext}"


@pytest.fixture
def records(home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """The show FG with two shots in sc02, each with a comp; the first from 1001 to 1003."""
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    monkeypatch.setenv("RUSHES_SHOWS_ROOT", str(home / "shows"))
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")
    (home / "shows").mkdir()
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        project = make(
            studio, "project", code="FG", name="Frost Giant", templates={"delivery": NAMES}
        ).id
        sequence = make(studio, "sequence", project=project, code="sc02").id
        (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
        for code, first, last in (("sh010", 1001, 1003), ("sh020", None, None)):
            shot = make(
                studio, "shot", sequence=sequence, code=code, frame_in=first, frame_out=last
            ).id
            make(studio, "task", shot=shot, type=comp)
        yield studio


@pytest.fixture
def drop(home: Path) -> Path:
    """A drop with a whole sequence of sh010 and a movie of sh020."""
    folder = home / "drop"
    for frame in (1001, 1002, 1003):
        write(folder / "a" / f"sh010_comp_v004.{frame}.dpx", b"frame %d" % frame)
    write(folder / "sh020_comp_v001.dpx", b"still")
    return folder


def write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def ingest(rushes: Command, drop: Path, *more: str | Path) -> Any:
    return rushes("ingest", drop, "--project", "FG", "--json", *more)


def fates(ended: Any) -> dict[str, str]:
    return {one["name"]: one["fate"] for one in ended.json["versions"]}


def rules(ended: Any) -> list[str]:
    found = [one for lot in ended.json["versions"] for one in lot["findings"]]
    return [one["rule"] for one in found if one["severity"] == "error"]


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes()
        for one in sorted(folder.rglob("*"))
        if one.is_file()
    }


def media(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in tree(folder).items() if name.endswith(".dpx")}


def count(studio: Studio, kind: str) -> int:
    return len(ids(studio, kind))


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


def test_a_second_run_finds_all_of_it_there(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    assert ingest(rushes, drop).code == exits.OK
    before, publishes = tree(home / "shows"), count(records, "publish")
    ended = ingest(rushes, drop)
    assert ended.code == exits.OK
    assert set(fates(ended).values()) == {"skipped"}
    assert tree(home / "shows") == before
    assert (count(records, "publish"), count(records, "version")) == (publishes, 2)


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


def test_the_same_number_with_other_bytes_is_refused_and_told_which_is_free(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    assert ingest(rushes, drop).code == exits.OK
    before = tree(home / "shows")
    write(drop / "a" / "sh010_comp_v004.1002.dpx", b"another")
    ended = ingest(rushes, drop)
    assert ended.code == exits.FOUND
    assert fates(ended)["sc02/sh010 comp v004"] == "refused"
    assert "ingest.version" in rules(ended)
    assert "v005" in ended.out
    assert tree(home / "shows") == before


def test_a_frame_that_is_missing_of_the_shot_refuses_its_version_alone(
    rushes: Command, records: Studio, drop: Path
) -> None:
    (drop / "a" / "sh010_comp_v004.1003.dpx").unlink()
    ended = ingest(rushes, drop)
    assert ended.code == exits.FOUND
    assert fates(ended) == {"sc02/sh010 comp v004": "refused", "sc02/sh020 comp v001": "ingested"}
    assert any("missing" in one for one in rules(ended))
    assert count(records, "version") == 1


@pytest.mark.parametrize(
    ("name", "rule", "word"),
    [
        ("sh030_comp_v001.dpx", "ingest.shot", "sh020"),
        ("sh010_fx_v001.dpx", "ingest.task", "comp"),
        ("comp final.dpx", "ingest.name", "_v"),
    ],
)
def test_what_no_record_answers_to_is_refused_with_what_would(
    rushes: Command, records: Studio, drop: Path, name: str, rule: str, word: str
) -> None:
    write(drop / name, b"x")
    ended = ingest(rushes, drop)
    assert ended.code == exits.FOUND
    assert rules(ended) == [rule]
    (found,) = [one for lot in ended.json["versions"] for one in lot["findings"]
                if one["rule"] == rule]  # fmt: skip
    assert word in found["fix"] + found["wanted"]
    assert count(records, "version") == 2


def test_a_manifest_is_held_against_names_and_bytes(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    sums = [f"blake3:{blake3(b'frame %d' % frame).hexdigest()}" for frame in (1001, 1002, 1003)]
    sums[1] = f"blake3:{'0' * 64}"
    rows = [
        f"FG,,sc02,sh010,comp,4,/v/a.dpx,a/sh010_comp_v004.{1001 + at}.dpx,{one}"
        for at, one in enumerate(sums)
    ]
    manifest = home / "m.csv"
    manifest.write_text("\n".join((HEADER, *rows, "FG,,sc02,sh020,comp,1,,sh020_comp_v001.dpx,")))
    ended = ingest(rushes, drop, "--manifest", manifest)
    assert ended.code == exits.FOUND
    assert fates(ended) == {"sc02/sh010 comp v004": "refused", "sc02/sh020 comp v001": "ingested"}
    (found,) = [one for one in ended.json["versions"][0]["findings"]
                if one["rule"] == "ingest.checksum"]  # fmt: skip
    assert found["subject"] == "a/sh010_comp_v004.1002.dpx"
    assert "m.csv:3" in found["message"]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("FG,,sc02,sh020,comp,2,,sh020_comp_v001.dpx,", "ingest.disagree"),
        ("FG,,sc02,sh010,comp,1,,sh020_comp_v001.dpx,", "ingest.disagree"),
        ("FG,,sc02,sh020,comp,1,,other.dpx,", "ingest.unlisted"),
    ],
)
def test_a_manifest_that_says_something_else_refuses(
    rushes: Command, records: Studio, drop: Path, home: Path, row: str, rule: str
) -> None:
    shutil.rmtree(drop / "a")
    (home / "m.csv").write_text(f"{HEADER}\n{row}\n")
    ended = ingest(rushes, drop, "--manifest", home / "m.csv")
    assert ended.code == exits.FOUND
    assert rule in rules(ended)
    assert count(records, "version") == 0


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


def test_links_devices_and_odd_names_are_put_aside_and_the_rest_is_taken(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    secret = write(home / "secret", b"secret")
    (drop / "sh010_comp_v009.dpx").symlink_to(secret)
    (drop / "out").symlink_to(home)
    os.mkfifo(drop / "pipe.dpx")
    write(drop / "a\nb.dpx", b"x")
    Path(os.fsdecode(os.fsencode(drop) + b"/\xff.dpx")).write_bytes(b"x")
    write(drop / "twin.dpx", b"x")
    write(drop / "TWIN.dpx", b"y")
    ended = ingest(rushes, drop)
    assert ended.code == exits.FOUND
    taken = [name for name, fate in fates(ended).items() if fate == "ingested"]
    assert taken == ["sc02/sh010 comp v004", "sc02/sh020 comp v001"]
    aside = [one["subject"] for one in ended.json["findings"] if one["rule"] == "drop.aside"]
    assert len(aside) == 7
    assert b"secret" not in tree(home / "shows").values()


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


def test_a_report_is_never_written_over_something_else(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    (home / "r.csv").write_text("mine")
    assert ingest(rushes, drop, "--report", home / "r.csv").code == exits.NOT_THERE
    assert ingest(rushes, drop, "--report", drop / "r.csv").code == exits.NOT_THERE
    assert ingest(rushes, drop, "--report", home / "r.doc").code == exits.NOT_THERE
    assert (home / "r.csv").read_text() == "mine"
    assert count(records, "version") == 0


def test_a_database_that_goes_away_between_copy_and_record_is_told_and_made_good(
    rushes: Command, records: Studio, drop: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise RushesError(Code.DATABASE_UNAVAILABLE, "The database is away.", hint="Wait.")

    with monkeypatch.context() as patched:
        patched.setattr(recording, "integrate", down)
        ended = ingest(rushes, drop)
    assert ended.code == exits.UNAVAILABLE
    assert set(fates(ended).values()) == {"failed"}
    assert "The database is away." in ended.json["problem"]
    assert len(media(home / "shows")) == 4
    assert count(records, "publish") == 0
    listed = rushes("ingest", "list", "--json").json["ingests"]
    assert [one["state"] for one in listed] == ["partial"]
    again = rushes("ingest", "retry", listed[0]["ingest"][:6], "--json")
    assert again.code == exits.OK, again.out
    assert set(fates(again).values()) == {"ingested"}
    assert (count(records, "publish"), count(records, "version")) == (2, 2)
    assert rushes("ingest", "list", "--json").json["ingests"][0]["state"] == "done"


def test_a_version_that_lacks_beside_its_publish_is_made(
    rushes: Command, records: Studio, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> int:
        raise RushesError(Code.DATABASE_UNAVAILABLE, "The database is away.", hint="Wait.")

    with monkeypatch.context() as patched:
        patched.setattr(recording.Recorder, "_version", down)
        assert ingest(rushes, drop).code == exits.UNAVAILABLE
    assert (count(records, "publish"), count(records, "version")) == (1, 0)
    assert ingest(rushes, drop).code == exits.OK
    assert (count(records, "publish"), count(records, "version")) == (2, 2)


def test_what_is_beside_the_media_is_made_good_by_the_next_run(
    rushes: Command, records: Studio, drop: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise RushesError(Code.WRITE_FAILED, "No room.", hint="Make some.")

    with monkeypatch.context() as patched:
        patched.setattr(following, "composed", full)
        ended = ingest(rushes, drop)
    assert ended.code == exits.NOT_WRITTEN
    assert set(fates(ended).values()) == {"ingested"}
    assert not list((home / "shows").rglob("ascmhl"))
    ended = ingest(rushes, drop)
    assert ended.code == exits.OK
    assert set(fates(ended).values()) == {"skipped"}
    assert len(list((home / "shows").rglob("*.mhl"))) == 2
    assert ingest(rushes, drop).code == exits.OK
    assert len(list((home / "shows").rglob("*.mhl"))) == 2


def test_files_that_are_gone_though_on_record_are_brought_back(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    assert ingest(rushes, drop).code == exits.OK
    before = media(home / "shows")
    next((home / "shows").rglob("*.1002.dpx")).unlink()
    ended = ingest(rushes, drop)
    assert (ended.code, fates(ended)["sc02/sh010 comp v004"]) == (exits.OK, "ingested")
    assert media(home / "shows") == before
    assert (count(records, "publish"), count(records, "version")) == (2, 2)


def test_what_lies_at_the_place_already_is_never_written_over(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    place = home / "shows" / "FG" / "sc02" / "sh020" / "comp" / "vendor" / "v001"
    write(place / "sh020_comp_v001.dpx", b"other")
    ended = ingest(rushes, drop)
    assert ended.code == exits.FOUND
    assert rules(ended) == ["ingest.target"]
    assert (place / "sh020_comp_v001.dpx").read_bytes() == b"other"
    assert count(records, "version") == 1


def test_of_two_at_once_one_works_and_the_other_is_told(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    assert ingest(rushes, drop).code == exits.OK
    (page,) = [one for one in (home.parent / "data" / "ingests").iterdir() if one.name != "ledgers"]
    with held(page / ".lock"):
        ended = rushes("ingest", drop, "--project", "FG")
    assert ended.code == exits.UNAVAILABLE
    assert "Another run" in ended.err


def test_files_that_still_grow_are_refused_when_patience_ends(
    rushes: Command, records: Studio, drop: Path
) -> None:
    (drop / "sh020_comp_v001.dpx").touch()
    ended = ingest(rushes, drop, "--settle", "3600", "--wait", "0")
    assert ended.code == exits.FOUND
    assert fates(ended) == {"sc02/sh010 comp v004": "ingested"}
    (found,) = [one for one in ended.json["findings"] if one["rule"] == "drop.aside"]
    assert "still being written" in found["message"]


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


@pytest.mark.parametrize(
    "args",
    [
        ("--no-db",),
        ("--quick",),
        ("--project", ""),
        ("--policy", "nothing"),
        ("--manifest", "no.csv"),
        ("--project", "XX"),
        ("--to", ".", "--vendor-bucket", "incoming"),
        ("--vendor-bucket", "incoming", "--sse", "rot13"),
        ("--storage-class", "STANDARD_IA"),
        ("--sse", "AES256"),
        ("--bandwidth", "much"),
    ],
)
def test_orders_that_make_no_sense_are_refused(
    rushes: Command, records: Studio, drop: Path, home: Path, args: tuple[str, ...]
) -> None:
    ended = rushes("ingest", drop, "--project", "FG", *args)
    assert ended.code == exits.NOT_THERE, ended.out
    assert tree(home / "shows") == {}


def test_a_drop_that_is_not_there_and_one_without_media_are_told(
    rushes: Command, records: Studio, home: Path
) -> None:
    assert ingest(rushes, home / "nowhere").code == exits.NOT_THERE
    (home / "empty").mkdir()
    assert ingest(rushes, home / "empty").code == exits.NOT_THERE
    write(home / "empty" / "notes.txt", b"x")
    assert ingest(rushes, home / "empty").code == exits.NOT_THERE
    assert ingest(rushes, home).code == exits.NOT_THERE  # it holds the shows


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


def test_names_that_would_turn_a_terminal_round_are_written_out(
    rushes: Command, records: Studio, drop: Path
) -> None:
    write(drop / "sh0020_comp_v001\u202egpj.\x1b[31m.exr", b"x")
    told = rushes("ingest", str(drop), "--project", "FG").out
    assert "\u202e" not in told
    assert "\x1b" not in told
    assert r"\u202e" in told


def test_single_files_of_many_shots_are_no_sequence(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    shutil.rmtree(drop)
    for shot in ("sh010", "sh020", "sh030"):
        write(drop / f"{shot}_comp_v001.psd", shot.encode())
    ended = ingest(rushes, drop)
    assert ended.code == exits.FOUND
    assert fates(ended) == {
        "sc02/sh010 comp v001": "ingested",
        "sc02/sh020 comp v001": "ingested",
        "sh030_comp_v001.psd": "refused",
    }


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


def test_a_movie_that_is_none_is_refused(rushes: Command, records: Studio, drop: Path) -> None:
    write(drop / "sh020_comp_v002.mov", b"no movie")
    ended = ingest(rushes, drop)
    assert ended.code == exits.FOUND
    assert rules(ended) == ["media.unreadable"]


def test_what_a_manifest_names_and_is_not_there_is_told_by_its_line(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    rows = (
        "FG,,sc02,sh010,comp,4,,a/sh010_comp_v004.%04d.dpx,",
        "FG,,sc02,sh020,comp,1,,sh020_comp_v001.dpx,",
        "FG,,sc02,sh020,comp,2,,sh020_comp_v002.dpx,",
        "FG,,sc02,sh020,comp,3,,b/sh020_comp_v003.####.dpx,",
    )
    (home / "m.csv").write_text("\n".join((HEADER, *rows)))
    ended = ingest(rushes, drop, "--manifest", home / "m.csv")
    assert ended.code == exits.FOUND
    assert set(fates(ended).values()) == {"ingested"}
    assert [(one["rule"], one["subject"]) for one in ended.json["findings"]] == [
        ("manifest.missing", "m.csv:4"),
        ("manifest.missing", "m.csv:5"),
    ]


def test_a_frame_that_a_manifest_names_and_is_not_there_refuses_its_version(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    for frame in (1001, 1002, 1003):
        (drop / "a" / f"sh010_comp_v004.{frame}.dpx").rename(
            drop / "a" / f"sh020_comp_v004.{frame}.dpx"
        )
    rows = [f",,,,,,,a/sh020_comp_v004.{frame}.dpx," for frame in range(1001, 1006)]
    (home / "m.csv").write_text("\n".join((HEADER, *rows)))
    ended = ingest(rushes, drop, "--manifest", home / "m.csv")
    assert sorted(rules(ended)) == ["ingest.missing", "ingest.unlisted"]
    assert "a/sh020_comp_v004.1004.dpx" in ended.out


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


def test_a_run_that_goes_on_hashes_no_file_again_that_looks_the_same(
    rushes: Command, records: Studio, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise RushesError(Code.DATABASE_UNAVAILABLE, "The database is away.", hint="Wait.")

    with monkeypatch.context() as patched:
        patched.setattr(recording, "integrate", down)
        assert ingest(rushes, drop).code == exits.UNAVAILABLE
    write(drop / "sh020_comp_v001.dpx", b"other")
    asked: list[str] = []

    def counted(place: Any, wishes: Any, **given: Any) -> Any:
        asked.extend(one.path for one in wishes)
        return digested(place, wishes, **given)

    monkeypatch.setattr("rushes.exchange.checking.digested", counted)
    ended = ingest(rushes, drop, "--resume")
    assert (ended.code, asked) == (exits.OK, ["sh020_comp_v001.dpx"])


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


def test_a_publish_of_somebody_elses_with_that_number_under_way_is_told(
    rushes: Command, records: Studio, drop: Path, database_url: str
) -> None:
    from rushes.db.opening import open_work
    from rushes.model.scan import Actor
    from rushes.model.work import Number, NumberRequest, StreamKey, WorkKind

    tasks = ids(records, "task")
    with closing(open_work(database_url, data_dir=Path())) as work:
        stream = StreamKey(WorkKind.PUBLISH, tasks[0], "vendor")
        work.allocate(
            [NumberRequest(stream, number=Number(4, 1))], actor=Actor("somebody", tool="test")
        )
    ended = ingest(rushes, drop)
    assert ended.code == exits.FOUND
    assert rules(ended) == ["ingest.held"]
    assert count(records, "version") == 1


def test_images_are_held_against_the_policy(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    whole = file(one_attribute(b"timeCode", "timecode", struct.pack("<2I", 1, 0)))
    write(drop / "sh020_comp_v005.exr", whole)
    write(drop / "sh020_comp_v006.exr", whole[:60])
    ended = ingest(rushes, drop)
    assert ended.code == exits.FOUND
    assert fates(ended)["sc02/sh020 comp v005"] == "ingested"
    assert fates(ended)["sc02/sh020 comp v006"] == "refused"
    strict = home / "strict.toml"
    strict.write_text(
        'name = "strict"\nversion = "1"\ndescription = "Ours."\n'
        '[rules.dwa]\ncheck = "compression"\none_of = ["DWAB"]\n'
    )
    write(drop / "sh020_comp_v007.exr", whole)
    ended = ingest(rushes, drop, "--policy", strict)
    assert fates(ended)["sc02/sh020 comp v007"] == "refused"
    assert "strict.dwa" in rules(ended)
