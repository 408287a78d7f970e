"""`rushes validate names` and `names-batch`: names against templates, grammars and records."""

from __future__ import annotations

from pathlib import Path

import click

from rushes.cli import exits, show
from rushes.cli.face import GivenPath, command
from rushes.cli.session import Session
from rushes.cli.validating_options import LIKE, PROJECT, RULES, TEMPLATE


@command
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
@PROJECT
@RULES
@TEMPLATE
@LIKE
def names(
    session: Session, *, names: tuple[str, ...], project: str | None, rules: Path | None,
    asked: tuple[str, ...], like: str | None,
) -> int:  # fmt: skip
    """Hold names against the project's templates and the grammars of its shots' codes.

    Nothing needs to be there. With --project, a name must also tell a shot or asset that is on
    record. Two spellings of one name are told. Exits 1 when a name is wrong.
    """
    from rushes.cli import validating_sheet as sheet
    from rushes.cli.validating_rules import rules_for
    from rushes.exchange.validate_names import judged_names

    held = rules_for(session, project=project, file=rules, like=like, asked=asked)
    found = list(judged_names(held, names))
    if session.as_json:
        show.json("rushes.validate-names/1", {"names": [sheet.name_row(one) for one in found]})
    else:
        sheet.show_names(found)
    return exits.OK if all(one.fine for one in found) else exits.FOUND


@command
@click.argument("path", type=GivenPath(dir_okay=False), metavar="FILE")
@PROJECT
@RULES
@TEMPLATE
@LIKE
def names_batch(
    session: Session, *, path: Path, project: str | None, rules: Path | None,
    asked: tuple[str, ...], like: str | None,
) -> int:  # fmt: skip
    """Hold the names in FILE, CSV or JSON, against the same, and against what their rows say.

    The column `name` holds the names; others are called after tokens: shot, task, version. Each
    wrong line is told, with the name that it should have where that is certain. Exits 1 when a
    line is wrong, or FILE makes no sense.
    """
    from rushes.cli import validating_sheet as sheet
    from rushes.cli.validating_rules import rules_for
    from rushes.exchange.validate_batch import judged_rows
    from rushes.exchange.validate_rows import read_rows

    rows = read_rows(path, column="name")
    held = rules_for(session, project=project, file=rules, like=like, asked=asked)
    found = list(judged_rows(held, rows))
    if session.as_json:
        show.json("rushes.validate-names/1", {"names": [sheet.name_row(one) for one in found]})
    else:
        sheet.show_names([one for one in found if not one.fine], of=len(found))
    return exits.OK if all(one.fine for one in found) else exits.FOUND
