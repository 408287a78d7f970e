"""Files moved to and from S3 while networks, servers and other people misbehave."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rushes.adapters.storage.local import LocalStorage
from rushes.adapters.storage.s3 import Limits, S3Storage
from rushes.ports import registry
from rushes.ports.storage_writing import TERMS, Terms
from rushes.testing.s3_faults import Fault, Kind
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.transfer.apply import apply
from rushes.transfer.carrying import carried, shared_out
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.learning import Place, planned
from rushes.transfer.ledger import Ledger, opened
from rushes.transfer.outcome import Effort, End, Outcome
from rushes.transfer.plan import WISHES, Wishes

__all__ = ["moto_bucket", "moto_origin"]

CALM = Limits(connect=30, silence=40, request=60, retries=1)
IMPATIENT = Limits(connect=10, silence=4, request=6, retries=1)
MB = 1024**2


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with opened(tmp_path / "ledgers", "here", "there") as found:
        yield found


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A small, an empty, an oddly named and a large file."""
    folder = tmp_path / "here"
    for name, size in (
        ("sh010/plate.1001.exr", 1000),
        ("empty", 0),
        ("é %20+?&#.exr", 3),
        ("large.mov", 20 * MB + 7),
    ):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(size))
        os.utime(file, ns=(1, 1_234_567_890_123_456_789))
    return folder


def local(folder: Path) -> Place:
    return Place(LocalStorage(), str(folder))


def remote(bucket: MotoBucket, limits: Limits = CALM) -> Place:
    return Place(S3Storage(bucket.name, limits=limits), "/demo")


LOOSE = Wishes(windows=False)


def moved(
    source: Place, target: Place, ledger: Ledger, *, wishes: Wishes = LOOSE, terms: Terms = TERMS
) -> dict[str, Outcome]:
    made = planned(source, target, ledger, wishes=wishes, terms=terms)
    return {one.path: one for one in apply(made, source, target, ledger, terms=terms)}


def ends(found: dict[str, Outcome]) -> set[End]:
    return {one.end for one in found.values()}


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def in_bucket(bucket: MotoBucket) -> dict[str, bytes]:
    return {key.removeprefix("demo/"): data for key, data in bucket.objects().items()}


def test_files_go_up_and_come_down_with_bytes_times_and_digests(
    moto_bucket: MotoBucket, here: Path, ledger: Ledger, tmp_path: Path
) -> None:
    terms = Terms(("xxh128", "blake3"), verify=True, storage_class="STANDARD_IA")
    found = moved(local(here), remote(moto_bucket), ledger, terms=terms)
    assert ends(found) == {End.MOVED}, found
    assert in_bucket(moto_bucket) == files(here)
    assert moto_bucket.uploads() == []
    for name in ("large.mov", "sh010/plate.1001.exr"):
        head = moto_bucket.client.head_object(Bucket=moto_bucket.name, Key=f"demo/{name}")
        digest = digest_of((here / name).read_bytes(), "blake3")
        assert head["Metadata"]["rushes-blake3"] == digest
        assert head["StorageClass"] == "STANDARD_IA"
    back = tmp_path / "back"
    with opened(tmp_path / "ledgers", "there", "back") as other:
        assert ends(moved(remote(moto_bucket), local(back), other)) == {End.MOVED}
    assert files(back) == files(here)
    assert (back / "large.mov").stat().st_mtime_ns == 1_234_567_890_123_456_789


def test_a_second_run_sends_nothing_and_one_without_a_ledger_asks_and_sends_nothing(
    moto_bucket: MotoBucket, here: Path, ledger: Ledger, tmp_path: Path
) -> None:
    moved(local(here), remote(moto_bucket), ledger)
    sent = moto_bucket.proxy.sent()
    assert ends(moved(local(here), remote(moto_bucket), ledger)) == {End.SAME}
    with opened(tmp_path / "other", "here", "there") as fresh:
        assert ends(moved(local(here), remote(moto_bucket), fresh)) == {End.SAME}
    assert moto_bucket.proxy.sent() == sent


