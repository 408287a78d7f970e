"""An industry made up from a seed: studios with habits, and takes of their shots.

Each studio has its renderers, compositors, colours, sizes and attributes of its own. A take is a
file sequence whose frames differ in what differs from frame to frame; a few takes drift: their
later frames were written in another way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from random import Random

from rushes.inspection.header.offsets import Shape, chunk_count
from rushes.inspection.header.wire import MULTIPART, SINGLE_TILE, Attribute
from rushes.model.image import Tiles, Value, Window
from rushes.testing.media.passes import Pass, passes
from rushes.testing.media.programs import CAMERAS, COMPOSITORS, RENDERERS, TOOLS, Given, Program
from rushes.testing.media.take import Take, attributes_of, box

_DEEP = 0x800
_STUDIOS, _FRAMES = 8, 9
_STEREO, _DRIFTING = 0.08, 0.05
_TILE = 64
_SIZES = (
    *((1920, 1080), (2048, 858), (2048, 1080), (2048, 1556), (3840, 2160), (4096, 1716)),
    *((4096, 2160), (4448, 3096), (1998, 1080), (2880, 2160), (4608, 3164)),
)
_SPACES = {
    "lin_ap1_scene": (0.713, 0.293, 0.165, 0.830, 0.128, 0.044, 0.32168, 0.33767),
    "lin_ap0_scene": (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767),
    "lin_rec709_scene": (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290),
    "lin_p3d65_scene": (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.3290),
    "lin_awg3": (0.684, 0.313, 0.221, 0.848, 0.0861, -0.102, 0.3127, 0.3290),
}
_OWN = (
    *("show", "sequence", "shot", "task", "artist", "version", "take", "department", "publish"),
    *("asset", "variant", "farmJob", "pipeline", "site", "status", "client", "lut", "cdl"),
)
_DRIFTS = (
    ("compression", "compression", "RLE"),
    ("software", "string", "Natron 2.5.0"),
    ("fixedBy", "string", "somebody"),
)


@dataclass(frozen=True, slots=True)
class Studio:
    """What all files of one studio have in common; `own` are attributes nobody else writes.

    `likes` is a compression, empty for what each program does by itself; `pixels` is h or f.
    """

    programs: tuple[Program, ...]
    versions: Mapping[str, str]
    space: str
    says_space: str
    size: tuple[int, int]
    squeeze: float
    likes: str
    pixels: str
    own: tuple[str, ...]
    overscan: int


def takes(seed: int) -> Iterator[Take]:
    """Takes of all studios of an industry, in no order, without end."""
    random = Random(seed)
    studios = [_studio(random) for _ in range(_STUDIOS)]
    for number in count():
        studio = random.choice(studios)
        yield _take(random, studio, random.choice(studio.programs), shot=f"sh{number:06}")


def _studio(random: Random) -> Studio:
    """A studio with habits; it renders more than it comps, and has few plates and tools."""
    renderers, compositors = random.sample(RENDERERS, 2), random.sample(COMPOSITORS, 2)
    few = [random.choice(CAMERAS), random.choice(TOOLS)]
    mark = random.choice(("", "studio:", "pipe/", "meta.", "x_"))
    own = random.sample(_OWN, random.randint(0, 12))
    return Studio(
        programs=(*renderers * 3, *compositors * 2, *few),
        versions={
            one.name: random.choice(one.versions) for one in (*renderers, *compositors, *few)
        },
        space=random.choice([*_SPACES]),
        says_space=random.choice(("colorInteropID", "oiio:ColorSpace", "colorspace", "")),
        size=random.choice(_SIZES),
        squeeze=random.choice((1.0, 1.0, 1.0, 2.0)),
        likes=random.choice(("", "", "ZIP", "DWAA", "PIZ")),
        pixels=random.choice("hhhf"),
        own=tuple(f"{mark}{name}" for name in own),
        overscan=random.choice((0, 0, 32, 100)),
    )


def _take(random: Random, studio: Studio, program: Program, *, shot: str) -> Take:
    """A take of one program. A few are in two views, or were sized for something else."""
    if random.random() < 0.15:
        studio = replace(studio, size=random.choice(_SIZES))
    deep, tiled = random.random() < program.deep, random.random() < program.tiled
    several = random.random() < program.multipart
    views = ("left", "right") if random.random() < _STEREO else ()
    parts, manifest = passes(random, program, views=views, several=several, deep=deep)
    given = _given(random, studio, program) | manifest | {"shotName": ("string", shot)}
    if views and len(parts) == 1:
        given["multiView"] = ("stringvector", [*views])
    stored = _stored(random, studio, program, deep=deep, tiled=tiled)
    frames = random.randint(1, _FRAMES)
    # Another compression would make another count of chunks, where that is written down.
    (later,) = attributes_of([random.choice(_DRIFTS[len(parts) > 1 or deep :])]).values()
    single = 0 if deep or not tiled else SINGLE_TILE
    return Take(
        first=random.randint(1, 100_000),
        count=frames,
        parts=tuple(
            _part(given | stored, one, studio=studio, alone=len(parts) == 1) for one in parts
        ),
        flags=(_DEEP if deep else 0) | (MULTIPART if len(parts) > 1 else single),
        changing=program.changing,
        trims=_window(studio) if program.trims and not deep and len(parts) == 1 else None,
        drift=max(1, frames // 2) if random.random() < _DRIFTING else None,
        later=later,
    )


def _given(random: Random, studio: Studio, program: Program) -> dict[str, tuple[str, Value]]:
    """Attributes of program and studio, some of which a take leaves out."""
    usual = {**program.attributes, **dict.fromkeys(studio.own, ("string", "x"))}
    given = {name: one for name, one in usual.items() if random.random() < 0.95}
    given["software"] = ("string", f"{program.name} {studio.versions[program.name]}")
    if random.random() < 0.9:
        numbers = _SPACES[studio.space]
        corners = zip(("red", "green", "blue", "white"), numbers[::2], numbers[1::2], strict=True)
        given["chromaticities"] = ("chromaticities", {name: [x, y] for name, x, y in corners})
    if studio.says_space:
        given[studio.says_space] = ("string", studio.space)
    if random.random() < 0.5:
        given["framesPerSecond"] = ("rational", {"numerator": 24, "denominator": 1})
    return given


def _stored(
    random: Random, studio: Studio, program: Program, *, deep: bool, tiled: bool
) -> dict[str, tuple[str, Value]]:
    """How pixels lie in the file, and where in the picture."""
    compression = studio.likes or random.choice(program.compressions)
    data = _window(studio, program.overscans * studio.overscan)
    stored: dict[str, tuple[str, Value]] = {
        "compression": ("compression", "ZIPS" if deep else compression),
        "dataWindow": ("box2i", box(data)),
        "displayWindow": ("box2i", box(_window(studio))),
        "lineOrder": ("lineOrder", "INCREASING_Y"),
        "pixelAspectRatio": ("float", studio.squeeze),
        "screenWindowCenter": ("v2f", [0.0, 0.0]),
        "screenWindowWidth": ("float", 1.0),
        "type": ("string", _kind(deep=deep, tiled=tiled)),
    }
    if deep:
        stored["version"] = ("int", 1)
    if tiled:
        levels = "MIPMAP_LEVELS" if program.mipmaps else "ONE_LEVEL"
        modes = {"level_mode": levels, "rounding_mode": "ROUND_DOWN"}
        stored["tiles"] = ("tiledesc", {"x_size": _TILE, "y_size": _TILE, **modes})
    return stored


def _part(
    given: dict[str, tuple[str, Value]], one: Pass, *, studio: Studio, alone: bool
) -> Mapping[bytes, Attribute]:
    """All that one part holds in every frame."""
    whole = {**given, "channels": ("chlist", one.channels(studio.pixels))}
    kind = str(whole["type"][1])
    if not alone:
        whole["name"] = ("string", one.name)
    if one.view and not alone:
        whole["view"] = ("string", one.view)
    if not alone or kind.startswith("deep"):
        whole["chunkCount"] = ("int", _chunks(whole))
    return attributes_of((name, kind, value) for name, (kind, value) in whole.items())


def _chunks(whole: Given) -> int:
    """How many chunks a part of these attributes has."""
    area, compression = whole["dataWindow"][1], whole["compression"][1]
    tiles = Tiles(*whole["tiles"][1].values()) if "tiles" in whole else None
    window = Window(*area["min"], *area["max"])
    return chunk_count(Shape(None, window, compression, tiles is not None, tiles))


def _kind(*, deep: bool, tiled: bool) -> str:
    if deep:
        return "deeptile" if tiled else "deepscanline"
    return "tiledimage" if tiled else "scanlineimage"


def _window(studio: Studio, around: int = 0) -> Window:
    width, height = studio.size
    return Window(-around, -around, width - 1 + around, height - 1 + around)
