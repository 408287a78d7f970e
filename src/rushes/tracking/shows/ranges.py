"""The frames of its source that a clip shows, at a show's rate."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from rushes.model.finding import Finding, Severity

_CLOSE = Fraction(1, 100)  # of a frame: rates and times are floating-point numbers in files


def rate_of(text: str) -> Fraction:
    """A rate as records hold it: `24`, `23.976`, `24000/1001`; the usual decimals are exact."""
    rate = Fraction(text)
    nominal = round(rate)
    exact = Fraction(nominal * 1000, 1001)
    return exact if rate != nominal and abs(rate - exact) < Fraction(1, 100) else rate


def seen(clip: Any, rate: Fraction, *, place: str) -> tuple[tuple[int, int] | None, list[Finding]]:
    """The first and the last frame of the source that are seen, and what was odd.

    Dissolves count in, a retimed clip shows as many frames of its source as its speed takes.
    None where nothing tells. What is counted at 24 is the same frames at 23.976: only other
    rates are converted.
    """
    from opentimelineio.exceptions import OTIOError

    findings: list[Finding] = []
    try:
        shown = clip.visible_range()
    except (OTIOError, ValueError):
        told = "Nothing tells which frames of its source it shows."
        findings.append(Finding("cut.range", Severity.WARNING, place, told))
        return None, findings
    start, length = _at(shown.start_time, rate), _at(shown.duration, rate)
    theirs = _exact(shown.start_time.rate)
    if round(theirs) != round(rate):
        told = f"It runs at {_spoken(theirs)}, the show at {_spoken(rate)}: frames were converted."
        findings.append(Finding("cut.rate", Severity.WARNING, place, told))
    speed, told = _speed(clip)
    if told:
        findings.append(Finding("cut.retime", Severity.WARNING, place, told))
    if length <= 0:
        findings.append(Finding("cut.range", Severity.WARNING, place, "It shows no frame at all."))
        return None, findings
    taken = max(1, math.ceil(length * abs(speed) - _CLOSE)) if speed != 1 else _whole(length)
    first = _whole(start)
    if abs(start - first) > _CLOSE and round(theirs) == round(rate):
        told = "It begins between two frames; the earlier one was taken."
        findings.append(Finding("cut.rate", Severity.WARNING, place, told))
    return (first, first + max(taken, 1) - 1), findings


def _at(time: Any, rate: Fraction) -> Fraction:
    """A time in frames at a rate."""
    value, theirs = Fraction(time.value).limit_denominator(1_000_000), _exact(time.rate)
    return value if round(theirs) == round(rate) else value * rate / theirs


def _whole(frames: Fraction) -> int:
    return math.floor(frames + _CLOSE)


def _exact(rate: float) -> Fraction:
    return rate_of(str(Fraction(rate).limit_denominator(1001)))


def _spoken(rate: Fraction) -> str:
    return f"{float(rate):.6g}"


def _speed(clip: Any) -> tuple[Fraction, str]:
    """How fast its source runs, and how people say that; empty where it runs as shot."""
    from opentimelineio import schema

    for effect in clip.effects:
        if isinstance(effect, schema.FreezeFrame):
            return Fraction(0), "It is a frozen frame: one frame of its source is seen."
        if isinstance(effect, schema.LinearTimeWarp):
            speed = Fraction(effect.time_scalar).limit_denominator(10_000)
            if speed != 1:
                back = ", backwards" if speed < 0 else ""
                told = f"It runs at {abs(float(speed)):.4g} times the speed{back}."
                return speed, told
        elif isinstance(effect, schema.TimeEffect):
            told = "It is retimed by something other than one speed: see which frames are needed."
            return Fraction(1), told
    return Fraction(1), ""
