"""A delivery's contact sheet: a picture of each version with its slate below."""

from __future__ import annotations

from rushes.exchange.delivery_papers import wording
from rushes.exchange.delivery_papers.facts import Facts, Row
from rushes.exchange.delivery_papers.pictures import MOST, Pictures
from rushes.inspection.contact_sheet import Cell
from rushes.inspection.contact_sheet_worker import contact_sheet_file
from rushes.report.wording import count


def contact_sheet(facts: Facts, pictures: Pictures) -> bytes:
    """One page for all versions as JPEG; the same facts and pictures give the same bytes.

    Beyond `MOST` versions it says how many it has no room for. Raises `write.failed` and
    `dependency.missing`.
    """
    cells = [_cell(row, pictures) for row in facts.rows[:MOST]]
    cells = cells or [Cell("", None, "nothing was delivered")]
    width = max(pictures.width, *(one.picture.columns for one in cells if one.picture), 0)
    return contact_sheet_file(cells, width=width, heading=_heading(facts)).data


def _cell(row: Row, pictures: Pictures) -> Cell:
    version = " ".join(filter(None, (row.task, row.number))) or row.version
    lines = (wording.shot(row), version, wording.frames(row) or row.path.rpartition("/")[2])
    picture = pictures.of(row)
    label = "\n".join(_one_line(line) for line in lines)
    return Cell(label, picture, "" if picture is not None else pictures.why(row))


def _heading(facts: Facts) -> list[str]:
    told = [wording.totals(facts), wording.day(facts)]
    told += [f"for {facts.recipient}"] if facts.recipient else []
    if len(facts.rows) > MOST:
        told.append(f"{count(len(facts.rows) - MOST, 'version')} not on this page")
    title = ": ".join(filter(None, (facts.show, facts.delivery)))
    return [_one_line(title), _one_line(", ".join(told))]


def _one_line(text: str) -> str:
    return " ".join(text.split())