@pytest.mark.parametrize("kind", [Kind.FLIP, Kind.TRUNCATE, Kind.RESET, Kind.BUSY])
@pytest.mark.parametrize("name", ["sh010/plate.1001.exr", "large.mov"])
def test_no_damaged_download_gets_its_name(
    moto_bucket: MotoBucket, here: Path, ledger: Ledger, tmp_path: Path, kind: Kind, name: str
) -> None:
    moved(local(here), remote(moto_bucket), ledger)
    moto_bucket.proxy.faults.append(Fault(kind, "GET", f"demo/{name}"))
    back = tmp_path / "back"
    with opened(tmp_path / "ledgers", "there", "back") as other:
        found = moved(remote(moto_bucket), local(back), other)
        assert found[name].end is End.FAILED
        assert found[name].why
        assert files(back) == {one: data for one, data in files(here).items() if one != name}
        moto_bucket.proxy.faults.clear()
        assert moved(remote(moto_bucket), local(back), other)[name].end is End.MOVED
    assert files(back) == files(here)


@pytest.mark.parametrize("kind", [Kind.FLIP_SENT, Kind.BUSY, Kind.RESET])
def test_what_goes_wrong_on_the_way_up_is_told_and_nothing_else_lies_there(
    moto_bucket: MotoBucket, here: Path, ledger: Ledger, kind: Kind
) -> None:
    moto_bucket.proxy.faults += [
        Fault(kind, "PUT", "plate"),
        Fault(kind, "PUT", "large.mov?"),
    ]
    found = moved(local(here), remote(moto_bucket), ledger)
    assert found["empty"].end is End.MOVED
    failed = {name for name, one in found.items() if one.end is End.FAILED}
    assert failed == {"large.mov", "sh010/plate.1001.exr"}
    assert found["large.mov"].code == "write.failed"
    assert "large.mov" not in in_bucket(moto_bucket)
    moto_bucket.proxy.faults.clear()
    moved(local(here), remote(moto_bucket), ledger)
    assert in_bucket(moto_bucket) == files(here)
    assert moto_bucket.uploads() == []


@pytest.mark.parametrize("method", ["PUT", "GET", "HEAD", "POST"])
def test_a_fault_that_passes_is_got_over(
    moto_bucket: MotoBucket, here: Path, ledger: Ledger, tmp_path: Path, method: str
) -> None:
    for kind in (Kind.BUSY, Kind.RESET):
        moto_bucket.proxy.faults.append(Fault(kind, method, "demo", times=1))
        name = kind.name.lower()
        target = Place(S3Storage(moto_bucket.name), f"/demo-{name}")
        with opened(tmp_path / "ledgers", "here", name) as book:
            found = moved(local(here), target, book)
            assert ends(found) == {End.MOVED}, [one.why for one in found.values()]
    keys = {key.partition("/")[2] for key in moto_bucket.objects()}
    assert keys == files(here).keys()
    assert moto_bucket.uploads() == []


@pytest.mark.parametrize("about", ["plate", "large.mov?"])
def test_a_server_that_stalls_fails_one_file_in_bounded_time(
    moto_bucket: MotoBucket, here: Path, ledger: Ledger, about: str
) -> None:
    if about == "plate":  # what takes its time is not taken for what stalls
        (here / "large.mov").write_bytes(b"not so large")
    moto_bucket.proxy.faults.append(Fault(Kind.STALL, "PUT", about))
    found = moved(local(here), remote(moto_bucket, IMPATIENT), ledger)
    failed = [one for one in found.values() if one.end is End.FAILED]
    assert len(failed) == 1
    assert "did not answer in time" in failed[0].why


def test_what_others_put_there_is_a_conflict_also_at_the_last_moment(
    moto_bucket: MotoBucket, here: Path, ledger: Ledger
) -> None:
    source, target = local(here), remote(moto_bucket)
    made = planned(source, target, ledger, wishes=LOOSE)
    for name in ("large.mov", "empty"):
        moto_bucket.put(f"demo/{name}", b"theirs")
    found = {one.path: one for one in apply(made, source, target, ledger)}
    for name in ("large.mov", "empty"):
        assert (found[name].end, found[name].code) == (End.FAILED, "changed.meanwhile")
        assert in_bucket(moto_bucket)[name] == b"theirs"
    assert ends(moved(source, target, ledger)) == {End.SAME, End.CONFLICT}
    moved(source, target, ledger, wishes=Wishes(replace=True, windows=False))
    assert in_bucket(moto_bucket) == files(here)
    assert moto_bucket.uploads() == []


