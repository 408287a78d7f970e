"""A batch of names from a file: each held against the project, and against what its row says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.core.names import folded
from rushes.exchange.validate_names import Judged, Rules, judged
from rushes.exchange.validate_rows import Row
from rushes.model.finding import Finding, Severity
from rushes.tracking.naming import Template
from rushes.tracking.naming_fit import Fit
from rushes.tracking.naming_tokens import Number


def judged_rows(rules: Rules, rows: Iterable[Row]) -> Iterator[Judged]:
    """The name of each row, with what it should be where the row's other cells tell.

    A row without a name, and a name that two rows have, are wrong.
    """
    seen: dict[str, Row] = {}
    for row in rows:
        name = row.cells.get("name", "")
        if not name:
            yield _nameless(rules, row)
            continue
        found = _held(rules, row, judged(rules, name, where=row.where))
        before = seen.setdefault(folded(name), row)
        if before is not row:
            found = found._replace(findings=(*found.findings, _again(row, before)))
        yield found


def _held(rules: Rules, row: Row, found: Judged) -> Judged:
    """The judgement with what the cells beside the name say otherwise."""
    read = found.fits or (judged(rules, found.right).fits if found.right else ())
    if not read:
        made = [name for one in rules.templates.values() if (name := _made(one, row.cells))]
        # Where the cells make one name only, that is what was meant.
        return found._replace(right=made[0] if len(made) == 1 else "")
    apart = [tuple(_apart(rules, one, row)) for one in read]
    if not all(apart):
        return found  # a reading of the name is what the row says
    nearest = min(range(len(apart)), key=lambda at: len(apart[at]))
    template = rules.templates.get(read[nearest].template)
    right = _made(template, row.cells, read[nearest]) if template is not None else ""
    return found._replace(findings=(*found.findings, *apart[nearest]), right=right)


def _apart(rules: Rules, fit: Fit, row: Row) -> Iterator[Finding]:
    template = rules.templates.get(fit.template)
    for token, value in fit.values.items():
        cell = row.cells.get(token, "")
        if not cell or (template is not None and _read(template, token, cell) == value):
            continue
        if template is None and cell == str(value):
            continue
        yield Finding(
            "naming.row",
            Severity.ERROR,
            row.where,
            f"The name says {token} {value}, the row {escape(cell)}.",
            found=str(value),
            wanted=escape(cell),
            fix="Correct the one that is wrong.",
        )


def _read(template: Template, token: str, cell: str) -> object:
    """A cell as the token's value: 4, 004 and v004 are one version."""
    if isinstance(template.fields[token].kind, Number):
        cell = cell[1:] if token == "version" and cell[:1] in "vV" else cell
    return template.from_text({token: cell})[token]


def _made(template: Template, cells: Mapping[str, str], fit: Fit | None = None) -> str:
    """The name that the template makes of the row's cells; empty where they are not enough."""
    given = {name: cells[name] for name in template.fields if cells.get(name)}
    values = dict(fit.values) if fit is not None else {}
    try:
        values |= {name: _read(template, name, one) for name, one in given.items()}  # type: ignore[misc]
        return template.format(values)
    except RushesError:
        return ""


def _nameless(rules: Rules, row: Row) -> Judged:
    made = [name for one in rules.templates.values() if (name := _made(one, row.cells))]
    right = made[0] if len(made) == 1 else ""
    told = "The row has no name."
    fix = f"Name it {right}." if right else "Write the name into the column name."
    wrong = Finding("naming.row", Severity.ERROR, row.where, told, wanted=right, fix=fix)
    return Judged("", (), (wrong,), right, row.where)


def _again(row: Row, before: Row) -> Finding:
    name, other = row.cells["name"], before.cells["name"]
    same = "the same name" if name == other else f"{escape(other)}, but for case or accents,"
    return Finding(
        "naming.twice",
        Severity.ERROR,
        row.where,
        f"{escape(name)}: {before.where} has {same} already.",
        fix="Name each file once.",
    )
