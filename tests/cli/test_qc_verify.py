"""`rushes qc verify`: valid is said only of what is, and what is wrong is said word for word."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.qc.places import Mode, sidecar
from rushes.qc.sidecar import encode
from rushes.qc.verdict import Verdict
from rushes.testing.crawls import LONG_AGO, frames, kept, media, state_of

PLATE = "a/plate.%04d.exr"
CLIP = "clip.mov"
SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


@pytest.fixture(autouse=True)
def _alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All in this process: other ones take longer to start than so little takes to do."""
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")


@pytest.fixture
def shots(rushes: Any, home: Path) -> Path:
    """A sequence and a clip, signed with a key."""
    folder = home / "shots"
    frames(folder / "a", [1001, 1002, 1003])
    media(folder / CLIP)
    assert rushes("qc", "keys", "init", "alice").code == exits.OK
    signed(rushes, folder)
    return folder


def signed(rushes: Any, *args: Any, result: str = "pass") -> None:
    assert rushes("qc", "sign", "--result", result, *args).code == exits.OK


def place(shots: Path) -> Path:
    return shots / sidecar(CLIP, Mode.SUBDIR)


def verified(rushes: Any, *args: Any, code: int = exits.FOUND) -> dict[str, str]:
    """The verdicts by asset."""
    ended = rushes("qc", "verify", "--json", *args)
    assert ended.code == code, ended.out + ended.err
    return {row["asset"]: row["verdicts"] for row in ended.json["verified"]}


def sealed(rushes: Any, *args: Any) -> Path:
    return Path(rushes("qc", "checkpoint", "--json", *args).json["file"])


def test_records_as_they_were_signed_are_valid(rushes: Any, shots: Path) -> None:
    assert verified(rushes, shots, code=exits.OK) == {PLATE: "valid", CLIP: "valid"}
    ended = rushes("qc", "verify", shots)
    assert ended.out == "2 records: 2 valid.\n"
    ended = rushes("qc", "verify", shots, "--quick")
    assert "The media was not read" in ended.out


def test_what_is_verified_is_told_in_json(rushes: Any, shots: Path) -> None:
    document = rushes("qc", "verify", "--json", shots).json
    assert (document["records"], document["failed"], document["without_record"]) == (2, 0, 0)
    assert document["verdicts"] == {"valid": 2}
    row = next(row for row in document["verified"] if row["asset"] == CLIP)
    assert (row["result"], row["records"], row["sidecar"]) == ("pass", 1, str(place(shots)))
    assert row["key"].startswith("ed25519:")


def test_verifying_writes_nothing(rushes: Any, shots: Path) -> None:
    before = state_of(shots)
    verified(rushes, shots, code=exits.OK)
    assert state_of(shots) == before


def test_a_moved_folder_is_as_valid_as_it_was(rushes: Any, shots: Path, home: Path) -> None:
    (home / "b").mkdir()
    shutil.move(shots, home / "b" / "moved")
    assert set(verified(rushes, home / "b", code=exits.OK).values()) == {"valid"}


def test_what_nobody_signed_is_valid_only_where_that_is_allowed(rushes: Any, home: Path) -> None:
    media(home / "m" / CLIP)
    rushes("qc", "crawl", "m")
    assert verified(rushes, "m") == {CLIP: "unsigned"}
    assert verified(rushes, "m", "--unsigned-ok", code=exits.OK) == {CLIP: "valid"}
    media(home / "m" / CLIP, b"other")
    assert verified(rushes, "m", "--unsigned-ok") == {CLIP: "content changed since sign-off"}


def test_media_that_changed_shows_and_quickly_only_by_size_and_time(
    rushes: Any, shots: Path
) -> None:
    media(shots / CLIP, b"MEDIA")
    assert verified(rushes, shots, "--quick", code=exits.OK)[CLIP] == "valid"
    assert verified(rushes, shots)[CLIP] == "content changed since sign-off"
    media(shots / CLIP, b"MEDIA", at_ns=LONG_AGO + 10**9)
    assert verified(rushes, shots, "--quick")[CLIP] == "content changed since sign-off"
    ended = rushes("qc", "verify", shots)
    assert f"content changed since sign-off  {CLIP}" in ended.out
    assert "the same files and sizes, other bytes" in ended.out


def test_media_that_is_gone_shows(rushes: Any, shots: Path) -> None:
    (shots / CLIP).unlink()
    assert verified(rushes, shots) == {PLATE: "valid", CLIP: "media gone"}


def test_a_record_that_was_edited_shows(rushes: Any, shots: Path) -> None:
    data = place(shots).read_bytes()
    place(shots).write_bytes(data.replace(b'"pass"', b'"fail"'))
    assert verified(rushes, shots)[CLIP] == "bad signature"
    place(shots).write_bytes(data + b"\n")
    assert verified(rushes, shots)[CLIP] == "invalid record"
    assert rushes("qc", "verify", shots).out.startswith("invalid record  clip.mov\n")


