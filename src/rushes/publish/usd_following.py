"""What happens to USD layers after a publish: those that it concerns follow the records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import NamedTuple

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.ports.progress import Progress
from rushes.ports.studio import Access, Studio
from rushes.publish.parts import PartPaths, read_paths
from rushes.publish.plan import Plan
from rushes.publish.usd import Rebuilt, dry, rebuild
from rushes.publish.usd_records import Ground, Scope, ground_of, plan_of, scope_of

_ALL = Access(everything=True)
_WAIT_S = 60.0


class Composed(NamedTuple):
    """A recorded publish, as far as layers are concerned."""

    task: int
    item: str
    stable: str


def followed(
    published: Iterable[Composed],
    studio: Studio,
    *,
    within: Sequence[str] = (),
    wait_s: float = _WAIT_S,
) -> tuple[Finding, ...]:
    """Have the layers that these publishes concern made again, each once.

    `within` are the only folders to write to, where there are some.
    The publishes are on record, and committed: whoever rebuilds reads them there. Whatever is
    wrong, and be it that nothing could be done at all, is told and never raised.
    """
    told: list[Finding] = []
    scopes: dict[Scope, PurePosixPath] = {}
    for one in published:
        try:
            paths = read_paths(one.item, one.stable)
            if paths is not None:
                scopes.setdefault(_concerned(one, paths, studio, within), paths.item)
        except RushesError as error:
            told.append(_not_done(PurePosixPath(one.item), error))
    for scope, item in scopes.items():
        try:
            told += rebuilt(scope, studio, within=within, wait_s=wait_s).findings
        except RushesError as error:
            told.append(_not_done(item, error))
    return tuple(dict.fromkeys(told))


def rebuilt(
    scope: Scope,
    studio: Studio,
    *,
    dry_run: bool = False,
    replace: bool = False,
    thorough: bool = False,
    within: Sequence[str] = (),
    wait_s: float = _WAIT_S,
    progress: Progress | None = None,
) -> Rebuilt:
    """Make the layers of a scope again from the records; in a dry run only tell which.

    Raises `dependency.missing`, `lock.unavailable`, `field.invalid`, and what the records raise.
    """
    ground = ground_of(scope, studio, within=within)
    plan = partial(_planned, scope, studio, ground)
    if dry_run:
        return dry(plan(), root=ground.root, replace=replace, progress=progress)
    return rebuild(
        plan,
        root=ground.root,
        top=ground.top,
        replace=replace,
        thorough=thorough,
        wait_s=wait_s,
        apart=True,
        progress=progress,
    )


def of_sequences(project: int, sequences: Iterable[int]) -> Iterator[Scope]:
    """The scopes of whole sequences."""
    return (Scope(project, one) for one in sequences)


def _planned(scope: Scope, studio: Studio, ground: Ground) -> Plan:
    return plan_of(scope, studio, root=ground.root)


def _concerned(one: Composed, paths: PartPaths, studio: Studio, within: Sequence[str]) -> Scope:
    (task,) = studio.get("task", [one.task], access=_ALL, fields=("project", "shot"))
    scope = scope_of(task, paths, studio)
    ground = ground_of(scope, studio, within=within)
    # Refused here already: below an asset's folder nothing else would be.
    read_paths(one.item, one.stable, root=PurePosixPath(ground.root))
    return scope


def _not_done(item: PurePosixPath, error: RushesError) -> Finding:
    return Finding(
        "usd.not_rebuilt",
        Severity.WARNING,
        escape(str(item)),
        f"the publish is recorded, and no layer follows it: {error.message}",
        fix=error.hint or "Mend that, then run `rushes usd rebuild`.",
    )
