"""What becomes of a delivery: everything that can be known before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from rushes.core import clock
from rushes.core.names import danger
from rushes.exchange.delivery.checking import Checking, look_touched
from rushes.exchange.delivery.choosing import Choosing, Chosen
from rushes.exchange.delivery.item import Item, Part
from rushes.exchange.delivery.naming import Naming
from rushes.exchange.delivery.order import Order
from rushes.model.movement import SentFile
from rushes.ports.movements import Movements
from rushes.ports.records import every
from rushes.publish.components import ALGORITHM
from rushes.tracking.shows.state import Show

_ASKED = 1_000  # paths in one question
NUMBER = "{n:02d}"


class File(NamedTuple):
    """One file that is meant, and where it lies: the `at`th of its part, called `name` there.

    `earlier` is the delivery that took it already, `before` the one that took another file under
    its path.
    """

    path: str
    item: Item
    part: Part
    at: int
    name: str
    frame: int | None = None
    earlier: SentFile | None = None
    before: SentFile | None = None

    @property
    def size(self) -> int:
        """Bytes."""
        return self.part.sizes[self.at]

    @property
    def blake3(self) -> str:
        """Its digest; empty where nobody knows it yet, which a dry run leaves so."""
        return self.part.blake3[self.at] if self.part.blake3 else ""


@dataclass(slots=True)
class Planned:
    """What becomes of each Version, and of each file. `name` has the place of a number in it."""

    order: Order
    chosen: Chosen
    name: str
    files: list[File] = field(default_factory=list)

    @property
    def show(self) -> Show:
        """The project."""
        return self.chosen.show

    @property
    def items(self) -> Sequence[Item]:
        """All Versions that were meant."""
        return self.chosen.items

    @property
    def going(self) -> list[Item]:
        """The Versions that may leave."""
        return [one for one in self.items if not one.refused]

    @property
    def refused(self) -> list[Item]:
        """Those that may not."""
        return [one for one in self.items if one.refused]

    @property
    def fresh(self) -> list[File]:
        """The files that are packed."""
        return [one for one in self.files if one.earlier is None]

    @property
    def had(self) -> list[File]:
        """The files that they have already."""
        return [one for one in self.files if one.earlier is not None]

    @property
    def halted(self) -> bool:
        """Whether nothing is delivered for the sake of what is refused."""
        return bool(self.refused) and (not self.order.allow_partial or not self.going)


@dataclass(frozen=True, slots=True)
class Planning:
    """The way from an order to a plan. Nothing is written anywhere.

    `naming` and `checking` are made once the show is known. Without `movements` nothing is known
    of what was sent before.
    """

    choosing: Choosing
    checking: Callable[[Show], Checking]
    naming: Callable[[Show], Naming]
    movements: Movements | None = None
    now: Callable[[], datetime] = clock.now

    def plan(self, order: Order, *, dry_run: bool) -> Planned:
        """Choose, check and name. A dry run reads no media, unless the order says `check`.

        Raises what choosing and checking raise, and `notation.invalid` for a bad template.
        """
        chosen = self.choosing.choose(order.show, order.selection)
        checking, naming = self.checking(chosen.show), self.naming(chosen.show)
        now = self.now()
        checking.check(chosen.items, read=not dry_run or order.check, deep=order.check)
        for item in chosen.items if dry_run and not order.check else ():
            look_touched(item)
        naming.name(chosen.items, on=now)
        made = Planned(order, chosen, package_name(chosen.show.code, order.context, now))
        made.files = list(self._files(made))
        return made

    def _files(self, made: Planned) -> Iterator[File]:
        files = [
            File(path, item, part, at, name, frame)
            for item in made.going
            for part in item.parts
            for at, (path, name, frame) in enumerate(
                zip(part.paths, part.names(), part.frames(), strict=True)
            )
        ]
        sent = {} if made.order.full else self._sent(made, [one.path for one in files])
        for one in files:
            known = sent.get(one.path)
            if known is None or not one.blake3:
                yield one
            elif known.file.digests.get(ALGORITHM) == one.blake3:
                yield one._replace(earlier=known)
            else:
                yield one._replace(before=known)

    def _sent(self, made: Planned, paths: Sequence[str]) -> Mapping[str, SentFile]:
        """What they have under these names, whoever they are."""
        found: dict[str, SentFile] = {}
        movements, project = self.movements, made.show.project.id
        for at in range(0, len(paths) if movements is not None else 0, _ASKED):
            some = paths[at : at + _ASKED]

            def ask(page: str | None, some: Sequence[str] = some):  # type: ignore[no-untyped-def]
                assert movements is not None
                return movements.sent(project, made.order.context, paths=some, page=page)

            found |= {one.file.path: one for one in every(ask)}
        return found


def package_name(show: str, context: str, on: datetime) -> str:
    """What a delivery is called, with the place of a number: `FG_client_out_20261121_{n:02d}`."""
    code = "".join(one if one.isascii() and (one.isalnum() or one in "-_") else "-" for one in show)
    name = f"{code}_{context}_{on:%Y%m%d}_"
    assert not danger(f"{name}01")
    return name + NUMBER


def unnumbered(name: str) -> str:
    """The name as a dry run tells it, which takes no number: `FG_client_out_20261121_nn`."""
    return name.replace(NUMBER, "nn")
