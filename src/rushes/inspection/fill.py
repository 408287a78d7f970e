"""Marks over the place of a picture that is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def crossed(frame: NDArray[np.uint8], ink: Sequence[int]) -> None:
    """A border and both diagonals, one pixel wide."""
    import numpy as np

    rows, columns, _ = frame.shape
    frame[0] = frame[-1] = frame[:, 0] = frame[:, -1] = ink
    steps = np.arange(max(rows, columns))
    down, across = steps * rows // len(steps), steps * columns // len(steps)
    frame[down, across] = frame[down, columns - 1 - across] = ink
