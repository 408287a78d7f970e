"""Colour: the primaries that a file states, and the name of its colour space."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar

from rushes.model.image import Part
from rushes.policy.checks.attribute import numbers
from rushes.policy.checks.check import PartCheck, Problem, either
from rushes.policy.kinds import NAMES, NUMBER, PAIR, TEXTS, choice, key, words

Primaries = tuple[float, ...]  # x and y of red, green, blue and white

# AP0: SMPTE ST 2065-1; AP1: Academy S-2014-004 (ACEScg); Rec.709: ITU-R BT.709-6; Rec.2020:
# ITU-R BT.2020-2; P3 with the white D65: SMPTE EG 432-1; ARRI: "ALEXA Wide Gamut 3" and
# "ALEXA Wide Gamut 4" in ARRI's LogC white papers.
SPACES: Mapping[str, Primaries] = {
    "ap0": (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767),
    "ap1": (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767),
    "rec709": (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329),
    "rec2020": (0.708, 0.292, 0.17, 0.797, 0.131, 0.046, 0.3127, 0.329),
    "p3d65": (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329),
    "awg3": (0.684, 0.313, 0.221, 0.848, 0.0861, -0.102, 0.3127, 0.329),
    "awg4": (0.7347, 0.2653, 0.1424, 0.8576, 0.0991, -0.0308, 0.3127, 0.329),
}
_CORNERS = ("red", "green", "blue", "white")
# Where programs write the name of a colour space, the most binding first. colorInteropID is of
# the OpenEXR library's standard attributes, the second is OpenImageIO's.
NAMED_BY = ("colorInteropID", "oiio:ColorSpace", "colorspace", "colorSpace")
_PRESENCE = choice("required", "optional")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chromaticities(PartCheck):
    """The primaries and the white point that each part states."""

    fix: ClassVar[str] = "Convert the picture, or have the program state the primaries it has."

    spaces: tuple[str, ...] = key(
        words(*SPACES), "They are those of one of these colour spaces.", default=()
    )
    red: tuple[float, ...] = key(PAIR, "The red primary is there.", default=())
    green: tuple[float, ...] = key(PAIR, "The green primary is there.", default=())
    blue: tuple[float, ...] = key(PAIR, "The blue primary is there.", default=())
    white: tuple[float, ...] = key(PAIR, "The white point is there.", default=())
    tolerance: float = key(NUMBER, "How far any coordinate may be off.", default=1e-4)
    presence: str = key(
        _PRESENCE,
        "Whether a part must state them. OpenEXR takes Rec.709 for what states none.",
        default="required",
    )

    def judge(self, part: Part) -> Iterator[Problem] | None:
        """Whether the primaries are those wanted; None where there are none and need be none."""
        found = stated(part)
        if (
            found is None
            and self.presence == "optional"
            and part.attribute("chromaticities") is None
        ):
            return None
        return self._judged(found)

    def _judged(self, found: Primaries | None) -> Iterator[Problem]:
        wanted = either(self.spaces) or "there"
        if found is None:
            yield Problem("The chromaticities are not stated.", "not there", wanted)
            return
        if self.spaces and not any(
            _near(found, SPACES[one], self.tolerance) for one in self.spaces
        ):
            told = called(found, self.tolerance) or _shown(found)
            yield Problem(f"The chromaticities are {told}, not {wanted}.", told, wanted)
        for at, corner in enumerate(_CORNERS):
            asked = getattr(self, corner)
            there = found[2 * at : 2 * at + 2]
            if asked and not _near(there, asked, self.tolerance):
                told, want = _shown(there), _shown(asked)
                yield Problem(f"The {corner} is at {told}, not at {want}.", told, want)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourSpace(PartCheck):
    """The name of each part's colour space, as programs write it."""

    fix: ClassVar[str] = "Convert the picture, or have the program name the space it is in."

    one_of: tuple[str, ...] = key(
        NAMES, "It is called like one of these, in capitals or not.", default=()
    )
    forbidden: tuple[str, ...] = key(
        NAMES, "It is called like none of these, in capitals or not.", default=()
    )
    attributes: tuple[str, ...] = key(
        TEXTS, "Attributes that name it; the first one there counts.", default=NAMED_BY
    )
    presence: str = key(_PRESENCE, "Whether one of them must be there.", default="optional")

    def __post_init__(self) -> None:
        if not self.one_of and not self.forbidden and self.presence == "optional":
            raise ValueError("asks for nothing")

    def judge(self, part: Part) -> Iterator[Problem] | None:
        """Whether the name is one that is wanted; None where there is none and need be none."""
        named = ((name, part.value(name, "string")) for name in self.attributes)
        name, found = next(((name, text) for name, text in named if text), ("", ""))
        if not found and self.presence == "optional":
            return None
        return self._judged(name, found)

    def _judged(self, name: str, found: str) -> Iterator[Problem]:
        wanted = either(self.one_of) or "named"
        if not found:
            looked = f"The colour space is not named ({either(self.attributes)})."
            yield Problem(looked, "not there", wanted)
        elif self.one_of and not _like(found, self.one_of):
            yield Problem(f"The colour space ({name}) is {found}, not {wanted}.", found, wanted)
        elif self.forbidden and _like(found, self.forbidden):
            wanted = f"not {either(self.forbidden)}"
            yield Problem(f"The colour space ({name}) is {found}.", found, wanted)


def stated(part: Part) -> Primaries | None:
    """The primaries and white of a part, if it states them as numbers."""
    value = part.value("chromaticities", "chromaticities")
    if value is None:
        return None
    found = tuple(one for corner in _CORNERS for one in numbers(value[corner]))
    return found if len(found) == 2 * len(_CORNERS) else None


def called(found: Primaries, tolerance: float = 1e-4) -> str:
    """The name of the colour space with these primaries, or nothing."""
    return next((name for name, one in SPACES.items() if _near(found, one, tolerance)), "")


def _near(found: Primaries, wanted: Primaries, tolerance: float) -> bool:
    # A millionth more than asked, because headers hold numbers of 32 bits.
    return all(abs(a - b) <= tolerance + 1e-6 for a, b in zip(found, wanted, strict=True))


def _like(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name.casefold(), one.casefold()) for one in patterns)


def _shown(found: Primaries) -> str:
    return " ".join(f"{one:.5g}" for one in found)
