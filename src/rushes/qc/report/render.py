"""The report as HTML: one document that asks for nothing from outside."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from rushes.qc.report import wording
from rushes.qc.report.content import QcReport, ReportedAsset, Standing
from rushes.qc.report.limits import LIMITS, Limits, cut
from rushes.qc.report.page import page
from rushes.qc.report.pictures import Pictures
from rushes.report.wording import count, moment

SCHEMA = "rushes-qc-report/1"
# Only such reports begin with this; it tells that a file may be replaced by one.
MARK = b'<meta name="rushes-schema" content="rushes-qc-report/'
# What UTF-8 cannot hold, what turns the reading direction so that a name could pass itself off
# for another, and control characters but tab and newline, which notes may hold.
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]"
)
_ICONS = {
    Standing.FAIL: "error",
    Standing.UNREADABLE: "error",
    Standing.PENDING: "warning",
    Standing.PASS: "fine",
}


def render(report: QcReport, pictures: Pictures, *, limits: Limits = LIMITS) -> str:
    """The page, in UTF-8 without lone surrogates.

    Style and script are those of the scan report, inlined and named by hash in the page's content
    security policy, so that nothing a name or a note might smuggle in can run.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("rushes.qc.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=plain,
    )
    environment.filters.update(
        count=count,
        moment=moment,
        cut=cut,
        icon=_ICONS.__getitem__,
        short=wording.short_hash,
        when=wording.time_text,
        frames=wording.frames_text,
        holes=wording.holes_text,
        signature=wording.signature_text,
        records=wording.records_text,
        policy=wording.policy_text,
        changes=_changes,
        rank=list(Standing).index,
    )
    style = _shared("report.css") + _own("qc.css")
    script = _shared("report.js")
    return environment.get_template("qc.html.j2").render(
        page=page(report, pictures, limits=limits),
        report=report,
        limits=limits,
        schema=SCHEMA,
        symbols=_shared("symbols.svg"),
        style=style,
        script=script,
        style_hash=_source(style),
        script_hash=_source(script),
    )


def plain(value: object) -> object:
    """Text that says what it shows, whatever it holds."""
    if isinstance(value, str) and _ODD.search(value):
        return _ODD.sub(_visible, value.replace("\r\n", "\n"))
    return value


def _changes(asset: ReportedAsset) -> str:
    return wording.changes_text(asset.changes, reason=asset.reason)


def _visible(found: re.Match[str]) -> str:
    code = ord(found.group())
    if 0xDC80 <= code <= 0xDCFF:
        code &= 0xFF
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _own(name: str) -> str:
    return (files("rushes.qc.report") / "templates" / name).read_text("utf-8")


def _shared(name: str) -> str:
    return (files("rushes.report") / "templates" / name).read_text("utf-8")


def _source(text: str) -> str:
    """The hash by which a content security policy allows one inline style or script."""
    return f"sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}"
