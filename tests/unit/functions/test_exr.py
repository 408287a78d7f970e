"""The function that inspects EXR files: every kind of event, every toggle, every refusal."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import numpy as np
import OpenEXR
import pytest
from jsonschema import validate

from rushes.functions import exr
from rushes.functions.events import options
from rushes.testing.media.exr_corners import file, header, one_attribute
from rushes.testing.s3 import Bucket
from rushes.testing.vast.server import Fault, VastServer, vast_server

SCHEMA = json.loads(
    files("rushes.inspection").joinpath("schemas/rushes.exr.1.json").read_text(encoding="utf-8")
)
LARGE = 64 * 1024**2
KEY = "shots/sh 010/plate+v1.1001.exr"


class VastEvent:
    """An event as VAST's DataEngine hands it over, as far as it is documented."""

    def __init__(self, element: dict[str, str] | None, data: object = None) -> None:
        self._element, self._data = element, data

    def as_element_event(self) -> Any:
        if self._element is None:
            raise TypeError("this is no element event")
        return type("Element", (), self._element)()

    def get_data(self) -> object:
        return self._data


def asked(event: object) -> Any:
    """The document that the handler gives, which is JSON and keeps its schema."""
    found = json.loads(json.dumps(exr.handler(None, event), allow_nan=False))
    for one in found.get("documents", [found]):
        validate(one, SCHEMA)
    return found


def record(bucket: str, key: str) -> dict[str, Any]:
    return {
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket}, "object": {"key": quote_plus(key, safe="/")}},
    }


def events(bucket: str) -> dict[str, object]:
    """The same file, told in every way."""
    pair = {"bucket": bucket, "key": KEY}
    path = {"path": f"s3://{bucket}/{KEY}"}
    cloud = {"specversion": "1.0", "type": "com.example.put", "source": "x", "id": "1"}
    return {
        "VAST element": VastEvent({"bucket": bucket, "object_key": KEY}),
        "VAST element beside data": VastEvent({"bucket": bucket, "object_key": KEY}, {"a": 1}),
        "VAST data": VastEvent(None, {"s3_bucket": bucket, "s3_key": KEY}),
        "S3 records": {"Records": [record(bucket, KEY)]},
        "CloudEvent with a bucket": {**cloud, "data": pair},
        "CloudEvent with a path": {**cloud, "data": path},
        "CloudEvent with text": {**cloud, "data": json.dumps(pair)},
        "CloudEvent in base64": {
            **cloud,
            "data_base64": base64.b64encode(json.dumps(pair).encode()).decode(),
        },
        "CloudEvent with records": {**cloud, "data": {"Records": [record(bucket, KEY)]}},
        "bucket and key": pair,
        "path": path,
        "JSON text": json.dumps(path),
        "JSON bytes": json.dumps(pair).encode(),
    }


@pytest.fixture
def plate(s3_bucket: Bucket) -> Bucket:
    """A bucket with one file."""
    place = s3_bucket.folder / KEY
    place.parent.mkdir(parents=True)
    place.write_bytes(file(header("timecode")))
    return s3_bucket


@pytest.mark.parametrize("kind", events("x"))
def test_every_kind_of_event_gives_the_document_of_its_file(plate: Bucket, kind: str) -> None:
    found = asked(events(plate.name)[kind])
    assert found["errors"] == []
    assert found["file"]["path"] == f"s3://{plate.name}/{KEY}"
    assert found["file"]["size_bytes"] == (plate.folder / KEY).stat().st_size
    assert found["attributes"]["a timecode"]["time_and_flags"]
    assert (found["stats"], found["validation"]) == ({}, {})


def test_a_path_of_this_machine_is_read_here(tmp_path: Path) -> None:
    place = tmp_path / "plate.1001.exr"
    place.write_bytes(file(header("int 1")))
    found = asked({"path": str(place)})
    assert (found["file"]["path"], found["errors"]) == (str(place), [])
    assert found["attributes"]["a int 1"] == 1


def test_several_records_give_a_list_in_their_order_with_each_files_own_errors(
    plate: Bucket,
) -> None:
    records = [record(plate.name, "gone.exr"), record(plate.name, KEY), {"s3": {}}]
    found = asked({"Records": records})
    assert (found["schema"], found["schema_version"]) == ("rushes.exr-list/1", 1)
    rules = [[error["rule"] for error in one["errors"]] for one in found["documents"]]
    assert rules == [["path.not_found"], [], ["usage"]]
    assert found["documents"][1]["file"]["path"].endswith(KEY)


