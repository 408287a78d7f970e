"""Media facts as JSON, as they travel from worker processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from rushes.inspection.media.facts import AudioStream, Loudness, MediaFacts, Probed, VideoStream
from rushes.model.finding import Finding, Severity


def as_row(probed: Probed) -> dict[str, Any]:
    """What was probed; exact fractions are texts such as `24000/1001`."""
    facts = probed.facts
    return {
        "facts": None if facts is None else _plain(asdict(facts)),
        "findings": [one.row() for one in probed.findings],
    }


def from_row(row: Mapping[str, Any]) -> Probed:
    """The same back from its row."""
    findings = tuple(
        Finding(**{**one, "severity": Severity(one["severity"])}) for one in row["findings"]
    )
    told = row["facts"]
    if told is None:
        return Probed(None, findings)
    video = tuple(VideoStream(**_exact(one)) for one in told["video"])
    audio = tuple(
        AudioStream(**{**_exact(one), "loudness": one["loudness"] and Loudness(*one["loudness"])})
        for one in told["audio"]
    )
    return Probed(MediaFacts(**{**_exact(told), "video": video, "audio": audio}), findings)


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


def _exact(row: Mapping[str, Any]) -> dict[str, Any]:
    exact = {name: row[name] for name in ("seconds", "fps") if row.get(name) is not None}
    return {**row, **{name: Fraction(one) for name, one in exact.items()}}
