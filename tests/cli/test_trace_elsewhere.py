"""`rushes trace` of what left, of what lies in packages, and of what lies on S3."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from rushes.cli import exits
from rushes.db.opening import open_movements, open_studio, open_work
from rushes.model.movement import (
    DeliveredFile,
    MovementEnd,
    MovementKind,
    MovementState,
    NewMovement,
)
from rushes.model.work import NewPublish, NumberRequest, StreamKey, WorkKind
from rushes.ports.movements import Movements
from rushes.ports.studio import Query
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.testing.studios import ADA, ADMIN
from rushes.transfer.hashing_algorithms import digest_of

__all__ = ["moto_bucket", "moto_origin"]

Command = Callable[..., Any]
MOVIE = b"a movie"
INSIDE = "FG/sh0010/a.mov"


@pytest.fixture
def movie(rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A movie that is publish 1 of a task, and came with a drop."""
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    (home / "shots.csv").write_text("sequence,shot,tasks\nsq010,sh0010,comp\n")
    assert rushes("show", "create", "NV").code == exits.OK
    assert rushes("show", "import", "NV", "shots.csv").code == exits.OK
    (home / "a.mov").write_bytes(MOVIE)
    published(database_url, home, str(home / "a.mov"))
    return home / "a.mov"


@pytest.fixture
def movements(movie: Path, database_url: str) -> Iterator[Movements]:
    with closing(open_movements(database_url, data_dir=Path())) as opened:
        yield opened


def published(database_url: str, home: Path, path: str, data: bytes = MOVIE) -> None:
    with closing(open_studio(database_url, data_dir=home / "data")) as studio:
        (task,) = studio.find("task", Query(), access=ADMIN).rows
    with closing(open_work(database_url, data_dir=home / "data")) as work:
        (held,) = work.allocate(
            [NumberRequest(StreamKey(WorkKind.PUBLISH, task.id, "nuke"))], actor=ADA
        )
        part = {"name": path.rpartition("/")[2], "folder": "", "kind": "file", "files": 1,
                "size": len(data), "digests": {"blake3": digest_of(data, "blake3")}}  # fmt: skip
        drop = {"ingest": {"id": "1", "drop": "/drops/monday", "source": "vendor"}}
        new = NewPublish(held.token, path=path, components=(part,), metadata=drop)
        work.record_publishes([new], actor=ADA)


def digests(data: bytes) -> Mapping[str, str]:
    return {name: digest_of(data, name) for name in ("blake3", "xxh128")}


def delivered(
    movements: Movements, url: str, *, path: str = INSIDE, data: bytes = MOVIE, source: str = ""
) -> None:
    """A delivery to client_out of one file, in a package at `url`."""
    new = NewMovement(MovementKind.DELIVERY, str(uuid4()), 1, "NV_out_{n:02d}", "client_out")
    made = movements.begin(new, actor=ADA)
    file = DeliveredFile(path, len(data), digests(data), source=source, publish=1)
    report = {"packages": [{"url": url, "size": 99, "digests": digests(b"package")}]}
    end = MovementEnd(MovementState.DONE, {"files": 1}, report=report, files=(file,))
    movements.end(made.id, end, actor=ADA)


def packed(path: Path, data: bytes = MOVIE, *, times: int = 1) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.csv", b"x" * 5000)
        for _ in range(times):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                archive.writestr(INSIDE, data)
    return path


def trace(rushes: Command, file: object, *more: str) -> Any:
    return rushes("trace", file, *more, "--json")


def by(ended: Any) -> list[tuple[str, str]]:
    return [(one["kind"], one["found_by"]) for one in ended.json["belongs"]]


def test_a_file_tells_in_which_delivery_it_left_to_whom_and_as_what(
    rushes: Command, movie: Path, movements: Movements, home: Path
) -> None:
    delivered(movements, "/out/NV.zip", source=str(movie))
    ended = trace(rushes, movie)
    assert ended.code == exits.OK
    (left,) = ended.json["left"]
    told = {"name": "NV_out_01", "to": "client_out", "path": INSIDE, "package": "/out/NV.zip",
            "found_by": "bytes", "agrees": True, "publish": 1}  # fmt: skip
    assert {name: left[name] for name in told} == told
    assert ended.json["belongs"][0]["drop"]["drop"] == "/drops/monday"
    text = rushes("trace", movie).out
    assert f"as {INSIDE}" in text
    assert "to client_out" in text
    assert "from the drop /drops/monday" in text


