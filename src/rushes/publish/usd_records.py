"""The latest parts and the shots as the studio's records have them: what layers are made from."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.model.work import Number
from rushes.ports.records import every
from rushes.ports.studio import Access, Entity, Filter, Op, Query, Studio
from rushes.publish.layers import Metadata
from rushes.publish.parts import PartPaths, read_paths, safe_name
from rushes.publish.plan import LatestPart, Plan, ShotStage, planned, shot_folder

_ALL = Access(everything=True)  # layers hold all that there is, whoever published last
_SYSTEMS = {"darwin": ("macos", "darwin"), "win32": ("windows", "win32")}
_SHOTS = 500  # whose publishes are asked for at once
_PART = (
    *("task", "artist", "shot", "software", "part", "version", "iteration"),
    *("item_usd_path", "asset_usd_path"),
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Layers that are made together: of a sequence with all its shots, or in the `folder` of an
    asset that is worked on outside of shots.
    """

    project: int
    sequence: int = 0
    folder: PurePosixPath | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """The project's folder on this system, and the one that everything of a scope lies in."""

    root: Path
    top: Path


def project_root(roots: Mapping[str, Any], *, system: str = sys.platform) -> PurePosixPath | None:
    """The project's folder on this system (`linux`, `macos`, `windows`), None where none is set."""
    for name in _SYSTEMS.get(system, (system.rstrip("0123456789"),)):
        text = roots.get(name)
        if isinstance(text, str) and text:
            return PurePosixPath(text.replace("\\", "/") if system == "win32" else text)
    return None


def scope_of(task: Entity, paths: PartPaths, studio: Studio) -> Scope:
    """What has to be made again after a publish of the task."""
    project = int(task.fields["project"])
    if not task.fields["shot"]:
        return Scope(project, folder=paths.asset_layer.parent)
    (shot,) = studio.get("shot", [task.fields["shot"]], access=_ALL, fields=("sequence",))
    return Scope(project, int(shot.fields["sequence"]))


def ground_of(scope: Scope, studio: Studio, *, within: Sequence[str] = ()) -> Ground:
    """Where the layers lie. Raises `field.invalid` where the project has no folder here, or one
    that is not `within` any of these, where there are some.
    """
    (project,) = studio.get("project", [scope.project], access=_ALL, fields=("code", "roots"))
    root = project_root(project.fields["roots"])
    if root is None or not root.is_absolute():
        raise RushesError(
            Code.FIELD_INVALID,
            f"The project {project.fields['code']} has no folder on this system on record.",
            hint='Set its roots, as in {"linux": "/shows/demo"}; then `rushes usd rebuild`.',
        )
    if within and not any(_lies_in(root, one) for one in within):
        raise RushesError(
            Code.FIELD_INVALID,
            f"The folder of the project {project.fields['code']}, {escape(str(root))}, is not one"
            " that the server writes to.",
            hint="The setting server.storage_roots names those.",
        )
    if scope.folder is not None:
        return Ground(Path(root), Path(scope.folder))
    (sequence,) = studio.get("sequence", [scope.sequence], access=_ALL, fields=("code",))
    code = safe_name(str(sequence.fields["code"]), "a sequence")
    return Ground(Path(root), Path(root) / "sequences" / code)


def _lies_in(root: PurePosixPath, folder: str) -> bool:
    """Whether it leads there, wherever links lead."""
    return Path(os.path.realpath(root)).is_relative_to(os.path.realpath(folder))


def plan_of(scope: Scope, studio: Studio, *, root: Path) -> Plan:
    """The layers that there ought to be, read from the records now.

    A part on record whose paths make no sense, or lead out of the root, is left out and told.
    """
    at = PurePosixPath(root)
    (project,) = studio.get("project", [scope.project], access=_ALL, fields=("fps",))
    if scope.folder is not None:
        found = _in_folder(scope, studio)
        parts, odd = _parts(found, studio, {}, at)
        kept = [one for one in parts if one.paths.asset_layer.parent == scope.folder]
        plan = planned(kept, asset=Metadata(fps=_rate(str(project.fields["fps"]))))
    else:
        stages = dict(_stages(scope.sequence, studio, at))
        found = _of_shots(list(stages), studio)
        parts, odd = _parts(found, studio, stages, at)
        plan = planned(parts, stages.values())
    return replace(plan, findings=(*odd, *plan.findings))


