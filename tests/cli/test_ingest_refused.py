"""`rushes ingest`: what is no good is refused by name, by its manifest or its bytes, and alone."""

from __future__ import annotations

import os
import shutil
import struct
from contextlib import closing
from pathlib import Path

import pytest
from blake3 import blake3

from rushes.cli import exits
from rushes.core.lock import held
from rushes.ports.studio import Studio
from rushes.testing.drops import HEADER, write
from rushes.testing.ingests import Command, count, drop, fates, ingest, records, rules, tree
from rushes.testing.media.exr_corners import file, one_attribute
from rushes.testing.studios import ids

__all__ = ["drop", "records"]


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


def test_a_report_is_never_written_over_something_else(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    (home / "r.csv").write_text("mine")
    assert ingest(rushes, drop, "--report", home / "r.csv").code == exits.NOT_THERE
    assert ingest(rushes, drop, "--report", drop / "r.csv").code == exits.NOT_THERE
    assert ingest(rushes, drop, "--report", home / "r.doc").code == exits.NOT_THERE
    assert (home / "r.csv").read_text() == "mine"
    assert count(records, "version") == 0


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
