"""What is written beside media that goes to a bucket: sidecars and hash lists, as on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ascmhl import commands as reference
from click.testing import CliRunner

from rushes.cli import exits
from rushes.exchange import following_far
from rushes.testing.drops import Desk, desk
from rushes.testing.postgres import _migrated, database_url, postgres_server
from rushes.testing.s3 import Bucket
from rushes.testing.s3_faults import Fault, Kind
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.mhl.generation import CHAIN
from rushes.transfer.mhl.history import History, load
from rushes.transfer.mhl.stored import Stored, stored

__all__ = ["_migrated", "database_url", "desk", "moto_bucket", "moto_origin", "postgres_server"]

PLACE = "FG/sc02/sh010/comp/vendor/v004"
SIDECAR = f"{PLACE}/.qc/sh010_comp_v004.%04d.dpx.qc.json"


def papers(bucket: MotoBucket) -> dict[str, bytes]:
    return {key: data for key, data in bucket.objects().items() if not key.endswith(".dpx")}


def copied(bucket: MotoBucket, to: Path) -> Path:
    """The Version's folder as it lies in the bucket, brought here."""
    for key, data in bucket.objects().items():
        (to / key).parent.mkdir(parents=True, exist_ok=True)
        (to / key).write_bytes(data)
    return to / PLACE


def history(bucket: MotoBucket, to: Path) -> History:
    return load(copied(bucket, to))


def beside(told: Any) -> list[str]:
    """What is said of papers that could not be written."""
    found = [one for lot in told["versions"] for one in lot["findings"]]
    return [one["message"] for one in found if one["rule"] == "ingest.beside"]


def with_checksums(desk: Desk, bucket: MotoBucket, algorithm: str) -> dict[str, bytes]:
    """A version ingested with a manifest in which the sender says what its files' digests are."""
    files = desk.version()
    rows = [
        {"delivery_path": name, "checksum": f"{algorithm}:{digest_of(data, algorithm)}"}
        for name, data in files.items()
    ]
    manifest = desk.manifest("m.json", json.dumps({"files": rows}))
    assert desk.ingest("--vendor-bucket", bucket.name, "--manifest", manifest).code == exits.OK
    return files


def traced(desk: Desk, url: str, *more: str) -> Any:
    desk.capsys.readouterr()
    desk.run(["trace", url, "--json", *more])
    return json.loads(desk.capsys.readouterr().out)


def test_media_in_a_bucket_has_the_papers_that_it_has_on_disk(
    desk: Desk, moto_bucket: MotoBucket, tmp_path: Path
) -> None:
    files = desk.version()
    assert desk.ingest("--vendor-bucket", moto_bucket.name).code == exits.OK
    far = papers(moto_bucket)
    record = json.loads(far[SIDECAR])
    assert record["qc_result"] == "pending"
    assert record["asset_path"] == f"s3://{moto_bucket.name}/{PLACE}"
    local = str(tmp_path / "copy")
    (tmp_path / "copy").mkdir()
    where = ("--bucket", moto_bucket.name, "--folder", "FG", "--local-path", local)
    assert desk.run(["sync", "from", *where]) == exits.OK
    checked = json.loads(desk.read("qc", "verify", local, "--json"))
    assert (checked["verdicts"], checked["without_record"]) == ({"unsigned": 1}, 0)
    copy = tmp_path / "copy" / PLACE
    assert desk.run(["mhl", "verify", str(copy)]) == exits.OK
    found = load(copy)
    assert found.problems == []
    assert {name: one.digests["xxh128"] for name, one in found.recorded.items() if one.digests} == {
        name: digest_of(data, "xxh128") for name, data in files.items()
    }


def test_the_same_drop_has_the_same_papers_in_a_bucket_as_on_disk(
    desk: Desk, moto_bucket: MotoBucket
) -> None:
    desk.version()
    assert desk.ingest("--vendor-bucket", moto_bucket.name).code == exits.OK
    desk.version("sh020", 4)
    assert desk.ingest("--to", str(desk.shows)).code == exits.OK
    here = desk.shows / PLACE.replace("sh010", "sh020")
    far = json.loads(papers(moto_bucket)[SIDECAR])
    near = json.loads((here / ".qc" / Path(SIDECAR).name.replace("sh010", "sh020")).read_bytes())
    its_own = {"qc_id", "qc_time", "asset_path", "asset_name", "content_hash", "sequence"}
    assert {key: value for key, value in far.items() if key not in its_own} == {
        key: value for key, value in near.items() if key not in its_own
    }
    assert far["sequence"]["frames"] == near["sequence"]["frames"] == "1001-1003"


