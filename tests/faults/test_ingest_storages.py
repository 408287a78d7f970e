"""Ingests while disks are full, S3 refuses, stalls or lies, and the database goes away.

Whatever happens: no record without its bytes, and the same command completes it afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from rushes.adapters.s3_line import Limits
from rushes.adapters.storage import s3
from rushes.bootstrap import places
from rushes.cli import exits
from rushes.exchange.recording import Recorder
from rushes.testing.drops import Desk, desk
from rushes.testing.postgres import _migrated, database_url, in_database, postgres_server
from rushes.testing.s3_faults import Fault, Kind
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.testing.small_disk import crowded, small_disk

__all__ = ["_migrated", "database_url", "desk", "moto_bucket", "moto_origin", "postgres_server"]

IMPATIENT = Limits(connect=1, silence=1, request=3, retries=1)
CALM = Limits(connect=30, silence=40, request=60, retries=1)
BUCKET_PLACE = "FG/sc02/{}/comp/vendor/v004"
REFUSED = [(Kind.DENIED, "refuses"), (Kind.EXPIRED, "lent for a time"), (Kind.SKEWED, "clock")]


def in_bucket(bucket: MotoBucket) -> dict[str, bytes]:
    """Media by name, without what was written beside it."""
    found = bucket.objects().items()
    return {key.rpartition("/")[2]: data for key, data in found if key.endswith(".dpx")}


def test_a_full_disk_is_told_and_what_had_no_room_is_on_no_record(desk: Desk) -> None:
    first, second = desk.version("sh010"), desk.version("sh020")
    one = sum(map(len, first.values()))
    with small_disk(desk.shows, kilobytes=512):
        with crowded(desk.shows, left=one + 16 * 1024):
            seen = desk.ingest("--max-workers", "1")
            assert seen.code in (exits.NOT_WRITTEN, exits.UNAVAILABLE)
            assert set(seen.fates.values()) <= {"ingested", "failed"}
            failed = [one for one in seen.told["versions"] if one["fate"] == "failed"]
            assert failed
            assert all("no room" in one["why"] for one in failed)
            assert not list(desk.shows.rglob("*.part"))
            recorded, there = desk.on_record(), {Path(one).name for one in desk.media()}
            assert recorded.keys() <= there
            assert not [one for one in failed if one["publish_id"]]
        again = desk.ingest()
        assert again.code == exits.OK
        desk.check_taken(first, second)


def test_a_full_disk_under_what_is_noted_is_told_and_nothing_is_lost(desk: Desk) -> None:
    files = desk.version()
    with small_disk(desk.root / "data", kilobytes=256):
        with crowded(desk.root / "data", left=0):
            seen = desk.ingest()
        assert seen.code in (exits.NOT_WRITTEN, exits.UNAVAILABLE)
        assert "No space left" in seen.problem
        assert desk.on_record().keys() <= {Path(one).name for one in desk.media()}
        assert desk.ingest().code == exits.OK
    desk.check_taken(files)


@pytest.mark.parametrize(("kind", "word"), REFUSED)
@pytest.mark.parametrize("about", ["", "1002"], ids=["at once", "half way"])
def test_an_s3_that_refuses_what_is_sent_is_told_and_completed_later(
    desk: Desk, moto_bucket: MotoBucket, kind: Kind, word: str, about: str
) -> None:
    files = desk.version()
    moto_bucket.proxy.faults += [Fault(kind, one, about) for one in ("PUT", "POST")]
    seen = desk.ingest("--vendor-bucket", moto_bucket.name)
    assert seen.code == exits.UNAVAILABLE
    assert seen.fates == {"sh010 comp v004": "failed"}
    assert word in seen.told["versions"][0]["why"]
    assert desk.on_record() == {}
    moto_bucket.proxy.faults.clear()
    assert desk.ingest("--vendor-bucket", moto_bucket.name).code == exits.OK
    assert in_bucket(moto_bucket) == files
    assert desk.on_record().keys() == files.keys()


@pytest.mark.parametrize(("kind", "word"), REFUSED)
def test_an_s3_that_does_not_show_a_drop_is_told_and_nothing_is_taken(
    desk: Desk, moto_bucket: MotoBucket, kind: Kind, word: str
) -> None:
    moto_bucket.put("monday/sh010_comp_v004.1001.dpx", b"x")
    moto_bucket.proxy.faults.append(Fault(kind, "GET"))
    code, said = from_bucket(desk, moto_bucket)
    assert code == exits.UNAVAILABLE
    assert word in said
    assert desk.media() == {}
    assert desk.on_record() == {}


def from_bucket(desk: Desk, bucket: MotoBucket) -> tuple[int, str]:
    """What comes of a drop on S3, and what is said of it."""
    desk.capsys.readouterr()
    code = desk.run(["ingest", f"{bucket.url}/monday", "--project", "FG"])
    said = desk.capsys.readouterr()
    return code, said.out + said.err


@pytest.mark.parametrize("kind", [Kind.TRUNCATE, Kind.FLIP, Kind.RESET, Kind.BUSY])
def test_a_drop_on_s3_of_which_half_comes_is_not_taken(
    desk: Desk, moto_bucket: MotoBucket, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    monkeypatch.setattr(s3, "LIMITS", CALM)
    files = {name: data * 50 for name, data in desk.version().items()}
    for name, data in files.items():
        moto_bucket.put(f"monday/{name}", data)
    moto_bucket.proxy.faults.append(Fault(kind, "GET", ".1002."))
    code, said = from_bucket(desk, moto_bucket)
    assert code != exits.OK
    assert "1002" in said
    assert not [name for name in desk.media() if ".1002." in name]
    assert desk.on_record() == {}
    moto_bucket.proxy.faults.clear()
    assert from_bucket(desk, moto_bucket)[0] == exits.OK
    desk.check_taken(files)


@pytest.mark.parametrize("where", ["nobody listens", "it never answers"])
def test_an_s3_that_is_down_or_hangs_is_told_in_bounded_time(
    desk: Desk, moto_bucket: MotoBucket, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(s3, "LIMITS", IMPATIENT)
    files = desk.version()
    endpoint = moto_bucket.proxy.endpoint
    if where == "nobody listens":
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    else:
        moto_bucket.proxy.faults += [Fault(Kind.STALL, one) for one in ("GET", "HEAD", "PUT")]
    seen = desk.ingest("--vendor-bucket", moto_bucket.name)
    assert seen.code not in (exits.OK, exits.INTERNAL)
    assert "S3" in str(seen.told)
    assert desk.on_record() == {}
    moto_bucket.proxy.faults.clear()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
    monkeypatch.setattr(s3, "LIMITS", CALM)
    places._bucket.cache_clear()  # another process would look anew
    again = desk.ingest("--vendor-bucket", moto_bucket.name)
    assert again.code == exits.OK, again.told
    assert in_bucket(moto_bucket) == files


@contextmanager
def down(server: str, url: str) -> Iterator[None]:
    """Nobody is connected to the database, and nobody can be, for the block."""
    name = urlsplit(url).path.lstrip("/")
    with closing(psycopg.connect(in_database(server, "postgres"), autocommit=True)) as line:
        line.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        line.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            line.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())


@contextmanager
def going_away(step: str, server: str, url: str) -> Iterator[None]:
    """The database goes away when an ingest first comes to this step; it is back afterwards."""
    real: Callable[..., object] = getattr(Recorder, step)
    with ExitStack() as gone, pytest.MonkeyPatch.context() as patched:

        def away(self: Recorder, *args: object) -> object:
            patched.setattr(Recorder, step, real)
            gone.enter_context(down(server, url))
            return real(self, *args)

        patched.setattr(Recorder, step, away)
        yield


@pytest.mark.parametrize("step", ["reserve", "record", "_version", "release"])
def test_a_database_that_goes_away_is_told_and_the_next_run_completes_it(
    desk: Desk, postgres_server: str, database_url: str, step: str
) -> None:
    first, second = desk.version("sh010"), desk.version("sh020")
    with going_away(step, postgres_server, database_url):
        seen = desk.ingest()
    if step != "release":  # by then all is on record, and numbers free themselves
        assert seen.code == exits.UNAVAILABLE
        assert "database" in seen.problem
    if step in ("record", "_version"):
        assert set(seen.fates.values()) == {"failed"}
        whole = {**first, **second}
        there = {Path(name).name: data for name, data in desk.media().items()}
        assert there == whole  # copied in vain by nobody: the next run finds them
    again = desk.ingest()
    assert again.code == exits.OK, again.told
    desk.check_taken(first, second)
