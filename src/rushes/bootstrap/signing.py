"""Who signs records here, and whose signatures are believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rushes import bootstrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from rushes.core.settings import Settings
    from rushes.qc.keyring import Keyring
    from rushes.qc.signing import Signer, Trust


def keyring(settings: Settings) -> Keyring:
    """Where this person's keys lie, and the studio's public ones."""
    from rushes.qc.keyring import Keyring

    return Keyring(settings.qc.keys or settings.data_dir / "keys", settings.qc.trusted_keys)


def signer(settings: Settings, ask: Callable[[str], str | None] | None = None) -> Signer | None:
    """Who signs records here; None where there is neither a key nor a secret.

    `ask` is for the passphrase of a locked key, by its name. Raises `key.unknown`, `key.invalid`.
    """
    from rushes.qc.key_opening import open_signer

    qc = settings.qc
    return open_signer(
        bootstrap.keyring(settings),
        name=qc.key,
        passphrase=qc.passphrase,
        secret=qc.secret,
        ask=ask,
    )


def trust(settings: Settings) -> Trust:
    """Whose signatures are believed here."""
    from rushes.qc.key_opening import open_trust

    return open_trust(bootstrap.keyring(settings), secret=settings.qc.secret)
