"""Whatever is done to records behind their back, verifying tells."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.cli import exits
from rushes.cli.main import run
from rushes.core.canonical import canonical
from rushes.model.signoff import Record, Sidecar
from rushes.qc.kept import kept, read_kept
from rushes.qc.places import CHECKPOINT_ENDING, FOLDER
from rushes.qc.sidecar import encode, record_hash, signing_bytes
from rushes.qc.signing import Trust
from rushes.qc.verify import Verifying
from rushes.scan.roots import Root

LONG_AGO = 1_700_000_000_123_456_789
Verify = Callable[..., tuple[int, dict[str, str]]]


@pytest.fixture
def shot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two movies and a sequence, each with three signed records."""
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")
    folder = tmp_path / "shows" / "sh010"
    folder.mkdir(parents=True)
    names = ["a.mov", "b.mov", *(f"plate.{frame}.exr" for frame in range(1001, 1004))]
    for name in names:
        (folder / name).write_text(name)
        os.utime(folder / name, ns=(LONG_AGO, LONG_AGO))
    assert run(["qc", "keys", "init", "alice"]) == exits.OK
    assert run(["qc", "crawl", str(folder)]) == exits.OK
    for who in ("bob", "carol"):
        assert run(["qc", "sign", str(folder), "--result", "pass", "--operator", who]) == exits.OK
    return folder


@pytest.fixture
def verify(shot: Path, capsys: pytest.CaptureFixture[str]) -> Verify:
    """Verify the shot: the exit code, and what is wrong with which asset."""

    def verified(*args: str) -> tuple[int, dict[str, str]]:
        capsys.readouterr()
        code = run(["qc", "verify", str(shot), *args, "--json"])
        row = json.loads(capsys.readouterr().out)
        wrong = {
            one["asset"]: one["verdicts"] for one in row["verified"] if one["verdicts"] != "valid"
        }
        return code, wrong

    assert verified() == (exits.OK, {})
    return verified


def place(shot: Path, name: str = "a.mov") -> Path:
    return shot / FOLDER / f"{name}.qc.json"


def story(shot: Path, name: str = "a.mov") -> list[Record]:
    found = read_kept(place(shot, name), Path()).sidecar  # type: ignore[arg-type]
    assert found is not None
    return [one for one in (*found.history, found.record) if isinstance(one, Record)]


def put(shot: Path, records: list[Record], name: str = "a.mov") -> None:
    place(shot, name).write_bytes(encode(Sidecar(records[-1], tuple(records[:-1]))))


