"""One archive at two places, from one reading: neither is claimed for what only the other is."""

from __future__ import annotations

import os
import threading
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from rushes.adapters import s3_parts, s3_source
from rushes.adapters.storage.local import LocalStorage
from rushes.adapters.storage.s3 import S3Storage
from rushes.core.errors import Code, RushesError
from rushes.ports.storage_writing import Arrival, Facts, Passage, Source, Terms
from rushes.testing.packages import Made, member, paper
from rushes.testing.s3_faults import Fault, Kind
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.learning import Place
from rushes.transfer.ledger import opened
from rushes.transfer.package.members import Member, Packed
from rushes.transfer.package.packing import Spot, pack_both

__all__ = ["moto_bucket", "moto_origin"]

MB = 1024**2
TERMS = Terms(("xxh128", "blake3"), verify=True)
DATA = {"plates/a.exr": os.urandom(17 * MB + 1), "b": b"1", "empty": b""}


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_parts, "_LEAST", 5 * MB)
    monkeypatch.setattr(s3_source, "PIECE", 5 * MB)


class Opened:
    """Members that count how often each is opened."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def member(self, path: str, data: bytes) -> Member:
        def source() -> Source:
            self.counts[path] += 1
            return Made(data, len(data))

        return replace(member(path, data), source=source)

    def members(self) -> list[Member]:
        made = [self.member(path, data) for path, data in DATA.items()]
        return [*made, paper("manifest.txt")]


def packed(
    folder: Path, bucket: MotoBucket, these: Sequence[Member], ledgers: Path
) -> tuple[Packed, Packed]:
    here, there = Place(LocalStorage(), str(folder)), Place(S3Storage(bucket.name), "/out")
    with ExitStack() as stack:
        books = [stack.enter_context(opened(ledgers, "order", one)) for one in ("here", "there")]
        return pack_both(
            these,
            first=Spot(here, "a.zip", books[0]),
            second=Spot(there, "pkg.zip", books[1]),
            terms=TERMS,
        )


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def test_both_have_the_same_bytes_and_every_member_was_read_once(
    out: Path, tmp_path: Path, moto_bucket: MotoBucket
) -> None:
    met = Opened()
    here, there = packed(out, moto_bucket, met.members(), tmp_path)
    whole = (out / "a.zip").read_bytes()
    assert moto_bucket.objects() == {"out/pkg.zip": whole}
    assert met.counts == dict.fromkeys(DATA, 1)
    digests = {name: digest_of(whole, name) for name in TERMS.algorithms}
    assert here.digests == there.digests == digests
    assert here.sent == there.sent == here.size == there.size == len(whole)
    assert here.members == there.members
    assert here.members.keys() == {*DATA, "manifest.txt"}
    again = packed(out, moto_bucket, met.members(), tmp_path)
    assert [one.sent for one in again] == [0, 0]
    assert [one.digests for one in again] == [digests, digests]


@pytest.mark.parametrize("kind", [Kind.BUSY, Kind.DENIED, Kind.FLIP_SENT])
def test_where_the_bucket_fails_the_file_is_whole_and_the_next_run_goes_on(
    out: Path, tmp_path: Path, moto_bucket: MotoBucket, kind: Kind
) -> None:
    moto_bucket.proxy.faults = [Fault(kind, "PUT", "partNumber=3")]
    met = Opened()
    with pytest.raises(RushesError) as caught:
        packed(out, moto_bucket, met.members(), tmp_path)
    assert "s3://" in caught.value.message
    assert os.listdir(out) == ["a.zip"]
    whole = (out / "a.zip").read_bytes()
    assert moto_bucket.objects() == {}
    moto_bucket.proxy.faults = []
    here, there = packed(out, moto_bucket, met.members(), tmp_path)
    assert here.sent == 0
    assert 0 < there.sent < len(whole)  # what had come is not sent again
    assert moto_bucket.objects() == {"out/pkg.zip": whole}
    assert moto_bucket.uploads() == []


def test_where_the_file_fails_at_its_very_end_the_bucket_gets_nothing(
    out: Path, tmp_path: Path, moto_bucket: MotoBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = LocalStorage.receive

    def late(
        self: LocalStorage, root: str, path: str, *, source: Source, passage: Passage
    ) -> Arrival:
        real(self, root, path, source=source, passage=passage)
        (out / "a.zip").unlink()
        raise RushesError(Code.WRITE_FAILED, "It reads back as other bytes.", hint="Look.")

    with monkeypatch.context() as patched:
        patched.setattr(LocalStorage, "receive", late)
        with pytest.raises(RushesError, match="reads back"):
            packed(out, moto_bucket, Opened().members(), tmp_path)
    assert moto_bucket.objects() == {}
    here, _ = packed(out, moto_bucket, Opened().members(), tmp_path)
    assert here.sent == here.size
    assert moto_bucket.uploads() == []
    assert moto_bucket.objects() == {"out/pkg.zip": (out / "a.zip").read_bytes()}


def test_a_member_with_other_bytes_is_at_neither_place(
    out: Path, tmp_path: Path, moto_bucket: MotoBucket
) -> None:
    wrong = replace(member("z", b"right"), source=lambda: Made(b"wrong", 5))
    with pytest.raises(RushesError) as caught:
        packed(out, moto_bucket, [*Opened().members(), wrong], tmp_path)
    assert caught.value.code is Code.CHANGED_MEANWHILE
    assert os.listdir(out) == []
    assert moto_bucket.objects() == {}
    assert moto_bucket.uploads() == []


@pytest.mark.parametrize("where", ["here", "there"])
def test_what_others_put_at_either_place_stays(
    out: Path, tmp_path: Path, moto_bucket: MotoBucket, where: str
) -> None:
    if where == "here":
        (out / "a.zip").write_bytes(b"theirs")
    else:
        moto_bucket.put("out/pkg.zip", b"theirs")
    with pytest.raises(RushesError) as caught:
        packed(out, moto_bucket, Opened().members(), tmp_path)
    assert caught.value.code is Code.WRITE_FAILED
    if where == "here":
        assert (out / "a.zip").read_bytes() == b"theirs"
        assert moto_bucket.objects() == {}
    else:
        assert moto_bucket.objects() == {"out/pkg.zip": b"theirs"}


class Endless:
    """A member of so many bytes, made while it is read."""

    handle: int | None = None
    in_order = False
    modified_ns = 0
    digests: dict[str, str] = {}

    def __init__(self, size: int) -> None:
        self.facts = Facts(size, 0)

    def pieces(self, start: int) -> Iterator[memoryview]:
        for _ in range(start, self.facts.size, MB):
            yield memoryview(bytes(MB))

    def changed(self) -> bool:
        return False

    def close(self) -> None:
        pass


def test_a_slow_second_place_holds_the_first_up_and_not_the_archive_in_memory(out: Path) -> None:
    size, held = 200 * MB, threading.Event()
    (out / "b").mkdir()

    class Slow(LocalStorage):
        def receive(self, root: str, path: str, *, source: Source, passage: Passage) -> Arrival:
            held.wait(60)
            return super().receive(root, path, source=source, passage=passage)

    class Watched(Endless):
        def pieces(self, start: int) -> Iterator[memoryview]:
            for at, piece in enumerate(super().pieces(start)):
                if at == 20:
                    held.set()
                yield piece

    large = Member("a", size, {}, 1, source=lambda: Watched(size))  # type: ignore[arg-type,return-value]
    tracemalloc.start()
    try:
        with opened(out / "ledgers", "order", "x") as book:
            here = Spot(Place(LocalStorage(), str(out)), "a.zip", book)
            there = Spot(Place(Slow(), str(out / "b")), "a.zip", book)
            pack_both([large], first=here, second=there, terms=Terms(("xxh128",)))
        assert tracemalloc.get_traced_memory()[1] < 80 * MB
    finally:
        tracemalloc.stop()
    assert (out / "a.zip").stat().st_size == (out / "b" / "a.zip").stat().st_size > size
