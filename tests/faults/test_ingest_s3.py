"""Drops that come from S3, and drops that go there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3

from rushes.cli import exits
from rushes.cli.main import run
from rushes.db.opening import open_studio
from rushes.ports.studio import Op, Studio
from rushes.testing.s3_faults import Fault, Kind
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.testing.studios import ids, look, make
from rushes.transfer import apply
from rushes.transfer.pace import Pace

__all__ = ["moto_bucket", "moto_origin"]

LONG_AGO = 1_700_000_000
FILES = {f"sh010_comp_v004.{frame}.dpx": b"%d" % frame * 99 for frame in (1001, 1002, 1003)}
Ingest = Callable[..., tuple[int, Any]]


@pytest.fixture
def studio(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    for name, value in {
        "HOME": tmp_path,
        "RUSHES_DATA_DIR": tmp_path / "data",
        "RUSHES_DATABASE_URL": database_url,
        "RUSHES_SHOWS_ROOT": tmp_path / "shows",
        "RUSHES_SCAN_WORKERS": "1",
    }.items():
        monkeypatch.setenv(name, str(value))
    (tmp_path / "shows").mkdir()
    with closing(open_studio(database_url, data_dir=Path())) as found:
        names = {"delivery": "{shot}_{task}_v{version:03d}[.{frame:04d}].{ext}"}
        project = make(found, "project", code="FG", templates=names).id
        sequence = make(found, "sequence", project=project, code="sc02").id
        shot = make(
            found, "shot", sequence=sequence, code="sh010", frame_in=1001, frame_out=1003
        ).id
        (comp,) = ids(found, "task_type", ("code", Op.IS, "comp"))
        make(found, "task", shot=shot, type=comp)
        yield found


@pytest.fixture
def ingest(studio: Studio, capsys: pytest.CaptureFixture[str]) -> Ingest:
    def ended(*args: str | os.PathLike[str]) -> tuple[int, Any]:
        capsys.readouterr()
        code = run(["ingest", *(os.fspath(one) for one in args), "--project", "FG", "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ended


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    (tmp_path / "drop").mkdir()
    for name, data in FILES.items():
        (tmp_path / "drop" / name).write_bytes(data)
        os.utime(tmp_path / "drop" / name, (LONG_AGO, LONG_AGO))
    return tmp_path / "drop"


def media(bucket: MotoBucket) -> dict[str, bytes]:
    """What lies in the bucket, without what was written beside it."""
    return {key: data for key, data in bucket.objects().items() if key.endswith(".dpx")}


def test_a_drop_on_s3_is_copied_here(
    moto_bucket: MotoBucket, ingest: Ingest, studio: Studio, tmp_path: Path
) -> None:
    for name, data in FILES.items():
        moto_bucket.put(f"monday/{name}", data)
    code, told = ingest(f"{moto_bucket.url}/monday")
    assert code == exits.OK, told
    found = {one.name: one.read_bytes() for one in (tmp_path / "shows").rglob("*.dpx")}
    assert found == FILES
    (one,) = told["versions"]
    (part,) = look(studio, "publish", one["publish_id"]).fields["components"]
    assert part["digests"]["blake3"] == [blake3(data).hexdigest() for data in FILES.values()]
    assert ingest(f"{moto_bucket.url}/monday")[1]["counts"] == {"skipped": 1}


def test_keys_that_no_file_system_takes_are_put_aside(
    moto_bucket: MotoBucket, ingest: Ingest, tmp_path: Path
) -> None:
    for name in (*FILES, "con.dpx", "twin.dpx", "TWIN.dpx"):
        moto_bucket.put(f"monday/{name}", FILES.get(name, b"x"))
    code, told = ingest(f"{moto_bucket.url}/monday")
    assert code != exits.OK
    assert told["counts"].get("ingested") == 1
    assert {one.name for one in (tmp_path / "shows").rglob("*.dpx")} == set(FILES)


def test_a_drop_is_uploaded_and_a_second_run_finds_it_there(
    moto_bucket: MotoBucket, ingest: Ingest, studio: Studio, drop: Path
) -> None:
    code, told = ingest(drop, "--vendor-bucket", moto_bucket.name)
    assert code == exits.OK, json.dumps(told, indent=1)
    place = "FG/sc02/sh010/comp/vendor/v004"
    assert media(moto_bucket) == {f"{place}/{name}": data for name, data in FILES.items()}
    (one,) = told["versions"]
    version = look(studio, "version", one["version_id"]).fields
    assert version["frames_path"] == f"{moto_bucket.url}/{place}/sh010_comp_v004.%04d.dpx"
    code, told = ingest(drop, "--vendor-bucket", moto_bucket.name)
    assert (code, told["counts"]) == (exits.OK, {"skipped": 1})


def test_an_s3_that_fails_half_way_leaves_no_record_and_the_next_run_completes_it(
    moto_bucket: MotoBucket, ingest: Ingest, studio: Studio, drop: Path
) -> None:
    moto_bucket.proxy.faults.append(Fault(Kind.FLIP_SENT, "PUT", about="1002"))
    code, told = ingest(drop, "--vendor-bucket", moto_bucket.name)
    assert code == exits.UNAVAILABLE
    assert told["counts"] == {"failed": 1}
    assert ids(studio, "publish") == ids(studio, "version") == []
    moto_bucket.proxy.faults.clear()
    code, told = ingest(drop, "--vendor-bucket", moto_bucket.name)
    assert (code, told["counts"]) == (exits.OK, {"ingested": 1})
    assert len(media(moto_bucket)) == 3


@pytest.mark.parametrize("sse", ["AES256", "aws:kms:arn:aws:kms:us-east-1:1:key/k"])
def test_what_is_uploaded_is_kept_as_it_was_asked_for_by_a_retry_too(
    moto_bucket: MotoBucket, ingest: Ingest, drop: Path, sse: str
) -> None:
    moto_bucket.proxy.faults.append(Fault(Kind.DENIED, "PUT", about="1002"))
    asked = ("--vendor-bucket", moto_bucket.name, "--storage-class", "STANDARD_IA", "--sse", sse)
    code, told = ingest(drop, *asked)
    assert (code, told["counts"]) == (exits.UNAVAILABLE, {"failed": 1})
    moto_bucket.proxy.faults.clear()
    assert run(["ingest", "retry", told["ingest"]]) == exits.OK
    heads = {
        key: moto_bucket.client.head_object(Bucket=moto_bucket.name, Key=key)
        for key in moto_bucket.objects()
    }
    assert len(heads) == 6
    for key, head in heads.items():
        # Papers are read again, which some classes do not allow.
        assert head.get("StorageClass") == ("STANDARD_IA" if key.endswith(".dpx") else None)
        found = head["ServerSideEncryption"], head.get("SSEKMSKeyId")
        assert found == (("aws:kms", sse[8:]) if sse.startswith("aws") else (sse, None))


def test_a_bandwidth_is_kept_to(
    moto_bucket: MotoBucket, ingest: Ingest, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates: list[float] = []

    class Noted(Pace):
        def __init__(self, rate: float) -> None:
            rates.append(rate)
            super().__init__(rate)

    monkeypatch.setattr(apply, "Pace", Noted)
    code, _ = ingest(drop, "--vendor-bucket", moto_bucket.name, "--bandwidth", "50MB")
    assert (code, rates) == (exits.OK, [50 * 1024**2])
