"""`rushes qc checkpoint`: all records of a tree under one signature, or none."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.qc.checkpoint_document import decode
from rushes.qc.sealing import leaves
from rushes.testing.crawls import frames, media, state_of


@pytest.fixture(autouse=True)
def _alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All in this process: other ones take longer to start than so little takes to do."""
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")


@pytest.fixture
def shots(rushes: Any, home: Path) -> Path:
    """A sequence and a clip on record, and a key to sign with."""
    folder = home / "shots"
    frames(folder / "a", [1001, 1002])
    media(folder / "clip.mov")
    assert rushes("qc", "keys", "init", "alice").code == exits.OK
    assert rushes("qc", "crawl", folder).code == exits.OK
    return folder


def refused(rushes: Any, *args: Any, code: int = exits.NOT_THERE) -> Any:
    ended = rushes("qc", "checkpoint", "--json", *args)
    assert ended.code == code, ended.out + ended.err
    return ended.json["error"]


def test_all_records_are_sealed_beside_them(rushes: Any, shots: Path) -> None:
    told = rushes("qc", "checkpoint", "--json", shots, "--operator", "bob").json
    made = decode(Path(told["file"]).read_bytes())
    assert Path(told["file"]).parent == shots / ".qc"
    assert (told["root"], told["records"]) == (str(shots), 2)
    assert (made.root, made.operator) == (str(shots), "bob")
    assert made.merkle_root == told["merkle_root"]
    assert made.signature is not None
    assert made.signature.key == told["key"]
    assert [one.path for one in made.leaves] == sorted(one.path for one in leaves(shots))


def test_what_was_sealed_is_told(rushes: Any, shots: Path) -> None:
    ended = rushes("qc", "checkpoint", shots)
    assert ended.code == exits.OK
    assert f"Sealed 2 assets of {shots}." in ended.out
    assert "Keep a copy" in ended.out


def test_nothing_but_the_checkpoint_is_written(rushes: Any, shots: Path, home: Path) -> None:
    before = state_of(shots)
    assert rushes("qc", "checkpoint", shots, "--out", "kept.json").code == exits.OK
    assert state_of(shots) == before
    assert decode((home / "kept.json").read_bytes()).root == str(shots)


def test_a_checkpoint_never_takes_the_place_of_another(rushes: Any, shots: Path) -> None:
    for _ in range(2):
        assert rushes("qc", "checkpoint", shots).code == exits.OK
    assert len(list((shots / ".qc").glob("*.qc.checkpoint.json"))) == 2
    (shots / "kept.json").write_text("mine")
    ended = rushes("qc", "checkpoint", shots, "--out", shots / "kept.json")
    assert ended.code == exits.NOT_WRITTEN
    assert (shots / "kept.json").read_text() == "mine"


def test_a_checkpoint_is_no_media_and_no_record(rushes: Any, shots: Path) -> None:
    rushes("qc", "checkpoint", shots)
    again = rushes("qc", "crawl", "--json", shots).json["crawls"][0]
    assert (again["assets"], again["written"], again["findings"]) == (2, 0, [])


def test_the_same_records_have_the_same_root_hash(rushes: Any, shots: Path, home: Path) -> None:
    told = [rushes("qc", "checkpoint", "--json", shots).json for _ in range(2)]
    assert told[0]["merkle_root"] == told[1]["merkle_root"]
    rushes("qc", "sign", "--result", "pass", shots / "clip.mov")
    assert rushes("qc", "checkpoint", "--json", shots).json["merkle_root"] not in {
        one["merkle_root"] for one in told
    }


def test_records_kept_apart_are_sealed_where_they_are(rushes: Any, home: Path) -> None:
    media(home / "m" / "clip.mov")
    rushes("qc", "keys", "init", "alice")
    rushes("qc", "crawl", "m", "--sidecar-root", "r")
    before = state_of(home / "m")
    told = rushes("qc", "checkpoint", "m", "--sidecar-root", "r", "--json").json
    assert state_of(home / "m") == before
    assert Path(told["file"]).is_relative_to(home / "r")
    assert told["root"] == str(home / "m")


def test_without_a_key_nothing_is_sealed(rushes: Any, home: Path) -> None:
    media(home / "m" / "clip.mov")
    rushes("qc", "crawl", "m")
    error = refused(rushes, "m")
    assert error["code"] == "key.unknown"
    assert "rushes qc keys init" in error["hint"]
    assert not list((home / "m" / ".qc").glob("*checkpoint*"))


def test_a_record_that_makes_no_sense_keeps_all_from_being_sealed(rushes: Any, shots: Path) -> None:
    media(shots / ".qc" / "odd.mov.qc.json", b"{}")
    assert refused(rushes, shots, code=exits.FOUND)["code"] == "sidecar.invalid"
    assert not list((shots / ".qc").glob("*checkpoint*"))


def test_where_there_is_no_record_there_is_nothing_to_seal(
    rushes: Any, shots: Path, home: Path
) -> None:
    (home / "empty").mkdir()
    assert refused(rushes, "empty")["code"] == "nothing.found"
    assert refused(rushes, "gone")["code"] == "path.not_found"
    assert list((home / "empty").iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_told(rushes: Any, shots: Path) -> None:
    shutil.rmtree(shots / ".qc")
    (shots / ".qc").write_bytes(b"")
    assert refused(rushes, shots, code=exits.NOT_WRITTEN)["code"] == "write.failed"
    assert refused(rushes, shots, "--out", "gone/x.json", code=exits.NOT_WRITTEN)


def test_an_operator_that_is_no_utf_8_is_written_out(rushes: Any, shots: Path) -> None:
    told = rushes("qc", "checkpoint", "--json", shots, "--operator", "a\udcffb").json
    assert decode(Path(told["file"]).read_bytes()).operator == r"a\udcffb"
