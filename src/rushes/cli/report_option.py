"""Options for files that may be given several times, among them `--report`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from rushes.cli.face import GivenPath


def many_files(option: str, name: str, told: str) -> Callable[[Any], Any]:
    """An option for files, whose parameter is a tuple called `name`."""
    kind = GivenPath(dir_okay=False)
    return click.option(option, name, multiple=True, type=kind, metavar="FILE", help=told)


REPORTS = many_files(
    "--report",
    "reports",
    "Write what became of every file, as .html, .csv or .json (repeatable).",
)