def test_a_history_that_was_cut_shows(rushes: Any, shots: Path) -> None:
    signed(rushes, shots / CLIP, result="fail")
    place(shots).write_bytes(encode(replace(kept(shots, CLIP), history=())))
    assert verified(rushes, shots)[CLIP] == "broken chain"


def test_two_records_of_one_asset_show(rushes: Any, shots: Path) -> None:
    shutil.copy(place(shots), shots / sidecar(CLIP, Mode.INLINE))
    ended = rushes("qc", "verify", "--json", shots)
    told = [row["verdicts"] for row in ended.json["verified"] if row["asset"] == CLIP]
    assert (ended.code, sorted(told)) == (exits.FOUND, ["two records", "valid"])


def test_a_record_under_another_assets_name_shows(rushes: Any, shots: Path) -> None:
    media(shots / "other.mov")
    shutil.copy(place(shots), shots / sidecar("other.mov", Mode.SUBDIR))
    assert verified(rushes, shots)["other.mov"] == "invalid record"


def test_keys_decide_what_is_believed(
    rushes: Any, shots: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rushes("qc", "keys", "export", "alice", "--out", "alice.pub.json")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("RUSHES_QC_KEYS", str(tmp_path / "bobs"))
        assert verified(rushes, shots)[CLIP] == "untrusted key"
        assert verified(rushes, shots, "--unsigned-ok")[CLIP] == "untrusted key"
        rushes("qc", "keys", "trust", "alice.pub.json")
        assert verified(rushes, shots, code=exits.OK)[CLIP] == "valid"
    rushes("qc", "keys", "revoke", "alice", "--reason", "stolen", "--yes")
    assert verified(rushes, shots)[CLIP] == "revoked key"
    assert "stolen" in rushes("qc", "verify", shots).out


def test_what_is_wrong_with_several_records_of_a_chain_is_named_once(
    rushes: Any, shots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed(rushes, shots, result="fail")
    monkeypatch.setenv("RUSHES_QC_KEYS", str(tmp_path / "bobs"))
    assert verified(rushes, shots)[CLIP] == "untrusted key"
    assert f"untrusted key  {CLIP}\n" in rushes("qc", "verify", shots).out


def test_a_shared_secret_is_believed_by_who_knows_it(
    rushes: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media(home / "m" / CLIP)
    with monkeypatch.context() as here:
        here.setenv("RUSHES_QC_SECRET", "correct horse battery staple")
        signed(rushes, "m")
        assert verified(rushes, "m", code=exits.OK) == {CLIP: "valid"}
        here.setenv("RUSHES_QC_SECRET", "another horse battery staple")
        assert verified(rushes, "m") == {CLIP: "untrusted key"}
    assert verified(rushes, "m") == {CLIP: "untrusted key"}


def test_media_without_a_record_passes_unless_every_asset_must_have_one(
    rushes: Any, shots: Path
) -> None:
    media(shots / "new.mov")
    ended = rushes("qc", "verify", shots)
    assert ended.code == exits.OK
    assert "1 asset beside them without a record." in ended.out
    ended = rushes("qc", "verify", "--json", shots, "--every")
    assert (ended.code, ended.json["without_record"]) == (exits.FOUND, 1)
    verified(rushes, shots, "--no-record-ok", code=exits.OK)


@pytest.mark.parametrize("named", [CLIP, "a/plate.%04d.exr", "a/plate.####.exr", "a/plate.*.exr"])
def test_one_asset_is_verified_by_itself(rushes: Any, shots: Path, named: str) -> None:
    media(shots / ("a/new.mov" if named == CLIP else CLIP), b"other")
    assert list(verified(rushes, shots / named, code=exits.OK).values()) == ["valid"]


@pytest.mark.parametrize("named", [CLIP, PLATE])
def test_one_asset_whose_media_is_gone_is_told_as_such(
    rushes: Any, shots: Path, named: str
) -> None:
    (shots / CLIP).unlink()
    for one in (shots / "a").glob("*.exr"):
        one.unlink()
    assert list(verified(rushes, shots / named).values()) == ["media gone"]


def test_where_there_is_no_record_it_ends_with_2(rushes: Any, home: Path) -> None:
    media(home / "m" / CLIP)
    ended = rushes("qc", "verify", "m")
    assert ended.code == exits.NOT_THERE
    assert "no record" in ended.err
    assert rushes("qc", "verify", "gone").code == exits.NOT_THERE
    assert rushes("qc", "verify", f"m/{CLIP}").code == exits.NOT_THERE
    assert rushes("qc", "verify", "m", "--every").code == exits.FOUND


def test_records_of_the_earlier_tool_are_unsigned(rushes: Any, home: Path) -> None:
    media(home / "m" / CLIP)
    old = b'{"qc_result": "pass", "content_hash": "blake3:c29b"}'
    media(home / "m" / f"{CLIP}.qc.json", old)
    assert verified(rushes, "m") == {CLIP: "unsigned"}


def test_a_checkpoint_in_the_folder_is_found_and_agrees(rushes: Any, shots: Path) -> None:
    file = sealed(rushes, shots)
    signed(rushes, shots / CLIP, result="fail")
    media(shots / "new.mov")
    signed(rushes, shots / "new.mov")
    document = rushes("qc", "verify", "--json", shots).json
    assert (document["verdicts"], document["checkpoints"]) == ({"valid": 3}, [str(file)])
    assert "Held against 1 checkpoint." in rushes("qc", "verify", shots).out


@pytest.mark.parametrize("apart", [False, True])
def test_a_record_that_is_gone_shows_against_a_checkpoint(
    rushes: Any, shots: Path, home: Path, apart: bool
) -> None:
    given = ["--checkpoint", sealed(rushes, shots, "--out", "seal.json")] if apart else []
    if not apart:
        sealed(rushes, shots)
    place(shots).unlink()
    assert verified(rushes, shots, *given) == {PLATE: "valid", CLIP: "record missing"}
    assert "since the checkpoint" in rushes("qc", "verify", shots, *given).out


def test_a_folder_that_is_gone_with_its_records_shows_against_a_checkpoint(
    rushes: Any, shots: Path
) -> None:
    sealed(rushes, shots)
    shutil.rmtree(shots / "a")
    assert verified(rushes, shots) == {CLIP: "valid", PLATE: "record missing"}


def test_a_record_that_was_rolled_back_shows_against_a_checkpoint(rushes: Any, shots: Path) -> None:
    before = place(shots).read_bytes()
    signed(rushes, shots / CLIP, result="fail")
    sealed(rushes, shots)
    place(shots).write_bytes(before)
    ended = rushes("qc", "verify", "--json", shots)
    told = [row["verdicts"] for row in ended.json["verified"] if row["asset"] == CLIP]
    assert (ended.code, sorted(told)) == (exits.FOUND, ["record rolled back", "valid"])


def test_a_record_that_was_made_anew_shows_against_a_checkpoint(rushes: Any, shots: Path) -> None:
    sealed(rushes, shots)
    place(shots).unlink()
    signed(rushes, shots / CLIP, result="fail")
    ended = rushes("qc", "verify", "--json", shots)
    told = [row["verdicts"] for row in ended.json["verified"] if row["asset"] == CLIP]
    assert (ended.code, sorted(told)) == (exits.FOUND, ["record rewritten", "valid"])


def test_a_checkpoint_of_another_folder_is_told_and_proves_nothing(
    rushes: Any, shots: Path, home: Path
) -> None:
    seal = sealed(rushes, shots / "a", "--out", "seal.json")
    told = verified(rushes, shots, "--checkpoint", seal)
    assert told == {PLATE: "valid", CLIP: "valid", str(seal): "invalid checkpoint"}
    assert "not of this folder" in rushes("qc", "verify", shots, "--checkpoint", seal).out


def test_of_several_folders_each_is_held_against_its_own_checkpoint(
    rushes: Any, shots: Path, home: Path
) -> None:
    media(home / "m" / "new.mov")
    signed(rushes, "m")
    seals = [sealed(rushes, one, "--out", f"{one}.json") for one in ("shots", "m")]
    given = [word for seal in seals for word in ("--checkpoint", seal)]
    ended = rushes("qc", "verify", "--json", "shots", "m", *given)
    assert ended.code == exits.OK
    assert ended.json["checkpoints"] == [str(one) for one in seals]
    place(shots).unlink()
    assert verified(rushes, "shots", "m", *given)[CLIP] == "record missing"


def test_a_checkpoint_that_is_found_and_given_counts_once(rushes: Any, shots: Path) -> None:
    seal = sealed(rushes, shots)
    document = rushes("qc", "verify", "--json", shots, "--checkpoint", seal).json
    assert document["checkpoints"] == [str(seal)]


@pytest.mark.parametrize("witness", [("--database",), ("--checkpoint", "seal.json")])
def test_one_asset_is_not_held_against_what_only_whole_folders_are(
    rushes: Any, shots: Path, witness: tuple[str, ...]
) -> None:
    sealed(rushes, shots, "--out", "seal.json")
    ended = rushes("qc", "verify", shots / CLIP, *witness)
    assert ended.code == exits.NOT_THERE
    assert "whole folder" in ended.err


def test_a_checkpoint_with_another_word_in_it_is_told(rushes: Any, shots: Path) -> None:
    seal = sealed(rushes, shots)
    data = seal.read_bytes()
    seal.write_bytes(data.replace(b'"operator":"', b'"operator":"x'))
    assert verified(rushes, shots)[str(seal)] == "bad signature"
    seal.write_bytes(data[:-1])
    assert verified(rushes, shots)[str(seal)] == "invalid checkpoint"


def test_a_checkpoint_of_a_key_that_nobody_trusts_is_told(
    rushes: Any, shots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rushes("qc", "keys", "export", "alice", "--out", "alice.pub.json")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("RUSHES_QC_KEYS", str(tmp_path / "bobs"))
        rushes("qc", "keys", "init", "bob")
        seal = sealed(rushes, shots)
    assert verified(rushes, shots) == {PLATE: "valid", CLIP: "valid", str(seal): "untrusted key"}


def test_a_checkpoint_that_cannot_be_read_is_told(rushes: Any, shots: Path) -> None:
    ended = rushes("qc", "verify", shots, "--checkpoint", "gone.json")
    assert ended.code != exits.OK
    assert "gone.json" in ended.out + ended.err


def test_below_a_folder_of_shows_paths_are_told_from_there(
    rushes: Any, shots: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_SHOWS_ROOT", str(home))
    seal = sealed(rushes, shots)
    document = rushes("qc", "verify", "--json", shots).json
    assert {row["asset"] for row in document["verified"]} == {f"shots/{PLATE}", f"shots/{CLIP}"}
    assert document["checkpoints"] == [str(seal)]
    place(shots).unlink()
    assert verified(rushes, shots)[f"shots/{CLIP}"] == "record missing"
    monkeypatch.delenv("RUSHES_SHOWS_ROOT")
    assert verified(rushes, shots)[CLIP] == "record missing"


def test_records_kept_apart_are_verified_where_they_are(rushes: Any, home: Path) -> None:
    media(home / "m" / CLIP)
    rushes("qc", "keys", "init", "alice")
    signed(rushes, "m", "--sidecar-root", "r")
    seal = sealed(rushes, "m", "--sidecar-root", "r")
    document = rushes("qc", "verify", "--json", "m", "--sidecar-root", "r").json
    assert (document["verdicts"], document["checkpoints"]) == ({"valid": 1}, [str(seal)])


@pytest.mark.parametrize("given", [("--workers", "2"), ("--cluster", "local:2")], ids=" ".join)
def test_whoever_does_the_work_finds_the_same(
    rushes: Any, shots: Path, given: tuple[str, str]
) -> None:
    if given[0] == "--cluster":
        pytest.importorskip("distributed")
    media(shots / CLIP, b"other")
    assert verified(rushes, shots, *given) == {
        PLATE: "valid", CLIP: "content changed since sign-off",
    }  # fmt: skip


@pytest.fixture
def mirrored(rushes: Any, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clip, signed twice, of which a database knows."""
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    folder = home / "shots"
    media(folder / CLIP)
    rushes("qc", "keys", "init", "alice")
    signed(rushes, folder)
    shutil.copy(place(folder), home / "first.json")
    signed(rushes, folder, result="fail")
    return folder


def test_records_that_the_database_knows_are_valid(rushes: Any, mirrored: Path) -> None:
    assert verified(rushes, mirrored, "--database", code=exits.OK) == {CLIP: "valid"}


def test_a_record_that_is_gone_shows_against_the_database(rushes: Any, mirrored: Path) -> None:
    place(mirrored).unlink()
    assert verified(rushes, mirrored, "--database") == {CLIP: "record missing"}
    assert "the database knows of 2 records" in rushes("qc", "verify", mirrored, "--database").out


def test_a_record_that_was_rolled_back_shows_against_the_database(
    rushes: Any, mirrored: Path, home: Path
) -> None:
    shutil.copy(home / "first.json", place(mirrored))
    verified(rushes, mirrored, code=exits.OK)
    told = rushes("qc", "verify", "--json", mirrored, "--database").json["verified"]
    assert [row["verdicts"] for row in told] == ["valid", "record rolled back"]


def test_a_database_out_of_reach_is_told(
    rushes: Any, shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    verified(rushes, shots, code=exits.OK)
    ended = rushes("qc", "verify", "--json", shots, "--database")
    assert ended.code == exits.UNAVAILABLE
    assert ended.json["error"]["code"] == "database.unavailable"


def test_every_verdict_is_in_the_schema() -> None:
    told = json.loads((SCHEMAS / "rushes.qc-verify.1.json").read_text("utf-8"))
    known = set(told["properties"]["verdicts"]["properties"])
    assert known == {one.value for one in Verdict}
