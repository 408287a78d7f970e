"""Reports of a delivery as files, for the house: every file, and where it came from."""

from __future__ import annotations

from pathlib import Path

from rushes.core import atomic
from rushes.exchange.delivery.telling import FileRow, Story
from rushes.exchange.report_page import MOST_FILES, report_page
from rushes.report.table import mark, table


def files_mark() -> bytes:
    """What every table of files begins with."""
    return mark(FileRow._fields)


def write_report(path: Path, story: Story, *, schema: str) -> None:
    """The report as HTML, CSV or JSON by its name, the latter of that `schema`.

    Raises `write.failed`.
    """
    import orjson

    kind = path.suffix.lower()
    if kind == ".csv":
        atomic.write_bytes(path, table(FileRow._fields, story.files()))
    elif kind == ".json":
        files = [one._asdict() for one in story.files()]
        row = {"schema": schema, **story.row(), "files": files}
        atomic.write_bytes(path, orjson.dumps(row, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        atomic.write_bytes(path, _page(story))


def _page(story: Story) -> bytes:
    row, files = story.row(), list(story.files())
    return report_page(
        "delivery.html.j2",
        row=row,
        problems=[(one["name"], found) for one in row["versions"] for found in one["findings"]],
        files=files[:MOST_FILES],
        left=max(0, len(files) - MOST_FILES),
    )
