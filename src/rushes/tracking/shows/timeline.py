"""Cuts read through OpenTimelineIO: EDLs, and its own files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from importlib.util import find_spec
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.extras import not_installed
from rushes.core.outside import once
from rushes.model.finding import Finding, Severity
from rushes.tracking.shows.cut import Cut, Piece
from rushes.tracking.shows.edl import AT, NUMBERED, TRIPPED, read_edl
from rushes.tracking.shows.otio_sound import flaw
from rushes.tracking.shows.ranges import seen
from rushes.tracking.shows.text import decoded

OURS = "rushes"  # where an export of ours leaves a shot's row in a clip


def need() -> None:
    """Raise `dependency.missing` where OpenTimelineIO and its EDLs are not installed."""
    if find_spec("opentimelineio") is None or find_spec("otio_cmx3600_adapter") is None:
        raise not_installed("OpenTimelineIO", "editorial")


def read_cut(data: bytes, *, kind: str, name: str, rate: Fraction) -> Cut:
    """The cut in a file of the kind `edl` or `otio`, in frames at a rate.

    `name` is the file's, for messages. Raises `field.invalid` where it is no such file, and
    `dependency.missing`.
    """
    need()
    text, findings = decoded(data, name)
    if kind == "edl":
        timeline, found = read_edl(text, name=name, rate=rate)
        findings += found
    else:
        timeline = _otio(text, name)
    reader = _Reader(rate)
    pieces = list(reader.pieces(timeline))
    if not pieces and not reader.findings and not findings:
        raise RushesError(Code.NOTHING_FOUND, f"{name} holds no clips.")
    return Cut(timeline.name or name, pieces, [*findings, *reader.findings])


def _otio(text: str, name: str) -> Any:
    """The first timeline in one of OpenTimelineIO's files."""
    from opentimelineio import adapters, schema
    from opentimelineio.exceptions import OTIOError

    try:
        if why := flaw(json.loads(text, object_pairs_hook=once)):
            raise ValueError(why)
        found = adapters.read_from_string(text, adapter_name="otio_json")
    except (OTIOError, *TRIPPED) as error:
        told = f"{name} is no timeline of OpenTimelineIO: {error}"
        raise RushesError(Code.FIELD_INVALID, told) from error
    if isinstance(found, schema.SerializableCollection):
        found = next((one for one in found if isinstance(one, schema.Timeline)), found)
    if not isinstance(found, schema.Timeline):
        raise RushesError(Code.FIELD_INVALID, f"{name} holds no timeline.")
    return found


class _Reader:
    def __init__(self, rate: Fraction) -> None:
        self._rate = rate
        self.findings: list[Finding] = []

    def pieces(self, timeline: Any) -> Iterator[Piece]:
        """The clips of all video tracks, in order, what is nested counted in."""
        for track in timeline.video_tracks():
            for at, item in enumerate(self._items(track), 1):
                place = f"clip {at} of {track.name or 'the track'}"
                piece = self._piece(item, _event(item) or place)
                if piece is not None:
                    yield piece

    def _items(self, track: Any) -> Iterator[Any]:
        """Clips below a track; gaps and transitions are told on the way."""
        from opentimelineio import schema

        clips = 0
        for item in track:
            if isinstance(item, schema.Gap):
                if clips and item.duration().value > 0:
                    told = f"{_frames(item)} of nothing after clip {clips}."
                    self._note("cut.gap", track.name, told)
            elif isinstance(item, schema.Transition):
                length = (item.in_offset + item.out_offset).value
                told = f"A transition of {length:g} frames after clip {clips}: both sides run on."
                self._note("cut.dissolve", item.name or track.name, told)
            elif isinstance(item, (schema.Track, schema.Stack)):
                for clip in item.find_clips():
                    clips += 1
                    yield clip
            elif isinstance(item, schema.Clip):
                clips += 1
                yield item

    def _piece(self, clip: Any, place: str) -> Piece | None:
        from opentimelineio import schema

        if isinstance(clip.media_reference, schema.GeneratorReference):
            self._note("cut.gap", place, f"{clip.media_reference.generator_kind}, not a shot.")
            return None
        if not clip.enabled:
            self._note("cut.disabled", clip.name or place, "It is switched off, and was left out.")
            return None
        told = f"{place}, {clip.name}" if clip.name else place
        range_, findings = seen(clip, self._rate, place=told)
        self.findings += findings
        first, last = range_ or (None, None)
        ours = _plain(clip.metadata.get(OURS, {}))
        return Piece(_names(clip), place, first, last, ours if isinstance(ours, dict) else {})

    def _note(self, rule: str, subject: str, told: str) -> None:
        self.findings.append(Finding(rule, Severity.NOTE, subject or "the cut", told))


def _names(clip: Any) -> tuple[str, ...]:
    """What may tell the shot: markers first, for the clip may be called after its camera file."""
    bare = _event(clip) and len(clip.name) == NUMBERED and clip.name.isdigit()
    found = [*(one.name for one in clip.markers), "" if bare else clip.name]
    found += [one.rpartition(":")[2].strip() for one in _comments(clip) if one[:3] != f"{AT}:"]
    return tuple(dict.fromkeys(one.strip() for one in found if one and one.strip()))


def _event(clip: Any) -> str:
    """Where in an EDL a clip stands; empty for any other cut."""
    return next((one[3:].strip() for one in _comments(clip) if one[:3] == f"{AT}:"), "")


def _comments(clip: Any) -> list[str]:
    return [str(one) for one in clip.metadata.get("cmx_3600", {}).get("comments", [])]


def _frames(item: Any) -> str:
    count = int(item.duration().value)
    return f"{count:,} frame{'' if count == 1 else 's'}"


def _plain(value: Any) -> Any:
    """Metadata as plain values."""
    if isinstance(value, Mapping) or hasattr(value, "items"):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return [_plain(one) for one in value]
