"""The report as HTML text, and as a file."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from rushes.core import atomic
from rushes.core.units import human_bytes
from rushes.model.finding import Severity
from rushes.report import wording
from rushes.report.content import ReportContent
from rushes.report.limits import LIMITS, Limits
from rushes.report.page import page

SCHEMA = "rushes-report/1"
# Lone surrogates, which UTF-8 cannot hold, and the marks that turn the reading direction: with
# those a name could pass itself off for another.
_ODD = re.compile("[\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def render(content: ReportContent, *, limits: Limits = LIMITS) -> str:
    """One HTML document that asks for nothing from outside, in UTF-8 without lone surrogates.

    Style and script are inlined and named by hash in the page's content security policy, so that
    nothing a file name might smuggle in can run.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("rushes.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_plain,
    )
    environment.filters.update(
        bytes=human_bytes,
        moment=wording.moment,
        day=wording.day,
        took=wording.took,
        count=wording.count,
        share=_share,
        number=_number,
        gauge=wording.gauge_text,
        frame=wording.frame_text,
    )
    style, script = _asset("report.css"), _asset("report.js")
    return environment.get_template("report.html.j2").render(
        page=page(content, limits=limits),
        content=content,
        schema=SCHEMA,
        severities=tuple(Severity),
        style=style,
        script=script,
        style_hash=_source(style),
        script_hash=_source(script),
    )


def write_report(path: Path, content: ReportContent, *, limits: Limits = LIMITS) -> None:
    """Write the report, whole or not at all: `write.failed` leaves a former one as it was."""
    atomic.write_bytes(path, render(content, limits=limits).encode("utf-8"))


def _asset(name: str) -> str:
    return (files("rushes.report") / "templates" / name).read_text("utf-8")


def _source(text: str) -> str:
    """The hash by which a content security policy allows one inline style or script."""
    return f"sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}"


def _plain(value: object) -> object:
    """Text that says what it shows, even where a name came here without being escaped."""
    if isinstance(value, str) and _ODD.search(value):
        return _ODD.sub(_visible, value)
    return value


def _visible(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code & 0xFF:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"


def _share(value: float) -> str:
    percent = 100 * value
    return "under 0.1 %" if 0 < percent < 0.05 else f"{percent:.1f} %"


def _number(value: float, digits: int = 2) -> str:
    """A number for SVG: no more digits than anyone can see."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if value else "0"
