"""How FFmpeg's scaler is asked to work, so that it gives the same pixels wherever it runs."""

from __future__ import annotations


def exact(kernel: str) -> int:
    """The scaler with that kernel, rounding alike in all of its paths, with chroma in full."""
    from av.video.reformatter import Interpolation as How

    careful = How.ACCURATE_RND | How.BITEXACT | How.FULL_CHR_H_INT | How.FULL_CHR_H_INP
    return int(How[kernel] | careful)
