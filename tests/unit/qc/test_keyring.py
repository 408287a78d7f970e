"""Keys on disk: made, told, trusted, revoked and opened, and nothing private is ever shown."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from rushes.core.errors import Code, RushesError
from rushes.qc import key_lock
from rushes.qc.key_changes import make_key, revoke_key, trust_key
from rushes.qc.key_file import public_text
from rushes.qc.key_opening import open_signer, open_trust
from rushes.qc.key_private import create_private, load_private
from rushes.qc.keyring import Held, Keyring, find_key, held_keys, looked_through
from rushes.qc.signing import Standing

MESSAGE = b"message"
PASSPHRASE = "Zwei Möwen, ein Brötchen"
SECRET = "correct horse battery staple"


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "data" / "keys")


@pytest.fixture
def other(tmp_path: Path) -> Keyring:
    """Somebody else's."""
    return Keyring(tmp_path / "other")


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    folder = tmp_path / "studio"
    folder.mkdir()
    return folder


def refused(ask: Callable[[], object]) -> RushesError:
    with pytest.raises(RushesError) as raised:
        ask()
    return raised.value


def export_key(ring: Keyring, asked: str) -> str:
    """The file of a public key, as it is handed to others."""
    return public_text(find_key(held_keys(ring), asked).known)


def standing(ring: Keyring, signer_of: Keyring) -> Standing:
    signer = open_signer(signer_of)
    assert signer is not None
    return open_trust(ring).check(MESSAGE, signer.sign(MESSAGE))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_key_that_was_made_signs_and_is_believed(ring: Keyring) -> None:
    assert open_signer(ring) is None
    assert held_keys(ring) == []
    made = make_key(ring, "alice")
    signer = open_signer(ring)
    assert signer is not None
    assert signer.key == made.known.key
    assert standing(ring, ring) is Standing.VALID
    assert open_trust(ring).name(signer.key) == "alice"
    assert held_keys(ring) == [made]


def test_a_private_key_is_its_owners_alone_whatever_the_umask(ring: Keyring) -> None:
    before = os.umask(0)
    try:
        made = make_key(ring, "alice")
    finally:
        os.umask(before)
    assert made.private is not None
    assert mode(made.private) == 0o600
    assert mode(ring.own) == 0o700
    assert sorted(os.listdir(ring.own)) == ["alice.key", "alice.pub.json"]


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o777])
def test_a_private_key_that_others_may_touch_is_refused(ring: Keyring, bits: int) -> None:
    made = make_key(ring, "alice")
    assert made.private is not None
    made.private.chmod(bits)
    problem = refused(lambda: open_signer(ring))
    assert problem.code is Code.KEY_INVALID
    assert f"{bits:04o}" in problem.message
    assert "chmod 600" in problem.hint


def test_a_folder_that_others_may_write_to_is_refused(ring: Keyring) -> None:
    make_key(ring, "alice")
    ring.own.chmod(0o775)
    assert refused(lambda: open_trust(ring)).code is Code.KEY_INVALID
    ring.own.chmod(0o755)
    assert standing(ring, ring) is Standing.VALID


def test_a_locked_key_opens_with_its_passphrase_alone(ring: Keyring) -> None:
    make_key(ring, "alice", passphrase=PASSPHRASE)
    signer = open_signer(ring, passphrase=PASSPHRASE)
    assert signer is not None
    asked: list[str] = []
    assert open_signer(ring, ask=lambda name: asked.append(name) or PASSPHRASE) == signer
    assert asked == ["alice"]
    wrong = refused(lambda: open_signer(ring, passphrase="Drei Möwen"))
    assert (wrong.code, "Drei" in wrong.message + wrong.hint) == (Code.KEY_INVALID, False)
    locked = refused(lambda: open_signer(ring))
    assert "RUSHES_QC_PASSPHRASE" in locked.hint
    assert refused(lambda: open_signer(ring, ask=lambda _: None)).message == locked.message


def test_a_passphrase_is_not_looked_at_where_none_is_needed(ring: Keyring) -> None:
    make_key(ring, "alice")
    assert open_signer(ring, passphrase=PASSPHRASE, ask=lambda _: pytest.fail("asked")) is not None


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_other_programs_can_open_a_locked_key(ring: Keyring) -> None:
    made = make_key(ring, "alice", passphrase=PASSPHRASE)
    assert made.private is not None
    ran = subprocess.run(
        ["openssl", "pkey", "-in", made.private, "-passin", "env:OPENS", "-pubout"],
        env={**os.environ, "OPENS": PASSPHRASE},
        capture_output=True,
        check=True,
        text=True,
    )
    other = Keyring(ring.own.with_name("theirs"))
    assert trust_key(other, ran.stdout, shown="alice.pem", name="alice").known.raw == made.known.raw


