"""The codecs of reels: how FFmpeg's libraries are asked for each, and what each can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rushes.core.errors import Code, RushesError

THREADS = 4  # whatever the machine has: encoders cut frames by it, and so it shows in the bytes
CONTAINERS = {".mov": "mov", ".mp4": "mp4", ".m4v": "mp4"}


@dataclass(frozen=True, slots=True)
class Codec:
    """One of them. `least` is the smallest side, in pixels, that it takes across and down."""

    name: str
    encoder: str
    pixel_format: str
    options: Mapping[str, str]
    containers: tuple[str, ...]
    least: tuple[int, int] = (16, 16)


# Weighing blocks by what later frames take from them, x264's code for AVX-512 gives the same frames
# other bytes now and then, by what the process did before, even on one thread.
_NO_TREE = {"mbtree": "0"}

CODECS: Mapping[str, Codec] = MappingProxyType(
    {
        one.name: one
        for one in (
            Codec(
                *("h264", "libx264", "yuv420p"),
                MappingProxyType({"crf": "16", "preset": "medium", "profile": "high"} | _NO_TREE),
                ("mov", "mp4"),
            ),
            Codec(
                *("prores", "prores_ks", "yuv422p10le"),
                MappingProxyType({"profile": "3", "vendor": "apl0"}),
                ("mov",),
            ),
            Codec(
                *("dnxhr", "dnxhd", "yuv422p"),
                MappingProxyType({"profile": "dnxhr_hq"}),
                ("mov",),
                least=(256, 120),
            ),
        )
    }
)


def container_of(name: str) -> str:
    """`mov` or `mp4`, by the reel's name. Raises `usage`."""
    found = CONTAINERS.get(name[name.rfind(".") :].lower() if "." in name else "")
    if found is None:
        raise RushesError(
            Code.USAGE,
            f"A reel is a .mov or an .mp4 file; {name} is neither.",
            hint="Name it as in --output reel.mov.",
        )
    return found


def check(codec: Codec, container: str, size: tuple[int, int]) -> None:
    """Raise `usage` where that codec cannot be in that container, or a picture so large."""
    import av

    width, height = size
    if container not in codec.containers:
        raise RushesError(
            Code.USAGE,
            f"{codec.name} goes into .{' or .'.join(codec.containers)}, not into .{container}.",
            hint=f"Name the reel as in reel.{codec.containers[0]}, or choose --codec h264.",
        )
    if width % 2 or height % 2:
        raise RushesError(
            Code.USAGE,
            f"A reel of {width} × {height} pixels cannot be encoded: both must be even.",
            hint=f"Ask for --size {width + width % 2}x{height + height % 2}.",
        )
    if width < codec.least[0] or height < codec.least[1]:
        raise RushesError(
            Code.USAGE,
            f"{codec.name} takes no pictures below {codec.least[0]} × {codec.least[1]} pixels.",
            hint="Ask for a larger --size, or for --codec h264.",
        )
    if codec.encoder not in av.codecs_available:
        raise RushesError(
            Code.DEPENDENCY_MISSING,
            f"This PyAV cannot encode {codec.name}: it comes without {codec.encoder}.",
            hint="Install the wheel from the package index, or choose another --codec.",
        )
