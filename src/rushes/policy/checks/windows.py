"""Data and display windows, alone and against each other, and the shape of pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rushes.model.image import Part, Window
from rushes.policy.checks.check import PartCheck, Problem, either
from rushes.policy.kinds import COUNT, NUMBER, NUMBERS, PAIR, SWITCH, choice, key, says

_SIDES = ("width", "height")


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowCheck(PartCheck):
    """The size and place of each part's data window or display window, in pixels."""

    fix: ClassVar[str] = "Write the file in that size."

    of: str = key(choice("data", "display"), "Which window it is about.", default="data")
    width: int | None = key(COUNT, "It is so wide.")
    height: int | None = key(COUNT, "It is so high.")
    min_width: int | None = key(COUNT, "It is no narrower.")
    min_height: int | None = key(COUNT, "It is no lower.")
    max_width: int | None = key(COUNT, "It is no wider.")
    max_height: int | None = key(COUNT, "It is no higher.")
    origin: tuple[float, ...] = key(PAIR, "Its upper left corner lies there.", default=())
    even: bool = key(SWITCH, "Its width and height are even.", default=False)

    def __post_init__(self) -> None:
        if not says(self, besides=("of",)):
            raise ValueError("asks for nothing")

    def judge(self, part: Part) -> Iterator[Problem]:
        """What is wrong with the window; one that is not there is wrong."""
        window = part.data_window if self.of == "data" else part.display_window
        name = f"The {self.of} window"
        if window is None:
            yield Problem(f"{name} is not known.", "not there", "there")
            return
        for side in _SIDES:
            yield from self._side(name, side, getattr(window, side))
        if self.origin and (window.x_min, window.y_min) != self.origin:
            wanted = "{:g}, {:g}".format(*self.origin)
            found = f"{window.x_min}, {window.y_min}"
            yield Problem(f"{name} begins at {found}, not at {wanted}.", found, wanted)

    def _side(self, name: str, side: str, size: int) -> Iterator[Problem]:
        exact = getattr(self, side)
        least, most = getattr(self, f"min_{side}"), getattr(self, f"max_{side}")
        told = f"{name} has a {side} of {size:,}"
        if exact is not None and size != exact:
            yield Problem(f"{told}, not {exact:,}.", f"{size:,}", f"{exact:,}")
        if least is not None and size < least:
            wanted = f"{least:,} or more"
            yield Problem(f"{told}, less than {least:,}.", f"{size:,}", wanted)
        if most is not None and size > most:
            wanted = f"{most:,} or less"
            yield Problem(f"{told}, more than {most:,}.", f"{size:,}", wanted)
        if self.even and size % 2:
            yield Problem(f"{told}, which is odd.", f"{size:,}", "even")


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows(PartCheck):
    """How each part's data window lies to its display window."""

    fix: ClassVar[str] = "Crop or pad the picture to that."

    relation: str | None = key(
        choice("equal", "inside", "covers", "overlaps"),
        "The data window is equal to the display window, lies inside it, covers it, or has at"
        " least a pixel in common with it.",
    )
    max_overscan: float | None = key(
        NUMBER,
        "How far it may reach beyond the display window on any side, as a share of that window's"
        " width or height: 0.1 for a tenth.",
    )

    def __post_init__(self) -> None:
        if not says(self):
            raise ValueError("asks for nothing")

    def judge(self, part: Part) -> Iterator[Problem]:
        """How the windows lie otherwise than wanted."""
        data, shown = part.data_window, part.display_window
        if data is None or shown is None:
            yield Problem("One of the windows is not known.", "not there", "there")
            return
        words = {
            "equal": "is not equal to",
            "inside": "does not lie inside",
            "covers": "does not cover",
            "overlaps": "has no pixel in common with",
        }
        if self.relation is not None and not _related(self.relation, data, shown):
            told = f"The data window {words[self.relation]} the display window"
            yield Problem(f"{told}: {data}, {shown}.", str(data), f"{self.relation} {shown}")
        if self.max_overscan is not None:
            beyond = _overscan(data, shown)
            if beyond > self.max_overscan:
                yield Problem(
                    f"The data window reaches {beyond:.0%} beyond the display window: {data},"
                    f" {shown}.",
                    f"{beyond:.0%}",
                    f"{self.max_overscan:.0%} or less",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelAspect(PartCheck):
    """The pixel aspect ratio of each part."""

    fix: ClassVar[str] = "Write the file with pixels of that shape."

    one_of: tuple[float, ...] = key(NUMBERS, "It is one of these.", required=True, default=())
    tolerance: float = key(NUMBER, "How far it may be off.", default=1e-4)

    def judge(self, part: Part) -> Iterator[Problem]:
        """Whether pixels have a shape that is wanted."""
        found = part.pixel_aspect_ratio
        if found is None or not any(abs(found - one) <= self.tolerance for one in self.one_of):
            wanted = either(f"{one:g}" for one in self.one_of)
            told = "unknown" if found is None else f"{found:g}"
            yield Problem(f"The pixel aspect ratio is {told}, not {wanted}.", told, wanted)


def _related(relation: str, data: Window, shown: Window) -> bool:
    if relation == "equal":
        return data == shown
    if relation == "overlaps":
        return not (
            data.x_max < shown.x_min
            or data.x_min > shown.x_max
            or data.y_max < shown.y_min
            or data.y_min > shown.y_max
        )
    inner, outer = (data, shown) if relation == "inside" else (shown, data)
    return (
        outer.x_min <= inner.x_min
        and outer.y_min <= inner.y_min
        and outer.x_max >= inner.x_max
        and outer.y_max >= inner.y_max
    )


def _overscan(data: Window, shown: Window) -> float:
    wide, high = max(shown.width, 1), max(shown.height, 1)
    return max(
        (shown.x_min - data.x_min) / wide,
        (data.x_max - shown.x_max) / wide,
        (shown.y_min - data.y_min) / high,
        (data.y_max - shown.y_max) / high,
        0.0,
    )