def test_a_locked_key_is_not_in_its_file(tmp_path: Path) -> None:
    private = Ed25519PrivateKey.generate()
    path = tmp_path / "a.key"
    create_private(path, private, "x")
    assert load_private(path, "x").private_bytes_raw() == private.private_bytes_raw()
    opened = load_pem_private_key(path.read_bytes(), b"x")
    assert isinstance(opened, Ed25519PrivateKey)
    plain = tmp_path / "b.key"
    create_private(plain, private, None)
    assert b"ENCRYPTED" in path.read_bytes()
    assert b"ENCRYPTED" not in plain.read_bytes()
    der = key_lock.locked(private.private_bytes_raw(), "x")
    assert private.private_bytes_raw() not in der
    assert key_lock.locked(private.private_bytes_raw(), "x") != der


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/",
        "",
        ".",
        "..",
        ".hidden",
        "a/b",
        "a\0",
        "a\n",
        "-o",
        "ä",
        "a b",
        "x" * 65,
        "a\\b",
    ],
)
def test_a_name_that_would_leave_the_folder_is_refused(ring: Keyring, name: str) -> None:
    assert refused(lambda: make_key(ring, name)).code is Code.USAGE
    text = json.dumps({"schema_version": 1, "algorithm": "ed25519", "name": name})
    assert refused(lambda: trust_key(ring, text, shown="x")).code is Code.KEY_INVALID
    assert list(ring.own.parent.rglob("*.key")) == []


def test_two_keys_of_one_name_are_refused(ring: Keyring, other: Keyring, studio: Path) -> None:
    make_key(ring, "alice")
    before = (ring.own / "alice.key").read_bytes()
    for name in ("alice", "Alice"):
        assert refused(lambda name=name: make_key(ring, name)).code is Code.KEY_INVALID
    make_key(other, "alice")
    theirs = export_key(other, "alice")
    assert refused(lambda: trust_key(ring, theirs, shown="x")).code is Code.KEY_INVALID
    assert trust_key(ring, theirs, shown="x", name="alice.b").known.name == "alice.b"
    assert (ring.own / "alice.key").read_bytes() == before
    (studio / "alice.pub.json").write_text(theirs)
    assert (
        "alice"
        in refused(lambda: make_key(Keyring(ring.own.with_name("c"), studio), "alice")).message
    )


def test_two_keys_of_one_name_in_two_folders_are_not_believed(
    ring: Keyring, other: Keyring, studio: Path
) -> None:
    make_key(ring, "alice")
    make_key(other, "ALICE")
    (studio / "alice.pub.json").write_text(export_key(other, "ALICE"))
    assert refused(lambda: open_trust(Keyring(ring.own, studio))).code is Code.KEY_INVALID


def test_a_trusted_key_is_believed_under_the_name_that_was_given(
    ring: Keyring, other: Keyring
) -> None:
    make_key(other, "root")
    assert standing(ring, other) is Standing.UNTRUSTED_KEY
    text = export_key(other, "root")
    trusted = trust_key(ring, text, shown="root.pub.json", name="carol")
    assert standing(ring, other) is Standing.VALID
    assert open_trust(ring).name(trusted.known.key) == "carol"
    assert trust_key(ring, text, shown="root.pub.json", name="carol") == trusted
    assert open_signer(ring) is None
    again = refused(lambda: trust_key(ring, text, shown="root.pub.json"))
    assert "carol" in again.message


