"""One drop taken in at a terminal."""

from __future__ import annotations

from pathlib import Path

from rushes.bootstrap.ingesting import book_of as _book_of
from rushes.bootstrap.ingesting import ingesting
from rushes.cli.progress import progress
from rushes.cli.qc.passphrase import known_passphrase
from rushes.cli.session import Session
from rushes.exchange.telling import Story
from rushes.exchange.wish import Given


def take_in(session: Session, given: Given) -> Story:
    """Plan one drop and, unless it is a dry run, carry the plan out; see `bootstrap.ingesting`.

    A locked key's passphrase is asked for at a terminal.
    """
    run = ingesting(session.settings, given, actor=session.actor, ask=known_passphrase)
    with progress("ingesting") as watched:
        return run.run(watched)


def book_of(session: Session) -> Path:
    """Where ingests are remembered."""
    return _book_of(session.settings)
