"""The note in a demo studio's folder that says it is ours, and what it holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rushes.core import atomic
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape

NAME = ".rushes-demo.json"
_SCHEMA = "rushes.demo-studio/1"

Stamp = tuple[int, int]  # bytes, and nanoseconds of the last change


@dataclass(frozen=True, slots=True)
class Marker:
    """The `recipe` that the studio was made by, and its files by path relative to the studio.

    Written first without files, so that a studio that was never finished is known as ours, and
    again at the end.
    """

    recipe: str
    files: Mapping[str, Stamp] = field(default_factory=dict)
    complete: bool = False


def read(at: Path) -> Marker | None:
    """The marker in the folder; None where there is none that we wrote."""
    try:
        told = json.loads((at / NAME).read_bytes())
        if told["schema"] != _SCHEMA:
            return None
        files = {str(path): (int(size), int(when)) for path, (size, when) in told["files"].items()}
        return Marker(str(told["recipe"]), files, told["complete"] is True)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"Could not read {escape(str(at / NAME))}: {error.strerror or error}.",
            hint="Give yourself permission to read it, or choose another place with --at.",
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def write(at: Path, marker: Marker) -> None:
    """Put the marker into the folder. Raises `write.failed`."""
    told = {
        "schema": _SCHEMA,
        "about": "Made by `rushes demo`, which mends or renews the files named here.",
        "recipe": marker.recipe,
        "complete": marker.complete,
        "files": {path: list(stamp) for path, stamp in sorted(marker.files.items())},
    }
    atomic.write_bytes(at / NAME, json.dumps(told, indent=0).encode("utf-8"))
