"""Commands by the names that an earlier tool had: its own command lines do what ours do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.db.opening import open_studio
from rushes.ports.studio import Op, Studio
from rushes.testing.houses import settle
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.testing.studios import ids, make

__all__ = ["moto_bucket", "moto_origin"]

Command = Callable[..., Any]
MOVIE = "FG_ep010_sc02_0010_comp_v004.mov"
ENTRY = {
    "show": "FG",
    "episode": "ep010",
    "scene": "sc02",
    "shot": "0010",
    "asset": "comp",
    "version": 4,
    "source_path": "/srv/vendor/shot.mov",
    "delivery_path": MOVIE,
}


@pytest.fixture
def records(home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """The show Frost Giant, by the code FG, with shot 0010 of sc02 in ep010 and its comp."""
    settle(home, database_url, monkeypatch)
    (home / "shows").mkdir()
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        project = make(studio, "project", code="FG", name="Frost Giant").id
        episode = make(studio, "episode", project=project, code="ep010").id
        sequence = make(studio, "sequence", project=project, episode=episode, code="sc02").id
        shot = make(studio, "shot", sequence=sequence, code="0010").id
        (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
        make(studio, "task", shot=shot, type=comp)
        yield studio


@pytest.fixture
def drop(home: Path) -> Path:
    """`vendor_drop_2024_02_14` with one movie and its manifest."""
    folder = home / "deliveries" / "vendor_drop_2024_02_14"
    folder.mkdir(parents=True)
    (folder / MOVIE.replace(".mov", ".dpx")).write_bytes(b"movie")
    entry = {**ENTRY, "delivery_path": MOVIE.replace(".mov", ".dpx")}
    (home / "delivery_manifest.json").write_text(json.dumps({"files": [entry]}))
    return folder


@pytest.fixture
def buckets(moto_bucket: MotoBucket) -> MotoBucket:
    """The earlier tool's two."""
    for name in ("vendor_in", "client_in"):
        moto_bucket.client.create_bucket(Bucket=name)
        for one in there(moto_bucket, name):
            moto_bucket.client.delete_object(Bucket=name, Key=one["Key"])
    return moto_bucket


def there(bucket: MotoBucket, name: str) -> list[Any]:
    found: list[Any] = bucket.client.list_objects_v2(Bucket=name).get("Contents", [])
    return found


def seeds(drop: Path, *more: str) -> list[str]:
    """The lines of the earlier tool's own page; without a bucket it took its usual ones."""
    line = ["aws", "ingest", str(drop), "--project", "Frost Giant", "--show-code", "FG"]
    return [*line, *more]


def test_the_earlier_ingest_uploads_what_vendors_sent_and_registers_versions(
    rushes: Command, records: Studio, drop: Path, buckets: MotoBucket
) -> None:
    given = ("--source", "vendor", "--vendor-bucket", "vendor_in", "--client-bucket", "client_in")
    ended = rushes(*seeds(drop, *given), "--settle", "0", "--json")
    assert ended.code == exits.OK, ended.out
    (one,) = ended.json["versions"]
    assert (one["fate"], one["version"], one["shot"]) == ("ingested", 4, "0010")
    assert ended.json["target"] == "s3://vendor_in"
    sizes = {item["Key"].rpartition("/")[2]: item["Size"] for item in there(buckets, "vendor_in")}
    papers = [name for name in sizes if name.endswith((".qc.json", ".mhl", "_chain.xml"))]
    assert len(papers) == 3
    assert [size for name, size in sizes.items() if name not in papers] == [5]
    assert there(buckets, "client_in") == []
    assert len(ids(records, "version")) == 1


def test_the_earlier_dry_run_with_a_manifest_writes_nothing_and_tells_the_new_name(
    rushes: Command, records: Studio, drop: Path, home: Path, buckets: MotoBucket
) -> None:
    given = ("--manifest", "delivery_manifest.json", "--dry-run")
    ended = rushes(*seeds(drop, *given), "--settle", "0", "--json")
    assert ended.code == exits.OK, ended.out
    assert [one["fate"] for one in ended.json["versions"]] == ["would be ingested"]
    assert "See rushes ingest." in ended.err
    assert there(buckets, "vendor_in") == []
    now = (*seeds(drop, *given)[2:], "--vendor-bucket", "vendor_in", "--like", "onepiece")
    same = rushes("ingest", *now, "--settle", "0", "--json")
    assert same.json == ended.json
    assert "earlier name" not in same.err


def test_earlier_names_are_in_no_help_and_tell_of_one_another(rushes: Command) -> None:
    assert " aws" not in rushes("--help").out
    ended = rushes("aws", "ingst")
    assert (ended.code, "ingest" in ended.err) == (exits.NOT_THERE, True)
    assert "--vendor-bucket" in rushes("aws", "ingest", "--help").out
