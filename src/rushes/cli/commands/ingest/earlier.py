"""`rushes aws ingest`: drops taken in as an earlier tool did, by its names and into its buckets."""

from __future__ import annotations

from copy import copy

import click

from rushes.cli.commands.ingest.run import run

# That tool always uploaded, and read names in one way.
_USUAL = {"like": "onepiece", "vendor_bucket": "vendor_in", "client_bucket": "client_in"}
_UNKNOWN_TO_IT = ("to",)


def _earlier() -> click.Command:
    """`rushes ingest run` with what was usual there."""
    made = copy(run)
    made.params = [_param(one) for one in run.params if one.name not in _UNKNOWN_TO_IT]
    return made


def _param(one: click.Parameter) -> click.Parameter:
    usual = _USUAL.get(one.name or "")
    if usual is None or not isinstance(one, click.Option):
        return one
    made = copy(one)
    made.default, made.show_default = usual, True
    return made


ingest = _earlier()
