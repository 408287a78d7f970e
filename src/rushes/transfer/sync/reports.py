"""Reports of a sync as files: every file with what was planned and what came of it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from rushes import __version__
from rushes.core import atomic, clock
from rushes.core.units import human_bytes
from rushes.report.render import policy_source, templates
from rushes.report.table import mark, table
from rushes.transfer.sync.story import FileRow, Story

_MOST_FILES = 20_000  # rows of the page; CSV and JSON have them all


def table_mark() -> bytes:
    """What every table begins with."""
    return mark(FileRow._fields)


def write_report(path: Path, story: Story, *, schema: str) -> None:
    """The report as HTML, CSV or JSON by its name, the latter of that `schema`.

    Raises `write.failed`.
    """
    kind = path.suffix.lower()
    made = _json(story, schema) if kind == ".json" else _table(story) if kind == ".csv" else None
    atomic.write_bytes(path, made if made is not None else _page(story))


def _json(story: Story, schema: str) -> bytes:
    import orjson

    told = [one._asdict() for one in story.files()]
    document = {"schema": schema, **story.row(), "files": told}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


def _table(story: Story) -> bytes:
    return table(FileRow._fields, story.files())


def _page(story: Story) -> bytes:
    """One HTML document that asks for nothing from outside, and in which nothing can run."""
    environment = templates("rushes.transfer.sync")
    environment.filters["bytes"] = human_bytes
    style = (files("rushes.transfer.sync") / "templates" / "sync.css").read_text("utf-8")
    told = list(story.files())
    text = environment.get_template("sync.html.j2").render(
        version=__version__,
        style=style,
        style_hash=policy_source(style),
        when=clock.iso(clock.now()),
        row=story.row(),
        files=told[:_MOST_FILES],
        left=max(0, len(told) - _MOST_FILES),
    )
    return text.encode("utf-8")
