"""The options of everything that takes drops in, and what they came to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from rushes.cli.face import GivenPath, with_options
from rushes.cli.session import Session
from rushes.core.escape import escape, unescape

SOURCES = ("vendor", "client")
DEFAULT_POLICY = "vendor-ingest"
_PATHS = ("manifests", "to")

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--project", default="", metavar="NAME", help="The project, by code or title."),
    click.option("--show-code", default="", metavar="CODE", help="The project's code."),
    click.option(
        "--source",
        type=click.Choice(SOURCES),
        default=SOURCES[0],
        show_default=True,
        help="Who sent it.",
    ),
    click.option("--vendor", default="", metavar="NAME", help="The sender's name, for paths."),
    click.option(
        "--vendor-bucket", default="", metavar="BUCKET", help="Upload what vendors sent there."
    ),
    click.option(
        "--client-bucket", default="", metavar="BUCKET", help="Upload what clients sent there."
    ),
    click.option(
        "--to",
        type=GivenPath(),
        metavar="DIR",
        help="Copy below this folder (default: shows_root), by the naming template `ingest`.",
    ),
    click.option(
        "--manifest",
        "manifests",
        multiple=True,
        type=GivenPath(dir_okay=False),
        metavar="FILE",
        help="What ought to be there, as CSV or JSON (repeatable).",
    ),
    click.option(
        "--like",
        metavar="SET",
        help="Read names by this set of templates, where the project has none.",
    ),
    click.option(
        "--policy",
        "policies",
        multiple=True,
        metavar="NAME|FILE",
        help=f"Hold media against this policy (repeatable; default: {DEFAULT_POLICY}).",
    ),
    click.option("--pixels", is_flag=True, help="Decode every frame: black ones, NaN, infinity."),
    click.option("--frozen", is_flag=True, help="Tell frames that are the same as the one before."),
    click.option(
        "--settle",
        type=click.FloatRange(min=0),
        default=5.0,
        show_default=True,
        metavar="SECONDS",
        help="How long a file has to be left alone before it counts as whole.",
    ),
    click.option(
        "--wait",
        type=click.FloatRange(min=0),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="How long files that still grow are waited for; then they are refused.",
    ),
    click.option(
        "--max-workers",
        type=click.IntRange(min=1, max=256),
        metavar="N",
        help="How many files are read or moved at once (default: 8).",
    ),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Those options; they can be written down, and read again by a retry."""

    project: str = ""
    show_code: str = ""
    source: str = SOURCES[0]
    vendor: str = ""
    vendor_bucket: str = ""
    client_bucket: str = ""
    to: Path | None = None
    manifests: tuple[Path, ...] = ()
    like: str | None = None
    policies: tuple[str, ...] = ()
    pixels: bool = False
    frozen: bool = False
    settle: float = 5.0
    wait: float = 60.0
    max_workers: int | None = None

    @property
    def at_once(self) -> int:
        """Files read or moved at once."""
        return self.max_workers or 8

    @property
    def bucket(self) -> str:
        """Where it is uploaded to; empty where it is copied."""
        return self.vendor_bucket if self.source == SOURCES[0] else self.client_bucket

    def row(self) -> dict[str, Any]:
        """The options as JSON, with paths that hold from anywhere."""
        row = asdict(self)
        row["to"] = _written(self.to) if self.to is not None else None
        row["manifests"] = [_written(one) for one in self.manifests]
        row["policies"] = [
            _written(Path(one)) if one.endswith(".toml") else one for one in self.policies
        ]
        return row


@dataclass(frozen=True, slots=True)
class Given:
    """One drop that is to be taken in, and how."""

    drop: str
    wish: Wish
    dry_run: bool = False
    quick: bool = False
    no_db: bool = False
    resume: bool = False


def read_wish(row: Mapping[str, Any]) -> Wish:
    """The options that were written down."""
    known = {one.name for one in fields(Wish)}
    given = {name: value for name, value in row.items() if name in known}
    to = given.get("to")
    given["to"] = Path(unescape(to)) if to else None
    given["manifests"] = tuple(Path(unescape(one)) for one in given.get("manifests", ()))
    given["policies"] = tuple(unescape(one) for one in given.get("policies", ()))
    return Wish(**given)


def taking_in(function: Callable[..., int]) -> Callable[..., int]:
    """Add those options; `wish` is what they came to."""

    @wraps(function)
    def run(session: Session, **given: Any) -> int:
        names = {one.name for one in fields(Wish)}
        wish = Wish(**{name: given.pop(name) for name in list(given) if name in names})
        return function(session, wish=wish, **given)

    made: Callable[..., int] = with_options(run, _OPTIONS)
    return made


def _written(path: Path) -> str:
    return escape(str(path.expanduser().absolute()))
