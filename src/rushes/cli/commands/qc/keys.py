"""`rushes qc keys`: the keys that records are signed with, and those that are believed."""

from __future__ import annotations

from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.face import GivenPath, command
from rushes.cli.qc import keys_sheet
from rushes.cli.session import Session
from rushes.core.escape import escape
from rushes.qc.keyring import find_key, held_keys, looked_through


@click.group()
def keys() -> None:
    """Make keys to sign with, and say whose are believed. Nobody else ever sees a private key."""


@command
@click.argument("name", required=False, metavar="[NAME]")
@click.option(
    "--passphrase",
    "lock",
    is_flag=True,
    help="Ask for a passphrase that locks the private key. With qc.passphrase set, it is taken.",
)
def init(session: Session, *, name: str | None, lock: bool) -> int:
    """Make a key to sign with. Without NAME it is called as you are logged in."""
    from rushes.cli.qc.passphrase import new_passphrase
    from rushes.qc.key_changes import make_key

    ring = bootstrap.keyring(session.settings)
    passphrase = session.settings.qc.passphrase
    if passphrase is None and lock:
        passphrase = new_passphrase()
    made = make_key(ring, name or session.actor.name, passphrase=passphrase)
    if session.as_json:
        keys_sheet.show_json(ring, [made])
    else:
        keys_sheet.show_made(made, locked=passphrase is not None)
    return exits.OK


@command
def list_(session: Session) -> int:
    """List the keys that are known: one's own, and those that are trusted or revoked.

    Exits 1 when something in the folders of keys makes no sense: nothing is believed until then.
    """
    ring = bootstrap.keyring(session.settings)
    found, refused = looked_through(ring)
    if session.as_json:
        keys_sheet.show_json(ring, found, refused)
    else:
        keys_sheet.show_list(found, refused)
    return exits.FOUND if refused else exits.OK


@command
@click.argument("name", required=False, metavar="[NAME|KEY]")
@click.option(
    "--out", type=GivenPath(dir_okay=False), metavar="FILE", help="Write it there, not to stdout."
)
def export(session: Session, *, name: str | None, out: Path | None) -> int:
    """Print the public part of a key, for others to trust. There is nothing private in it.

    A FILE that is there is only replaced where it holds the same key.
    """
    from rushes.cli.qc.key_handing import write_public
    from rushes.qc.key_file import public_text

    ring = bootstrap.keyring(session.settings)
    chosen = find_key(held_keys(ring), name or session.actor.name)
    if out is not None:
        write_public(chosen.known, out)
    if session.as_json:
        keys_sheet.show_json(ring, [chosen], written=out)
    elif out is not None:
        show.text(f"Wrote {escape(str(out))}: {chosen.known.name}, {chosen.known.key}")
    else:
        show.text(public_text(chosen.known).rstrip("\n"))
    return exits.OK


@command
@click.argument("file", type=GivenPath(), metavar="FILE")
@click.option("--name", metavar="NAME", help="Whose key it is, where the file is not to say it.")
def trust(session: Session, *, file: Path, name: str | None) -> int:
    """Believe what is signed with the public key in FILE (- is stdin) from now on.

    FILE is what `rushes qc keys export` wrote, or PEM with an Ed25519 key. Compare the key that is
    printed with what its owner says it is: whoever sends another key can sign in that name.
    """
    from rushes.cli.qc.key_handing import read_public
    from rushes.qc.key_changes import trust_key

    ring = bootstrap.keyring(session.settings)
    text, shown = read_public(file)
    trusted = trust_key(ring, text, shown=shown, name=name)
    if session.as_json:
        keys_sheet.show_json(ring, [trusted])
    else:
        keys_sheet.show_trusted(trusted)
    return exits.OK


@command
@click.argument("name", metavar="NAME|KEY")
@click.option("--reason", required=True, metavar="TEXT", help="Why, for everybody to read.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def revoke(session: Session, *, name: str, reason: str, yes: bool) -> int:
    """Believe a key no more, not even what it signed before. This cannot be taken back."""
    from rushes.cli.qc.key_handing import confirm_revocation
    from rushes.qc.key_changes import revoke_key

    ring = bootstrap.keyring(session.settings)
    chosen = find_key(held_keys(ring), name)
    if chosen.known.revoked is None and not yes:
        confirm_revocation(chosen.known)
    revoked = revoke_key(ring, chosen.known.key, reason=reason)
    if session.as_json:
        keys_sheet.show_json(ring, [revoked])
    else:
        keys_sheet.show_revoked(revoked, before=chosen.known.revoked is not None)
    return exits.OK


keys.add_command(init)
keys.add_command(list_, "list")
keys.add_command(export)
keys.add_command(trust)
keys.add_command(revoke)