def test_a_version_in_several_folders_has_papers_for_all_of_them(
    desk: Desk, moto_bucket: MotoBucket, tmp_path: Path
) -> None:
    files = desk.version()
    for name in files:
        (desk.drop / "exr").mkdir(exist_ok=True)
        (desk.drop / name).rename(desk.drop / "exr" / name)
    desk.put("caches/sh010_comp_v004.abc", b"a cache")
    assert desk.ingest("--vendor-bucket", moto_bucket.name).code == exits.OK
    far = papers(moto_bucket)
    sidecars = {one.removeprefix(f"{PLACE}/") for one in far if one.endswith(".qc.json")}
    assert sidecars == {
        "caches/.qc/sh010_comp_v004.abc.qc.json",
        "exr/.qc/sh010_comp_v004.%04d.dpx.qc.json",
    }
    assert desk.run(["mhl", "verify", str(copied(moto_bucket, tmp_path / "copy"))]) == exits.OK
    found = load(tmp_path / "copy" / PLACE)
    assert {name for name, one in found.recorded.items() if not one.folder} == {
        "caches/sh010_comp_v004.abc",
        *(f"exr/{name}" for name in files),
    }


def test_a_drop_on_s3_has_its_papers_in_the_bucket_that_it_goes_to(
    desk: Desk, moto_bucket: MotoBucket, tmp_path: Path
) -> None:
    for name, data in desk.version().items():
        moto_bucket.put(f"monday/{name}", data)
    words = ["ingest", f"{moto_bucket.url}/monday", "--project", "FG"]
    assert desk.run([*words, "--vendor-bucket", moto_bucket.name]) == exits.OK
    assert desk.run(["mhl", "verify", str(copied(moto_bucket, tmp_path / "copy"))]) == exits.OK
    assert json.loads(papers(moto_bucket)[SIDECAR])["qc_result"] == "pending"


@pytest.mark.filterwarnings("ignore:GitWildMatchPattern")
def test_an_s3_that_keeps_to_no_conditions_has_a_history_that_is_continued_too(
    desk: Desk, s3_bucket: Bucket, tmp_path: Path
) -> None:
    place = s3_bucket.folder / PLACE
    place.mkdir(parents=True)
    (place / "notes.dpx").write_bytes(b"by somebody else")
    assert desk.run(["mhl", "create", str(place)]) == exits.OK
    (first,) = (place / "ascmhl").glob("*.mhl")
    before = first.read_bytes()
    files = desk.version()
    assert desk.ingest("--vendor-bucket", s3_bucket.name).code == exits.OK
    assert desk.ingest("--vendor-bucket", s3_bucket.name).fates == {"sh010 comp v004": "skipped"}
    found = load(place)
    assert (found.problems, [one.number for one in found.generations]) == ([], [1, 2])
    assert first.read_bytes() == before
    # The reference tool takes it, too.
    told = CliRunner().invoke(reference.verify, [str(place)])
    assert told.exit_code == 0, told.output
    (sidecar,) = (place / ".qc").iterdir()
    assert json.loads(sidecar.read_bytes())["sequence"]["frame_count"] == len(files)


def test_a_second_run_writes_no_paper_again(desk: Desk, moto_bucket: MotoBucket) -> None:
    desk.version()
    assert desk.ingest("--vendor-bucket", moto_bucket.name).code == exits.OK
    before = papers(moto_bucket)
    assert len(before) == 3
    assert desk.ingest("--vendor-bucket", moto_bucket.name).code == exits.OK
    assert papers(moto_bucket) == before


@pytest.mark.parametrize("about", [".qc.json", ".mhl", CHAIN])
def test_a_paper_that_cannot_be_uploaded_is_told_and_made_by_the_next_run(
    desk: Desk, moto_bucket: MotoBucket, tmp_path: Path, about: str
) -> None:
    files = desk.version()
    moto_bucket.proxy.faults.append(Fault(Kind.DENIED, "PUT", about))
    seen = desk.ingest("--vendor-bucket", moto_bucket.name)
    assert seen.code == exits.NOT_WRITTEN
    assert beside(seen.told)
    assert desk.on_record().keys() == files.keys()
    assert not [one for one in papers(moto_bucket) if one.endswith(about)]
    moto_bucket.proxy.faults.clear()
    again = desk.ingest("--vendor-bucket", moto_bucket.name)
    assert (again.code, beside(again.told)) == (exits.OK, [])
    made = papers(moto_bucket)
    assert sorted(Path(one).suffix for one in made) == [".json", ".mhl", ".xml"]
    found = history(moto_bucket, tmp_path / "copy")
    assert (found.problems, [one.number for one in found.generations]) == ([], [1])


def test_a_generation_that_lies_there_is_continued_and_stays_as_it_was(
    desk: Desk, moto_bucket: MotoBucket, tmp_path: Path
) -> None:
    old = tmp_path / "old" / "v004"
    old.mkdir(parents=True)
    (old / "notes.dpx").write_bytes(b"by somebody else")
    desk.read("mhl", "create", str(old))
    before = {one.name: one.read_bytes() for one in (old / "ascmhl").iterdir()}
    for name, data in before.items():
        moto_bucket.put(f"{PLACE}/ascmhl/{name}", data)
    moto_bucket.put(f"{PLACE}/notes.dpx", b"by somebody else")
    files = desk.version()
    assert desk.ingest("--vendor-bucket", moto_bucket.name).code == exits.OK
    found = history(moto_bucket, tmp_path / "copy")
    assert (found.problems, [one.number for one in found.generations]) == ([], [1, 2])
    assert {name for name, one in found.recorded.items() if one.digests} == {*files, "notes.dpx"}
    now = papers(moto_bucket)
    kept = {name: data for name, data in before.items() if name != CHAIN}
    assert {name: now[f"{PLACE}/ascmhl/{name}"] for name in kept} == kept


