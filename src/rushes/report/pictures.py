"""Thumbnails as the page carries them, within the room there is."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from rushes.model.files import Kind
from rushes.report import wording
from rushes.report.content import ReportContent, ReportedSequence
from rushes.report.limits import picture_frames

_MAGIC = ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"RIFF", "webp"))


@dataclass(frozen=True, slots=True)
class Picture:
    """A thumbnail as a data URI, or why there is none, in a few words and in a sentence."""

    frame: str
    uri: str = ""
    why: str = ""
    told: str = ""


class Album:
    """Thumbnails as data URIs, as long as there is room for them."""

    def __init__(self, content: ReportContent, room: int) -> None:
        self._content = content
        self._room = room
        self.left_out = 0

    def pictures(self, one: ReportedSequence) -> tuple[Picture, ...]:
        """Pictures of first, middle and last frame; none where none was asked for."""
        frames = picture_frames(one)
        known = (self._content.thumbnails, self._content.unpictured)
        if not any(one.picture_key(frame) in asked for frame in frames for asked in known):
            return ()
        return tuple(self._picture(one, frame) for frame in frames)

    def _picture(self, one: ReportedSequence, frame: int) -> Picture:
        sequence = one.found.sequence
        single = sequence.kind is Kind.FILE
        label = "" if single else wording.frame_text(frame, sequence.subframe_digits)
        data = self._content.thumbnails.get(one.picture_key(frame))
        kind = _kind(data) if data else ""
        if told := self._content.unpictured.get(one.picture_key(frame)):
            return Picture(label, why="cannot be shown", told=told)
        if not data or not kind:
            return Picture(label, why="empty" if frame in one.found.facts.empty else "no picture")
        if len(data) > self._room:
            self.left_out += 1
            return Picture(label, why="left out")
        self._room -= len(data)
        return Picture(label, uri=f"data:image/{kind};base64,{b64encode(data).decode('ascii')}")


def _kind(data: bytes) -> str:
    """What the bytes say they are; empty for anything a page should not carry."""
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
