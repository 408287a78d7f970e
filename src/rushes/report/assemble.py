"""One or several scans as the content of one report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rushes import __version__
from rushes.core.escape import escape
from rushes.model.files import FoundFolder
from rushes.model.scan import ScanTotals
from rushes.report.content import Gauge, ReportContent, ReportedSequence, UnreadFolder, UsageNode
from rushes.report.from_usage import gauges, usage_node
from rushes.report.gather import reported
from rushes.report.limits import wanted_pictures
from rushes.scan.gaps import Judged
from rushes.scan.survey import Survey
from rushes.scan.thresholds import Fill
from rushes.scan.usage import Usage


@dataclass(frozen=True, slots=True)
class Scanned:
    """One scan with all that was met on the way."""

    survey: Survey
    folders: Sequence[tuple[FoundFolder, Sequence[Judged]]]
    usage: Usage
    fills: Sequence[Fill]
    remarks: tuple[str, ...] = ()


def assembled(scans: Sequence[Scanned], *, title: str = "") -> ReportContent:
    """The report of `scans`, without pictures. Where there are several, everything is named with
    its root before it.
    """
    names = _names(scans)
    surveys = [one.survey for one in scans]
    nodes = [usage_node(one.usage, name=escape(one.survey.root.path.name)) for one in scans]
    return ReportContent(
        title=title or ", ".join(escape(one.root.path.name or "/") for one in surveys),
        roots=tuple(escape(str(one.root.path)) for one in surveys),
        started=min(one.started for one in surveys),
        took_s=sum(one.took_s for one in surveys),
        totals=_sum([one.totals for one in surveys]),
        tool_version=__version__,
        findings=tuple(
            replace(finding, subject=f"{name}/{finding.subject}") if name else finding
            for one, name in zip(surveys, names, strict=True)
            for finding in one.findings
        ),
        sequences=tuple(
            sequence
            for one, name in zip(scans, names, strict=True)
            for sequence in _sequences(one, name)
        ),
        usage=nodes[0] if len(nodes) == 1 else _together(nodes),
        gauges=_gauges(scans, names),
        unread=tuple(
            UnreadFolder(f"{name}/{folder.path}" if name else escape(str(folder.path)))
            for one, name in zip(scans, names, strict=True)
            for folder, _ in one.folders
            if folder.unread
        ),
        remarks=tuple(dict.fromkeys(remark for one in scans for remark in one.remarks)),
    )


def pictures(content: ReportContent, scans: Sequence[Scanned]) -> Mapping[str, Path]:
    """The files whose thumbnails the report has room for, by key."""
    mounts = {
        name: Path(one.survey.root.mount) for one, name in zip(scans, _names(scans), strict=True)
    }
    found = {}
    for key, path in wanted_pictures(content):
        name = "" if len(scans) == 1 else next(one for one in mounts if key.startswith(f"{one}/"))
        found[key] = mounts[name] / path
    return found


def _names(scans: Sequence[Scanned]) -> list[str]:
    """What the roots are called: nothing where there is one, and no two alike."""
    if len(scans) == 1:
        return [""]
    names: list[str] = []
    for one in scans:
        name = escape(one.survey.root.path.name) or "root"
        names.append(name if name not in names else f"{name}-{len(names) + 1}")
    return names


def _sequences(scan: Scanned, root: str) -> list[ReportedSequence]:
    place = scan.usage.layout.place
    return [
        reported(one, place=tuple(map(escape, place(folder.path).names)), root=root)
        for folder, judged in scan.folders
        for one in judged
    ]


def _gauges(scans: Sequence[Scanned], names: Sequence[str]) -> tuple[Gauge, ...]:
    return tuple(
        replace(gauge, label=f"{name}: {gauge.label}") if name else gauge
        for one, name in zip(scans, names, strict=True)
        for gauge in gauges(one.fills)
    )


def _together(nodes: Sequence[UsageNode]) -> UsageNode:
    size, files = sum(one.size for one in nodes), sum(one.files for one in nodes)
    return UsageNode("all roots", size, files, "folder", tuple(nodes))


def _sum(totals: Sequence[ScanTotals]) -> ScanTotals:
    fields = ScanTotals.__dataclass_fields__
    return ScanTotals(**{name: sum(getattr(one, name) for one in totals) for name in fields})
