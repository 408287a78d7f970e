"""The report as HTML: one document that asks for nothing from outside."""

from __future__ import annotations

from importlib.resources import files

from rushes.qc.report import wording
from rushes.qc.report.content import QcReport, ReportedAsset, Standing
from rushes.qc.report.limits import LIMITS, Limits, cut
from rushes.qc.report.page import page
from rushes.qc.report.pictures import Pictures
from rushes.qc.report.sheets import NO_SHEETS, ContactSheets
from rushes.report.render import policy_source, template_text, templates
from rushes.report.wording import count, moment

SCHEMA = "rushes-qc-report/1"
# Only such reports begin with this; it tells that a file may be replaced by one.
MARK = b'<meta name="rushes-schema" content="rushes-qc-report/'
_ICONS = {
    Standing.FAIL: "error",
    Standing.UNREADABLE: "error",
    Standing.PENDING: "warning",
    Standing.PASS: "fine",
}


def render(
    report: QcReport,
    pictures: Pictures,
    *,
    sheets: ContactSheets = NO_SHEETS,
    limits: Limits = LIMITS,
) -> str:
    """The page, in UTF-8 without lone surrogates.

    Style and script are those of the scan report, inlined and named by hash in the page's content
    security policy, so that nothing a name or a note might smuggle in can run.
    """
    environment = templates("rushes.qc.report")
    environment.filters.update(_FILTERS)
    style = template_text("report.css") + _own("qc.css")
    script = template_text("report.js")
    return environment.get_template("qc.html.j2").render(
        page=page(report, pictures, sheets=sheets, limits=limits),
        report=report,
        limits=limits,
        schema=SCHEMA,
        symbols=template_text("symbols.svg"),
        style=style,
        script=script,
        style_hash=policy_source(style),
        script_hash=policy_source(script),
    )


def _changes(asset: ReportedAsset) -> str:
    return wording.changes_text(asset.changes, reason=asset.reason)


_FILTERS = {
    "count": count,
    "moment": moment,
    "cut": cut,
    "icon": _ICONS.__getitem__,
    "short": wording.short_hash,
    "when": wording.time_text,
    "frames": wording.frames_text,
    "holes": wording.holes_text,
    "signature": wording.signature_text,
    "records": wording.records_text,
    "policy": wording.policy_text,
    "changes": _changes,
    "rank": list(Standing).index,
}


def _own(name: str) -> str:
    return (files("rushes.qc.report") / "templates" / name).read_text("utf-8")
