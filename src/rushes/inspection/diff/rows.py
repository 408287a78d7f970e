"""Pixel differences as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.inspection.diff.differences import (
    ChannelDelta,
    PixelDelta,
    PixelsCompared,
    Place,
    SampleDelta,
)
from rushes.model.finding import Finding, Severity

Row = dict[str, Any]

_CHANNEL = (
    *("name", "compared", "differing", "over", "unlike", "max_abs", "mean_abs", "rms"),
    *("at", "values", "strange", "strangers"),
)
_SAMPLES = ("pixels", "unequal", "total_a", "total_b", "at", "counts")
_PLACES = ("at", "strange")
_PAIRS = ("values", "strangers", "counts")
_PART = ("a", "b", "compared", "outside_a", "outside_b", "lost", "left_out")


def pixel_row(delta: PixelDelta) -> Row:
    """What two parts differ in."""
    row: Row = {name: getattr(delta, name) for name in _PART}
    row["channels"] = [_plain(one, _CHANNEL) for one in delta.channels]
    row["samples"] = _plain(delta.samples, _SAMPLES) if delta.samples else None
    return row


def pixel_delta(row: Mapping[str, Any]) -> PixelDelta:
    """What `pixel_row` was made of."""
    samples = row["samples"]
    return PixelDelta(
        **{name: row[name] for name in _PART},
        channels=tuple(ChannelDelta(**_read(one)) for one in row["channels"]),
        samples=SampleDelta(**_read(samples)) if samples else None,
    )


def as_row(given: PixelsCompared) -> Row:
    """All but the picture."""
    return {
        "parts": [pixel_row(one) for one in given.parts],
        "findings": [one.row() for one in given.findings],
        "white": given.white,
    }


def from_row(row: Mapping[str, Any], picture: bytes) -> PixelsCompared:
    """What `as_row` was made of."""
    return PixelsCompared(
        tuple(pixel_delta(one) for one in row["parts"]),
        tuple(Finding(**{**one, "severity": Severity(one["severity"])}) for one in row["findings"]),
        picture,
        row["white"],
    )


def _plain(given: ChannelDelta | SampleDelta, names: tuple[str, ...]) -> Row:
    """Tuples as lists: not every writer of JSON takes places."""
    values = {name: getattr(given, name) for name in names}
    return {name: [*one] if isinstance(one, tuple) else one for name, one in values.items()}


def _read(row: Mapping[str, Any]) -> Row:
    """Lists as the tuples they were."""
    made = dict(row)
    for name in _PLACES:
        if made.get(name) is not None:
            made[name] = Place(*made[name])
    for name in _PAIRS:
        if made.get(name) is not None:
            made[name] = tuple(made[name])
    return made