def test_uploads_of_others_are_left_alone(
    moto_bucket: MotoBucket, here: Path, ledger: Ledger
) -> None:
    for key in ("demo/large.mov", "demo/other.mov"):
        moto_bucket.client.create_multipart_upload(Bucket=moto_bucket.name, Key=key)
    moved(local(here), remote(moto_bucket), ledger)
    assert moto_bucket.uploads() == ["demo/large.mov", "demo/other.mov"]


def test_an_upload_that_s3_has_cleared_away_is_begun_anew(
    moto_bucket: MotoBucket, here: Path, ledger: Ledger
) -> None:
    moto_bucket.proxy.faults.append(Fault(Kind.BUSY, "PUT", "partNumber=3"))
    moved(local(here), remote(moto_bucket), ledger)
    (one,) = moto_bucket.client.list_multipart_uploads(Bucket=moto_bucket.name)["Uploads"]
    moto_bucket.client.abort_multipart_upload(
        Bucket=moto_bucket.name, Key=one["Key"], UploadId=one["UploadId"]
    )
    moto_bucket.proxy.faults.clear()
    assert moved(local(here), remote(moto_bucket), ledger)["large.mov"].sent == 20 * MB + 7
    assert in_bucket(moto_bucket) == files(here)


def test_what_was_sent_is_not_sent_again_and_a_changed_file_leaves_no_upload(
    moto_bucket: MotoBucket, here: Path, ledger: Ledger
) -> None:
    moto_bucket.proxy.faults.append(Fault(Kind.BUSY, "PUT", "partNumber=3"))
    moved(local(here), remote(moto_bucket), ledger)
    assert moto_bucket.uploads() == ["demo/large.mov"]
    moto_bucket.proxy.faults.clear()
    assert moved(local(here), remote(moto_bucket), ledger)["large.mov"].sent == 4 * MB + 7
    (here / "large.mov").write_bytes(os.urandom(17 * MB))
    moto_bucket.proxy.faults.append(Fault(Kind.BUSY, "PUT", "partNumber=3"))
    moved(local(here), remote(moto_bucket), ledger)
    assert moto_bucket.uploads() == ["demo/large.mov"]
    (here / "large.mov").unlink()
    moved(local(here), remote(moto_bucket), ledger)
    assert moto_bucket.uploads() == []


def test_hostile_keys_are_refused_and_the_others_come(
    moto_bucket: MotoBucket, ledger: Ledger, tmp_path: Path
) -> None:
    for key in ("../up", "a/../../up", "esc\x1b[2J", "con.exr", "A", "a/b", "good"):
        moto_bucket.put(f"demo/{key}", b"x")
    back = tmp_path / "back" / "deep"
    found = moved(remote(moto_bucket), local(back), ledger, wishes=WISHES)
    assert {name for name, one in found.items() if one.end is End.MOVED} == {"a/b", "good"}
    assert files(tmp_path / "back") == {"deep/a/b": b"x", "deep/good": b"x"}


def test_bytes_that_another_tool_put_there_are_held_against_what_s3_knows(
    moto_bucket: MotoBucket, ledger: Ledger, tmp_path: Path
) -> None:
    moto_bucket.put("demo/one", b"one" * 1000)
    moto_bucket.proxy.faults.append(Fault(Kind.FLIP, "GET", "demo/one"))
    back = tmp_path / "back"
    assert moved(remote(moto_bucket), local(back), ledger)["one"].end is End.FAILED
    moto_bucket.proxy.faults.clear()
    assert moved(remote(moto_bucket), local(back), ledger)["one"].end is End.MOVED
    assert files(back) == {"one": b"one" * 1000}


def test_a_listing_that_breaks_off_forbids_deletions(
    moto_bucket: MotoBucket, here: Path, ledger: Ledger
) -> None:
    moto_bucket.put("demo/extra", b"x")
    wishes = Wishes(delete=True, windows=False)
    moto_bucket.proxy.faults.append(Fault(Kind.BUSY, "GET", "list-type"))
    made = planned(local(here), remote(moto_bucket), ledger, wishes=wishes)
    assert made.kept
    assert made.unlisted
    moto_bucket.proxy.faults.clear()
    assert (
        moved(local(here), remote(moto_bucket), ledger, wishes=wishes)["extra"].end is End.DELETED
    )
    assert in_bucket(moto_bucket) == files(here)


