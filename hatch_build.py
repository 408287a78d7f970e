"""Builds the few lines of C that list folders, where there is a compiler for them.

Nothing depends on it: without, Python lists folders by itself, and a scan takes a quarter longer.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zlib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_PACKAGE = "rushes/adapters"
_SOURCE, _LIBRARY = "quick_listing.c", "libquick_listing.so"
_FLAGS = ("-O2", "-shared", "-fPIC", "-Wall")
_LONGEST_S = 120.0  # it takes a tenth of a second


class QuickListing(BuildHookInterface[Any]):
    """Compile `quick_listing.c` for the wheel, or into the source tree of an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the library to the wheel, which then is for this system only."""
        folder = Path(self.root, "src", _PACKAGE)
        self._made = tempfile.mkdtemp(prefix="rushes-build-")
        library = Path(self._made, _LIBRARY)
        try:
            _compile(folder / _SOURCE, library)
            if version == "editable":
                _place(library, folder / _LIBRARY)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            print(f"{_SOURCE} was not compiled; scans take a quarter longer: {_why(error)}")  # noqa: T201
            return
        if version != "editable":
            build_data["force_include"][str(library)] = f"{_PACKAGE}/{_LIBRARY}"
        build_data["pure_python"] = False
        system = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{system}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made beside the source tree."""
        del version, build_data, artifact_path
        shutil.rmtree(self._made, ignore_errors=True)


def _compile(source: Path, library: Path) -> None:
    """Make the library, which knows which text it was made from. Raises where that fails."""
    if sys.platform != "linux":
        raise OSError("this is done on Linux alone")
    compiler = shlex.split(os.environ.get("CC", "")) or ["cc"]
    known = f"-DRUSHES_SOURCE={zlib.crc32(source.read_bytes())}u"
    subprocess.run(
        [*compiler, *_FLAGS, known, "-o", str(library), str(source)],
        check=True,
        capture_output=True,
        timeout=_LONGEST_S,
    )


def _place(library: Path, place: Path) -> None:
    """Put the library there in one step: it may be in use, or somebody else may be at it, too."""
    handle, beside = tempfile.mkstemp(prefix=f"{_LIBRARY}.", suffix=".part", dir=place.parent)
    os.close(handle)
    try:
        shutil.copy(library, beside)
        os.replace(beside, place)
    except OSError:
        os.unlink(beside)
        raise


def _why(error: Exception) -> str:
    """What went wrong: of a compiler, the last thing that it said."""
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else b""
    lines = said.decode(errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), str(error))
