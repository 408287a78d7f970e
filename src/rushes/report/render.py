"""The report as HTML text, and as a file."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.core import atomic
from rushes.core.units import human_bytes
from rushes.model.finding import Severity
from rushes.report import wording
from rushes.report.content import ReportContent
from rushes.report.limits import LIMITS, Limits
from rushes.report.page import page

if TYPE_CHECKING:
    from jinja2 import Environment

SCHEMA = "rushes-report/1"
# What UTF-8 cannot hold, what turns the reading direction or has no width so that a name could
# pass itself off for another, and control characters but tab and newline, which notes may hold.
# The joiners stay: Persian and Hindi cannot be written without them.
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0001-\U000e007f]"
)


def render(content: ReportContent, *, limits: Limits = LIMITS) -> str:
    """One HTML document that asks for nothing from outside, in UTF-8 without lone surrogates.

    Style and script are inlined and named by hash in the page's content security policy, so that
    nothing a file name might smuggle in can run.
    """
    environment = templates("rushes.report")
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
    style, script = template_text("report.css"), template_text("report.js")
    return environment.get_template("report.html.j2").render(
        page=page(content, limits=limits),
        content=content,
        schema=SCHEMA,
        severities=tuple(Severity),
        style=style,
        script=script,
        style_hash=policy_source(style),
        script_hash=policy_source(script),
    )


def write_report(path: Path, content: ReportContent, *, limits: Limits = LIMITS) -> None:
    """Write the report, whole or not at all: `write.failed` leaves a former one as it was."""
    atomic.write_bytes(path, render(content, limits=limits).encode("utf-8"))


def templates(package: str) -> Environment:
    """A package's templates; what is put into them is escaped, and what is missing an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=plain,
    )


def template_text(name: str) -> str:
    """What lies among the templates: style, script and symbols, which other pages share."""
    return (files("rushes.report") / "templates" / name).read_text("utf-8")


def policy_source(text: str) -> str:
    """The hash by which a content security policy allows one inline style or script."""
    return f"sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}"


def plain(value: object) -> object:
    """Text that says what it shows, even where a name came here without being escaped."""
    if isinstance(value, str) and _ODD.search(value):
        return _ODD.sub(_visible, value.replace("\r\n", "\n"))
    return value


def _visible(found: re.Match[str]) -> str:
    code = ord(found.group())
    if 0xDC80 <= code <= 0xDCFF:
        code &= 0xFF
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _share(value: float) -> str:
    percent = 100 * value
    return "under 0.1 %" if 0 < percent < 0.05 else f"{percent:.1f} %"


def _number(value: float, digits: int = 2) -> str:
    """A number for SVG: no more digits than anyone can see."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if value else "0"
