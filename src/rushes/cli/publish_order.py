"""What `rushes publish` was asked for, as a plan: the files, the shot, and what it is held to."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rushes import bootstrap
from rushes.cli.expected import expected
from rushes.cli.naming_sheet import templates_of
from rushes.cli.qc.walking import media_folders
from rushes.cli.session import Session
from rushes.cli.surveying import shows_root
from rushes.cli.validation import validated
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.settings import Settings
from rushes.frames.notation import format_frames, parse_expected, parse_pattern
from rushes.model.files import FoundFolder
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet
from rushes.policy.policy import Policy
from rushes.policy.shelf import find
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.publish.collecting import Collected, collected, named_files
from rushes.publish.copy_place import copy_template
from rushes.publish.copying import check_above
from rushes.publish.judging import (
    Verdict,
    held_against,
    judged,
    not_named,
    of_shot,
    on_record,
)
from rushes.publish.ledger import Aim, Ledger
from rushes.publish.parts import read_paths, stable_of
from rushes.publish.publishing import Copying, Planned
from rushes.publish.shot_folder import layout_folder, shot_folder
from rushes.publish.target import Target, Wish
from rushes.scan.layout import Place
from rushes.scan.renders import ShotRenders
from rushes.scan.roots import Root
from rushes.scan.shots import ShotRanges
from rushes.tracking.plain import check_plain

_REZ = "REZ_USED_RESOLVE"


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of one publish as they were given."""

    target: Target
    wish: Wish
    paths: tuple[Path, ...] = ()
    note: str = ""
    label: str = ""
    expect: str | None = None
    policies: tuple[str, ...] = ()
    item_usd_path: Path | None = None
    asset_usd_path: Path | None = None
    copy_to: Path | None = None
    hardlink: bool = False


@dataclass(frozen=True, slots=True)
class _Usd:
    """The paths of a part, and what they say of it; empty where it is none."""

    item: str = ""
    stable: str = ""
    part: str = ""
    asset: str = ""


@dataclass(slots=True)
class Planning:
    """One run's way from options to a plan."""

    session: Session
    executor: Executor
    progress: Progress
    policies: list[Policy] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """The settings of this run."""
        return self.session.settings

    def plan(self, asked: Asked, ledger: Ledger) -> Planned:
        """Collect and judge; nothing is written or reserved."""
        self.policies = [find(one, self.settings.policy.folder) for one in asked.policies]
        for option in ("software", "part"):
            check_plain(f"--{option}", getattr(asked.target, option))
        usd = _usd(asked)
        _check_part(asked, usd)
        target = self._placed(replace(asked.target, part=asked.target.part or usd.part))
        found = collected(self._folders(asked, target), rules=bootstrap.rules(self.settings))
        aim = ledger.aim(replace(target, asset=usd.asset))
        verdict = self._judged(asked, aim, found)
        return Planned(
            aim,
            asked.wish,
            found,
            verdict,
            self.session.actor,
            note=asked.note,
            label=asked.label,
            item_usd_path=usd.item,
            asset_usd_path=usd.stable,
            copying=self._copying(asked, aim),
            metadata={_REZ: rez} if (rez := os.environ.get(_REZ)) else {},
        )

    def _placed(self, target: Target) -> Target:
        """The target with the sequence that its folder says, where nobody named one."""
        place = self._place(target)
        if place is None or target.sequence:
            return target
        return replace(target, sequence=place[0].sequence)

    def _place(self, target: Target) -> tuple[Place, Path] | None:
        shows = self.settings.shows_root
        if shows is None:
            return None
        found = shot_folder(shows, self.settings.layout.templates, target)
        return (found[0], shows / found[1]) if found is not None else None

    def _folders(self, asked: Asked, target: Target) -> Iterator[tuple[Root, FoundFolder]]:
        """The folders that paths lead to, each with its root."""
        paths = asked.paths or ((asked.item_usd_path,) if asked.item_usd_path else ())
        by_folder: dict[Path, list[str]] = {}
        for path in paths or (self._renders(target),):
            if os.path.isdir(path):
                yield from self._walked(path)
            else:
                for name in _names(path):
                    by_folder.setdefault(path.parent, []).append(name)
        for folder, names in by_folder.items():
            yield named_files(
                bootstrap.root(folder, self.settings),
                names,
                storage=bootstrap.storage(),
                rules=bootstrap.rules(self.settings),
            )

    def _walked(self, path: Path) -> Iterator[tuple[Root, FoundFolder]]:
        root = bootstrap.root(path, self.settings)
        for folder in media_folders(
            root, self.settings, executor=self.executor, progress=self.progress
        ):
            yield root, folder

    def _renders(self, target: Target) -> Path:
        """The shot's renders, as `rushes validate` finds them. Raises `path.not_found`."""
        shows_root(self.settings)
        place = self._place(target)
        name = self.settings.layout.renders
        if place is None or not (place[1] / name).is_dir():
            what = f"no folder {name}" if place is not None else "no folder"
            raise RushesError(
                Code.PATH_NOT_FOUND,
                f"The shot {escape(target.name)} has {what} below shows_root.",
                hint="Check --show and --shot, or name the files to be published.",
            )
        return place[1] / name

    def _judged(self, asked: Asked, aim: Aim, found: Collected) -> Verdict:
        verdict = self._held_to_range(asked, aim, found)
        shot = ShotRenders(Place(), there=True, judged=list(verdict.judged))
        verdict = not_named(verdict, validated(shot, self.settings.naming).others)
        if not self.policies:
            return verdict
        return held_against(
            verdict,
            found,
            self.policies,
            storage=bootstrap.storage(),
            executor=self.executor,
            workers=self.settings.scan.workers,
            progress=self.progress,
        )

    def _held_to_range(self, asked: Asked, aim: Aim, found: Collected) -> Verdict:
        """What --expect says counts first, then the range on record, then the settings."""
        target, recorded = aim.target, aim.frames
        if asked.expect is not None:
            verdict = judged(
                found, expected(asked.expect, self.settings, no_db=True), range_of=target
            )
            if recorded is None:
                return verdict
            told = _other_than_recorded(asked.expect, recorded.frames, asked.target)
            return replace(verdict, findings=(*verdict.findings, *told))
        if recorded is not None:
            return judged(found, on_record(recorded, target), range_of=target)
        # What the records say is known by now.
        ranges = expected(None, self.settings, no_db=True)
        if not isinstance(ranges, ShotRanges):
            return judged(found, ranges)
        names = {target.name, f"{target.show}/{target.shot}"}
        known = target if names & self.settings.shots.keys() else None
        folder = layout_folder(self.settings.layout.templates, target)
        return judged(found, of_shot(ranges, folder), range_of=known)

    def _copying(self, asked: Asked, aim: Aim) -> Copying | None:
        if asked.copy_to is None:
            return None
        made = copy_template(templates_of(self.settings, None), aim.templates)
        to = Path(os.path.abspath(asked.copy_to))
        check_above(to)
        return Copying(to, made, hardlink=asked.hardlink)