def test_the_studios_keys_are_believed_and_none_of_them_signs(
    ring: Keyring, other: Keyring, studio: Path
) -> None:
    made = make_key(other, "bob")
    pem = Ed25519PrivateKey.generate().public_key()
    (studio / "bob.pub.json").write_text(export_key(other, "bob"))
    (studio / "farm.pem").write_bytes(
        pem.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    (studio / "README.txt").write_text("keys")
    both = Keyring(ring.own, studio)
    assert [one.known.name for one in held_keys(both)] == ["bob", "farm"]
    assert held_keys(both) == held_keys(both)
    assert all(one.shared for one in held_keys(both))
    assert standing(both, other) is Standing.VALID
    assert open_signer(both) is None
    assert refused(lambda: open_signer(both, name="bob")).code is Code.KEY_UNKNOWN
    assert made.known.key in open_trust(both).keys


@pytest.mark.parametrize("where", ["own", "studio"])
def test_revoked_wins_wherever_it_is_said(
    ring: Keyring, other: Keyring, studio: Path, where: str
) -> None:
    make_key(other, "bob")
    whole = export_key(other, "bob")
    both = Keyring(ring.own, studio)
    trust_key(both, whole, shown="x")
    (studio / "bob.pub.json").write_text(whole)
    assert standing(both, other) is Standing.VALID
    signature = Keyring(other.own)
    signer = open_signer(signature)
    assert signer is not None
    made = signer.sign(MESSAGE)
    if where == "own":
        revoke_key(both, "bob", reason="lost")
    else:
        revoke_key(other, "bob", reason="lost")
        (studio / "bob.pub.json").write_text(export_key(other, "bob"))
    trust = open_trust(both)
    assert trust.check(MESSAGE, made) is Standing.REVOKED_KEY
    revocation = trust.revocation(made.key)
    assert revocation is not None
    assert revocation.reason == "lost"
    assert '"lost"' in export_key(both, "bob")
    assert refused(lambda: trust_key(both, whole, shown="x")).code is Code.KEY_INVALID
    assert open_trust(both).check(MESSAGE, made) is Standing.REVOKED_KEY


def test_a_studios_key_is_revoked_for_oneself(ring: Keyring, other: Keyring, studio: Path) -> None:
    make_key(other, "bob")
    (studio / "bob.pub.json").write_text(export_key(other, "bob"))
    both = Keyring(ring.own, studio)
    key = held_keys(both)[0].known.key
    revoked = revoke_key(both, key, reason="left")
    assert revoked.known.revoked is not None
    assert not revoked.shared
    assert '"revoked": null' in (studio / "bob.pub.json").read_text()
    assert standing(both, other) is Standing.REVOKED_KEY


def test_a_second_revocation_leaves_the_first(ring: Keyring) -> None:
    make_key(ring, "alice")
    first = datetime(2026, 1, 2, tzinfo=UTC)
    revoked = revoke_key(ring, "alice", reason="lost \udc80", moment=first)
    later = revoke_key(ring, "alice", reason="found", moment=first + timedelta(days=1))
    assert later == revoked
    assert revoked.known.revoked is not None
    assert revoked.known.revoked == (first, "lost")


def test_a_revocation_is_passed_on_by_the_file(ring: Keyring, other: Keyring) -> None:
    made = make_key(other, "bob")
    trust_key(ring, export_key(other, "bob"), shown="x")
    revoke_key(other, "bob", reason="stolen")
    trust_key(ring, export_key(other, "bob"), shown="x")
    assert open_trust(ring).revocation(made.known.key) is not None


def test_of_several_keys_one_is_chosen_by_name(ring: Keyring) -> None:
    make_key(ring, "alice")
    make_key(ring, "alice-2027")
    problem = refused(lambda: open_signer(ring))
    assert problem.code is Code.KEY_UNKNOWN
    assert "alice, alice-2027" in problem.message
    assert open_signer(ring, name="alice") is not None
    assert refused(lambda: open_signer(ring, name="alicia")).hint == "Did you mean alice?"
    revoke_key(ring, "alice", reason="new year")
    chosen = open_signer(ring)
    assert chosen is not None
    assert open_trust(ring).name(chosen.key) == "alice-2027"
    assert refused(lambda: open_signer(ring, name="alice")).code is Code.KEY_INVALID


def test_whoever_has_only_a_revoked_key_does_not_sign_nothing_in_silence(ring: Keyring) -> None:
    make_key(ring, "alice")
    revoke_key(ring, "alice", reason="lost")
    assert refused(lambda: open_signer(ring)).code is Code.KEY_INVALID


def test_a_secret_signs_unless_a_key_is_named(ring: Keyring) -> None:
    made = make_key(ring, "alice")
    shared = open_signer(ring, secret=SECRET)
    named = open_signer(ring, secret=SECRET, name="alice")
    assert shared is not None
    assert named is not None
    assert shared.algorithm == "hmac-sha256"
    assert named.key == made.known.key
    trust = open_trust(ring, secret=SECRET)
    for signer in (shared, named):
        assert trust.check(MESSAGE, signer.sign(MESSAGE)) is Standing.VALID


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("bob.pub.json", b"{"),
        ("bob.pub.json", b"[]"),
        ("bob.pub.json", b"\xff"),
        ("bob.pub.json", b'{"schema_version": 2, "algorithm": "ed25519"}'),
        ("bob.pub.json", b"[" * 50_000),
        ("bob.pem", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
        ("bob smith.pem", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
    ],
)
def test_nothing_is_believed_while_a_file_makes_no_sense(
    ring: Keyring, studio: Path, file: str, data: bytes
) -> None:
    make_key(ring, "alice")
    both = Keyring(ring.own, studio)
    (studio / file).write_bytes(data)
    problem = refused(lambda: open_trust(both))
    assert problem.code is Code.KEY_INVALID
    assert file in problem.message
    found, problems = looked_through(both)
    assert [one.known.name for one in found] == ["alice"]
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("public", "AAAA"),
        ("public", "A" * 43 + "="),
        ("key", "ed25519:" + "0" * 32),
        ("created", "yesterday"),
        ("created", "2026-01-01T00:00:00"),
        ("created", 5),
        ("name", None),
        ("revoked", "no"),
        ("revoked", False),
        ("revoked", {"time": "2026-01-01T00:00:00Z"}),
        ("revoked", {"time": "2026-01-01T00:00:00Z", "reason": "\ud800"}),
        ("algorithm", "rsa"),
    ],
)
def test_a_public_file_that_contradicts_itself_is_refused(
    ring: Keyring, other: Keyring, field: str, value: object
) -> None:
    make_key(other, "bob")
    document = {**json.loads(export_key(other, "bob")), field: value}
    problem = refused(lambda: trust_key(ring, json.dumps(document), shown="bob.json"))
    assert problem.code is Code.KEY_INVALID
    assert "bob.json" in problem.message
    assert held_keys(ring) == []


