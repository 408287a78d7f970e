"""`rushes exr check`: files and sequences held against policies."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.exr.check_junit import JUNIT, junit
from rushes.cli.exr.check_sarif import SARIF, sarif
from rushes.cli.exr.check_sheet import Sums, show_checked, show_sums
from rushes.cli.exr.check_targets import Refused, Target, targets
from rushes.cli.exr.checked import Checked, refused_row
from rushes.cli.exr.checked import check as checked
from rushes.cli.face import GivenPath, command, paths
from rushes.cli.json_rows import JsonRows
from rushes.cli.progress import progress
from rushes.cli.report_place import outside
from rushes.cli.session import Session
from rushes.core.atomic import write_bytes
from rushes.core.errors import RushesError
from rushes.model.pixels import PixelStats
from rushes.policy.policy import Policy
from rushes.policy.shelf import find


@dataclass(slots=True)
class _Run:
    """What is gathered while files are looked at; targets are `kept` only for reports."""

    sums: Sums
    keep: bool
    findings: JsonRows = field(default_factory=JsonRows)
    verdicts: JsonRows = field(default_factory=JsonRows)
    kept: list[Checked] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)


@command
@paths()
@click.option(
    "--policy",
    "asked",
    multiple=True,
    required=True,
    metavar="NAME|FILE",
    help="Hold them against this policy; may be given several times.",
)
@click.option("--pixels", is_flag=True, help="Decode the pixels, too, and judge rules about them.")
@click.option(
    "--junit", "junit_file", type=GivenPath(), metavar="FILE", help="Write JUnit's XML there, too."
)
@click.option(
    "--sarif", "sarif_file", type=GivenPath(), metavar="FILE", help="Write SARIF 2.1.0 there, too."
)
def check(
    session: Session,
    *,
    paths: tuple[Path, ...],
    asked: tuple[str, ...],
    pixels: bool,
    junit_file: Path | None,
    sarif_file: Path | None,
) -> int:
    """Hold OpenEXR files against policies: their headers, and the frames of a sequence together.

    PATH is a file, a pattern such as plate.%04d.exr or plate.####.exr, or a folder, in which all
    OpenEXR files are looked at. `rushes policy list` lists policies. Without --pixels, rules about
    pixels are told as not judged. Exits 1 when there are errors (warnings and notes are told and
    pass), 2 when there is no such file, 3 when one could not be read.
    """
    settings = session.settings
    policies = _policies(asked, settings.policy.folder)
    reports = [(junit_file, JUNIT, junit), (sarif_file, SARIF, sarif)]
    wanted = [(place, form, write) for place, form, write in reports if place is not None]
    roots = [bootstrap.root(path, settings) for path in paths if os.path.isdir(path)]
    for place, form, _ in wanted:
        outside(place, roots, form=form)
    run = _Run(Sums(policies), keep=bool(wanted))
    _look(session, run, paths, policies, pixels=pixels)
    _tell(session, run, policies)
    for place, _, write in wanted:
        run.codes.append(_written(place, write(run.kept, policies, run.refused)))
    return exits.gravest(run.codes)


def _policies(asked: Sequence[str], folder: Path | None) -> list[Policy]:
    """The policies asked for, each name once: two of one name could not be told apart."""
    found: dict[str, Policy] = {}
    for one in asked:
        policy = find(one, folder)
        if found.setdefault(policy.name, policy).digest != policy.digest:
            raise click.UsageError(f"Two policies are called {policy.name}: rename one of them.")
    return list(found.values())


def _look(
    session: Session, run: _Run, paths: Sequence[Path], policies: list[Policy], *, pixels: bool
) -> None:
    storage = bootstrap.storage()
    with progress("checking") as watched:
        found: Iterable[Target | Refused] = targets(paths, session.settings)
        measured = None
        if pixels:
            found, measured = _measured(found)
        for target in found:
            if isinstance(target, Refused):
                _refuse(run, target)
                continue
            one = checked(
                target,
                policies,
                storage,
                row=run.findings.add if session.as_json else None,
                pixels=measured,
            )
            run.sums.take(one)
            watched.report(run.sums.files, note="files")
            run.codes.append(exits.FOUND if one.failed else exits.OK)
            for each in one.refused:
                show.error(each.error, as_json=False)
                run.codes.append(exits.EXIT_CODES[each.error.code])
            if session.as_json:
                for row in one.rows():
                    run.verdicts.add(row)
            else:
                show_checked(one, run.sums)
            if run.keep:
                run.kept.append(one)


def _measured(
    found: Iterable[Target | Refused],
) -> tuple[list[Target | Refused], Iterator[PixelStats | RushesError]]:
    """The same, and the pixel statistics of all their files, one stream for one set of workers."""
    # Its libraries take as long to import as all the rest.
    from rushes.cli.exr.counting import Count, counted

    kept = [
        one if isinstance(one, Refused) else replace(one, files=tuple(one.files)) for one in found
    ]
    files = [one for each in kept if isinstance(each, Target) for one in each.files]
    return kept, counted(files, Count())


def _refuse(run: _Run, one: Refused) -> None:
    show.error(one.error, as_json=False)
    run.findings.add(refused_row(one.name, one.error))
    run.refused.append(one)
    run.codes.append(exits.EXIT_CODES[one.error.code])


def _tell(session: Session, run: _Run, policies: Sequence[Policy]) -> None:
    if session.as_json:
        show.json(
            "rushes.exr-check/1",
            {
                "policies": [one.row() for one in policies],
                "totals": run.sums.totals(),
                "verdicts": run.verdicts,
                "findings": run.findings,
            },
        )
    elif run.sums.targets:
        show_sums(run.sums)


def _written(place: Path, data: bytes) -> int:
    try:
        write_bytes(place, data)
    except RushesError as error:
        show.error(error, as_json=False)
        return exits.EXIT_CODES[error.code]
    return exits.OK
