"""The demo show put on record, beside the files that it is of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rushes import bootstrap
from rushes.cli import show
from rushes.cli.qc.walking import media_folders
from rushes.cli.session import Session
from rushes.core.escape import escape
from rushes.model.files import FoundFolder
from rushes.model.kinds import PLURALS
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.ports.studio import Access
from rushes.scan.roots import Root
from rushes.testing.demo import DemoStudio
from rushes.testing.demo.publishes import orders, publish_media
from rushes.testing.demo.records import Filling, cast_on_record
from rushes.testing.demo.saves import save_scenes, say, show_comps
from rushes.testing.demo.shots import SHOW


@dataclass(frozen=True, slots=True)
class DemoRecords:
    """The show's number, and how many records this run made, by the plural of their kind.

    `elsewhere` is the folder that the records are of where it is not this studio's, escaped.
    """

    project: int
    made: Counter[str]
    elsewhere: str = ""

    def row(self) -> dict[str, Any]:
        """As JSON."""
        return {"project": self.project, "made": dict(self.made)}

    def show(self) -> None:
        """One line, and another where the records are of a studio that was made before."""
        made = [(self.made[many], one) for many, one in PLURALS.items() if self.made[many]]
        said = ", ".join(
            f"{count:,} {one.plural if count > 1 else one.name}" for count, one in made
        )
        did = f"made now: {said}" if said else "all there already"
        show.text(f"On record as project {self.project}, {SHOW}: {did}.")
        if self.elsewhere:
            show.text(f"  The records are of the demo studio made before, at {self.elsewhere}.")


def filled(
    session: Session, studio: DemoStudio, executor: Executor, watched: Progress
) -> DemoRecords:
    """Put what is missing on record; what is there stays as it is.

    Raises as the ports of records do, and as hashing does.
    """
    settings, shows = session.settings, studio.shows
    with (
        closing(bootstrap.studio(settings)) as studio_records,
        closing(bootstrap.work(settings)) as work,
    ):
        filling = Filling(studio_records, session.actor)
        on_record = cast_on_record(filling, shows)
        save_scenes(filling, work, on_record, shows)
        publishes = publish_media(
            filling,
            work,
            on_record,
            shows,
            folders=_published(session, shows, executor, watched),
            executor=executor,
        )
        say(filling, on_record, show_comps(filling, on_record, shows, publishes))
        (project,) = studio_records.get(
            "project", [on_record.project], access=Access(everything=True), fields=("roots",)
        )
    of = str(project.fields["roots"].get("linux", ""))
    return DemoRecords(
        on_record.project, filling.made, elsewhere=of if of != escape(str(shows / SHOW)) else ""
    )


def _published(
    session: Session, shows: Path, executor: Executor, watched: Progress
) -> Iterator[tuple[Root, FoundFolder]]:
    """The folders that are published, walked when they are asked for."""
    for one in orders():
        root = bootstrap.root(shows / one.shot.folder / one.folder, session.settings)
        for found in media_folders(root, session.settings, executor=executor, progress=watched):
            yield root, found