def _stages(sequence: int, studio: Studio, root: PurePosixPath) -> Iterator[tuple[int, ShotStage]]:
    """The shots of a sequence by their numbers."""
    (parent,) = studio.get("sequence", [sequence], access=_ALL, fields=("code",))
    code = str(parent.fields["code"])
    fields = ("code", "frame_in", "frame_out", "effective")
    for one in _all(studio, "shot", [Filter("sequence", Op.IS, sequence)], fields):
        told = one.fields
        first, last = told["frame_in"], told["frame_out"]
        whole = first is not None and last is not None
        metadata = Metadata(
            fps=_rate(str(told["effective"]["fps"]["value"])),
            first=first if whole else None,
            last=last if whole else None,
        )
        folder = shot_folder(root, code, str(told["code"]))
        yield one.id, ShotStage(code, str(told["code"]), folder, metadata)


def _of_shots(shots: Sequence[int], studio: Studio) -> Iterator[Entity]:
    for at in range(0, len(shots), _SHOTS):
        wanted = Filter("shot", Op.IN, list(shots[at : at + _SHOTS]))
        yield from _latest(studio, [wanted])


def _in_folder(scope: Scope, studio: Studio) -> Iterator[Entity]:
    return _latest(
        studio,
        [
            Filter("project", Op.IS, scope.project),
            Filter("shot", Op.NULL, True),
            Filter("item_usd_path", Op.LIKE, f"{scope.folder}/*"),
        ],
    )


def _latest(studio: Studio, filters: Sequence[Filter]) -> Iterator[Entity]:
    mine = (Filter("is_latest", Op.IS, True), Filter("item_usd_path", Op.NOT, ""))
    return _all(studio, "publish", [*filters, *mine], _PART)


def _parts(
    found: Iterable[Entity],
    studio: Studio,
    stages: Mapping[int, ShotStage],
    root: PurePosixPath,
) -> tuple[list[LatestPart], list[Finding]]:
    rows = list(found)
    departments = _departments(studio, {one.fields["task"] for one in rows})
    artists = {one.fields["artist"] for one in rows if one.fields["artist"]}
    logins = {
        one.id: str(one.fields["login"])
        for one in studio.get("artist", sorted(artists), access=_ALL, fields=("login",))
    }
    parts: list[LatestPart] = []
    odd: list[Finding] = []
    for one in rows:
        told = one.fields
        try:
            paths = read_paths(told["item_usd_path"], told["asset_usd_path"], root=root)
        except RushesError as error:
            odd.append(_left_out(told["item_usd_path"], error))
            continue
        assert paths is not None
        stage = stages.get(told["shot"] or 0)
        parts.append(
            LatestPart(
                paths,
                Number(told["version"], told["iteration"]),
                sequence=stage.sequence if stage else "",
                shot=stage.shot if stage else "",
                department=departments[told["task"]],
                artist=logins.get(told["artist"] or 0, ""),
                stream=_stream(told, departments[told["task"]]),
            )
        )
    return parts, odd


def _stream(told: Mapping[str, Any], department: str) -> str:
    part = f", part {told['part']!r}" if told["part"] else ", no part"
    return f"task {told['task']} ({department}), {told['software'] or 'no software'}{part}"


def _departments(studio: Studio, tasks: set[int]) -> dict[int, str]:
    """The department of each task, which is the code of its type."""
    found = studio.get("task", sorted(tasks), access=_ALL, fields=("type",))
    types = sorted({int(one.fields["type"]) for one in found})
    codes = {
        one.id: str(one.fields["code"])
        for one in studio.get("task_type", types, access=_ALL, fields=("code",))
    }
    return {one.id: codes[one.fields["type"]] for one in found}


def _all(
    studio: Studio, kind: str, filters: Sequence[Filter], fields: tuple[str, ...]
) -> Iterator[Entity]:
    query = Query(tuple(filters), fields=fields, limit=1000)
    return every(lambda page: studio.find(kind, query, access=_ALL, page=page))


def _rate(text: str) -> float:
    """Frames a second, as in 24, 23.976 or 24000/1001."""
    above, _, below = text.partition("/")
    return float(Fraction(above) / Fraction(below or 1))


def _left_out(item: str, error: RushesError) -> Finding:
    return Finding(
        "usd.outside" if "below" in error.message else "usd.path",
        Severity.ERROR,
        escape(item),
        f"the part is left out: {error.message}",
        fix="Publish it again, below the project's folder.",
    )
