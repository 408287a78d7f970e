"""`rushes qc keys`: keys made, listed, handed on, trusted and revoked, at the command line."""

from __future__ import annotations

import io
import json
import os
import pty
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits

pytestmark = pytest.mark.usefixtures("home")

PASSPHRASE = "Zwei Möwen, ein Brötchen"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Where keys lie unless the settings say otherwise."""
    return tmp_path / "data" / "keys"


@pytest.fixture
def exported(rushes: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The public key of somebody else, who calls himself bob."""
    file = home / "bob.pub.json"
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("RUSHES_QC_KEYS", str(tmp_path / "bobs"))
        assert rushes("qc", "keys", "init", "bob").code == exits.OK
        assert rushes("qc", "keys", "export", "bob", "--out", file).code == exits.OK
    return file


def names(rushes: Any) -> list[str]:
    return [one["name"] for one in rushes("qc", "keys", "list", "--json").json["keys"]]


def test_a_key_is_made_and_listed(rushes: Any, keys: Path) -> None:
    assert "no keys yet" in rushes("qc", "keys", "list").err
    made = rushes("qc", "keys", "init", "alice")
    assert made.code == exits.OK
    listed = rushes("qc", "keys", "list", "--json").json
    (key,) = listed["keys"]
    assert listed["folder"] == str(keys)
    assert (key["name"], key["private"], key["revoked"]) == ("alice", True, None)
    assert key["key"] in made.out
    assert key["key"] in rushes("qc", "keys", "list").out
    private = (keys / "alice.key").read_text().splitlines()[1]
    assert private not in made.out + made.err + json.dumps(listed)


def test_a_key_is_called_as_one_is_logged_in(rushes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "carol")
    assert rushes("qc", "keys", "init", "--json").json["keys"][0]["name"] == "carol"
    assert rushes("qc", "keys", "export", "--json").json["keys"][0]["name"] == "carol"


@pytest.mark.parametrize("name", ["../x", "/", "a/b", ".x", "ä"])
def test_a_name_that_can_be_none_is_refused(rushes: Any, keys: Path, name: str) -> None:
    ended = rushes("qc", "keys", "init", name, "--json")
    assert (ended.code, ended.json["error"]["code"]) == (exits.NOT_THERE, "usage")
    assert not keys.exists() or not any(keys.iterdir())


def test_a_name_is_not_given_twice(rushes: Any, keys: Path) -> None:
    rushes("qc", "keys", "init", "alice")
    before = (keys / "alice.key").read_bytes()
    ended = rushes("qc", "keys", "init", "alice", "--json")
    assert (ended.code, ended.json["error"]["code"]) == (exits.NOT_THERE, "key.invalid")
    assert (keys / "alice.key").read_bytes() == before


