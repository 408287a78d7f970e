"""Moving files in a process that can be killed: between two places, with a ledger, as `sync` does.

To be run by `forked.Forks`, which loads everything once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import awscrt.checksums
import boto3
import obstore
import psycopg

from rushes.adapters import s3_parts, s3_source
from rushes.core.errors import RushesError
from rushes.ports import registry
from rushes.ports.storage_writing import Terms
from rushes.testing.forked import STEP
from rushes.transfer import local_arrival, pace
from rushes.transfer.apply import apply
from rushes.transfer.learning import Place, planned
from rushes.transfer.ledger import opened

KILL_AFTER = "RUSHES_TEST_KILL_AFTER"  # bytes, and then this process ends itself
KEEP_EVERY = "RUSHES_TEST_KEEP_EVERY"  # bytes of a file that is written here
PART = "RUSHES_TEST_PART"  # bytes of a request to S3
COMMAND = "rushes.cli.main"  # by its name: nothing in this room knows a face
LOADED = (awscrt.checksums, boto3, obstore)  # beforehand, for all runs


def place(text: str) -> Place:
    """`s3://bucket/folder`, or a folder of this machine."""
    if not text.startswith("s3://"):
        return Place(registry.connect("storage", "local"), text)
    bucket, _, folder = text.removeprefix("s3://").partition("/")
    return Place(registry.connect("storage", "s3", bucket), f"/{folder}")


def run(args: list[str]) -> int:
    """Move all from `args[0]` to `args[1]` with ledgers below `args[2]`; tell outcomes as JSON."""
    prepare()
    source, target, ledgers = args
    here, there = place(source), place(target)
    terms = Terms(clone=False)
    outcomes: dict[str, Any] = {}
    try:
        with opened(Path(ledgers), source, target) as ledger:
            made = planned(here, there, ledger, terms=terms)
            for one in apply(made, here, there, ledger, terms=terms):
                outcomes[one.path] = [one.end.value, one.sent, one.why]
    except RushesError as error:
        sys.stderr.write(f"{error.code.value}: {error.message}\n")
        return 1
    sys.stdout.write(json.dumps(outcomes))
    return 0


def command(args: list[str]) -> int:
    """A whole command line; before and after each statement to the database is a step, too."""
    prepare()
    for made, name in ((psycopg.Cursor, "execute"), (psycopg.Connection, "commit")):
        setattr(made, name, _told(getattr(made, name)))
    run: Callable[[list[str]], int] = import_module(COMMAND).run
    return run(args)


def _told(real: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **more: Any) -> Any:
        sys.audit(STEP)
        try:
            return real(*args, **more)
        finally:
            sys.audit(STEP)

    return call


def prepare() -> None:
    """Set sizes, and when this process is to end itself, as the environment says."""
    local_arrival._KEEP_EVERY = int(os.environ.get(KEEP_EVERY) or local_arrival._KEEP_EVERY)
    part = int(os.environ.get(PART) or s3_source.PIECE)
    s3_parts._LEAST = s3_source.PIECE = part
    after = int(os.environ.get(KILL_AFTER) or 0)
    if after:
        take = pace.Pace.take

        def takes(self: pace.Pace, count: int) -> None:
            take(self, count)
            if self.moved >= after:
                os.kill(os.getpid(), signal.SIGKILL)

        pace.Pace.take = takes  # type: ignore[method-assign]
