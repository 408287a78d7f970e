"""`rushes sync` while disks are full, S3 refuses, lies or stalls, and names do harm."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rushes.adapters.s3_line import Limits
from rushes.adapters.storage import s3
from rushes.cli import exits
from rushes.cli.main import run
from rushes.testing.s3_faults import Fault, Kind
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.testing.small_disk import crowded, small_disk

__all__ = ["moto_bucket", "moto_origin"]

IMPATIENT = Limits(connect=10, silence=4, request=6, retries=1)
FILES = {f"sh010/plate.{frame}.exr": b"%d" % frame * 4_000 for frame in range(1001, 1007)}
REFUSED = [(Kind.DENIED, "refuses"), (Kind.EXPIRED, "lent for a time"), (Kind.SKEWED, "clock")]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person sees of one sync."""

    code: int
    told: Any
    err: str

    @property
    def done(self) -> dict[str, int]:
        """How many files came to which end."""
        return {name: count for name, count in self.told["done"].items() if count}

    def why(self, name: str) -> str:
        """What is said of one file."""
        (found,) = (one for one in self.told["problems"] if one["path"] == name)
        return str(found["why"])


Sync = Callable[..., Seen]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Six frames."""
    for name, data in FILES.items():
        put(tmp_path / "here" / name, data)
    return tmp_path / "here"


@pytest.fixture
def sync(
    moto_bucket: MotoBucket,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Sync:
    """A sync between a folder and `demo` in the bucket."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("RUSHES_DATA_DIR", str(tmp_path / "data"))

    def seen(direction: str, folder: Path, *more: str) -> Seen:
        capsys.readouterr()
        words = ["sync", direction, "--bucket", moto_bucket.name, "--show-code", "demo"]
        code = run([*words, "--local-path", str(folder), "--json", *more])
        said = capsys.readouterr()
        return Seen(code, json.loads(said.out), said.err)

    return seen


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def there(bucket: MotoBucket) -> dict[str, bytes]:
    return {key.removeprefix("demo/"): data for key, data in bucket.objects().items()}


def filled(bucket: MotoBucket) -> None:
    for name, data in FILES.items():
        bucket.put(f"demo/{name}", data)


def test_a_full_disk_is_told_and_what_has_arrived_stays(
    sync: Sync, moto_bucket: MotoBucket, tmp_path: Path
) -> None:
    filled(moto_bucket)
    with small_disk(tmp_path / "there", kilobytes=256) as folder:
        with crowded(folder, left=44 * 1024):
            seen = sync("from", folder, "--workers", "1")
            arrived = {name: data for name, data in tree(folder).items() if name != ".filler"}
        assert seen.code != exits.OK
        assert seen.done.keys() == {"moved", "failed"}
        assert seen.done["moved"] == len(arrived) < len(FILES)
        assert arrived.items() <= FILES.items()
        assert all("no room" in one["why"] for one in seen.told["problems"])
        again = sync("from", folder)
        assert (again.code, again.done) == (
            exits.OK,
            {"moved": len(FILES) - len(arrived), "skipped": len(arrived)},
        )
        assert tree(folder) == FILES


def test_a_full_disk_under_the_ledger_is_told_and_nothing_goes_twice(
    sync: Sync, moto_bucket: MotoBucket, here: Path, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "data", kilobytes=128) as data:
        with crowded(data, left=0):
            seen = sync("to", here)
        assert seen.code in (exits.FOUND, exits.NOT_WRITTEN)
        assert "No space left" in str(seen.told)
        before = len(there(moto_bucket))
        again = sync("to", here)
        assert again.code == exits.OK
        assert again.done.get("skipped", 0) == before
    assert there(moto_bucket) == FILES


@pytest.mark.parametrize(("kind", "word"), REFUSED)
def test_keys_that_end_half_way_are_told_and_the_rest_goes_later(
    sync: Sync, moto_bucket: MotoBucket, here: Path, kind: Kind, word: str
) -> None:
    bad = "sh010/plate.1003.exr"
    moto_bucket.proxy.faults.append(Fault(kind, "PUT", "1003"))
    seen = sync("to", here, "--delete")
    assert seen.code != exits.OK
    assert seen.done == {"moved": len(FILES) - 1, "failed": 1}
    assert word in seen.why(bad)
    assert there(moto_bucket) == {name: data for name, data in FILES.items() if name != bad}
    moto_bucket.proxy.faults.clear()
    assert sync("to", here).done == {"moved": 1, "skipped": len(FILES) - 1}
    assert there(moto_bucket) == FILES


