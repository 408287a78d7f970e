"""Pixel statistics as JSON, and back without loss."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from rushes.model.finding import Finding, Severity
from rushes.model.pixels import ChannelStats, PartStats, PixelStats, PixelType, SampleStats

SCHEMA = 1
_PLAIN = (
    *("name", "x_sampling", "y_sampling", "count", "nan", "positive_infinity"),
    *("negative_infinity", "negative", "zero", "min", "max", "mean", "stddev"),
)
_PART = ("number", "name", "view", "kind", "width", "height", "bands_read", "bands_there")


def as_row(stats: PixelStats, *, histograms: bool = True) -> dict[str, Any]:
    """The statistics as JSON; without `histograms` it is small, and merges with less exactness.

    Sums of integers are text, for they may have more digits than readers of JSON expect.
    """
    return {
        "schema": SCHEMA,
        "subject": stats.subject,
        "sample": stats.sample,
        "files": stats.files,
        "parts": [_part_row(one, histograms=histograms) for one in stats.parts],
        "findings": [one.row() for one in stats.findings],
    }


def from_row(row: Mapping[str, Any]) -> PixelStats:
    """The statistics that `as_row` made. Raises `ValueError` and `KeyError` for anything else."""
    if row["schema"] != SCHEMA:
        raise ValueError(f"pixel statistics of schema {row['schema']} are not known")
    return PixelStats(
        subject=row["subject"],
        parts=tuple(_part(one) for one in row["parts"]),
        findings=tuple(
            Finding(**{**one, "severity": Severity(one["severity"])}) for one in row["findings"]
        ),
        sample=row["sample"],
        files=row["files"],
    )


def _part_row(part: PartStats, *, histograms: bool) -> dict[str, Any]:
    samples = part.samples
    row: dict[str, Any] = {name: getattr(part, name) for name in _PART}
    row["channels"] = [_channel_row(one, histograms=histograms) for one in part.channels]
    row["left_out"] = part.left_out
    row["samples"] = samples and {
        "pixels": samples.pixels,
        "total": samples.total,
        "min": samples.min,
        "max": samples.max,
        "mean": samples.mean,
        "empty": samples.empty,
    }
    return row


def _part(row: Mapping[str, Any]) -> PartStats:
    said = row["samples"]
    samples = said and SampleStats(
        said["pixels"], said["total"], said["min"], said["max"], empty=said["empty"]
    )
    return PartStats(
        **{name: row[name] for name in _PART},
        channels=tuple(_channel(one) for one in row["channels"]),
        samples=samples,
        left_out=row["left_out"],
    )


def _channel_row(channel: ChannelStats, *, histograms: bool) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(channel, name) for name in _PLAIN}
    row["type"] = channel.type.value
    row["percentiles"] = {str(share): value for share, value in channel.percentiles}
    if channel.histogram and histograms:
        row["histogram"] = b64encode(channel.histogram).decode("ascii")
    if channel.total is not None:
        row["total"], row["squares"] = str(channel.total), str(channel.squares)
    return row


def _channel(row: Mapping[str, Any]) -> ChannelStats:
    return ChannelStats(
        **{name: row[name] for name in _PLAIN},
        type=PixelType(row["type"]),
        percentiles=tuple((int(share), value) for share, value in row["percentiles"].items()),
        histogram=b64decode(row.get("histogram", "")),
        total=int(row["total"]) if "total" in row else None,
        squares=int(row["squares"]) if "squares" in row else None,
    )