def carried_up(bucket: MotoBucket, here: Path, ledger: Ledger) -> dict[str, Outcome]:
    made = planned(local(here), remote(bucket), ledger, wishes=LOOSE)
    courier = registry.connect("courier", "s5cmd", bucket.name)
    small, rest = shared_out(made)
    assert not rest.operations
    found = carried(small, local(here), remote(bucket), ledger, courier)
    return {one.path: one for one in found}


def test_s5cmd_carries_what_was_planned_and_is_checked(
    moto_bucket: MotoBucket, here: Path, ledger: Ledger
) -> None:
    (here / "it's *.exr").write_bytes(b"$HOME `x` \\")
    found = carried_up(moto_bucket, here, ledger)
    assert ends(found) == {End.MOVED}, found
    assert in_bucket(moto_bucket) == files(here)
    sent = moto_bucket.proxy.sent()
    assert ends(moved(local(here), remote(moto_bucket), ledger)) == {End.SAME}
    assert moto_bucket.proxy.sent() == sent


def test_what_s5cmd_does_not_bring_is_told_whatever_it_says(
    moto_bucket: MotoBucket, here: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rushes.transfer.carrying._LEAST_S", 3)
    (here / "large.mov").unlink()
    moto_bucket.proxy.faults.append(Fault(Kind.STALL, "PUT", "plate"))
    found = carried_up(moto_bucket, here, ledger)
    failed = {name for name, one in found.items() if one.end is End.FAILED}
    assert "sh010/plate.1001.exr" in failed
    assert "s5cmd was ended" in found["sh010/plate.1001.exr"].why
    moto_bucket.proxy.faults.clear()
    moved(local(here), remote(moto_bucket), ledger)
    assert in_bucket(moto_bucket) == files(here)


def test_a_profile_may_be_named_with_the_bucket(
    moto_bucket: MotoBucket,
    here: Path,
    ledger: Ledger,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    keys = tmp_path / "keys"
    keys.write_text("[vendor]\naws_access_key_id=AKIAVENDOR\naws_secret_access_key=s\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(keys))
    storage = registry.connect("storage", "s3", f"s3://vendor@{moto_bucket.name}")
    target = Place(storage, "/demo")
    assert ends(moved(local(here), target, ledger)) == {End.MOVED}
    assert in_bucket(moto_bucket) == files(here)


def asked(bucket: MotoBucket, method: str) -> int:
    """How many requests of this kind were for objects."""
    found = [one for one in bucket.proxy.passed if one.method == method]
    return sum("demo/" in one.address and "list-type" not in one.address for one in found)


def test_a_small_file_costs_one_request_where_a_server_keeps_to_conditions(
    moto_bucket: MotoBucket, ledger: Ledger, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for at in range(12):
        (folder / f"{at:02d}.exr").write_bytes(b"%d" % at)
    source, target = local(folder), remote(moto_bucket)
    made = planned(source, target, ledger, wishes=LOOSE)
    moto_bucket.put("demo/11.exr", b"theirs")
    found = {one.path: one for one in apply(made, source, target, ledger, effort=Effort(1))}
    assert (found["11.exr"].end, found["11.exr"].code) == (End.FAILED, "changed.meanwhile")
    assert in_bucket(moto_bucket) == {**files(folder), "11.exr": b"theirs"}
    # The first is put twice; that which is there already is looked into.
    assert (asked(moto_bucket, "PUT"), asked(moto_bucket, "HEAD")) == (13, 1)


def test_a_small_object_of_another_tool_is_held_against_its_tag_in_one_request(
    moto_bucket: MotoBucket, ledger: Ledger, tmp_path: Path
) -> None:
    for at in range(5):
        moto_bucket.put(f"demo/{at}", b"%d" % at)
    found = moved(remote(moto_bucket), local(tmp_path / "back"), ledger)
    assert ends(found) == {End.MOVED}
    assert (asked(moto_bucket, "GET"), asked(moto_bucket, "HEAD")) == (5, 0)
