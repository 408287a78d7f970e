"""How results look: JSON alone on stdout, text in aligned columns, errors on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from rushes.cli.progress import step_aside
from rushes.core.errors import RushesError
from rushes.core.escape import visible

if TYPE_CHECKING:
    from rushes.model.finding import Finding

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}  # by severity, the worst first


def json(schema: str, value: dict[str, Any]) -> None:
    """One JSON document on stdout, `schema` its first key. It may hold `JsonRows` for a list."""
    import orjson

    from rushes.cli.json_rows import JsonRows

    lists: list[JsonRows] = []
    mark = os.urandom(16).hex().encode()  # where a list is to stand that is written by itself

    def marked(rows: object) -> orjson.Fragment:
        if not isinstance(rows, JsonRows):
            raise TypeError
        lists.append(rows)
        return orjson.Fragment(mark)

    data = orjson.dumps({"schema": schema, **value}, option=orjson.OPT_INDENT_2, default=marked)
    first, *rest = data.split(mark)
    step_aside()
    sys.stdout.flush()
    out = sys.stdout.buffer
    out.write(first)
    for rows, after in zip(lists, rest, strict=True):
        out.writelines(rows.parts())
        out.write(after)
    out.write(b"\n")


def json_line(schema: str, value: dict[str, Any]) -> None:
    """One JSON document on one line, flushed at once, for streams of events."""
    import orjson

    step_aside()
    sys.stdout.flush()
    sys.stdout.buffer.write(orjson.dumps({"schema": schema, **value}) + b"\n")
    sys.stdout.buffer.flush()


def document(value: dict[str, Any]) -> None:
    """One JSON document that names its own schema, on one line."""
    import orjson

    document_text(orjson.dumps(value))


def document_text(data: bytes) -> None:
    """`document`, of one that is written already."""
    step_aside()
    sys.stdout.flush()
    sys.stdout.buffer.writelines([data, b"\n"])


def text(line: str = "", *, colour: str | None = None, bold: bool = False) -> None:
    """One line on stdout; coloured on a terminal unless NO_COLOR is set.

    Format characters are written out, so that no name passes itself off for another.
    """
    step_aside()
    line = visible(line)
    if (colour or bold) and coloured():
        line = click.style(line, fg=colour, bold=bold)
    click.echo(line, color=coloured() or None)


def note(line: str) -> None:
    """One line for people, on stderr, so that it never mixes with a result."""
    step_aside()
    click.echo(visible(line), err=True)


def coloured() -> bool:
    """Whether stdout takes colours: a terminal, and NO_COLOR unset or empty."""
    return not os.environ.get("NO_COLOR") and sys.stdout.isatty()


def styled(word: str, colour: str) -> str:
    """`word` in `colour` where colours are taken."""
    return click.style(word, fg=colour) if coloured() else word


def error(problem: RushesError, *, as_json: bool) -> None:
    """The message and what to do now, on stderr; with JSON, also an envelope on stdout."""
    if as_json:
        told = {"code": problem.code.value, "message": problem.message, "hint": problem.hint}
        json("rushes.error/1", {"error": told})
    step_aside()
    colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    label = click.style("error:", fg="red", bold=True) if colour else "error:"
    click.echo(f"{label} {printable(problem.message)}", err=True)
    if problem.hint:
        click.echo(f"  {printable(problem.hint)}", err=True)


def printable(line: str) -> str:
    """`line` with what a terminal could be upset by written out."""
    return "".join(c if c.isprintable() or c in "\n " else repr(c)[1:-1] for c in line)


def findings(found: Sequence[Finding], *, most: int = 200) -> None:
    """Findings, the worst first, one line each, with what to do below the first of each rule."""
    order = {severity: at for at, severity in enumerate(_COLOURS)}
    told: set[str] = set()
    ranked = sorted(found, key=lambda f: (order[f.severity.value], f.rule, f.subject))
    for finding in ranked[:most]:
        label = styled(f"{finding.severity.value:<7}", _COLOURS[finding.severity.value])
        text(f"{label}  {finding.rule:<22} {printable(f'{finding.subject}: {finding.message}')}")
        if finding.fix and finding.rule not in told:
            told.add(finding.rule)
            text(f"{'':9}{'':<22} {finding.fix}", colour="bright_black")
    if len(ranked) > most:
        text(f"… and {len(ranked) - most} more findings (all of them with --json or --report)")


def counted(number: int, noun: str) -> str:
    """`1 frame`, `2,000 frames`."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def table(rows: Iterable[Sequence[str]], *, right: Sequence[int] = (), gap: str = "  ") -> None:
    """Rows in columns as wide as their widest cell; `right` are the columns set flush right."""
    cells = [list(map(visible, row)) for row in rows]
    if not cells:
        return
    widths = [max(_width(row[i]) for row in cells) for i in range(len(cells[0]))]
    for row in cells:
        line = [_filled(cell, widths[i], right=i in right) for i, cell in enumerate(row)]
        text(gap.join(line).rstrip())


def _filled(cell: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if right else cell + space


def _width(cell: str) -> int:
    """Columns on a terminal: a wide character takes two, a combining one and a colour none."""
    plain = click.unstyle(cell)
    if plain.isascii():
        return len(plain)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in plain)
