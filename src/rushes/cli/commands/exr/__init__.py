"""`rushes exr`: what is in OpenEXR files, and whether it is right."""

from __future__ import annotations

import click

from rushes.cli.lazy import Entry, LazyGroup

_HERE = "rushes.cli.commands.exr"


@click.group(
    cls=LazyGroup,
    entries={
        "info": Entry(f"{_HERE}.info:info", "Tell all that headers hold."),
        "stats": Entry(f"{_HERE}.stats:stats", "Count pixels: range, mean, NaN, infinities."),
        "thumb": Entry(f"{_HERE}.thumb:thumb", "Make small pictures and contact sheets."),
        "diff": Entry(f"{_HERE}.diff:diff", "Compare two files or sequences: headers and pixels."),
        "check": Entry(f"{_HERE}.check:check", "Hold files and sequences against policies."),
        "index": Entry(f"{_HERE}.index:index", "Remember the headers of a tree's files."),
        "find": Entry(f"{_HERE}.find:find", "Find remembered files by what their headers hold."),
        "similar": Entry(f"{_HERE}.similar:similar", "Find files built like a given one."),
        "export": Entry(f"{_HERE}.export:export", "Write what headers hold to an outside store."),
    },
)
def exr() -> None:
    """Look into OpenEXR files: headers, pixels, rules, differences. Nothing is ever changed."""