def test_one_that_never_left_says_so(rushes: Command, movie: Path) -> None:
    assert "No delivery on record took it." in trace(rushes, movie).json["unknown"]


def test_a_file_in_a_package_is_told_with_its_publish_drop_and_sign_offs(
    rushes: Command, movie: Path, movements: Movements, home: Path
) -> None:
    assert rushes("qc", "keys", "init", "ada").code == exits.OK
    assert rushes("qc", "crawl", home, "--result", "pass").code == exits.OK
    package = packed(home / "NV.zip")
    delivered(movements, str(package), source=str(movie))
    for words in ((f"{package}!/{INSIDE}",), (package, "--inside", INSIDE)):
        ended = trace(rushes, *words)
        assert ended.code == exits.OK, ended.out
        assert ended.json["path"] == f"{package}!/{INSIDE}"
        assert (ended.json["there"], ended.json["size"]) == (True, len(MOVIE))
        assert by(ended) == [("publish", "bytes")]
        assert ended.json["belongs"][0]["drop"]["drop"] == "/drops/monday"
        assert [one["found_by"] for one in ended.json["left"]] == ["bytes and path"]
        (signed,) = ended.json["signed"]
        assert (signed["result"], signed["agrees"]) == ("pass", True)
    # Wherever the package lies now, its files are known by their bytes.
    moved = package.rename(home / "b.zip")
    ended = trace(rushes, f"{moved}!/{INSIDE}", "--verify")
    assert ended.code == exits.OK
    assert [one["found_by"] for one in ended.json["left"]] == ["bytes"]


def test_other_bytes_in_a_package_than_those_that_left_are_told(
    rushes: Command, movie: Path, movements: Movements, home: Path
) -> None:
    package = packed(home / "NV.zip", b"A MOVIE")
    delivered(movements, str(package))
    ended = trace(rushes, f"{package}!/{INSIDE}")
    assert ended.code == exits.FOUND
    assert ended.json["wrong"] == ["It has not the bytes that left with delivery NV_out_01."]
    assert by(ended) == [("publish", "delivery")]
    twice = packed(home / "twice.zip", times=2)
    assert "more than once" in str(trace(rushes, f"{twice}!/{INSIDE}").json["wrong"])
    damaged = home / "damaged.zip"
    damaged.write_bytes(package.read_bytes()[:-30])
    ended = trace(rushes, f"{damaged}!/{INSIDE}")
    assert ended.code != exits.OK
    assert ended.json["wrong"] or ended.json["unread"]


def test_what_is_not_in_a_package_and_a_package_that_is_gone_are_told(
    rushes: Command, movie: Path, movements: Movements, home: Path
) -> None:
    package = packed(home / "NV.zip")
    assert trace(rushes, f"{package}!/other.mov").code == exits.NOT_THERE
    delivered(movements, str(package))
    package.unlink()
    ended = trace(rushes, f"{package}!/{INSIDE}")
    assert (ended.code, ended.json["there"]) == (exits.OK, False)
    assert by(ended) == [("publish", "noted")]
    assert ended.json["left"][0]["agrees"] is None


def test_a_package_itself_tells_its_delivery(
    rushes: Command, movie: Path, movements: Movements, home: Path
) -> None:
    package = home / "NV.zip"
    package.write_bytes(b"package")
    delivered(movements, str(package))
    ended = trace(rushes, package)
    assert ended.code == exits.OK
    (left,) = ended.json["left"]
    assert (left["path"], left["agrees"], left["found_by"]) == ("", True, "bytes and path")
    package.write_bytes(b"PACKAGE")
    ended = trace(rushes, package)
    assert (ended.code, ended.json["left"][0]["agrees"]) == (exits.FOUND, False)


def test_a_file_in_a_folder_that_left_is_known_by_its_path(
    rushes: Command, movie: Path, movements: Movements, home: Path
) -> None:
    delivered(movements, str(home / "NV_out"))
    there = home / "NV_out" / INSIDE
    there.parent.mkdir(parents=True)
    there.write_bytes(b"A MOVIE")
    ended = trace(rushes, there)
    assert (ended.code, ended.json["left"][0]["found_by"]) == (exits.FOUND, "path")
    assert "not the bytes that left" in ended.json["wrong"][0]


