"""A small show in memory for tests, with publishes of real files, to deliver from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from blake3 import blake3

from rushes.adapters.storage.local import LocalStorage
from rushes.core.escape import escape
from rushes.exchange.delivery.checking import Checking
from rushes.exchange.delivery.choosing import Choosing
from rushes.exchange.delivery.media import media_of
from rushes.exchange.delivery.naming import Naming, template_for
from rushes.exchange.delivery.order import Order, Selection, SignOff
from rushes.exchange.delivery.plan import Planned, Planning
from rushes.exchange.delivery.vouching import Vouching
from rushes.exchange.reconcile_tree import sequence_of
from rushes.frames.group import Rules, group
from rushes.model.files import FileFacts, FoundSequence
from rushes.ports.progress import Silent
from rushes.ports.storage_writing import WritableStorage
from rushes.ports.studio import Op
from rushes.publish.components import component
from rushes.qc.asset import Asset, name_of
from rushes.qc.signing import Trust
from rushes.testing.memory_movements import MemoryMovements
from rushes.testing.memory_studio import MemoryStudio
from rushes.testing.studios import ADMIN, ids, make
from rushes.tracking.naming_templates import built_in
from rushes.tracking.shows.state import Show
from rushes.transfer.hashing_files import Hashed
from rushes.transfer.learning import Place

NO_FACTS = FileFacts(0, 0, 0, 0, 0, 0, 0, "")


def opening(name: str) -> Place:
    """A folder of this machine."""
    return Place(cast("WritableStorage", LocalStorage()), name)


@dataclass
class House:
    """The show NV with shots sh010 and sh020 in sq010, each with a comp, below `root`."""

    root: Path
    studio: MemoryStudio
    project: int
    tasks: Mapping[str, int]
    movements: MemoryMovements

    def publish(self, files: Mapping[str, bytes], folder: str) -> int:
        """A publish of these files, by their names, and where they lie."""
        place = self.root / folder
        place.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (place / name).write_bytes(data)
        components = []
        for one in group(list(files), Rules()).groups:
            made = sequence_of(one)
            asset = Asset(name_of(made), FoundSequence(made, NO_FACTS))
            hashed = [
                Hashed(name, len(files[name]), 0, 0, (blake3(files[name]).hexdigest(),), True)
                for name in asset.files()
            ]
            components.append(component(asset, hashed, folder=""))
        return self.studio.put(
            "publish",
            {
                "project": self.project,
                "task": next(iter(self.tasks.values())),
                "path": escape(str(place)),
                "status": "published",
                "components": components,
                "version": 1,
            },
        )

    def version(self, shot: str, number: int, files: Mapping[str, bytes], **more: Any) -> int:
        """A Version of the shot's comp with these files; approved, unless it says otherwise."""
        folder = f"{shot}/v{number:03d}"
        row = {
            "task": self.tasks[shot],
            "number": number,
            "name": f"{shot}_comp_v{number:03d}",
            "status": "approved",
            "publish": self.publish(files, folder),
            **more,
        }
        return make(self.studio, "version", **row).id

    def planning(self, sign_off: SignOff = SignOff.NONE, *, template: str = "") -> Planning:
        """The way to a plan of what is in this house."""

        def checking(show: Show) -> Checking:
            return Checking(
                media_of(show, opening, str(self.root)),
                Vouching(sign_off, Trust({})),
                opening,
                Silent(),
            )

        def naming(show: Show) -> Naming:
            texts = {"client_out": template} if template else {}
            return Naming(template_for(show, "client_out", texts, built_in("rushes")), "NORTH")

        return Planning(Choosing(self.studio, ADMIN), checking, naming, self.movements)

    def plan(self, *, template: str = "", dry_run: bool = False, **more: Any) -> Planned:
        """A plan for the client."""
        selection = Selection(**more.pop("selection", {}))
        more.setdefault("sign_off", SignOff.NONE)
        order = Order("NV", "client_out", selection, output="/out", **more)
        planning = self.planning(order.sign_off, template=template)
        return planning.plan(order, dry_run=dry_run)


def house(root: Path) -> House:
    """A house whose media lies below `root`."""
    studio = MemoryStudio()
    project = make(studio, "project", code="NV").id
    sequence = make(studio, "sequence", project=project, code="sq010").id
    (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
    tasks = {}
    for code in ("sh010", "sh020"):
        shot = make(studio, "shot", sequence=sequence, code=code, frame_in=None, frame_out=None)
        tasks[code] = make(studio, "task", shot=shot.id, type=comp).id
    return House(root, studio, project, tasks, MemoryMovements([project]))
