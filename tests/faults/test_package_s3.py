"""Packages on S3: streamed part by part, whole or not there, read as whoever gets them would."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rushes.adapters import s3_parts, s3_source
from rushes.adapters.storage.s3 import S3Storage
from rushes.core.errors import Code, RushesError
from rushes.model.finding import Finding
from rushes.ports.storage_writing import Terms
from rushes.testing.packages import Made, member, paper, zipped
from rushes.testing.s3_faults import Fault, Kind
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.learning import Place
from rushes.transfer.ledger import opened
from rushes.transfer.package.members import Layout, Member, Packed
from rushes.transfer.package.packing import abandon, pack
from rushes.transfer.package.reading import PackedFile, read_package

__all__ = ["moto_bucket", "moto_origin"]

MB = 1024**2
TERMS = Terms(("xxh128", "blake3"))
DATA = {"plates/a.exr": os.urandom(12 * MB + 1), "b": b"1", "empty": b""}


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_parts, "_LEAST", 5 * MB)
    monkeypatch.setattr(s3_source, "PIECE", 5 * MB)


def members(data: dict[str, bytes] = DATA) -> list[Member]:
    return [*(member(path, one) for path, one in data.items()), paper("manifest.txt")]


def packed(
    bucket: MotoBucket, layout: Layout, these: Sequence[Member] | None = None, **how: Any
) -> Packed:
    path = "pkg.zip" if layout is Layout.ZIP else "pkg"
    target = Place(S3Storage(bucket.name), "/out")
    chosen = members() if these is None else these
    return pack(chosen, target=target, path=path, layout=layout, terms=TERMS, **how)


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {one.filename: archive.read(one) for one in archive.infolist()}


@pytest.mark.parametrize("layout", Layout)
def test_what_went_in_is_there_and_reads_back(moto_bucket: MotoBucket, layout: Layout) -> None:
    made = packed(moto_bucket, layout)
    objects = moto_bucket.objects()
    if layout is Layout.ZIP:
        assert list(objects) == ["out/pkg.zip"]
        whole = objects["out/pkg.zip"]
        found = unzipped(whole)
        assert made.digests == {name: digest_of(whole, name) for name in TERMS.algorithms}
        assert made.sent == made.size == len(whole)
    else:
        found = {key.removeprefix("out/pkg/"): data for key, data in objects.items()}
    assert found.keys() == {*DATA, "manifest.txt"}
    assert {path: found[path] for path in DATA} == DATA
    path = "pkg.zip" if layout is Layout.ZIP else "pkg"
    place = Place(S3Storage(moto_bucket.name), "/out")
    told = list(read_package(place, path, algorithms=TERMS.algorithms))
    assert {one.path: one.digests for one in told if isinstance(one, PackedFile)} == made.members
    assert len(told) == len(made.members)
    assert moto_bucket.uploads() == []


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("with_ledger", [False, True])
def test_other_bytes_at_the_end_leave_nothing(
    moto_bucket: MotoBucket, tmp_path: Path, layout: Layout, with_ledger: bool
) -> None:
    data = DATA["plates/a.exr"]
    wrong = replace(member("z.exr", data), source=lambda: Made(data[:-1] + b"?", len(data)))
    with opened(tmp_path, "here", "there") as ledger:
        book = ledger if with_ledger else None
        with pytest.raises(RushesError, match=r"z\.exr") as caught:
            packed(moto_bucket, layout, [*members(), wrong], book=book)
        assert caught.value.code is Code.CHANGED_MEANWHILE
        assert moto_bucket.objects() == {}
        assert moto_bucket.uploads() == []


@pytest.mark.parametrize("layout", Layout)
def test_what_broke_off_goes_on_or_is_abandoned(
    moto_bucket: MotoBucket, tmp_path: Path, layout: Layout
) -> None:
    place = Place(S3Storage(moto_bucket.name), "/out")
    path = "pkg.zip" if layout is Layout.ZIP else "pkg"
    with opened(tmp_path, "here", "there") as ledger:
        for given_up in (True, False):
            moto_bucket.proxy.faults = [Fault(Kind.BUSY, "PUT", "partNumber=3")]
            with pytest.raises(RushesError) as caught:
                packed(moto_bucket, layout, book=ledger)
            assert caught.value.code is Code.WRITE_FAILED
            assert len(moto_bucket.uploads()) == 1
            moto_bucket.proxy.faults = []
            if given_up:
                abandon(target=place, path=path, layout=layout, book=ledger)
                assert moto_bucket.uploads() == []
                assert moto_bucket.objects() == {}
                assert ledger.under_way() == {}
        made = packed(moto_bucket, layout, book=ledger)
        assert made.sent < made.size - 5 * MB
        assert moto_bucket.uploads() == []
        assert ledger.under_way() == {}


def test_a_paper_that_came_out_otherwise_in_the_second_run_is_sent_anew(
    moto_bucket: MotoBucket, tmp_path: Path
) -> None:
    first = Member("note", 0, {}, 0, made=lambda _: b"1" * 6 * MB)
    second = replace(first, made=lambda _: b"2" * 6 * MB)
    with opened(tmp_path, "here", "there") as ledger:
        moto_bucket.proxy.faults = [Fault(Kind.BUSY, "PUT", "partNumber=3")]
        with pytest.raises(RushesError):
            packed(moto_bucket, Layout.ZIP, [first, *members()], book=ledger)
        moto_bucket.proxy.faults = []
        packed(moto_bucket, Layout.ZIP, [second, *members()], book=ledger)
    assert unzipped(moto_bucket.objects()["out/pkg.zip"])["note"] == b"2" * 6 * MB


def test_a_bit_that_flips_on_the_way_is_no_archive(moto_bucket: MotoBucket) -> None:
    moto_bucket.proxy.faults = [Fault(Kind.FLIP_SENT, "PUT", "partNumber=2")]
    with pytest.raises(RushesError):
        packed(moto_bucket, Layout.ZIP)
    assert moto_bucket.objects() == {}
    assert moto_bucket.uploads() == []


@pytest.mark.parametrize("layout", Layout)
def test_what_others_have_put_there_stays(moto_bucket: MotoBucket, layout: Layout) -> None:
    key = "out/pkg.zip" if layout is Layout.ZIP else "out/pkg/plates/a.exr"
    moto_bucket.put(key, b"theirs")
    with pytest.raises(RushesError) as caught:
        packed(moto_bucket, layout)
    assert caught.value.code is Code.WRITE_FAILED
    assert moto_bucket.objects() == {key: b"theirs"}


@pytest.mark.parametrize("layout", Layout)
def test_an_answer_that_got_lost_is_no_failure(moto_bucket: MotoBucket, layout: Layout) -> None:
    moto_bucket.proxy.faults = [
        Fault(Kind.RESET, "POST", "uploadId=", 1),
        Fault(Kind.RESET, "PUT", "manifest", 1),
    ]
    made = packed(moto_bucket, layout)
    assert made.members.keys() == {*DATA, "manifest.txt"}
    assert moto_bucket.uploads() == []
    moto_bucket.proxy.faults = []
    if layout is Layout.ZIP:
        assert packed(moto_bucket, layout).sent == 0


def test_an_archive_of_others_on_s3_is_judged_like_any(moto_bucket: MotoBucket) -> None:
    data = zipped({"../out": b"1", "a": b"2" * 12 * MB})
    moto_bucket.put("in/a.zip", data)
    place = Place(S3Storage(moto_bucket.name), "/in")
    found = list(read_package(place, "a.zip"))
    assert [one.rule for one in found if isinstance(one, Finding)] == ["package.name"]
    assert [one.path for one in found if isinstance(one, PackedFile)] == ["a"]


def test_members_that_lie_on_s3_are_packed_in_order(moto_bucket: MotoBucket) -> None:
    storage = S3Storage(moto_bucket.name)
    data = {f"f.{at:02d}": os.urandom(1000 * at) for at in range(20)}
    for path, one in data.items():
        moto_bucket.put(f"in/{path}", one)
    made = [
        replace(member(path, one), source=lambda path=path: storage.source("/in", path))
        for path, one in data.items()
    ]
    packed(moto_bucket, Layout.ZIP, made)
    assert unzipped(moto_bucket.objects()["out/pkg.zip"]) == data
