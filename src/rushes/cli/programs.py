"""Which DCCs and tools of the field are on this machine, and where."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from glob import glob
from pathlib import Path

_ASK_S = 15.0


@dataclass(frozen=True, slots=True)
class Program:
    """A program that was looked for. `path` is None when it was not found."""

    name: str
    kind: str  # "dcc" or "tool"
    use: str
    path: Path | None = None
    version: str | None = None
    mend: str = ""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to look for: file names, on PATH, then in the folders that variables and makers name.

    `ask` makes the program print its version; without it the version is read off the path,
    because starting a DCC takes a licence and a minute.
    """

    name: str
    kind: str
    use: str
    files: tuple[str, ...]
    variables: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()


_HOUDINI = (
    "/opt/hfs*/bin",
    "/Applications/Houdini/Houdini*/Frameworks/Houdini.framework/Versions/Current/Resources/bin",
    "C:/Program Files/Side Effects Software/Houdini*/bin",
)
_MAYA = (
    "/usr/autodesk/maya*/bin",
    "/Applications/Autodesk/maya*/Maya.app/Contents/bin",
    "C:/Program Files/Autodesk/Maya*/bin",
)
_NUKE = ("/usr/local/Nuke*", "/opt/Nuke*", "/Applications/Nuke*/Nuke*.app/Contents/MacOS",
         "C:/Program Files/Nuke*")  # fmt: skip
_BLENDER = (
    "/opt/blender*",
    "/usr/local/blender*",
    "/Applications/Blender.app/Contents/MacOS",
    "C:/Program Files/Blender Foundation/Blender*",
)

_WANTED = (
    _Wanted("Blender", "dcc", "3D", ("blender",), folders=_BLENDER, ask=("--version",)),
    _Wanted("Houdini", "dcc", "3D and effects", ("houdini",), ("HFS",), _HOUDINI),
    _Wanted("hython", "dcc", "Houdini without a window", ("hython",), ("HFS",), _HOUDINI),
    _Wanted("Maya", "dcc", "3D and animation", ("maya",), ("MAYA_LOCATION",), _MAYA),
    _Wanted("mayapy", "dcc", "Maya without a window", ("mayapy",), ("MAYA_LOCATION",), _MAYA),
    _Wanted("Nuke", "dcc", "compositing", ("Nuke[0-9]*", "nuke"), folders=_NUKE),
    _Wanted("ffmpeg", "tool", "movies", ("ffmpeg",), ask=("-version",)),
    _Wanted("ffprobe", "tool", "movies", ("ffprobe",), ask=("-version",)),
    _Wanted("exrheader", "tool", "EXR headers", ("exrheader",), ask=("--version",)),
    _Wanted("oiiotool", "tool", "images", ("oiiotool",), ask=("--version",)),
    _Wanted("rez", "tool", "package environments", ("rez",), ask=("--version",)),
)


def programs(environ: Mapping[str, str]) -> list[Program]:
    """Every program of the list, found or not; tools that are found are asked their version."""
    with ThreadPoolExecutor(max_workers=4) as asking:
        return list(asking.map(lambda wanted: _look(wanted, environ), _WANTED))


def _look(wanted: _Wanted, environ: Mapping[str, str]) -> Program:
    path = next(_found(wanted, environ), None)
    if path is None:
        mend = f"Install {wanted.name}, or put the folder of its program on PATH."
        return Program(wanted.name, wanted.kind, wanted.use, mend=mend)
    told = _asked(path, wanted.ask) if wanted.ask else _read_off(path)
    return Program(wanted.name, wanted.kind, wanted.use, path, told)


def _found(wanted: _Wanted, environ: Mapping[str, str]) -> Iterator[Path]:
    # The folder of our own Python last: wheels bring tools along, an installation goes before.
    folders = [*environ.get("PATH", "").split(os.pathsep), *_own(wanted, environ)]
    folders.append(os.path.dirname(sys.executable))
    for folder in filter(None, folders):
        for pattern in wanted.files:
            for name in _names(folder, pattern):
                path = Path(folder, name)
                if os.path.isfile(path) and os.access(path, os.X_OK):
                    yield path


def _own(wanted: _Wanted, environ: Mapping[str, str]) -> Iterator[str]:
    for variable in wanted.variables:
        if environ.get(variable):
            yield os.path.join(environ[variable], "bin")
    for pattern in wanted.folders:
        yield from sorted(glob(pattern), reverse=True)  # the newest first, as a rule


def _names(folder: str, pattern: str) -> list[str]:
    suffix = ".exe" if sys.platform == "win32" else ""
    if "*" not in pattern:
        return [pattern + suffix]
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    # Nuke15.1 is the program, Nuke15.1.desktop is not.
    fits = [
        n for n in names if fnmatch(n, pattern + suffix) and re.fullmatch(r"\D+[\d.v]+(\.exe)?", n)
    ]
    return sorted(fits, reverse=True)


def _asked(path: Path, ask: tuple[str, ...]) -> str | None:
    try:
        ended = subprocess.run(
            [path, *ask], stdin=subprocess.DEVNULL, capture_output=True, timeout=_ASK_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    # Some answer on stderr; an error's words hold no version we could trust.
    words = ended.stdout or ended.stderr if ended.returncode == 0 else b""
    found = re.search(r"\d+(?:\.\d+)+", words.decode("utf-8", "replace")[:2000])
    return found.group() if found else None


def _read_off(path: Path) -> str | None:
    found = re.findall(r"\d+(?:\.\d+)+(?:v\d+)?|(?<!\d)20\d\d(?!\d)", str(path.resolve()))
    return found[-1] if found else None