def test_a_passphrase_comes_from_the_settings(
    rushes: Any, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_QC_PASSPHRASE", PASSPHRASE)
    made = rushes("qc", "keys", "init", "alice")
    assert "locked with the passphrase" in made.out
    assert "ENCRYPTED" in (keys / "alice.key").read_text()
    assert PASSPHRASE not in made.out + made.err


def test_nobody_is_asked_where_there_is_no_terminal(
    rushes: Any, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    ended = rushes("qc", "keys", "init", "alice", "--passphrase")
    assert ended.code == exits.NOT_THERE
    assert "RUSHES_QC_PASSPHRASE" in ended.err
    rushes("qc", "keys", "init", "alice")
    ended = rushes("qc", "keys", "revoke", "alice", "--reason", "lost")
    assert ended.code == exits.NOT_THERE
    assert "--yes" in ended.err
    assert rushes("qc", "keys", "list", "--json").json["keys"][0]["revoked"] is None


def test_a_public_key_goes_from_one_to_another(rushes: Any, exported: Path) -> None:
    assert names(rushes) == []
    ended = rushes("qc", "keys", "trust", exported, "--name", "robert")
    assert ended.code == exits.OK
    key = json.loads(exported.read_text())["key"]
    assert f"Trusted as robert: {key}" in ended.out
    (listed,) = rushes("qc", "keys", "list", "--json").json["keys"]
    assert (listed["name"], listed["key"], listed["private"]) == ("robert", key, False)
    assert rushes("qc", "keys", "trust", exported).code == exits.NOT_THERE


def test_a_public_key_is_read_from_stdin(
    rushes: Any, exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(exported.read_bytes())))
    assert rushes("qc", "keys", "trust", "-", "--json").json["keys"][0]["name"] == "bob"


def test_what_is_exported_is_what_is_trusted(rushes: Any, exported: Path, keys: Path) -> None:
    rushes("qc", "keys", "trust", exported)
    assert rushes("qc", "keys", "export", "bob").out == exported.read_text()
    assert json.loads((keys / "bob.pub.json").read_text())["revoked"] is None


def test_an_export_replaces_nothing_but_the_same_key(
    rushes: Any, exported: Path, home: Path
) -> None:
    rushes("qc", "keys", "trust", exported)
    rushes("qc", "keys", "revoke", "bob", "--reason", "left", "--yes")
    assert rushes("qc", "keys", "export", "bob", "--out", exported).code == exits.OK
    assert json.loads(exported.read_text())["revoked"]["reason"] == "left"
    notes = home / "notes.txt"
    notes.write_text("mine")
    assert rushes("qc", "keys", "export", "bob", "--out", notes).code == exits.NOT_WRITTEN
    assert notes.read_text() == "mine"
    rushes("qc", "keys", "init", "alice")
    assert rushes("qc", "keys", "export", "alice", "--out", exported).code == exits.NOT_WRITTEN


def test_the_studios_keys_are_listed(
    rushes: Any, exported: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_QC_TRUSTED_KEYS", str(home))
    listed = rushes("qc", "keys", "list", "--json").json
    assert listed["trusted_folder"] == str(home)
    assert [one["shared"] for one in listed["keys"]] == [True]
    assert "trusted by the studio" in rushes("qc", "keys", "list").out
    monkeypatch.setenv("RUSHES_QC_TRUSTED_KEYS", str(home / "gone"))
    assert rushes("qc", "keys", "list").code == exits.NOT_THERE


def test_a_key_is_revoked_once(rushes: Any, exported: Path) -> None:
    rushes("qc", "keys", "trust", exported)
    key = json.loads(exported.read_text())["key"]
    told = rushes("qc", "keys", "revoke", key, "--reason", "sto\nlen", "--yes", "--json").json
    assert told["keys"][0]["revoked"]["reason"] == "sto len"
    again = rushes("qc", "keys", "revoke", "bob", "--reason", "found", "--yes")
    assert "already" in again.out
    listed = rushes("qc", "keys", "list").out
    assert "sto len" in listed
    assert "found" not in listed
    assert rushes("qc", "keys", "trust", exported).code == exits.NOT_THERE


def test_what_cannot_be_used_is_listed_with_the_rest(rushes: Any, keys: Path) -> None:
    rushes("qc", "keys", "init", "alice")
    (keys / "odd.pub.json").write_text("{")
    ended = rushes("qc", "keys", "list", "--json")
    assert ended.code == exits.FOUND
    assert len(ended.json["refused"]) == 1
    assert rushes("qc", "keys", "list").out.startswith("alice")
    assert rushes("qc", "keys", "export", "alice").code == exits.NOT_THERE


@pytest.mark.parametrize(
    "given",
    [
        ("export", "zoe"),
        ("revoke", "zoe", "--reason", "x", "--yes"),
        ("trust", "gone.json"),
        ("trust", ""),
        ("trust", "."),
    ],
)
def test_what_is_not_there_is_told(rushes: Any, given: tuple[str, ...]) -> None:
    ended = rushes("qc", "keys", *given)
    assert ended.code in (exits.NOT_THERE, exits.UNAVAILABLE)
    assert ended.out == ""


def test_a_private_key_is_not_trusted(rushes: Any, keys: Path) -> None:
    rushes("qc", "keys", "init", "alice")
    ended = rushes("qc", "keys", "trust", keys / "alice.key", "--name", "bob")
    assert ended.code == exits.NOT_THERE
    assert "holds a private key" in ended.err


def at_a_terminal(*args: str, answers: list[str]) -> tuple[int, str]:
    """One command line at a terminal of its own, and what was shown there."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "rushes", *args])
    shown = b""
    ended = False
    while not ended:
        try:
            shown += os.read(terminal, 1024)
        except OSError:  # how a terminal says that nobody is at it any more
            ended = True
        if answers and shown.rstrip().endswith((b":", b"[y/N]:")):
            os.write(terminal, f"{answers.pop(0)}\n".encode())
            shown += b" ... "
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), shown.decode("utf-8", "replace")


def test_a_passphrase_is_asked_for_twice_and_never_shown(rushes: Any, keys: Path) -> None:
    signal.alarm(60)
    try:
        code, shown = at_a_terminal(
            "qc", "keys", "init", "alice", "--passphrase", answers=["one two", "one two"]
        )
    finally:
        signal.alarm(0)
    assert code == exits.OK
    assert "one two" not in shown
    assert "ENCRYPTED" in (keys / "alice.key").read_text()


@pytest.mark.parametrize(("answer", "code"), [("n", exits.INTERRUPTED), ("y", exits.OK)])
def test_a_key_is_revoked_when_that_is_confirmed(rushes: Any, answer: str, code: int) -> None:
    rushes("qc", "keys", "init", "alice")
    asked = ("qc", "keys", "revoke", "alice", "--reason", "lost")
    assert at_a_terminal(*asked, answers=[answer])[0] == code
    (key,) = rushes("qc", "keys", "list", "--json").json["keys"]
    assert (key["revoked"] is not None) == (code == exits.OK)
