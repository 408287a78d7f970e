"""The report's sentences and numbers, the same in every form."""

from __future__ import annotations

from rushes.core.clock import iso
from rushes.model.signoff import Changes
from rushes.qc.report.content import QcReport, ReportedAsset, Standing, Tally
from rushes.qc.report.limits import Limits
from rushes.report.wording import count, listed, moment

_SHORT = 12  # hexadecimal digits that people compare


def headline(tally: Tally) -> list[tuple[str, Standing | None]]:
    """How it stands, in pieces: the text, and what it speaks of."""
    words = {
        Standing.FAIL: f"{tally.failed:,} failed",
        Standing.UNREADABLE: f"{tally.unreadable:,} unreadable",
        Standing.PENDING: f"{tally.pending:,} pending",
        Standing.PASS: f"{tally.passed:,} passed",
    }
    told: list[tuple[str, Standing | None]] = []
    for standing, number in tally.rows:
        if number:
            told += [(", ", None)] if told else []
            told.append((words[standing], standing))
    return told or [("No record matches", None)]


def detail(report: QcReport) -> str:
    """The sentence below the headline."""
    found = f"{count(len(report.assets), 'asset')} with a record that can be read"
    if report.unreadable:
        found += f", {count(len(report.unreadable), 'record')} without"
    return f"{found}.{limited(report)}"


def limited(report: QcReport) -> str:
    """What the report was limited to, and how much that leaves out; empty where to nothing."""
    told = []
    if report.only.result is not None:
        told.append(f"with the result {report.only.result.value}")
    if report.only.since is not None:
        told.append(f"recorded since {moment(report.only.since)}")
    if not told:
        return ""
    return f" Only assets {listed(told)}; {count(report.others, 'other')} left out."


def time_text(asset: ReportedAsset) -> str:
    """When it was recorded, for people."""
    return moment(asset.time) if asset.time is not None else "time not known"


def time_iso(asset: ReportedAsset) -> str | None:
    """When it was recorded, for programs."""
    return iso(asset.time) if asset.time is not None else None


def short_hash(text: str) -> str:
    """`blake3:c29b1234abcd…`: enough to compare by eye."""
    algorithm, colon, digits = text.rpartition(":")
    return text if len(digits) <= _SHORT else f"{algorithm}{colon}{digits[:_SHORT]}…"


def frames_text(asset: ReportedAsset, *, most: int = 60) -> str:
    """`1001-1100`, cut at a comma where it is long; `single file`."""
    sequence = asset.sequence
    if sequence is None:
        return "" if asset.earlier_tool else "single file"
    if sequence.kind == "tiles":
        return count(sequence.frame_count, "tile")
    text = sequence.frames
    cut = text if len(text) <= most else f"{text[:most].rpartition(',')[0] or text[:most]}, …"
    return cut.replace(", ", ",").replace(",", ", ")


def holes_text(asset: ReportedAsset) -> str:
    """`100 frames, 3 holes`; empty for a single file."""
    sequence = asset.sequence
    if sequence is None or sequence.kind == "tiles":
        return ""
    holes = f", {count(sequence.holes, 'hole')}" if sequence.holes else ", no holes"
    return count(sequence.frame_count, "frame") + holes


def signature_text(asset: ReportedAsset) -> str:
    """Which key it names; whether that is true is for rushes qc verify to say."""
    if asset.signature is None:
        return "unsigned"
    return f"signed by {short_hash(asset.signature.key)}"


def records_text(asset: ReportedAsset) -> str:
    """How many records there are, and whether they are in one chain."""
    told = count(asset.records, "record")
    if asset.earlier_tool:
        return f"{told}, of the earlier tool"
    return told if asset.intact else f"{told}, the chain is broken"


def policy_text(asset: ReportedAsset) -> str:
    """Under which policy, as far as the record says."""
    told = [asset.policy] if asset.policy else []
    if asset.policy_version and not asset.policy.endswith(asset.policy_version):
        told.append(f"version {asset.policy_version}")
    return ", ".join(told) or "no policy"


def changes_text(changes: Changes | None, *, reason: str) -> str:
    """Which frames differ from the record before, as far as the record's `reason` does not say;
    empty where none do, or nobody asked.
    """
    if changes is None:
        return ""
    named = (("added", changes.added), ("removed", changes.removed), ("changed", changes.changed))
    told = [f"{what} {frames}" for what, frames in named if frames and frames not in reason]
    if changes.changed is None and "not known" not in reason:
        told.append("which others changed is not known")
    return f"Frames {'; '.join(told)}" if told else ""


def cuts(
    limits: Limits, *, assets: int, places: int, unreadable: int, thumbnails: int, sheets: int
) -> list[str]:
    """What there was no room for: how many of each, where there are any."""
    told = (
        (assets, "asset", ", which the headline and the roll-up count"),
        (places, "folder", " of the roll-up"),
        (unreadable, "record", " that cannot be read"),
        (thumbnails, "thumbnail", ""),
        (sheets, "contact sheet", f"; at most {limits.sheets} are made, of the worst first"),
    )
    return [f"{count(number, noun)}{what}" for number, noun, what in told if number > 0]


def trust(report: QcReport) -> list[str]:
    """How far the report may be believed, in sentences."""
    lines = [
        "The report repeats what the records say. It did not read the media again, and did not"
        " check signatures: rushes qc verify does both.",
        "Times are as the computers of those who signed had them, in UTC.",
    ]
    unsigned = sum(asset.signature is None for asset in report.assets)
    if unsigned:
        lines.append(
            f"{count(unsigned, 'record')} of {len(report.assets):,}"
            f" {'is' if unsigned == 1 else 'are'} unsigned: whoever can write there can write"
            " such a one in anybody's name."
        )
    broken = sum(not asset.intact for asset in report.assets)
    if broken:
        lines.append(
            f"{count(broken, 'chain')} of records {'is' if broken == 1 else 'are'} broken: a"
            " record was taken out, put in or changed. rushes qc history tells where."
        )
    return [*lines, *report.remarks]
