"""Stereo views: left and right are sequences of their own that ought to have the same frames."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from rushes.core.escape import escape
from rushes.frames.grouped import Group
from rushes.frames.notation import brief_frames
from rushes.frames.pattern import pattern_of
from rushes.model.files import Kind
from rushes.model.finding import Finding, Severity

# Nuke's %V stands for left and right, %v for l and r.
_VIEW = re.compile(r"(?<![A-Za-z0-9])(left|right|l|r)(?![A-Za-z0-9])", re.IGNORECASE)


def findings(groups: Sequence[Group]) -> Iterator[Finding]:
    """Pairs of views that differ in frames or padding."""
    views: dict[tuple[str, str], dict[str, Group]] = {}
    for group in groups:
        if group.kind is not Kind.FRAMES:
            continue
        text = f"{group.head}\0{group.tail}"
        sides = {found.group().lower()[0] for found in _VIEW.finditer(text)}
        if len(sides) == 1:
            key = (_VIEW.sub(_either, text), str(group.subframe_digits))
            views.setdefault(key, {})[sides.pop()] = group
    for pair in views.values():
        if len(pair) == 2 and pair["l"].frames != pair["r"].frames:
            yield _differ(pair["l"], pair["r"])


def _either(found: re.Match[str]) -> str:
    return "%v" if len(found.group()) == 1 else "%V"


def _differ(left: Group, right: Group) -> Finding:
    only_left, only_right = left.frames - right.frames, right.frames - left.frames
    brief = partial(brief_frames, subframe_digits=left.subframe_digits)
    told = []
    if only_left:
        told.append(f"only left has {brief(only_left)}")
    if only_right:
        told.append(f"only right has {brief(only_right)}")
    pattern = _VIEW.sub(_either, pattern_of(left))
    return Finding(
        rule="frames.views",
        severity=Severity.WARNING,
        subject=pattern,
        message=f"The views of {escape(pattern)} differ in frames: {'; '.join(told)}.",
        found=f"{brief(left.frames)} | {brief(right.frames)}",
        wanted="the same frames in both views",
        fix="Render or copy the frames that one view lacks.",
    )
