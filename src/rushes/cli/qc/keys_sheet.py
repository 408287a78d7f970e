"""Keys as text and as JSON: never more than what everybody may know."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rushes.cli import show
from rushes.cli.show import printable
from rushes.core.clock import iso
from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.qc.keyring import Held, Keyring


def show_json(
    ring: Keyring,
    found: Sequence[Held],
    refused: Sequence[RushesError] = (),
    *,
    written: Path | None = None,
) -> None:
    """The document that all commands about keys print."""
    show.json(
        "rushes.qc-keys/1",
        {
            "folder": escape(str(ring.own)),
            "trusted_folder": escape(str(ring.shared)) if ring.shared is not None else None,
            "keys": [_row(one) for one in found],
            "refused": [one.message for one in refused],
            "written": escape(str(written)) if written is not None else None,
        },
    )


def show_list(found: Sequence[Held], refused: Sequence[RushesError]) -> None:
    """A line for each key, and what cannot be used."""
    show.table(
        [
            (one.known.name, one.known.key, f"{one.known.created:%Y-%m-%d}", _standing(one))
            for one in found
        ]
    )
    if not found and not refused:
        show.note("There are no keys yet. To make one: rushes qc keys init")
    for problem in refused:
        show.error(problem, as_json=False)


def show_made(made: Held, *, locked: bool) -> None:
    """A key that is new, where it lies, and how others come to believe it."""
    name = made.known.name
    show.text(f"Made the key {name}: {made.known.key}")
    how = "locked with the passphrase" if locked else "not locked: whoever reads it can sign"
    show.text(f"Private part: {printable(escape(str(made.private)))} ({how})")
    show.text(f"For others to trust it: rushes qc keys export {name} --out {name}.pub.json")


def show_trusted(trusted: Held) -> None:
    """Whose key is believed now, for its owner to be asked."""
    known = trusted.known
    if known.revoked is not None:
        show.text(f"The key {known.name} is known as revoked: {known.key}", colour="yellow")
        return
    show.text(f"Trusted as {known.name}: {known.key}")
    show.text(f"Ask {known.name} by another way whether that is the key.")


def show_revoked(revoked: Held, *, before: bool) -> None:
    """What is not believed any more, and how others come to know."""
    known = revoked.known
    moment = f" on {known.revoked.moment:%Y-%m-%d}" if known.revoked is not None else ""
    done = f"was revoked{moment} already" if before else "is revoked"
    show.text(f"The key {known.name} {done}: {known.key}")
    show.text(f"For others to know: rushes qc keys export {known.name} --out {known.name}.pub.json")


def _standing(one: Held) -> str:
    revoked = one.known.revoked
    if revoked is not None:
        word = show.styled("revoked", "red")
        return f"{word} on {revoked.moment:%Y-%m-%d}: {revoked.reason}"
    if one.private is not None:
        return show.styled("own", "green")
    return "trusted by the studio" if one.shared else "trusted"


def _row(one: Held) -> dict[str, Any]:
    known = one.known
    return {
        "name": known.name,
        "key": known.key,
        "algorithm": "ed25519",
        "public": b64encode(known.raw).decode(),
        "created": iso(known.created),
        "private": one.private is not None,
        "shared": one.shared,
        "file": escape(str(one.file)),
        "revoked": (
            {"time": iso(known.revoked.moment), "reason": known.revoked.reason}
            if known.revoked is not None
            else None
        ),
    }
