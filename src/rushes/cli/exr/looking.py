"""The options by which somebody says what of a picture to see, and how."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from rushes.cli.face import Decorator, with_options
from rushes.inspection.look import Look, Selection, Viewing
from rushes.inspection.picking import NO_LAYER


class Number(click.FloatRange):
    """A number within bounds; neither infinity nor what is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse what no comparison can keep out."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a number.", param, ctx)
        return number


class _Name(click.types.StringParamType):
    """A name that somebody gave: not the empty one, which a variable without a value leaves."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse nothing at all."""
        if not value:
            self.fail("It is empty.", param, ctx)
        return super().convert(value, param, ctx)


_NAME = _Name()
_OPTIONS: tuple[Decorator[Any], ...] = (
    click.option("--part", type=click.IntRange(min=0), metavar="N", help="Show this part, from 0."),
    click.option(
        "--layer",
        type=_NAME,
        metavar="NAME",
        help=f"Show this layer; '{NO_LAYER}' for the channels without one.",
    ),
    click.option(
        "--channel",
        type=_NAME,
        metavar="NAME",
        help="Show this one channel, in grey: Z, diffuse.R.",
    ),
    click.option(
        "--exposure",
        type=Number(-64, 64),
        default=0.0,
        metavar="STOPS",
        help="Make scene-linear light so many stops brighter, before the view transform.",
    ),
    click.option(
        "--gamma",
        type=Number(0.05, 20),
        default=1.0,
        metavar="NUMBER",
        help="Apply a gamma to what is shown; above 1 brightens.",
    ),
    click.option(
        *("--colour-space", "--color-space", "colour_space"),
        type=_NAME,
        metavar="NAME",
        help="Take the values to be in this colour space, whatever the file says.",
    ),
    click.option(
        "--ocio",
        type=_NAME,
        metavar="CONFIG",
        help="Use this OpenColorIO config, a file or ocio://studio-config-latest, instead of the"
        " one that $OCIO names or, without that, ocio://default.",
    ),
    click.option(
        "--display", type=_NAME, metavar="NAME", help="Show it as on this display of the config."
    ),
    click.option(
        "--view", type=_NAME, metavar="NAME", help="Show it through this view of the display."
    ),
)


def looking(function: Callable[..., int]) -> Callable[..., int]:
    """Add these options; they become the one argument `look`."""

    @wraps(function)
    def run(
        *given: Any,
        part: int | None,
        layer: str | None,
        channel: str | None,
        exposure: float,
        gamma: float,
        **others: Any,
    ) -> int:
        names = ("ocio", "colour_space", "display", "view")
        config, *screen = (others.pop(name) or "" for name in names)
        selection = Selection(part, "" if layer == NO_LAYER else layer, channel)
        look = Look(selection, Viewing(exposure, gamma, config, *screen))
        return function(*given, look=look, **others)

    looked: Callable[..., int] = with_options(run, _OPTIONS)
    return looked
