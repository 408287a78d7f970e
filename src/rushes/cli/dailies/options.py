"""The options of `rushes dailies`, and what they came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from functools import wraps
from pathlib import Path
from typing import Any

import click

from rushes.cli.face import Decorator, GivenPath, with_options
from rushes.cli.filled import filled
from rushes.exchange.dailies.texts import DEFAULT, Field
from rushes.inspection.look import Viewing

_CODECS = ("h264", "prores", "dnxhr")
_MOST_SIDE, _MOST_RATE = 8192, 240
_NONE = "none"


class _Size(click.ParamType[tuple[int, int]]):
    """Pixels across and down, as in 1920x1080."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Both numbers."""
        if isinstance(value, tuple):
            return value
        across, _, down = str(value).lower().replace("×", "x").partition("x")
        if not (across.isdecimal() and down.isdecimal()):
            self.fail(f"{value!r} is no size: write it as in 1920x1080.", param, ctx)
        size = int(across), int(down)
        if not all(1 <= side <= _MOST_SIDE for side in size):
            self.fail(f"A side is 1 to {_MOST_SIDE:,} pixels.", param, ctx)
        return size


class _Rate(click.ParamType[Fraction]):
    """Frames a second, as in 24, 23.976 or 24000/1001."""

    name = "rate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The rate, exactly."""
        if isinstance(value, Fraction):
            return value
        try:
            rate = exact_rate(str(value))
        except (ValueError, ZeroDivisionError):
            self.fail(f"{value!r} is no rate: write it as in 24 or 24000/1001.", param, ctx)
        if not 1 <= rate <= _MOST_RATE:
            self.fail(f"A rate is 1 to {_MOST_RATE} frames a second.", param, ctx)
        return rate


class _Day(click.ParamType[date]):
    """A day, as in 2026-11-21."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The day."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day: write it as in 2026-11-21.", param, ctx)


class _Fields(click.ParamType[tuple[Field, ...]]):
    """Names of what is burnt in, with commas between them."""

    name = "fields"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The fields."""
        if isinstance(value, tuple):
            return value
        names = [one.strip() for one in str(value).split(",") if one.strip()]
        if names == [_NONE]:
            return ()
        known = [one.value for one in Field]
        wrong = [one for one in names if one not in known]
        if wrong or not names:
            told = f"There is no {', '.join(wrong)}" if wrong else "It is empty"
            self.fail(f"{told}; there are: {', '.join(known)}, or none.", param, ctx)
        return tuple(Field(one) for one in dict.fromkeys(names))


def exact_rate(text: str) -> Fraction:
    """A rate of records or of people: 23.976 and its like are those of NTSC (24000/1001).

    Raises `ValueError` and `ZeroDivisionError`.
    """
    rate = Fraction(text)
    drop = Fraction(round(rate) * 1000, 1001)
    return drop if rate.denominator != 1 and abs(rate - drop) < Fraction(1, 100) else rate


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for; `fps` None is the show's."""

    project: str
    playlist: str
    day: date | None
    output: Path
    codec: str
    size: tuple[int, int]
    fps: Fraction | None
    viewing: Viewing
    slate: bool
    burn_in: tuple[Field, ...]
    handles: bool
    dry_run: bool
    manifest: Path | None
    replace: bool
    max_workers: int | None


_OPTIONS: tuple[Decorator[Any], ...] = (
    click.option("--project", required=True, metavar="NAME", help="The show, by code or title."),
    click.option(
        "--playlist",
        default="",
        callback=filled,
        metavar="NAME",
        help="Show this playlist's Versions.",
    ),
    click.option(
        "--date",
        "day",
        type=_Day(),
        metavar="YYYY-MM-DD",
        help="Show the Versions that were approved that day, in UTC (default: today).",
    ),
    click.option(
        "--output",
        type=GivenPath(dir_okay=False),
        required=True,
        metavar="FILE",
        help="Write the reel there: reel.mov or reel.mp4.",
    ),
    click.option(
        "--codec",
        type=click.Choice(_CODECS),
        default=_CODECS[0],
        show_default=True,
        help="How it is encoded; prores and dnxhr go into .mov.",
    ),
    click.option(
        "--size",
        type=_Size(),
        default="1920x1080",
        show_default=True,
        metavar="WxH",
        help="Its size in pixels; pictures are fitted in.",
    ),
    click.option(
        "--fps", type=_Rate(), metavar="RATE", help="Frames a second (default: the show's)."
    ),
    click.option(
        "--view", default="", metavar="NAME", help="Show frames through this view of the display."
    ),
    click.option("--display", default="", metavar="NAME", help="Show frames as on this display."),
    click.option(
        *("--colour-space", "--color-space", "colour_space"),
        default="",
        metavar="NAME",
        help="Take frames to be in this colour space, whatever the files say.",
    ),
    click.option(
        "--ocio",
        default="",
        metavar="CONFIG",
        help="Use this OpenColorIO config instead of the one that $OCIO names or, without that,"
        " ocio://default.",
    ),
    click.option(
        "--slate/--no-slate",
        default=True,
        show_default=True,
        help="Begin each clip with a second that says what it is.",
    ),
    click.option(
        "--burn-in",
        type=_Fields(),
        default=",".join(one.value for one in DEFAULT),
        show_default=True,
        metavar="FIELDS",
        help=f"Write these onto the frames: {', '.join(one.value for one in Field)}; or none.",
    ),
    click.option("--handles", is_flag=True, help="Show the handles, too, not only what is cut in."),
    click.option("--dry-run", is_flag=True, help="Print what would be in it, and make nothing."),
    click.option(
        "--manifest",
        type=GivenPath(dir_okay=False),
        metavar="FILE",
        help="Write what is in it there, as .json or .csv (default: both, beside the reel).",
    ),
    click.option("--replace", is_flag=True, help="Write over a reel that is there already."),
    click.option(
        "--max-workers",
        type=click.IntRange(min=1, max=256),
        metavar="N",
        help="How many processes make frames (default: one per core).",
    ),
)


def dailies_options(function: Callable[..., int]) -> Callable[..., int]:
    """Add these options; they become the one argument `wish`."""

    @wraps(function)
    def run(*given: Any, **told: Any) -> int:
        if told["playlist"] and told["day"] is not None:
            raise click.UsageError("--playlist and --date both choose Versions: use one of them.")
        names = ("colour_space", "display", "view")
        config, *screen = (told.pop(name) for name in ("ocio", *names))
        told["viewing"] = Viewing(config=config, **dict(zip(names, screen, strict=True)))
        mine = {one.name: told.pop(one.name) for one in fields(Wish)}
        return function(*given, wish=Wish(**mine), **told)

    wished: Callable[..., int] = with_options(run, _OPTIONS)
    return wished
