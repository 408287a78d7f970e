"""Reports of an ingest as files: for the house every file, for the vendor the problems alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rushes.core import atomic
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.report_page import MOST_FILES, report_page
from rushes.exchange.tables import files_table, problems_table
from rushes.exchange.telling import Story

_ENDINGS = (".html", ".csv", ".json")


def check_report(path: Path) -> None:
    """Raise `usage` where the name does not tell what kind of report it is to be."""
    if path.suffix.lower() not in _ENDINGS:
        raise RushesError(
            Code.USAGE,
            f"{escape(str(path))} tells no kind of report.",
            hint=f"Let its name end with {', '.join(_ENDINGS[:-1])} or {_ENDINGS[-1]}.",
        )


def write_report(path: Path, story: Story, *, schema: str) -> None:
    """The report of all files, as HTML, CSV or JSON by its name, the latter of that `schema`.

    Raises `write.failed`.
    """
    kind = path.suffix.lower()
    if kind == ".csv":
        atomic.write_bytes(path, files_table(story))
    elif kind == ".json":
        files = [one._asdict() for one in story.files()]
        atomic.write_bytes(path, _json({"schema": schema, **story.row(), "files": files}))
    else:
        atomic.write_bytes(path, _page(story, whole=True))


def write_problems(path: Path, story: Story, *, schema: str) -> None:
    """What the vendor has to know, in the same ways. Nothing of the house's own is in it."""
    kind = path.suffix.lower()
    if kind == ".csv":
        atomic.write_bytes(path, problems_table(story))
    elif kind == ".json":
        atomic.write_bytes(path, _json({"schema": schema, **problems_row(story)}))
    else:
        atomic.write_bytes(path, _page(story, whole=False))


def problems_row(story: Story) -> dict[str, Any]:
    """The problems as JSON."""
    return {
        "show": story.made.show,
        "drop": _drop(story),
        "dry_run": story.dry_run,
        "problems": [{"version": lot, **one.row()} for lot, one in story.problems()],
    }


def _page(story: Story, *, whole: bool) -> bytes:
    files = list(story.files()) if whole else []
    return report_page(
        "ingest.html.j2",
        whole=whole,
        drop=escape(story.made.order.drop_name) if whole else _drop(story),
        row=story.row(),
        problems=[(lot, one) for lot, one in story.problems()],
        files=files[:MOST_FILES],
        left=max(0, len(files) - MOST_FILES),
    )


def _drop(story: Story) -> str:
    """The drop's own name, without the house's folders above it."""
    return escape(story.made.order.drop_name.rstrip("/").rpartition("/")[2])


def _json(value: dict[str, Any]) -> bytes:
    import orjson

    return orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n"
