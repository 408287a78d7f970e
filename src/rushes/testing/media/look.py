"""What tells one shot of the made-up scene from another: light, land and colours."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Look:
    """Colours are scene-linear ACEScg; `sun` is where the sun stands, in the picture's units.

    The picture is two units high, its middle is (0, 0). `seed` shapes the hills and places the
    balls; `drift` is how far the camera pans over the shot.
    """

    seed: int
    sky_top: Colour
    sky_low: Colour
    glow: Colour
    land: Colour
    sun: tuple[float, float]
    balls: tuple[Colour, ...]
    drift: float = 0.35


_WARM: tuple[Colour, ...] = ((0.72, 0.16, 0.05), (0.75, 0.55, 0.16), (0.10, 0.28, 0.42))
_COOL: tuple[Colour, ...] = ((0.08, 0.36, 0.40), (0.62, 0.60, 0.55), (0.55, 0.10, 0.16))
_NIGHT: tuple[Colour, ...] = ((0.80, 0.50, 0.14), (0.14, 0.16, 0.46), (0.42, 0.12, 0.40))


def dawn(seed: int) -> Look:
    """Low sun, warm haze."""
    sun = (-1.1 + 0.55 * (seed % 4), -0.02 + 0.05 * (seed % 3))
    return Look(
        seed, (0.10, 0.20, 0.42), (0.95, 0.52, 0.30), (2.6, 1.35, 0.55), (0.10, 0.075, 0.10), sun,
        _WARM,
    )  # fmt: skip


def noon(seed: int) -> Look:
    """High sun, clear air."""
    sun = (0.9 - 0.5 * (seed % 4), 0.72)
    return Look(
        seed, (0.09, 0.25, 0.62), (0.55, 0.72, 0.85), (2.2, 2.1, 1.8), (0.07, 0.14, 0.06), sun,
        _COOL,
    )  # fmt: skip


def night(seed: int) -> Look:
    """A moon over blue hills."""
    sun = (-0.9 + 0.6 * (seed % 4), 0.5)
    return Look(
        seed, (0.010, 0.016, 0.050), (0.07, 0.10, 0.22), (0.75, 0.80, 0.95), (0.016, 0.024, 0.05),
        sun, _NIGHT,
    )  # fmt: skip
