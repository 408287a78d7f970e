"""Which files are meant to be pictures, by the endings of their names."""

from __future__ import annotations

from rushes.inspection.movie import is_movie

# What OpenImageIO knows, without endings that other files have as well (.env, .int, .bw, .z), and
# with those under which renderers keep TIFF.
_PICTURES = frozenset(
    [
        *("exr", "sxr", "mxr", "tif", "tiff", "tx", "tex", "vsm", "jpg", "jpe", "jpeg", "jif"),
        *("jfif", "jfi", "bmp", "dib", "cin", "dds", "dpx", "fits", "gif", "hdr", "rgbe", "ico"),
        *("iff", "jp2", "j2k", "j2c", "jph", "jxl", "png", "ppm", "pgm", "pbm", "pnm", "pfm"),
        *("psd", "pdd", "psb", "rla", "sgi", "rgb", "rgba", "pic", "tga", "tpic", "webp", "zfile"),
    ]
)


def is_picture(name: str) -> bool:
    """Whether a thumbnail may be expected of a file of that name: an image, or a movie.

    A number at the very end is a frame (`beauty.exr.1001`).
    """
    stem, dot, ending = name.rpartition(".")
    if dot and ending.isdigit():
        name, (_, dot, ending) = stem, stem.rpartition(".")
    return bool(dot) and (ending.lower() in _PICTURES or is_movie(name))
