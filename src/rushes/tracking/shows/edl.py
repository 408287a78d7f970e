"""EDLs made fit for OpenTimelineIO's reader: event by event, so that one bad event is one finding.

The format is CMX 3600's (SMPTE 258M): an event is one line, or two with the same number for a
dissolve, and the comments below it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.model.finding import Finding, Severity
from rushes.tracking.refusing import shown

_EVENT = re.compile(r"(\d+)\s+\S")
_FCM = re.compile(r"FCM\s*:?\s*(NON[ -]?)?DROP", re.IGNORECASE)
_TIME = re.compile(r"(?<!\S)(\d\d:\d\d:\d\d)[:;.,](\d\d)(?!\S)")
_LOC = re.compile(r"(\*?\s*LOC:?\s*\d\d:\d\d:\d\d)[;.,](\d\d)", re.IGNORECASE)
_SPEED = re.compile(r"(M2\s.*?\d\d:\d\d:\d\d)[;.,](\d\d)\s*$", re.IGNORECASE)
_KNOWN = re.compile(
    r"\*?\s*(FROM CLIP NAME|TO CLIP NAME|FROM CLIP|FROM FILE|LOC|M2)\b", re.IGNORECASE
)
_DROPPING = (Fraction(30000, 1001), Fraction(60000, 1001), Fraction(2997, 100), Fraction(5994, 100))
AT = "AT"
NUMBERED = 7  # digits: what a clip is called that has no name
# A malformed event trips the reader in any of these ways.
TRIPPED = (ValueError, AttributeError, TypeError, LookupError, RuntimeError, ArithmeticError)
_FIT = "Export the EDL again, without overlaps and with the speeds of retimes."


@dataclass(frozen=True, slots=True)
class Event:
    """The lines of one event: those of the edit first, then its comments; `line` is its place."""

    number: str
    line: int
    lines: tuple[str, ...]

    @property
    def at(self) -> str:
        """Where it is, for people."""
        return f"event {self.number} (line {self.line})"


def read_edl(text: str, *, name: str, rate: Fraction) -> tuple[Any, list[Finding]]:
    """The timeline of an EDL at a rate, and what was odd. Each clip tells its event in a comment
    that begins with `AT`.

    Events that the reader cannot take are found, and left out.
    """
    from opentimelineio.exceptions import OTIOError

    title, events = _events(text, rate)
    lines, findings = [f"TITLE: {title or name}"], []
    for number, one in enumerate(events, 1):
        event, found = _sound(one, number, rate)
        findings += found
        lines += event.lines if event is not None else ()
    try:
        return _parsed(lines, rate), findings
    except (OTIOError, *TRIPPED) as error:
        if not any(one.rule == "cut.timecode" for one in findings):
            told = f"Times of the record do not fit, and were put one behind the other: {error}"
            findings.append(Finding("cut.timecode", Severity.WARNING, name, told, fix=_FIT))
        return _loosely(lines, rate, name), findings


def _sound(event: Event, number: int, rate: Fraction) -> tuple[Event | None, list[Finding]]:
    """The event as the reader takes it, None where it cannot, and what was odd in it.

    It gets a number of its own: the reader takes neighbours with the same one for a dissolve.
    """
    event, findings = _cut(event)
    event = _with(event, f"* {AT}: {event.at}")
    own = f"{number:0{NUMBERED}d}"
    lines = [re.sub(r"^\d+", own, one) if _EVENT.match(one) else one for one in event.lines]
    event = Event(event.number, event.line, tuple(lines))
    why = _trouble(event, rate, loosely=True)
    if why:
        fix = "It was left out. Mend it in the EDL, or make its shot by hand."
        return None, [Finding("cut.event", Severity.ERROR, event.at, why, fix=fix)]
    if _trouble(event, rate, loosely=False):
        told = "Its source and its record do not last the same, and nothing tells a speed."
        findings.append(Finding("cut.timecode", Severity.WARNING, event.at, told, fix=_FIT))
    return event, findings


def _cut(event: Event) -> tuple[Event, list[Finding]]:
    """A dissolve, wipe or key without the side that it comes from, as a cut to its other side."""
    words = event.lines[0].split()
    single = not any(_EVENT.match(one) for one in event.lines[1:])
    if not single or len(words) != 9 or not re.fullmatch(r"D|W\d+|K[BO]?", words[3]):
        return event, []
    line = " ".join((*words[:3], "C", *words[5:]))
    told = f"{words[3]} {words[4]} from nothing that is told: taken for a cut."
    finding = Finding("cut.dissolve", Severity.NOTE, event.at, told)
    return Event(event.number, event.line, (line, *event.lines[1:])), [finding]


def _events(text: str, rate: Fraction) -> tuple[str, list[Event]]:
    """The title, and the events as the reader wants them."""
    title, drop = "", False
    events: list[Event] = []
    for at, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        fcm = _FCM.match(line)
        if fcm is not None:
            drop = fcm[1] is None and rate in _DROPPING
        elif line.upper().startswith("TITLE:"):
            title = title or line[6:].strip()
        elif found := _EVENT.match(line):
            edit = _TIME.sub(rf"\1{';' if drop or _semicolon(line, rate) else ':'}\2", line)
            if events and events[-1].number == found[1] and _continues(events[-1], edit):
                events[-1] = _with(events[-1], edit, front=True)
            else:
                events.append(Event(found[1], at, (edit,)))
        elif line and events and not line.upper().startswith("SPLIT"):
            events[-1] = _with(events[-1], _comment(line))
    return title, events


def _semicolon(line: str, rate: Fraction) -> bool:
    return rate in _DROPPING and re.search(r"\d\d:\d\d:\d\d;\d\d", line) is not None


def _continues(event: Event, line: str) -> bool:
    """Whether a line with the same number is the second one of a dissolve, not another track."""
    edits = [one for one in event.lines if _EVENT.match(one)]
    return len(edits) == 1 and len(line.split()) == 9


def _with(event: Event, line: str, *, front: bool = False) -> Event:
    edits = [one for one in event.lines if _EVENT.match(one)]
    rest = [one for one in event.lines if not _EVENT.match(one)]
    lines = (*edits, line, *rest) if front else (*event.lines, line)
    return Event(event.number, event.line, lines)


def _comment(line: str) -> str:
    """A comment that no reader takes for an event, its times with colons, its word in capitals."""
    line = _SPEED.sub(r"\1:\2", _LOC.sub(r"\1:\2", line))
    return _KNOWN.sub(lambda found: found.group().upper(), line, count=1)


def _trouble(event: Event, rate: Fraction, *, loosely: bool) -> str:
    """Why the reader cannot take an event by itself; empty where it can."""
    from opentimelineio.exceptions import OTIOError

    try:
        _parsed([_before(event), *event.lines], rate, loosely=loosely)
    except (OTIOError, *TRIPPED) as error:
        return f"{shown(event.lines[0])} makes no sense: {error}"
    times = [one for one in event.lines[0].split() if ":" in one or ";" in one]
    if len(times) == 4 and times[0] > times[1]:
        return f"{shown(event.lines[0])} ends before it begins"
    return ""


def _loosely(lines: Sequence[str], rate: Fraction, name: str) -> Any:
    from opentimelineio.exceptions import OTIOError

    try:
        return _parsed(lines, rate, loosely=True)
    except (OTIOError, *TRIPPED) as error:
        raise RushesError(Code.FIELD_INVALID, f"{name} is no EDL: {error}") from error


def _before(event: Event) -> str:
    """A clip of no length for a dissolve to come from."""
    words = event.lines[0].split()
    channel, begins = (words[2], words[-2]) if len(words) > 4 else ("V", "00:00:00:00")
    return f"000 AX {channel} C 00:00:00:00 00:00:00:00 {begins} {begins}"


def _parsed(lines: Sequence[str], rate: Fraction, *, loosely: bool = False) -> Any:
    from opentimelineio import adapters

    return adapters.read_from_string(
        "\n".join(lines) + "\n",
        adapter_name="cmx_3600",
        rate=float(rate),
        ignore_timecode_mismatch=loosely,
    )
