"""What the report says first: how it stands, in one sentence and a few numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rushes.core.units import human_bytes
from rushes.model.finding import Severity
from rushes.report.content import ReportContent
from rushes.report.wording import count, listed, took


@dataclass(frozen=True, slots=True)
class Verdict:
    """The headline in pieces (text, tone), and a sentence on what it rests on."""

    tone: str  # error, warning, fine, unknown
    headline: tuple[tuple[str, str], ...]
    detail: str


@dataclass(frozen=True, slots=True)
class Stat:
    """One number with its name and what it is made of."""

    name: str
    value: str
    detail: str = ""
    tone: str = ""


def verdict(content: ReportContent, *, faulty: int) -> Verdict:
    """How it stands. Nothing is called fine that was not read."""
    found = Counter(finding.severity for finding in content.findings)
    errors = max(found[Severity.ERROR], content.totals.errors)
    warnings = max(found[Severity.WARNING], content.totals.warnings)
    everything = len(content.sequences)
    unread = max(content.totals.unread_folders, len(content.unread))
    if errors or warnings:
        pieces: list[tuple[str, str]] = []
        if errors:
            pieces.append((count(errors, "error"), "error"))
        if errors and warnings:
            pieces.append((" and ", ""))
        if warnings:
            pieces.append((count(warnings, "warning"), "warning"))
        where = f"In {faulty:,} of {count(content.totals.sequences, 'file sequence')}."
        if not faulty:
            where = f"None of them in the {count(content.totals.sequences, 'file sequence')}."
        return Verdict("error" if errors else "warning", tuple(pieces), where)
    if not everything:
        return Verdict(
            "unknown",
            (("No file sequences were found", ""),),
            "There was nothing to judge: check that this is the folder that was meant.",
        )
    if unread:
        return Verdict(
            "unknown",
            (("Nothing wrong in what was read", ""),),
            f"But {count(unread, 'folder')} could not be read.",
        )
    return Verdict(
        "fine",
        (("Nothing wrong was found", "fine"),),
        f"{count(everything, 'sequence or file', 'sequences and files')}, as far as names, frame"
        " numbers and sizes tell. No pixel was judged.",
    )


def stats(content: ReportContent) -> tuple[Stat, ...]:
    """The numbers below the headline."""
    totals = content.totals
    missing = sum(len(one.missing) for one in content.sequences)
    empty = sum(len(one.found.facts.empty) for one in content.sequences)
    short = sum(len(one.found.facts.short) for one in content.sequences)
    odd = [count(n, name, name) for n, name in ((empty, "empty"), (short, "short")) if n]
    unread = max(totals.unread_folders, len(content.unread))
    return (
        Stat("Missing frames", f"{missing:,}", listed(odd) if odd else "", _tone(missing)),
        Stat(
            "File sequences",
            f"{totals.sequences:,}",
            f"{count(totals.single_files, 'single file')}",
        ),
        Stat("Files", f"{totals.files:,}", f"in {count(totals.folders, 'folder')}"),
        Stat("On disk", human_bytes(totals.allocated), f"{human_bytes(totals.size)} of content"),
        Stat("Not read", f"{unread:,}", "folders" if unread != 1 else "folder", _tone(unread)),
        Stat("Scan took", took(content.took_s)),
    )


def _tone(number: int) -> str:
    return "error" if number else ""
