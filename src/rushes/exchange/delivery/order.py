"""What is asked of a delivery: which Versions, for whom, how sure of them, and to where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from rushes.transfer.hashing_algorithms import digest_of

CONTEXTS = ("vendor_out", "client_out")


class SignOff(StrEnum):
    """What has to vouch for media before it leaves."""

    REQUIRED = "required"  # a pass of these bytes, signed by a key that is trusted here
    ANY = "any"  # a pass of these bytes; nobody need have signed it
    NONE = "none"  # nothing: bytes alone are held against the records


class Shape(StrEnum):
    """What a package is."""

    ZIP = "zip"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which Versions: those of a playlist, or of a project as far as these name it.

    No `statuses` are those that count as approved. `every` takes all approved Versions of a task
    instead of its latest.
    """

    playlist: str = ""
    episodes: tuple[str, ...] = ()
    sequences: tuple[str, ...] = ()
    shots: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    every: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One delivery as it was asked for.

    `show` is the project's code or title, `context` tells who gets it. `output` and `bucket` are
    what people call both places, empty where there is none: the package is made at the first, and
    uploaded to the second. `full` sends what they have already, too. `check` reads every byte
    before anything is packed; while packing that is done anyhow. `pictures` are the papers with
    some: a contact sheet and a delivery note.
    """

    show: str
    context: str
    selection: Selection = field(default_factory=Selection)
    output: str = ""
    bucket: str = ""
    shape: Shape = Shape.ZIP
    sign_off: SignOff = SignOff.REQUIRED
    allow_partial: bool = False
    full: bool = False
    check: bool = False
    pictures: bool = True
    at_once: int = 8

    def row(self) -> Mapping[str, Any]:
        """The order as JSON holds it: all that decides what leaves, and to where."""
        row = asdict(self)
        del row["at_once"], row["check"]
        row["selection"] = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in row["selection"].items()
        }
        return row | {"shape": self.shape.value, "sign_off": self.sign_off.value}

    @property
    def number(self) -> str:
        """What tells it from all other orders: the same command is the same order."""
        from rushes.core.canonical import canonical

        return digest_of(canonical(dict(self.row())), "sha256")[:12]


def order_of(row: Mapping[str, Any]) -> Order:
    """`Order.row` back."""
    chosen: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in row["selection"].items()
    }
    made = {
        **row,
        "selection": Selection(**chosen),
        "shape": Shape(row["shape"]),
        "sign_off": SignOff(row["sign_off"]),
    }
    return Order(**made)