def one_byte(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    other = dice.choice([value for value in range(256) if value != data[at]])
    return data[:at] + bytes([other]) + data[at + 1 :]


def one_digit(data: bytes, dice: random.Random) -> bytes:
    """An edit after which the file still is JSON, and often makes sense."""
    at = dice.choice([at for at, byte in enumerate(data) if chr(byte) in "0123456789abcdef"])
    other = dice.choice([byte for byte in b"0123456789abcdef" if byte != data[at]])
    return data[:at] + bytes([other]) + data[at + 1 :]


def test_no_edit_of_one_byte_stays_unseen(shot: Path, verify: Verify) -> None:
    dice = random.Random(23)
    for number in range(100):
        file = place(shot, dice.choice(["a.mov", "b.mov", "plate.%04d.exr"]))
        data = file.read_bytes()
        file.write_bytes((one_byte if number % 2 else one_digit)(data, dice))
        code, wrong = verify("--quick")
        assert code == exits.FOUND, file.read_bytes()
        assert len(wrong) == 1
        file.write_bytes(data)
    assert verify() == (exits.OK, {})


def swapped_keys(data: bytes) -> bytes:
    document = json.loads(data)
    return json.dumps(dict(reversed(document.items())), separators=(",", ":")).encode()


EDITS: dict[str, Callable[[bytes], bytes]] = {
    "a byte more": lambda data: data + b"x",
    "a blank more": lambda data: data + b" ",
    "a line feed": lambda data: data + b"\n",
    "a NUL": lambda data: data + b"\0",
    "a byte less": lambda data: data[:-1],
    "half": lambda data: data[: len(data) // 2],
    "nothing": lambda _: b"",
    "a blank before": lambda data: b" " + data,
    "a mark before": lambda data: b"\xef\xbb\xbf" + data,
    "another encoding": lambda data: data.decode().encode("utf-16"),
    "blanks within": lambda data: json.dumps(json.loads(data), sort_keys=True).encode(),
    "keys swapped": swapped_keys,
    "a field more": lambda data: canonical({**json.loads(data), "more": 1}),
    "a field twice": lambda data: data.replace(b'{"asset_id"', b'{"asset_id":null,"asset_id"', 1),
    "no history": lambda data: canonical({**json.loads(data), "history": []}),
    "an escape": lambda data: data.replace(b'"a.mov"', b'"\\u0061.mov"', 1),
    "a number's form": lambda data: data.replace(b'"bytes":5', b'"bytes":5.0', 1),
    "truth for one": lambda data: data.replace(b'"schema_version":1', b'"schema_version":true'),
    "no signature": lambda data: canonical({**json.loads(data), "signature": None}),
    "another result": lambda data: data.replace(b'"qc_result":"pass"', b'"qc_result":"fail"'),
}


@pytest.mark.parametrize("edit", EDITS)
def test_no_other_writing_of_a_record_stays_unseen(shot: Path, verify: Verify, edit: str) -> None:
    data = place(shot).read_bytes()
    new = EDITS[edit](data)
    assert new != data
    place(shot).write_bytes(new)
    code, wrong = verify()
    assert (code, list(wrong)) == (exits.FOUND, ["a.mov"])


def test_an_edit_within_the_history_breaks_it(shot: Path, verify: Verify) -> None:
    first, second, third = story(shot)
    put(shot, [first, replace(second, notes="I never said that"), third])
    _, wrong = verify()
    assert wrong == {"a.mov": "bad signature, broken chain"}


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2), (1, 2), (2,), (0, 0, 1, 2), (0, 2, 1)])
def test_a_history_in_which_records_are_moved_or_lost_breaks(
    shot: Path, verify: Verify, order: tuple[int, ...]
) -> None:
    records = story(shot)
    put(shot, [records[at] for at in order])
    _, wrong = verify()
    assert set(wrong["a.mov"].split(", ")) == {"broken chain"}


def test_a_record_of_another_asset_breaks_the_history(shot: Path, verify: Verify) -> None:
    first, _, third = story(shot)
    put(shot, [first, story(shot, "b.mov")[1], third])
    assert "broken chain" in verify()[1]["a.mov"]


@pytest.mark.parametrize("at", [1, 2])
def test_signatures_do_not_fit_each_others_records(shot: Path, verify: Verify, at: int) -> None:
    records, others = story(shot), story(shot, "b.mov")
    records[at] = replace(records[at], signature=others[at].signature)
    put(shot, records)
    assert "bad signature" in verify()[1]["a.mov"]


def test_a_history_without_a_signature_breaks(shot: Path, verify: Verify) -> None:
    first, second, third = story(shot)
    put(shot, [first, replace(second, signature=None), third])
    assert verify()[1] == {"a.mov": "broken chain"}


def test_a_sidecar_under_another_name_is_no_record_of_that_asset(
    shot: Path, verify: Verify
) -> None:
    shutil.copy(place(shot), place(shot, "b.mov"))
    assert verify()[1] == {"b.mov": "invalid record"}


def test_a_sidecar_in_two_places_is_told(shot: Path, verify: Verify) -> None:
    shutil.copy(place(shot), shot / ".a.mov.qc.json")
    assert verify()[1] == {"a.mov": "two records"}


def test_a_sidecar_of_another_folder_speaks_of_other_bytes(shot: Path, verify: Verify) -> None:
    other = shot.with_name("sh020")
    shutil.copytree(shot, other)
    (other / "a.mov").write_text("A.MOV")
    assert run(["qc", "verify", str(other)]) == exits.FOUND