def put(bucket: MotoBucket, data: bytes = MOVIE) -> str:
    """An object with our digest noted, as transfers of ours leave it."""
    noted = {"rushes-blake3": digest_of(data, "blake3")}
    bucket.put("nv/a.mov", data, Metadata=noted)
    return f"s3://{bucket.name}/nv/a.mov"


def test_an_object_is_known_by_what_is_noted_and_not_fetched(
    rushes: Command, movie: Path, movements: Movements, moto_bucket: MotoBucket, home: Path
) -> None:
    url = put(moto_bucket)
    delivered(movements, f"s3://{moto_bucket.name}/nv", path="a.mov")
    ended = trace(rushes, url)
    assert ended.code == exits.OK, ended.out
    assert (ended.json["there"], ended.json["blake3"]) == (True, None)
    assert by(ended) == [("publish", "noted")]
    assert [one["found_by"] for one in ended.json["left"]] == ["noted and path"]
    assert {one["agrees"] for one in ended.json["checksums"]} == {None}
    assert any("--verify does" in told for told in ended.json["unknown"])
    ended = trace(rushes, url, "--verify")
    assert ended.code == exits.OK
    assert ended.json["blake3"] == digest_of(MOVIE, "blake3")
    assert by(ended) == [("publish", "bytes")]
    assert {one["agrees"] for one in ended.json["checksums"]} == {True, None}


def test_an_object_with_other_bytes_than_are_noted_is_told(
    rushes: Command, movie: Path, moto_bucket: MotoBucket, home: Path
) -> None:
    noted = {"rushes-blake3": digest_of(MOVIE, "blake3")}
    moto_bucket.put("nv/a.mov", b"A MOVIE", Metadata=noted)
    url = f"s3://{moto_bucket.name}/nv/a.mov"
    assert trace(rushes, url).code == exits.OK
    ended = trace(rushes, url, "--verify")
    assert ended.code == exits.FOUND
    assert "It has not the blake3 that is noted with it." in ended.json["wrong"]


