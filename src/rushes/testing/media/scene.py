"""A small scene that is computed, not stored: hills under a sky, and shaded balls before them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from rushes.testing.media.look import Colour, Look

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values = NDArray[np.float32]

SIZE = (192, 108)  # width and height
_RIDGES = 4
_EYE = 4.0  # how far before the picture plane the camera stands


@dataclass(frozen=True, slots=True)
class Passes:
    """The balls alone as a renderer would hand them over: scene-linear, premultiplied, rows first.

    `alpha` and `depth` are (rows, columns), depth is infinite where there is nothing; the others
    have three channels, and diffuse and specular add up to the beauty.
    """

    diffuse: Values
    specular: Values
    normal: Values
    alpha: Values
    depth: Values

    @property
    def beauty(self) -> Values:
        """The balls, lit."""
        return self.diffuse + self.specular


def comp(look: Look, at: float, *, size: tuple[int, int] = SIZE) -> Values:
    """The balls over the plate."""
    front = passes(look, at, size=size)
    return front.beauty + plate(look, at, size=size) * (1 - front.alpha[..., None])


def plate(look: Look, at: float, *, size: tuple[int, int] = SIZE) -> Values:
    """What a camera saw at `at` (0 is the first frame of the shot, 1 the last): sun, sky, hills."""
    import numpy as np

    x, y = _plane(size)
    up = np.clip((y + 0.35) / 1.35, 0, 1)[..., None]
    sky = _rgb(look.sky_low) * (1 - up) ** 1.6 + _rgb(look.sky_top) * (1 - (1 - up) ** 1.6)
    away = np.hypot(x - look.sun[0], y - look.sun[1])
    disc = np.clip((0.1 - away) * 20, 0, 1)
    halo = np.exp(-away * 2.6) * 0.55
    picture = sky + _rgb(look.glow) * (halo + 1.8 * disc)[..., None]
    random = Random(look.seed)
    for ridge in range(_RIDGES):
        near = (ridge + 1) / _RIDGES
        inside, ground = _ridge(look, x, y, at * look.drift, near, random)
        picture = picture * (1 - inside) + ground * inside
    return np.asarray(picture, np.float32)


def _ridge(
    look: Look, x: Values, y: Values, pan: float, near: float, random: Random
) -> tuple[Values, Values]:
    """Where a ridge of hills covers the picture, and its colour; `near` is 1 for the nearest."""
    import numpy as np

    across = x[:1] + pan * near
    height = np.full_like(across, -0.02 - 0.62 * near**1.15)
    for octave in (1.1, 2.3, 4.9, 11.0):
        phase = random.uniform(0, 6.283)
        height += np.sin(across * octave * (0.8 + near) + phase) * 0.16 / octave**0.85
    haze = (1 - near) ** 1.25 * 0.85
    lit = 1 + 0.5 * np.clip(height - y, 0, 1)[..., None] * near
    ground = _rgb(look.land) * lit * (1 - haze) + _rgb(look.sky_low) * haze * 0.8
    inside = np.clip((height - y) * x.shape[0] / 2 + 0.5, 0, 1)[..., None]
    return inside.astype(np.float32), ground.astype(np.float32)


def passes(look: Look, at: float, *, size: tuple[int, int] = SIZE, eye: float = 0.0) -> Passes:
    """The balls at `at`, seen by an `eye` that stands so far to the right, for stereo."""
    import numpy as np

    x, y = _plane(size)
    black = np.zeros((*x.shape, 3), np.float32)
    made = Passes(black, black.copy(), black.copy(), np.zeros_like(x), np.full_like(x, np.inf))
    for centre, radius, colour in _placed(look, at, eye):
        reach = radius * 1.6 + 0.05  # more than it takes in the picture, wherever it stands
        spot = centre * (_EYE / centre[2])
        rows = _around(y[:, 0], float(spot[1]), reach)
        columns = _around(x[0], float(spot[0]), reach)
        _add_ball(made, look, (rows, columns), x, y, centre, radius, colour)
    return made


def _around(values: Values, middle: float, reach: float) -> slice:
    import numpy as np

    inside = np.flatnonzero(np.abs(values - middle) < reach)
    return slice(int(inside[0]), int(inside[-1]) + 1) if inside.size else slice(0, 0)


def _add_ball(
    made: Passes,
    look: Look,
    place: tuple[slice, slice],
    x: Values,
    y: Values,
    centre: Values,
    radius: float,
    colour: Colour,
) -> None:
    """Put a ball in front of what is there."""
    import numpy as np

    ray = np.stack([x[place], y[place], np.full_like(x[place], _EYE)], axis=2)
    ray /= np.linalg.norm(ray, axis=2, keepdims=True)
    along = ray @ centre
    miss = np.sqrt(np.maximum(float(centre @ centre) - along**2, 0))
    cover = np.clip((radius - miss) * x.shape[0] / 2 + 0.5, 0, 1)
    reach = along - np.sqrt(np.maximum(radius**2 - miss**2, 0))
    normal = (ray * reach[..., None] - centre) / radius
    normal /= np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-6)
    diffuse, specular = _shading(look, ray, normal)
    over = cover[..., None]
    for whole, part in (
        (made.diffuse, diffuse * _rgb(colour)),
        (made.specular, specular),
        (made.normal, normal),
    ):
        whole[place] = whole[place] * (1 - over) + part * over
    made.alpha[place] = made.alpha[place] * (1 - cover) + cover
    made.depth[place] = np.where(cover > 0, reach, made.depth[place])


def _shading(look: Look, ray: Values, normal: Values) -> tuple[Values, Values]:
    """Light that a surface scatters and light that it mirrors."""
    import numpy as np

    sun = _rgb((look.sun[0], look.sun[1] + 0.5, -0.75))
    sun /= np.linalg.norm(sun)
    half = sun - ray
    half /= np.linalg.norm(half, axis=2, keepdims=True)
    facing = np.clip(normal @ sun, 0, 1)[..., None]
    bounce = _rgb(look.sky_low) * (0.5 - 0.5 * normal[..., 1:2]) * 0.35
    above = _rgb(look.sky_top) * (0.5 + 0.5 * normal[..., 1:2]) * 0.9
    rim = np.clip(1 + np.sum(normal * ray, axis=2), 0, 1)[..., None] ** 3
    shine = np.clip(np.sum(normal * half, axis=2), 0, 1)[..., None] ** 60
    mirrored = _rgb(look.glow) * shine * 1.2 + _rgb(look.sky_low) * rim * 0.7
    return _rgb(look.glow) * facing + bounce + above, mirrored


def _plane(size: tuple[int, int]) -> tuple[Values, Values]:
    import numpy as np

    width, height = size
    x = (np.arange(width, dtype=np.float32) + 0.5) * 2 / height - width / height
    y = 1 - (np.arange(height, dtype=np.float32) + 0.5) * 2 / height
    across, up = np.meshgrid(x, y)
    return across.astype(np.float32), up.astype(np.float32)


def _rgb(colour: Colour) -> Values:
    import numpy as np

    return np.asarray(colour, np.float32)


def _placed(look: Look, at: float, eye: float) -> list[tuple[Values, float, Colour]]:
    """Centre, radius and colour of each ball at this time, the farthest first."""
    import numpy as np

    random = Random(look.seed * 7919 + 1)
    found = []
    for place, colour in enumerate((*look.balls, *look.balls[:2])):
        across = -1.15 + 0.58 * place + random.uniform(-0.18, 0.18)
        lift, phase = random.uniform(-0.35, 0.3), random.uniform(0, 6.283)
        far = random.uniform(3.4, 6.5)
        radius = random.uniform(0.2, 0.42)
        sway = np.sin(at * 3.1 + phase)
        spot = (across * far / _EYE + 0.25 * sway - eye, lift + 0.12 * np.cos(at * 5 + phase), far)
        found.append((np.asarray(spot, np.float32), radius, colour))
    return sorted(found, key=lambda one: -float(one[0][2]))
