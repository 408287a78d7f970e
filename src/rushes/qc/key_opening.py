"""From keys on disk to who signs, and to what is believed."""

from __future__ import annotations

from collections.abc import Callable

from rushes.core.errors import Code, RushesError
from rushes.qc.key_private import is_locked, load_private
from rushes.qc.keyring import Held, Keyring, find_key, held_keys
from rushes.qc.signing import Ed25519Signer, HmacSigner, Signer, Trust


def open_signer(
    ring: Keyring,
    *,
    name: str | None = None,
    passphrase: str | None = None,
    secret: str | None = None,
    ask: Callable[[str], str | None] | None = None,
) -> Signer | None:
    """Who signs here: the private key called `name`, else the shared `secret`, else the only key.

    None where there is neither. `ask` is called with a key's name where that is locked and there
    is no passphrase. Raises `key.unknown` where the name is none, or several keys might be meant;
    `key.invalid` where the key was revoked, is no private one, or cannot be opened.
    """
    if name is None and secret is not None:
        return HmacSigner.of(secret)
    chosen = _chosen(held_keys(ring), name)
    if chosen is None or chosen.private is None:
        return None
    if passphrase is None and ask is not None and is_locked(chosen.private):
        passphrase = ask(chosen.known.name)
    signer = Ed25519Signer.of(load_private(chosen.private, passphrase))
    if signer.key != chosen.known.key:
        raise RushesError(
            Code.KEY_INVALID,
            f"The private and the public part of the key {chosen.known.name} do not belong"
            " together.",
            hint="Restore both from a backup. Nobody would believe such a signature.",
        )
    return signer


def open_trust(ring: Keyring, *, secret: str | None = None) -> Trust:
    """What is believed here: one's own keys, those trusted oneself, the studio's and the secret.

    Raises as `held_keys` does: nothing is believed while a file of the folders makes no sense.
    """
    return Trust(
        {one.known.key: one.known for one in held_keys(ring)},
        HmacSigner.of(secret) if secret is not None else None,
    )


def _chosen(found: list[Held], name: str | None) -> Held | None:
    if name is not None:
        return _usable(find_key(found, name))
    own = [one for one in found if one.private is not None and one.known.revoked is None]
    if len(own) > 1:
        raise RushesError(
            Code.KEY_UNKNOWN,
            f"There are several keys to sign with: {', '.join(one.known.name for one in own)}.",
            hint="Choose one: --key NAME, or set qc.key (RUSHES_QC_KEY) to its name.",
        )
    if not own:
        revoked = [one for one in found if one.private is not None]
        return _usable(revoked[0]) if revoked else None  # never unsigned in silence
    return own[0]


def _usable(held: Held) -> Held:
    revoked = held.known.revoked
    if held.private is None:
        raise RushesError(
            Code.KEY_UNKNOWN,
            f"Of the key {held.known.name} only the public part is here.",
            hint="Set qc.key to a key of your own: rushes qc keys list",
        )
    if revoked is not None:
        raise RushesError(
            Code.KEY_INVALID,
            f"The key {held.known.name} was revoked on {revoked.moment:%Y-%m-%d}:"
            f" {revoked.reason or 'no reason was given'}.",
            hint="Make a new one (rushes qc keys init) and set qc.key to its name.",
        )
    return held