def test_the_s3_may_be_named(
    rushes: Command,
    movie: Path,
    moto_bucket: MotoBucket,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = put(moto_bucket)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    ended = trace(rushes, url, "--endpoint", moto_bucket.proxy.endpoint)
    assert (ended.code, ended.json["there"]) == (exits.OK, True)


def test_an_object_on_record_by_its_url_is_known_and_compared_to_verify(
    rushes: Command, movie: Path, database_url: str, moto_bucket: MotoBucket, home: Path
) -> None:
    url = f"s3://{moto_bucket.name}/up/b.mov"
    published(database_url, home, url, b"another")
    moto_bucket.put("up/b.mov", b"ANOTHER")
    ended = trace(rushes, url)
    assert (ended.code, by(ended)) == (exits.OK, [("publish", "path")])
    ended = trace(rushes, url, "--verify")
    assert ended.code == exits.FOUND
    assert "on record for this path" in ended.json["wrong"][0]
    # One that is gone is known by its URL all the same.
    moto_bucket.client.delete_object(Bucket=moto_bucket.name, Key="up/b.mov")
    ended = trace(rushes, url)
    assert (ended.code, ended.json["there"]) == (exits.OK, False)
    assert trace(rushes, f"s3://{moto_bucket.name}/nobody.mov").code == exits.NOT_THERE
    assert trace(rushes, f"s3://{moto_bucket.name}/").code == exits.NOT_THERE


def test_ledgers_know_an_object_that_was_moved_there(
    rushes: Command, movie: Path, moto_bucket: MotoBucket, home: Path
) -> None:
    (home / "plates").mkdir()
    (home / "plates" / "b.mov").write_bytes(b"plate")
    where = ("--bucket", moto_bucket.name, "--show-code", "nv", "--folder", "plates")
    assert rushes("sync", "to", *where, "--local-path", home).code == exits.OK
    (key,) = moto_bucket.objects()
    ended = trace(rushes, f"s3://{moto_bucket.name}/{key}")
    told = [one for one in ended.json["checksums"] if one["by"] == "a transfer on this machine"]
    assert [one["digest"] for one in told] == [digest_of(b"plate", told[0]["algorithm"])]
    # Another object of that name is not the one that was moved.
    moto_bucket.put(key, b"PLATE")
    ended = trace(rushes, f"s3://{moto_bucket.name}/{key}")
    assert not any("transfer" in one["by"] for one in ended.json["checksums"])


def test_a_file_in_a_package_on_s3_is_read_to_verify_alone(
    rushes: Command, movie: Path, movements: Movements, moto_bucket: MotoBucket, home: Path
) -> None:
    moto_bucket.put("out/NV.zip", packed(home / "NV.zip").read_bytes())
    url = f"s3://{moto_bucket.name}/out/NV.zip"
    delivered(movements, url)
    ended = trace(rushes, f"{url}!/{INSIDE}")
    assert (ended.code, ended.json["there"], by(ended)) == (
        exits.OK,
        False,
        [("publish", "noted")],
    )
    assert "The package was not opened: --verify reads the file in it." in ended.json["unknown"]
    ended = trace(rushes, f"{url}!/{INSIDE}", "--verify")
    assert ended.code == exits.OK
    assert (ended.json["there"], ended.json["left"][0]["agrees"]) == (True, True)


def test_a_bucket_out_of_reach_is_told_and_records_are_asked_all_the_same(
    rushes: Command, movie: Path, database_url: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "none-such",
        "AWS_SECRET_ACCESS_KEY": "none-such",
        "AWS_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    published(database_url, home, "s3://away/b.mov", b"another")
    ended = trace(rushes, "s3://away/b.mov")
    assert ended.code == exits.UNAVAILABLE
    assert by(ended) == [("publish", "path")]


def test_a_file_in_an_archive_is_found_with_the_top_folder_and_without(
    rushes: Command, movie: Path, movements: Movements, moto_bucket: MotoBucket, home: Path
) -> None:
    package, far = home / "monday.zip", f"s3://{moto_bucket.name}/out/monday.zip"
    for url in (str(package), far):
        delivered(movements, url)
    for number, data in enumerate((MOVIE, b"A MOVIE"), start=1):
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("NV_out_01/manifest.csv", b"x" * 50)
            archive.writestr(f"NV_out_01/{INSIDE}", data)
        agrees = data == MOVIE
        for inside in (INSIDE, f"NV_out_01/{INSIDE}"):
            for more in ((), ("--verify",)):
                ended = trace(rushes, f"{package}!/{inside}", *more)
                assert ended.code == (exits.OK if agrees else exits.FOUND), (number, inside)
                assert ended.json["path"] == f"{package}!/NV_out_01/{INSIDE}"
                assert ended.json["there"]
                assert {one["agrees"] for one in ended.json["left"]} == {agrees}
                assert not any("No delivery" in one for one in ended.json["unknown"])
    assert "DIFFERS" in rushes("trace", f"{package}!/NV_out_01/{INSIDE}").out
    for inside in (INSIDE, f"NV_out_02/{INSIDE}", f"monday/{INSIDE}"):
        ended = trace(rushes, f"{far}!/{inside}")
        assert "NV_out_02" in [one["name"] for one in ended.json["left"]], inside
    assert trace(rushes, f"{far}!/other/{INSIDE}").code == exits.NOT_THERE


def test_a_file_in_an_archive_whose_bytes_were_damaged_is_there_and_left_in_a_delivery(
    rushes: Command, movie: Path, movements: Movements, home: Path
) -> None:
    package = home / "monday.zip"
    delivered(movements, str(package))
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr(f"NV_out_01/{INSIDE}", MOVIE)
    package.write_bytes(package.read_bytes().replace(MOVIE, b"a mOvie"))
    for inside in (INSIDE, f"NV_out_01/{INSIDE}"):
        ended = trace(rushes, f"{package}!/{inside}")
        assert ended.code == exits.FOUND
        assert [one["name"] for one in ended.json["left"]] == ["NV_out_01"]
        assert ended.json["wrong"]
        told = " ".join(ended.json["unknown"])
        assert "No delivery" not in told
        assert "is not there" not in told
        assert "(not there)" not in rushes("trace", f"{package}!/{inside}").out
