"""Passphrases, asked for at a terminal and never shown."""

from __future__ import annotations

import sys

import click

from rushes.core.errors import Code, RushesError


def new_passphrase() -> str:
    """A passphrase for a new key, asked for twice. Raises `usage` where there is no terminal."""
    if not sys.stdin.isatty():
        raise RushesError(
            Code.USAGE,
            "There is no terminal to ask for a passphrase at.",
            hint="Set RUSHES_QC_PASSPHRASE (qc.passphrase), or leave --passphrase out.",
        )
    given: str = click.prompt(
        "Passphrase", hide_input=True, confirmation_prompt="Once more", err=True
    )
    return given


def known_passphrase(name: str) -> str | None:
    """What unlocks the key of that name; None where nobody is there to be asked."""
    if not sys.stdin.isatty():
        return None
    given: str = click.prompt(f"Passphrase of the key {name}", hide_input=True, err=True)
    return given