def _other_than_recorded(asked: str, recorded: FrameSet, target: Target) -> Iterator[Finding]:
    """That another range was asked for than the one on record."""
    if parse_expected(asked) != (recorded, 0):
        yield Finding(
            "publish.range",
            Severity.NOTE,
            target.name,
            f"The frames were held against --expect {asked}; the shot's range on record is"
            f" {format_frames(recorded)}.",
            fix="Change the shot's range where it is wrong.",
        )


def _usd(asked: Asked) -> _Usd:
    """The paths of a part, absolute. Raises `usage` and `field.invalid`."""
    if asked.item_usd_path is None:
        if asked.asset_usd_path is not None:
            raise RushesError(
                Code.USAGE,
                "--asset-usd is given without --item-usd.",
                hint="Name the layer that was written, too, or neither.",
            )
        return _Usd()
    item = os.path.abspath(asked.item_usd_path)
    if not os.path.isfile(item):
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no file {escape(item)}, which --item-usd names.",
            hint="Write the layer first; then publish it.",
        )
    given = asked.asset_usd_path
    stable = os.path.abspath(given) if given is not None else stable_of(item)
    paths = read_paths(item, stable)
    assert paths is not None
    return _Usd(item, stable, paths.part, paths.asset)


def _check_part(asked: Asked, usd: _Usd) -> None:
    """Raise `usage` where the item is of another part than the one that was named."""
    named = asked.target.part
    if usd.item and named not in ("", usd.part):
        raise RushesError(
            Code.USAGE,
            f"--part is {named!r}, and the item is of {usd.part!r}: {escape(usd.item)}.",
            hint="Leave --part out, or name the item of that part.",
        )


def _names(path: Path) -> Sequence[str]:
    """The file itself, or those of its folder that a pattern such as plate.%04d.exr stands for."""
    if os.path.lexists(path):
        return [path.name]
    try:
        asked = parse_pattern(path.name)
    except RushesError:
        return [path.name]
    try:
        there = os.listdir(path.parent)
    except OSError:
        return [path.name]
    found = [
        one
        for one in there
        if one.startswith(asked.head)
        and one.endswith(asked.tail)
        and one[len(asked.head) : len(one) - len(asked.tail)].lstrip("-").isdigit()
    ]
    return found or [path.name]
