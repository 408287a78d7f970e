"""Reports of an ingest as tables for spreadsheets, in which no cell can become a formula."""

from __future__ import annotations

from rushes.exchange.telling import FileRow, Story
from rushes.report.table import mark, table

_PROBLEMS = ("severity", "version", "subject", "message", "found", "wanted", "fix", "rule")


def files_mark() -> bytes:
    """What every table of files begins with."""
    return mark(FileRow._fields)


def problems_mark() -> bytes:
    """What every table of problems begins with."""
    return mark(_PROBLEMS)


def files_table(story: Story) -> bytes:
    """A row for each file of the drop."""
    return table(FileRow._fields, story.files())


def problems_table(story: Story) -> bytes:
    """A row for each problem, for whoever sent the drop."""
    rows = (
        (
            one.severity.value,
            lot,
            one.subject,
            one.message,
            one.found,
            one.wanted,
            one.fix,
            one.rule,
        )
        for lot, one in story.problems()
    )
    return table(_PROBLEMS, rows)