def test_a_history_that_somebody_broke_is_told_and_nothing_is_added_to_it(
    desk: Desk, moto_bucket: MotoBucket
) -> None:
    moto_bucket.put(f"{PLACE}/ascmhl/{CHAIN}", b"<no chain")
    desk.version()
    seen = desk.ingest("--vendor-bucket", moto_bucket.name)
    assert seen.code == exits.NOT_WRITTEN
    assert [one for one in beside(seen.told) if CHAIN in one]
    there = {key: data for key, data in papers(moto_bucket).items() if "/ascmhl/" in key}
    assert there == {f"{PLACE}/ascmhl/{CHAIN}": b"<no chain"}


def test_a_chain_that_another_run_wrote_meanwhile_is_not_written_over(
    desk: Desk, moto_bucket: MotoBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = stored

    def overtaken(*args: Any) -> Stored:
        found = read(*args)
        moto_bucket.put(f"{PLACE}/ascmhl/{CHAIN}", b"of another run")
        return found

    desk.version()
    with monkeypatch.context() as patched:
        patched.setattr(following_far, "stored", overtaken)
        seen = desk.ingest("--vendor-bucket", moto_bucket.name)
    assert seen.code == exits.NOT_WRITTEN
    assert any("Another object" in one for one in beside(seen.told))
    assert papers(moto_bucket)[f"{PLACE}/ascmhl/{CHAIN}"] == b"of another run"


def test_a_sidecar_that_makes_no_sense_is_told_and_left_alone(
    desk: Desk, moto_bucket: MotoBucket
) -> None:
    moto_bucket.put(SIDECAR, b"{}")
    desk.version()
    seen = desk.ingest("--vendor-bucket", moto_bucket.name)
    assert seen.code == exits.NOT_WRITTEN
    assert any(".qc.json" in one for one in beside(seen.told))
    assert papers(moto_bucket)[SIDECAR] == b"{}"
    assert [one for one in papers(moto_bucket) if one.endswith(".mhl")]


@pytest.mark.parametrize("algorithm", ["sha256", "xxh3_128"])
def test_sidecars_there_are_made_with_the_algorithm_of_the_settings(
    desk: Desk, moto_bucket: MotoBucket, monkeypatch: pytest.MonkeyPatch, algorithm: str
) -> None:
    monkeypatch.setenv("RUSHES_QC_ALGORITHM", algorithm)
    desk.version()
    assert desk.ingest("--vendor-bucket", moto_bucket.name).code == exits.OK
    assert json.loads(papers(moto_bucket)[SIDECAR])["content_hash"].startswith(f"{algorithm}:")


@pytest.mark.parametrize("verify", [True, False])
def test_a_trace_of_the_object_tells_what_its_hash_list_and_the_sender_say(
    desk: Desk, moto_bucket: MotoBucket, tmp_path: Path, *, verify: bool
) -> None:
    files = with_checksums(desk, moto_bucket, "md5")
    for name, data in files.items():
        url = f"s3://{moto_bucket.name}/{PLACE}/{name}"
        told = traced(desk, url, *(["--verify"] if verify else []))
        listed = {one["algorithm"]: one for one in told["checksums"] if "/ascmhl/" in one["by"]}
        assert {key: one["digest"] for key, one in listed.items()} == {
            key: digest_of(data, key) for key in ("md5", "xxh128")
        }
        assert {one["agrees"] for one in listed.values()} == {True if verify else None}
        assert all(one["by"].startswith(f"s3://{moto_bucket.name}/") for one in listed.values())
        assert told["wrong"] == []
        assert not [one for one in told["unknown"] if "hash list" in one]


def test_a_sha256_that_the_sender_gave_is_told_of_the_object_too(
    desk: Desk, moto_bucket: MotoBucket
) -> None:
    files = with_checksums(desk, moto_bucket, "sha256")
    for name, data in files.items():
        told = traced(desk, f"s3://{moto_bucket.name}/{PLACE}/{name}", "--verify")
        (found,) = (one for one in told["checksums"] if one["algorithm"] == "sha256")
        assert (found["digest"], found["agrees"]) == (digest_of(data, "sha256"), True)


def test_a_trace_of_an_object_whose_bytes_were_changed_says_what_its_hash_list_has(
    desk: Desk, moto_bucket: MotoBucket
) -> None:
    files = desk.version()
    assert desk.ingest("--vendor-bucket", moto_bucket.name).code == exits.OK
    key = f"{PLACE}/{next(iter(files))}"
    moto_bucket.put(key, b"other bytes")
    told = traced(desk, f"s3://{moto_bucket.name}/{key}", "--verify")
    (listed,) = (one for one in told["checksums"] if "/ascmhl/" in one["by"])
    assert listed["agrees"] is False
    assert any("/ascmhl/" in one for one in told["wrong"])
