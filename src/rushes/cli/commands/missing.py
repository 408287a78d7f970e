"""`rushes missing`: file sequences that lack frames."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click

from rushes import bootstrap
from rushes.cli import exits, face, show
from rushes.cli.expected import absent, expected
from rushes.cli.face import command
from rushes.cli.one_sequence import apart
from rushes.cli.progress import progress
from rushes.cli.rows import sequence_row
from rushes.cli.session import Session
from rushes.cli.surveying import each_once, surveyed
from rushes.core.escape import escape
from rushes.frames.group import Rules
from rushes.frames.notation import format_frames
from rushes.model.files import FoundFolder
from rushes.model.finding import Finding
from rushes.scan import dead_links
from rushes.scan.gaps import Judged, empty_as_missing, subject
from rushes.scan.survey import Survey

_TOLD = ("folder.", "files.unreadable", dead_links.RULE)  # beside what is missing


@dataclass(slots=True)
class _Lacking:
    """The sequences of one path that lack frames, gathered while it is walked."""

    zero_bytes: bool
    rules: Rules
    sequences: list[Judged] = field(default_factory=list)
    empty: int = 0
    links: int = 0  # that lead nowhere, and are frames of no sequence that there is

    def take(self, folder: FoundFolder, judged: Sequence[Judged]) -> None:
        if folder.left_out.dead_links:
            self.links += dead_links.stray(folder, self.rules)
        for one in judged:
            self.empty += len(one.found.facts.empty)
            told = empty_as_missing(one) if self.zero_bytes else one
            if told.gaps.missing:
                self.sequences.append(told)


@command
@face.paths()
@face.expect
@face.no_db
@click.option("--zero-bytes", is_flag=True, help="Frames of zero bytes count as missing, too.")
@face.full
@face.walking
def missing(
    session: Session,
    *,
    paths: tuple[Path, ...],
    expect: str | None,
    no_db: bool,
    zero_bytes: bool,
    full: bool,
) -> int:
    """List file sequences with missing frames below each PATH. PATH is a folder, or a pattern such
    as x/plate.%04d.exr: that one sequence.

    Frames are held against --expect, else the shot's range in the settings, else its range on
    record, else the first to the last frame found; each line says which. A frame whose name is a
    link that leads nowhere is missing. Of PATHs that overlap each folder counts once. Exits 1 when
    frames are missing or a shot with a range has no file sequence at all, 2 when there is no such
    folder or no file sequence in it, 3 when a part of it could not be read or the records are out
    of reach.
    """
    settings = session.settings
    judged_by = expected(expect, settings, no_db=no_db)
    done: list[tuple[Survey, _Lacking]] = []
    with closing(bootstrap.executor(settings)) as executor, progress("looking") as watched:
        named, folders = apart(paths, settings)
        for sequence in named:
            lacking = _Lacking(zero_bytes, bootstrap.rules(settings))
            done.append((sequence.surveyed(judged_by, lacking.take, session.actor), lacking))
        for _, root in each_once(folders, settings):
            lacking = _Lacking(zero_bytes, bootstrap.rules(settings))
            survey = surveyed(
                root,
                settings,
                expect=judged_by,
                executor=executor,
                sink=lacking.take,
                actor=session.actor,
                progress=watched,
                full=full,
                at_end=partial(absent, judged_by),
            )
            done.append((survey, lacking))
    if session.as_json:
        show.json("rushes.missing/1", {"searches": [_row(*one) for one in done]})
    else:
        for one in done:
            _show(*one)
    return exits.gravest(_exit_code(*one) for one in done)


def _exit_code(survey: Survey, lacking: _Lacking) -> int:
    if lacking.sequences:
        return exits.FOUND
    if survey.totals.sequences and (lacking.links or any(_absent(survey))):
        return exits.FOUND
    if survey.totals.unread_folders:
        return exits.UNAVAILABLE
    return exits.OK if survey.totals.sequences else exits.NOT_THERE


def _row(survey: Survey, lacking: _Lacking) -> dict[str, Any]:
    return {
        "root": escape(survey.root.mount),
        "below": escape(str(survey.root.below)),
        "sequences": survey.totals.sequences,
        "unread_folders": survey.totals.unread_folders,
        "empty_frames": lacking.empty,
        "missing": [sequence_row(one) for one in lacking.sequences],
        "findings": [one.row() for one in (*_told(survey), *_absent(survey))],
    }


def _show(survey: Survey, lacking: _Lacking) -> None:
    where = escape(str(survey.root.path))
    for one in lacking.sequences:
        digits = one.found.sequence.subframe_digits
        count = len(one.gaps.missing)
        frames = format_frames(one.gaps.missing, subframe_digits=digits)
        show.text(f"{subject(one.found.sequence)}  {show.styled(frames, 'red')}")
        show.text(f"    {show.counted(count, 'frame')} missing against {one.gaps.source}")
    show.findings([*_told(survey), *_absent(survey)])
    if not survey.totals.sequences:
        show.note(f"No file sequence was found below {where}.")
        return
    total = sum(len(one.gaps.missing) for one in lacking.sequences)
    looked = show.counted(survey.totals.sequences, "file sequence")
    if lacking.sequences:
        lack = f"{len(lacking.sequences):,} of {looked}"
        show.text(f"{where}: {show.counted(total, 'frame')} missing, in {lack}.")
    else:
        besides = ", but shots are" if any(_absent(survey)) else ""
        if lacking.links:
            links = "1 dead link is" if lacking.links == 1 else f"{lacking.links:,} dead links are"
            besides += f", but {links} named like frames"
        show.text(f"{where}: no frame is missing in {looked}{besides}.")
    if lacking.empty and not lacking.zero_bytes:
        show.text(
            f"{show.counted(lacking.empty, 'frame')} of zero bytes passed for being there;"
            " --zero-bytes counts such frames as missing."
        )
    if survey.totals.unread_folders:
        folders = show.counted(survey.totals.unread_folders, "folder")
        show.note(f"{folders} could not be read: what is missing there is not known.")


def _told(survey: Survey) -> list[Finding]:
    return [one for one in survey.findings if one.rule.startswith(_TOLD)]


def _absent(survey: Survey) -> list[Finding]:
    return [one for one in survey.findings if one.rule == "shot.absent"]