@pytest.mark.parametrize(
    "event",
    [
        *(None, 7, [], {}, "", "no JSON", b"\xff", "[" * 100_000, '"text"', {"path": ""}),
        *({"path": 7}, {"path": "a\0b"}, {"Records": []}, {"Records": "x"}, {"bucket": "b"}),
        *({"s3_bucket": "b", "s3_key": 7}, {"bucket": "a/b", "key": "c"}, {"specversion": "1.0"}),
        *({"specversion": "1.0", "data": []}, {"specversion": "1.0", "data_base64": "?"}),
        *(VastEvent(None), VastEvent(None, "no JSON"), {"Service": "Amazon S3"}),
    ],
    ids=lambda event: repr(event)[:30],
)
def test_an_event_that_names_no_file_gives_a_document_that_says_so(event: object) -> None:
    found = asked(event)
    assert found["file"] == {"path": "", **{name: None for name in found["file"] if name != "path"}}
    (error,) = found["errors"]
    assert error["rule"] == "usage"
    assert error["message"].startswith("The event names no file.")
    assert error["fix"]


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("gone.exr", "path.not_found"),
        (".", "path.unreadable"),
        ("ftp://host/a.exr", "usage"),
        ("s3://b", "usage"),
        ("s3:///key", "usage"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(path: str, rule: str) -> None:
    found = asked({"path": path})
    assert [one["rule"] for one in found["errors"]] == [rule]
    assert found["file"]["path"] == path
    assert found["file"]["size_bytes"] is None


def test_a_damaged_file_has_its_findings_and_is_no_exception(plate: Bucket) -> None:
    (plate.folder / "cut.exr").write_bytes(file(header("int 1"))[:150])
    found = asked({"bucket": plate.name, "key": "cut.exr"})
    assert [one["rule"] for one in found["errors"]] == ["exr.header"]
    assert found["file"]["size_bytes"] == 150


def test_a_fault_of_ours_is_told_and_logged_without_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError(f"https://me:hunter{1 + 1}@host")

    monkeypatch.setattr(exr, "read_header", broken)
    found = asked({"path": "x.exr"})
    assert [one["rule"] for one in found["errors"]] == ["function.fault"]
    assert "KeyError" in found["errors"][0]["message"]
    assert "broken" in caplog.text
    assert "hunter2" not in caplog.text + json.dumps(found)


@pytest.mark.parametrize("said", [True, 1, "true", "1", "True ", "YES"])
def test_a_toggle_is_on_in_many_words(said: object) -> None:
    assert options({"enable_stats": said}).stats
    assert options({"enable_validate": said}).validate


@pytest.mark.parametrize("said", [False, 0, "false", "0", "No", ""])
def test_a_toggle_is_off_in_many_words(said: object) -> None:
    assert not options({"enable_meta": said}).meta


def test_toggles_that_are_not_there_have_their_defaults() -> None:
    found = options({"enable_meta": None})
    assert (found.meta, found.stats, found.deep_stats, found.validate) == (True, *[False] * 3)
    assert (found.policy_path, found.schema_version, found.refused) == (None, 1, ())


@pytest.mark.parametrize(
    ("event", "word"),
    [
        ({"enable_meta": "perhaps"}, "perhaps"),
        ({"enable_stats": 2}, "enable_stats"),
        ({"schema_version": 2}, "schema version '2'"),
        ({"enable_validate": "true", "policy_path": "aces"}, "no policy 'aces'"),
        ({"enable_validate": True, "policy_path": "/nowhere/own.toml"}, "/nowhere/own.toml"),
    ],
)
def test_what_was_asked_for_and_not_done_is_told(
    tmp_path: Path, event: dict[str, Any], word: str
) -> None:
    place = tmp_path / "plate.exr"
    place.write_bytes(file(header("int 1")))
    found = asked({"path": str(place), **event})
    (error,) = found["errors"]
    assert word in error["message"]
    assert found["attributes"]["a int 1"] == 1


def test_without_metadata_the_file_alone_is_told(tmp_path: Path) -> None:
    place = tmp_path / "plate.exr"
    place.write_bytes(file(header("int 1")))
    found = asked({"path": str(place), "enable_meta": "false"})
    assert (found["parts"], found["channels"], found["attributes"]) == ([], [], {})
    assert found["file"]["header_hash"]
    assert found["errors"] == []


@pytest.mark.parametrize("remote", [False, True])
def test_pixels_are_counted_where_asked_wherever_the_file_lies(
    s3_bucket: Bucket, tmp_path: Path, remote: bool
) -> None:
    place = (s3_bucket.folder if remote else tmp_path) / "grey.exr"
    pixels = np.full((20, 40), 0.5, np.float16)
    parts = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(parts, {"Y": pixels}).write(str(place))
    path = f"{s3_bucket.url}/grey.exr" if remote else str(place)
    found = asked({"path": path, "enable_stats": "1"})
    assert found["errors"] == []
    assert found["stats"]["subject"] == path
    (channel,) = found["stats"]["parts"][0]["channels"]
    assert (channel["name"], channel["count"], channel["mean"]) == ("Y", 800, 0.5)


def validated(path: Path, policy: str, **toggles: object) -> Any:
    given = {"path": str(path), "enable_validate": True, "policy_path": policy, **toggles}
    return asked(given)["validation"]


def test_a_policy_gives_its_verdict_and_what_it_found(tmp_path: Path) -> None:
    place = tmp_path / "plate.1001.exr"
    place.write_bytes(file(header("int 1")))
    found = validated(place, "aces-container")
    assert found["policy"]["name"] == "aces-container"
    assert found["verdict"] == "failed"
    assert found["findings"][0]["rule"].startswith("aces-container.")


def test_without_a_policy_named_it_is_the_one_between_departments(tmp_path: Path) -> None:
    place = tmp_path / "plate.1001.exr"
    place.write_bytes(file(header("int 1")))
    found = asked({"path": str(place), "enable_validate": "1"})
    assert found["validation"]["policy"]["name"] == "studio-default"
    assert found["errors"] == []


def test_a_rule_about_pixels_is_judged_only_where_they_were_counted(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'name = "own"\nversion = "1"\ndescription = "No NaN."\n'
        '[rules.nan]\ncheck = "pixels"\nmax_nan = 0\n'
    )
    place = tmp_path / "grey.exr"
    kinds = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    for value, verdict in ((0.5, "passed"), (np.nan, "failed")):
        pixels = np.full((20, 40), value, np.float16)
        OpenEXR.File(kinds, {"Y": pixels}).write(str(place))
        assert validated(place, str(own))["verdict"] == "incomplete"
        assert validated(place, str(own), enable_stats=True)["verdict"] == verdict


def test_a_damaged_file_passes_no_policy(tmp_path: Path) -> None:
    place = tmp_path / "cut.exr"
    place.write_bytes(file(header("int 1"))[:100])
    assert validated(place, "studio-default")["verdict"] == "incomplete"


def test_pixels_that_cannot_be_counted_are_told_and_the_header_stays(plate: Bucket) -> None:
    broken = plate.folder / "broken.exr"
    broken.write_bytes(file(header("int 1"))[:-1])
    found = asked({"bucket": plate.name, "key": "broken.exr", "enable_stats": True})
    assert found["attributes"]["a int 1"] == 1
    assert found["errors"]
    assert {one["subject"] for one in found["errors"]} == {f"{plate.url}/broken.exr"}
    assert "copy.exr" not in json.dumps(found)


def test_a_long_header_in_a_large_file_costs_what_it_is_long_and_no_more(
    s3_bucket: Bucket,
) -> None:
    place = s3_bucket.folder / "crypto.exr"
    manifest = json.dumps({f"object{at:06}": f"{at:08x}" for at in range(12_000)}).encode()
    head = file(one_attribute(b"cryptomatte/1/manifest", "string", manifest))
    assert 300_000 < len(head) < 500_000
    place.write_bytes(head)
    os.truncate(place, LARGE)
    found = asked({"bucket": s3_bucket.name, "key": "crypto.exr"})
    assert found["errors"] == []
    assert found["file"]["size_bytes"] == LARGE
    assert found["attributes"]["cryptomatte/1/manifest"] == manifest.decode()
    requests = s3_bucket.asked()
    # What is read ahead of a header grows fourfold each time that it was too little.
    assert sum(one.size for one in requests) < 5 * len(head)
    assert {(one.method, one.status) for one in requests} <= {("GET", 206), ("HEAD", 200)}
    assert len(requests) <= 5


def test_a_short_header_in_a_large_file_costs_one_request(plate: Bucket) -> None:
    place = plate.folder / KEY
    os.truncate(place, LARGE)
    assert asked({"bucket": plate.name, "key": KEY})["errors"] == []
    assert [(one.method, one.size) for one in plate.asked()] == [("GET", 32 * 1024)]


# --- VAST DataBase


@pytest.fixture
def vast(monkeypatch: pytest.MonkeyPatch) -> Iterator[VastServer]:
    with vast_server() as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        yield server


def paths(server: VastServer) -> list[str]:
    return [row["file_path"] for row in server.database.rows("images", "exr_metadata", "files")]


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_where_a_database_is_named_what_was_found_is_written_there(
    vast: VastServer, tmp_path: Path
) -> None:
    path = tmp_path / "a.exr"
    path.write_bytes(file(header("chromaticities")))
    for _ in range(2):
        assert asked({"path": str(path)})["errors"] == []
    assert paths(vast) == [str(path)]


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_a_database_that_refuses_is_an_error_in_the_document(
    vast: VastServer, tmp_path: Path
) -> None:
    path = tmp_path / "a.exr"
    path.write_bytes(file(header("chromaticities")))
    vast.faults.append(Fault("POST", "rows", skip=1))
    (error,) = asked({"path": str(path)})["errors"]
    assert error["rule"] == "function.not_persisted"
    assert "was not written" in error["message"]
    assert paths(vast) == []


def test_a_database_that_is_not_there_is_an_error_in_the_document(
    vast: VastServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.exr"
    path.write_bytes(file(header("chromaticities")))
    monkeypatch.delenv("VAST_DB_BUCKET")
    found = asked({"path": str(path)})
    assert [one["rule"] for one in found["errors"]] == ["function.not_persisted"]
    assert found["parts"]
