"""Reports of ingests and deliveries as pages: one HTML document that is whole in itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rushes import __version__
from rushes.core import clock
from rushes.core.units import human_bytes
from rushes.report.render import policy_source, templates

MOST_FILES = 20_000  # rows of a page; CSV and JSON have them all


def report_page(template: str, **told: Any) -> bytes:
    """The page of that template, which asks for nothing from outside, and in which nothing can
    run.
    """
    environment = templates("rushes.exchange")
    environment.filters["bytes"] = human_bytes
    style = (Path(__file__).parent / "templates" / "report.css").read_text("utf-8")
    text = environment.get_template(template).render(
        version=__version__,
        style=style,
        style_hash=policy_source(style),
        when=clock.iso(clock.now()),
        **told,
    )
    return text.encode("utf-8")
