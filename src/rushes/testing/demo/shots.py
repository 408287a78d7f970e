"""The show of the demo studio: three sequences of four shots."""

from __future__ import annotations

from dataclasses import dataclass

from rushes.testing.media.look import Look, dawn, night, noon

SHOW = "nightjar"
FIRST = 1001


@dataclass(frozen=True, slots=True)
class Shot:
    """One shot: where it is, how long, what it looks like. `last` is included."""

    sequence: str
    name: str
    last: int
    look: Look
    number: int

    @property
    def frames(self) -> range:
        """Every frame of the shot."""
        return range(FIRST, self.last + 1)

    @property
    def folder(self) -> str:
        """Its folder below the folder of all shows."""
        return f"{SHOW}/{self.sequence}/{self.name}"

    def at(self, frame: int) -> float:
        """Where `frame` is in the shot: 0 at the first, 1 at the last."""
        return (frame - FIRST) / (self.last - FIRST)


_LOOKS = {"sq010": dawn, "sq020": noon, "sq030": night}
_LENGTHS = (24, 20, 28, 24, 24, 18, 24, 30, 24, 22, 24, 20)


def _shots() -> tuple[Shot, ...]:
    made = []
    for place, (sequence, look) in enumerate(_LOOKS.items()):
        for at in range(4):
            number = place * 4 + at
            last = FIRST + _LENGTHS[number] - 1
            seed = place * 10 + at * 3 + 1
            made.append(Shot(sequence, f"sh{at + 1:03}0", last, look(seed), number))
    return tuple(made)


SHOTS = _shots()
