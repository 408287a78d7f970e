"""`rushes sync`: only what is new or changed goes, and what is said of it is true."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import validate

from rushes.cli import exits
from rushes.testing.s3 import Bucket, s3_bucket, s3_server
from rushes.testing.s3_faults import Fault, Kind
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.testing.syncs import Command, down, given, plates, there, tree, up, write

__all__ = ["moto_bucket", "moto_origin", "plates", "s3_bucket", "s3_server"]

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


def test_a_folder_goes_up_and_comes_down_whole(
    rushes: Command, plates: Path, moto_bucket: MotoBucket, home: Path
) -> None:
    ended = up(rushes, moto_bucket, plates)
    assert ended.code == exits.OK, ended.err
    assert ended.json["done"]["moved"] == 12
    assert there(moto_bucket) == tree(plates)
    other = home / "elsewhere" / "plates"
    other.parent.mkdir()
    ended = down(rushes, moto_bucket, other)
    assert ended.code == exits.OK
    assert tree(other) == tree(plates)


def test_a_dry_run_tells_what_is_done_without_it_and_moves_nothing(
    rushes: Command, plates: Path, moto_bucket: MotoBucket
) -> None:
    dry = up(rushes, moto_bucket, plates, "--dry-run")
    assert dry.code == exits.OK
    assert (dry.json["done"], dry.json["sent_bytes"]) == (None, 0)
    assert there(moto_bucket) == {}
    told = rushes("sync", "to", *given(moto_bucket, plates, "--dry-run")).out
    assert "Uploaded" not in told
    assert "Would upload 12 files" in told
    assert "A dry run: nothing was moved." in told
    done = up(rushes, moto_bucket, plates)
    assert [(one["path"], one["planned"]) for one in done.json["sequences"]] == [
        (one["path"], one["planned"]) for one in dry.json["sequences"]
    ]
    assert done.json["planned"] == dry.json["planned"]


def test_sequences_are_told_as_sequences(
    rushes: Command, plates: Path, moto_bucket: MotoBucket
) -> None:
    up(rushes, moto_bucket, plates)
    write(plates, {"sh010/plate.1003.exr": b"FRAME 1003", "sh010/plate.1011.exr": b"frame 1011"})
    told = rushes("sync", "to", *given(moto_bucket, plates))
    assert told.code == exits.OK
    assert "sh010/plate.1001-1011.exr: 9 same, 1 new, 1 changed\n" in told.out
    assert "cut.mov" not in told.out
    assert "Uploaded 2 files (20 B sent), skipped 11, deleted 0; failed 0, refused 0," in told.out
    again = rushes("sync", "to", *given(moto_bucket, plates))
    assert "Nothing to do: 13 files, all the same on both sides." in again.out
    assert again.code == exits.OK


def test_only_what_is_included_and_not_excluded_goes_or_is_deleted(
    rushes: Command, plates: Path, moto_bucket: MotoBucket
) -> None:
    moto_bucket.put("demo/plates/old.txt", b"old")
    moto_bucket.put("demo/plates/old.exr", b"old")
    chosen = ("--include", "*.exr", "--exclude", "plate.1001.exr", "--exclude", "cut.mov")
    ended = up(rushes, moto_bucket, plates, *chosen, "--delete")
    assert ended.json["done"]["moved"] == 9
    assert ended.json["done"]["deleted"] == 1
    assert "old.txt" in there(moto_bucket)
    assert "sh010/plate.1001.exr" not in there(moto_bucket)
    ended = up(rushes, moto_bucket, plates, "--exclude", "sh010")
    assert [one["path"] for one in ended.json["sequences"]] == ["cut.mov"]


def test_what_goes_away_is_told_before_it_goes(
    rushes: Command, plates: Path, moto_bucket: MotoBucket
) -> None:
    up(rushes, moto_bucket, plates)
    (plates / "cut.mov").unlink()
    told = rushes("sync", "to", *given(moto_bucket, plates, "--delete", "--dry-run"))
    assert "cut.mov: to be deleted" in told.out
    assert "cut.mov" in there(moto_bucket)
    assert rushes("sync", "to", *given(moto_bucket, plates)).code == exits.OK
    assert "cut.mov" in there(moto_bucket)
    told = rushes("sync", "to", *given(moto_bucket, plates, "--delete"))
    assert told.out.index("cut.mov: to be deleted") < told.out.index("deleted 1;")
    assert there(moto_bucket) == tree(plates)


def test_a_copy_that_rotted_is_found_with_checksum(
    rushes: Command, plates: Path, moto_bucket: MotoBucket, home: Path
) -> None:
    up(rushes, moto_bucket, plates)
    other = home / "there" / "plates"
    other.parent.mkdir()
    down(rushes, moto_bucket, other)
    file = other / "cut.mov"
    before = file.stat()
    file.write_bytes(b"MOVIE" * 99)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    ended = down(rushes, moto_bucket, other, "--checksum")
    assert ended.code == exits.FOUND
    assert [one["path"] for one in ended.json["problems"]] == ["cut.mov"]
    assert down(rushes, moto_bucket, other, "--checksum", "--replace").code == exits.OK
    assert tree(other) == tree(plates)


def test_the_earlier_names_work(
    rushes: Command, plates: Path, moto_bucket: MotoBucket, home: Path
) -> None:
    assert rushes("aws", "sync-to", *given(moto_bucket, plates)).code == exits.OK
    (home / "b").mkdir()
    ended = rushes("aws", "sync-from", *given(moto_bucket, home / "b" / "plates"), "--json")
    assert ended.json["done"]["moved"] == 12
    assert " aws" not in rushes("--help").out


def test_s5cmd_carries_up_what_we_planned(
    rushes: Command, plates: Path, moto_bucket: MotoBucket
) -> None:
    ended = up(rushes, moto_bucket, plates, "--engine", "s5cmd")
    assert ended.code == exits.OK, ended.out
    assert there(moto_bucket) == tree(plates)
    (plates / "cut.mov").unlink()
    moto_bucket.proxy.faults.append(Fault(Kind.BUSY, "PUT", "new.txt"))
    write(plates, {"new.txt": b"new"})
    ended = up(rushes, moto_bucket, plates, "--engine", "s5cmd", "--delete")
    assert ended.code == exits.FOUND
    assert (ended.json["done"]["failed"], ended.json["done"]["kept"]) == (1, 1)
    assert "cut.mov" in there(moto_bucket)


def test_reports_name_every_file(
    rushes: Command, plates: Path, moto_bucket: MotoBucket, home: Path
) -> None:
    write(plates, {"=1+1.txt": b"x", "<b>.txt": b"y"})
    made = [home / f"sync.{ending}" for ending in ("html", "csv", "json")]
    asked = [word for one in made for word in ("--report", one)]
    for more in (("--dry-run",), (), ()):
        ended = up(rushes, moto_bucket, plates, *asked, *more)
        page, table, document = (one.read_text("utf-8-sig") for one in made)
        assert "<b>.txt" not in page
        assert "&lt;b&gt;.txt" in page
        told = json.loads(document)
        validate(told, json.loads((SCHEMAS / "rushes.sync-report.1.json").read_text()))
        assert len(told["files"]) == 14
        rows = list(csv.DictReader(table.splitlines()))
        assert [one["path"].lstrip("'") for one in rows] == [one["path"] for one in told["files"]]
        assert "'=1+1.txt" in table
        assert told["done"] == ended.json["done"]
    inside = up(rushes, moto_bucket, plates, "--report", plates / "sync.html")
    assert inside.code == exits.NOT_THERE
    assert up(rushes, moto_bucket, plates, "--report", home / "a.pdf").code == exits.NOT_THERE


def test_storage_class_and_encryption_are_asked_for(
    rushes: Command, plates: Path, moto_bucket: MotoBucket
) -> None:
    asked = ("--storage-class", "STANDARD_IA", "--sse", "aws:kms:arn:aws:kms:us-east-1:1:key/k")
    assert up(rushes, moto_bucket, plates, *asked).code == exits.OK
    head = moto_bucket.client.head_object(Bucket=moto_bucket.name, Key="demo/plates/cut.mov")
    assert head["StorageClass"] == "STANDARD_IA"
    assert head["SSEKMSKeyId"] == "arn:aws:kms:us-east-1:1:key/k"
    assert up(rushes, moto_bucket, plates, "--sse", "rot13").code == exits.NOT_THERE


def test_a_profile_of_aws_is_used_and_no_other_keys(
    rushes: Command, home: Path, s3_bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home / "plates"
    write(folder, {"a.1001.exr": b"a", "a.1002.exr": b"b"})
    keys = {one: os.environ[one] for one in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    file = home / "credentials"
    file.write_text("[vendor]\n" + "".join(f"{one.lower()} = {keys[one]}\n" for one in keys))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    refused = rushes("sync", "to", *given(s3_bucket, folder))
    assert refused.code == exits.UNAVAILABLE
    assert "wrong" not in refused.err
    ended = rushes("sync", "to", *given(s3_bucket, folder, "--profile", "vendor"), "--json")
    assert ended.code == exits.OK, ended.err
    assert tree(s3_bucket.folder / "demo" / "plates") == tree(folder)
    assert rushes("sync", "to", *given(s3_bucket, folder, "--profile", "nobody")).code == 2


def test_rclones_s3_holds_what_was_sent_and_gives_it_back(
    rushes: Command, home: Path, s3_bucket: Bucket
) -> None:
    folder = home / "plates"
    write(folder, {f"a.{at}.exr": os.urandom(1000) for at in range(1001, 1006)})
    # Files for folders that are not there yet have rclone wait for itself now and then.
    (s3_bucket.folder / "demo" / "plates").mkdir(parents=True)
    assert rushes("sync", "to", *given(s3_bucket, folder, "--workers", "1")).code == exits.OK
    assert tree(s3_bucket.folder / "demo" / "plates") == tree(folder)
    (home / "back").mkdir()
    assert rushes("sync", "from", *given(s3_bucket, home / "back" / "plates")).code == exits.OK
    assert tree(home / "back" / "plates") == tree(folder)
    again = rushes("sync", "to", *given(s3_bucket, folder))
    assert "Nothing to do: 5 files" in again.out


# What moves bytes, hashes them or talks to people: much of what a sync takes to begin.
UNASKED = (
    *("concurrent.futures", "logging", "hashlib", "configparser", "rich", "django", "boto3"),
    *("rushes.transfer.apply", "rushes.transfer.comparing"),
    *("rushes.transfer.carrying", "rushes.transfer.sync.carrying_out", "rushes.model.finding"),
    *("rushes.adapters.s3_arrival", "rushes.adapters.s3_source", "rushes.scan", "rushes.frames"),
)


def test_a_sync_of_what_has_not_changed_imports_nothing_that_moves(
    rushes: Command, moto_bucket: MotoBucket, plates: Path
) -> None:
    up(rushes, moto_bucket, plates)
    program = (
        "import sys; from rushes.cli.main import run; code = run(sys.argv[1:]);"
        f" print(code, [one for one in {UNASKED} if one in sys.modules])"
    )
    words = ["sync", "to", *map(str, given(moto_bucket, plates))]
    ended = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, timeout=120
    )
    assert "Nothing to do: 12 files, all the same" in ended.stdout, ended.stderr
    assert ended.stdout.splitlines()[-1] == "0 []"