@pytest.mark.parametrize("kind", [Kind.DENIED, Kind.EXPIRED, Kind.SKEWED, Kind.BUSY, Kind.TRUNCATE])
@pytest.mark.parametrize("direction", ["to", "from"])
def test_a_bucket_that_does_not_show_itself_deletes_nothing_and_gets_nothing(
    sync: Sync,
    moto_bucket: MotoBucket,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
    direction: str,
) -> None:
    monkeypatch.setattr(s3, "LIMITS", IMPATIENT)
    moto_bucket.put("demo/theirs", b"theirs")
    moto_bucket.proxy.faults.append(Fault(kind, "GET", "list-type"))
    seen = sync(direction, here, "--delete", "--yes", "--replace")
    assert seen.code == exits.UNAVAILABLE
    assert tree(here) == FILES
    assert there(moto_bucket)["theirs"] == b"theirs"


def test_a_server_that_stalls_costs_one_file_and_a_bounded_time(
    sync: Sync, moto_bucket: MotoBucket, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "LIMITS", IMPATIENT)
    moto_bucket.proxy.faults.append(Fault(Kind.STALL, "PUT", "1003"))
    seen = sync("to", here)
    assert seen.done == {"moved": len(FILES) - 1, "failed": 1}
    assert "did not answer in time" in seen.why("sh010/plate.1003.exr")


@pytest.mark.parametrize("kind", [Kind.FLIP, Kind.TRUNCATE, Kind.RESET])
def test_of_what_comes_damaged_nothing_gets_its_name(
    sync: Sync, moto_bucket: MotoBucket, tmp_path: Path, kind: Kind
) -> None:
    filled(moto_bucket)
    bad = "sh010/plate.1003.exr"
    (tmp_path / "there").mkdir()
    moto_bucket.proxy.faults.append(Fault(kind, "GET", bad))
    seen = sync("from", tmp_path / "there")
    assert seen.code != exits.OK
    assert seen.done == {"moved": len(FILES) - 1, "failed": 1}
    assert seen.why(bad)
    assert tree(tmp_path / "there") == {one: data for one, data in FILES.items() if one != bad}


def test_names_that_do_harm_stay_here_and_the_others_go(
    sync: Sync, moto_bucket: MotoBucket, here: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    twins = [unicodedata.normalize(form, "café.exr") for form in ("NFC", "NFD")]
    harm = [*twins, "a.EXR", "A.exr", "con.exr", "a\nb.exr", os.fsdecode(b"\xff.exr")]
    for name in harm:
        put(here / name, b"x")
    (here / "link.exr").symlink_to(secret)
    os.mkfifo(here / "pipe.exr")
    seen = sync("to", here, "--delete")
    assert seen.code == exits.FOUND
    assert seen.done == {"moved": len(FILES), "refused": len(harm) + 2}
    assert len({one["path"] for one in seen.told["problems"]}) == len(harm) + 2
    assert there(moto_bucket) == FILES


def test_keys_that_lead_out_stay_there_and_the_others_come(
    sync: Sync, moto_bucket: MotoBucket, tmp_path: Path
) -> None:
    filled(moto_bucket)
    for key in ("../up", "a/../../up", "/abs", "con.exr", "x\x1b[2J", "B", "b/c"):
        moto_bucket.put(f"demo/{key}", b"x")
    folder = tmp_path / "deep" / "there"
    folder.mkdir(parents=True)
    seen = sync("from", folder)
    assert seen.code == exits.FOUND
    wanted = {**FILES, "b/c": b"x"}
    assert tree(tmp_path / "deep") == {f"there/{name}": data for name, data in wanted.items()}
    assert "\x1b" not in json.dumps(seen.told, ensure_ascii=False)