def test_a_shortened_chain_signed_anew_is_signed_by_a_stranger(
    shot: Path, verify: Verify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rushes import bootstrap
    from rushes.core.settings import load

    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("RUSHES_QC_KEYS", str(tmp_path / "mallory"))
        assert run(["qc", "keys", "init", "mallory"]) == exits.OK
        mallory = bootstrap.signer(load())
    assert mallory is not None
    first, _, third = story(shot)
    forged = replace(third, previous=record_hash(first), signature=None)
    forged = replace(forged, signature=mallory.sign(signing_bytes(forged)))
    put(shot, [first, forged])
    code, wrong = verify()
    assert (code, wrong) == (exits.FOUND, {"a.mov": "untrusted key"})


def test_verifying_writes_nothing(shot: Path) -> None:
    before = {one.place: one.place.lstat() for one in kept(shot)}
    assert run(["qc", "verify", str(shot)]) == exits.OK
    assert {one.place: one.place.lstat().st_mtime_ns for one in kept(shot)} == {
        file: about.st_mtime_ns for file, about in before.items()
    }


@pytest.fixture
def sealed(shot: Path, tmp_path: Path) -> Path:
    """A checkpoint of the shot, kept elsewhere."""
    out = tmp_path / f"kept{CHECKPOINT_ENDING}"
    assert run(["qc", "checkpoint", str(shot), "--out", str(out)]) == exits.OK
    return out


def test_records_lost_since_a_checkpoint_are_told(shot: Path, verify: Verify, sealed: Path) -> None:
    given = ("--checkpoint", str(sealed))
    assert verify(*given) == (exits.OK, {})
    place(shot).unlink()
    put(shot, story(shot, "b.mov")[:2], "b.mov")
    assert verify() == (exits.OK, {})  # which is why there are checkpoints
    assert verify(*given) == (
        exits.FOUND,
        {"a.mov": "record missing", "b.mov": "record rolled back"},
    )


def test_the_last_record_of_all_may_not_go(shot: Path, verify: Verify, sealed: Path) -> None:
    shutil.rmtree(shot / FOLDER)
    code, wrong = verify("--checkpoint", str(sealed))
    assert code == exits.FOUND
    assert set(wrong.values()) == {"record missing"}


def test_no_edit_of_a_checkpoint_stays_unseen(shot: Path, verify: Verify, sealed: Path) -> None:
    dice = random.Random(24)
    data = sealed.read_bytes()
    for number in range(40):
        sealed.write_bytes((one_byte if number % 2 else one_digit)(data, dice))
        code, wrong = verify("--quick", "--checkpoint", str(sealed))
        assert code == exits.FOUND, sealed.read_bytes()
        assert set(wrong.values()) <= {
            *("invalid checkpoint", "bad signature", "untrusted key", "record missing"),
            *("record rewritten", "record rolled back"),
        }


def test_records_signed_since_a_checkpoint_are_none_lost(
    shot: Path, verify: Verify, sealed: Path
) -> None:
    assert run(["qc", "sign", str(shot), "--result", "fail"]) == exits.OK
    assert verify("--checkpoint", str(sealed)) == (exits.OK, {})


def test_the_checkpoint_of_another_folder_is_refused(
    shot: Path, verify: Verify, sealed: Path
) -> None:
    assert run(["qc", "verify", str(shot.parent), "--checkpoint", str(sealed)]) == exits.FOUND


def test_nobodys_trust_makes_no_record_valid(shot: Path) -> None:
    from rushes.cli.qc.walking import media_folders
    from rushes.core.settings import load
    from rushes.ports.progress import Silent

    executor = InlineExecutor()
    root = Root(str(shot))
    walked = media_folders(root, load(), executor=executor, progress=Silent())
    found = list(Verifying(root, Trust({}), executor).run(walked))
    assert {told.verdict.value for one in found for told in one.told} == {"untrusted key"}
