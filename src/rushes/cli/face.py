"""What turns a function into a command: the options all commands share, and those many share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from rushes.cli.completing import profile_names
from rushes.cli.session import Session

Function = TypeVar("Function", bound=Callable[..., Any])
Decorator = Callable[[Function], Function]


class GivenPath(click.Path):
    """A path that somebody gave: not the empty one, which a variable without a value leaves.

    Whether it can be read is for the command to find out.
    """

    def __init__(self, *, dir_okay: bool = True) -> None:
        super().__init__(path_type=Path, readable=False, dir_okay=dir_okay)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse nothing at all, which would be the folder one is in."""
        if not value:
            self.fail("It is empty.", param, ctx)
        return super().convert(value, param, ctx)


class OneOf(click.Choice[str]):
    """One of `names`; each of `spellings` is another spelling of one of them."""

    def __init__(self, *names: str, **spellings: str) -> None:
        super().__init__(names)
        self._spellings = spellings

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name that was meant."""
        return super().convert(self._spellings.get(value, value), param, ctx)


_SHARED: tuple[Decorator[Any], ...] = (
    click.option(
        "--shows-root",
        type=GivenPath(),
        metavar="DIR",
        help="Where the shows lie, instead of the one in the settings.",
    ),
    click.option(
        "--config",
        type=GivenPath(),
        metavar="FILE",
        help="Read this settings file (rushes.toml or toolkit.yaml) instead of looking for one.",
    ),
    click.option(
        "--profile",
        metavar="NAME",
        shell_complete=profile_names,
        help="Use this profile of the settings.",
    ),
    click.option(
        "--log-dir",
        type=GivenPath(),
        metavar="DIR",
        help="Write the log file into this folder.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print JSON, alone, on stdout."),
)


def command(function: Callable[..., int]) -> click.Command:
    """Make `function(session, …) -> exit code` a command; its docstring is the help."""

    @wraps(function)
    def run(
        *,
        shows_root: Path | None,
        config: Path | None,
        profile: str | None,
        log_dir: Path | None,
        as_json: bool,
        **given: Any,
    ) -> int:
        flags = {"shows_root": shows_root, "log_dir": log_dir}
        session = Session(as_json=as_json, config=config, profile=profile, flags=flags)
        return function(session, **given)

    built: click.Command = click.command()(with_options(run, _SHARED))
    return built


def with_options(function: Callable[..., int], options: Sequence[Decorator[Any]]) -> Any:
    """`function` with options, which help tells in this order."""
    made: Any = function
    for option in reversed(options):
        made = option(made)
    return made


def paths(*, required: bool = True) -> Decorator[Any]:
    """One or more folders to look into; none is possible where they are not `required`."""
    kind, shown = GivenPath(), "PATH…" if required else "[PATH]…"
    return click.argument("paths", nargs=-1, required=required, type=kind, metavar=shown)


no_db = click.option(
    "--no-db", is_flag=True, help="Do not open the database: nothing is remembered or looked up."
)
full = click.option(
    "--full", is_flag=True, help="Read every folder, even those that look unchanged."
)


def executing(verb: str) -> tuple[Decorator[Any], ...]:
    """The options that say who does the work; `verb` is what a cluster would do."""
    return (
        click.option(
            "--workers",
            type=click.IntRange(min=1),
            metavar="N",
            help="How many processes share the work (default: one per core).",
        ),
        click.option(
            "--cluster",
            metavar="ADDRESS",
            help=f"{verb} on a Dask cluster: tcp://host:8786, or local:4 for four workers here.",
        ),
    )


def executor_flags(workers: int | None, cluster: str | None) -> dict[str, Any]:
    """What those options came to, as settings."""
    return {
        "scan.workers": workers,
        "scan.cluster": cluster,
        "scan.executor": "dask" if cluster else "auto" if workers else None,
    }


_WALKING: tuple[Decorator[Any], ...] = (
    *executing("Walk"),
    click.option(
        "--subframes",
        is_flag=True,
        default=None,
        help="Read name.1001.25.exr as frame 1001.25.",
    ),
)


def walking(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options of all commands that walk storage; they become settings of the session."""

    @wraps(function)
    def run(
        session: Session,
        *,
        workers: int | None,
        cluster: str | None,
        subframes: bool | None,
        **given: Any,
    ) -> int:
        session.flags |= executor_flags(workers, cluster) | {"frames.subframes": subframes}
        return function(session, **given)

    walked: Callable[..., int] = with_options(run, _WALKING)
    return walked


expect = click.option(
    "--expect",
    metavar="FRAMES",
    help="The frames that ought to be there, as in 1001-1100, 1001-1100x2 or, with subframes,"
    " 1001.00-1100.75x0.25.",
)