def test_what_is_no_public_key_is_not_trusted(ring: Keyring, other: Keyring) -> None:
    made = make_key(other, "bob")
    assert made.private is not None
    private = made.private.read_text()
    problem = refused(lambda: trust_key(ring, private, shown="bob.key", name="bob"))
    assert "private key" in problem.message
    assert not any(line in problem.message for line in private.split("\n") if line)
    large = rsa.generate_private_key(65537, 2048).public_key()
    pem = large.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert "no Ed25519" in refused(lambda: trust_key(ring, pem, shown="x", name="bob")).message
    assert "whose" in refused(lambda: trust_key(ring, pem, shown="x")).message


def test_parts_of_two_keys_do_not_sign(ring: Keyring, other: Keyring) -> None:
    mine, theirs = make_key(ring, "alice"), make_key(other, "alice")
    assert mine.private is not None
    assert theirs.private is not None
    mine.private.write_bytes(theirs.private.read_bytes())
    assert refused(lambda: open_signer(ring)).code is Code.KEY_INVALID
    mine.private.write_text("-----BEGIN PRIVATE KEY-----\ntop secret\n")
    problem = refused(lambda: open_signer(ring))
    assert "top secret" not in "".join(traceback.format_exception(problem))
    mine.file.unlink()
    assert "alice.pub.json" in refused(lambda: open_signer(ring)).message


def test_a_file_under_another_name_is_refused(ring: Keyring) -> None:
    made = make_key(ring, "alice")
    made.file.rename(made.file.with_name("bob.pub.json"))
    _, problems = looked_through(ring)
    assert any("is called alice" in one.message for one in problems)


def test_what_is_no_file_does_not_hold_anybody_up(ring: Keyring) -> None:
    made = make_key(ring, "alice")
    assert made.private is not None
    made.private.unlink()
    os.mkfifo(made.private, 0o600)
    assert refused(lambda: open_signer(ring)).code is Code.KEY_INVALID
    made.file.unlink()
    os.mkfifo(made.file)
    assert refused(lambda: held_keys(ring)).code is Code.KEY_INVALID


def test_a_studios_folder_that_is_gone_is_told(ring: Keyring, studio: Path) -> None:
    problem = refused(lambda: open_trust(Keyring(ring.own, studio / "gone")))
    assert problem.code is Code.PATH_NOT_FOUND
    assert "qc.trusted_keys" in problem.hint


def test_a_key_is_left_whole_where_another_cannot_be_made(ring: Keyring) -> None:
    make_key(ring, "alice")
    (ring.own / "bob.pub.json").mkdir()
    assert refused(lambda: make_key(ring, "bob")).code is Code.KEY_INVALID
    (ring.own / "bob.pub.json").rmdir()
    (ring.own / "bob.key").symlink_to(ring.own / "alice.key")
    assert refused(lambda: make_key(ring, "bob")).code is Code.KEY_INVALID
    (ring.own / "bob.key").unlink()
    assert refused(lambda: make_key(ring, "bob", passphrase="")).code is Code.USAGE
    assert sorted(os.listdir(ring.own)) == ["alice.key", "alice.pub.json"]


def test_nothing_private_is_shown(ring: Keyring) -> None:
    made: Held = make_key(ring, "alice", passphrase=PASSPHRASE)
    assert made.private is not None
    signer = open_signer(ring, passphrase=PASSPHRASE)
    shown = repr(made) + repr(signer) + export_key(ring, "alice") + repr(held_keys(ring))
    assert PASSPHRASE not in shown
    assert not any(line in shown for line in made.private.read_text().split("\n") if line)
