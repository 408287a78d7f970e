"""`rushes qc`: quality checks recorded beside the media, signed, and checked again."""

from __future__ import annotations

import click

from rushes.cli.lazy import Entry, LazyGroup

_HERE = "rushes.cli.commands.qc"


@click.group(
    cls=LazyGroup,
    entries={
        "crawl": Entry(f"{_HERE}.crawl:crawl", "Find what is new or changed, and record it."),
        "sign": Entry(f"{_HERE}.sign:sign", "Sign assets off: pass, fail, or pending again."),
        "review": Entry(f"{_HERE}.review:review", "Go through what is pending, at the terminal."),
        "history": Entry(f"{_HERE}.history:history", "Tell the story of an asset's records."),
        "verify": Entry(f"{_HERE}.verify:verify", "Check records, signatures, chains and media."),
        "checkpoint": Entry(
            f"{_HERE}.checkpoint:checkpoint", "Seal all records of a tree at once."
        ),
        "report": Entry(f"{_HERE}.report:report", "Write records as HTML, PDF or CSV."),
        "keys": Entry(f"{_HERE}.keys:keys", "Make, list and trust keys to sign with."),
        "rebuild": Entry(f"{_HERE}.rebuild:rebuild", "Restore the database from the sidecars."),
        "cleanup": Entry(f"{_HERE}.cleanup:cleanup", "Remove records and hash caches of a tree."),
    },
)
def qc() -> None:
    """Record quality checks beside the media, signed and chained. Media is never modified."""
