"""One delivery from its options to its end: planned, and carried out where that is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache, partial
from pathlib import Path

from rushes import bootstrap
from rushes.bootstrap.deliveries import Run
from rushes.cli import s3_terms
from rushes.cli.deliver.options import Wish
from rushes.cli.deliver.ordering import ordered
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.cli.shows.opening import studio
from rushes.core import atomic, clock
from rushes.core.errors import Code, RushesError
from rushes.exchange.delivery.made import TERMS, Delivered
from rushes.exchange.delivery.media import Opening
from rushes.exchange.delivery.telling import Story
from rushes.ports.movements import Movements
from rushes.ports.storage_writing import Terms
from rushes.transfer.learning import Place


def deliver(session: Session, wish: Wish) -> Story:
    """Plan one delivery and, unless it is a dry run, carry the plan out.

    Raises what planning and delivering raise, and `lock.unavailable` where another run makes it.
    """
    begun = clock.now()
    s3_terms.use_endpoint(wish.endpoint)
    order = ordered(session, wish)
    with (
        studio(session) as records,
        closing(bootstrap.movements(session.settings)) as movements,
        progress("delivering") as watched,
    ):
        run = Run(
            session.settings,
            order,
            records,
            movements,
            session.actor,
            watched,
            opened_by(wish.profile),
            write=partial(_write, wish.manifest),
            terms=_terms(wish),
            rate=s3_terms.a_second(wish.bandwidth),
            begun=begun,
        )
        if wish.dry_run:
            return Story(Delivered(run.planned()), dry_run=True)
        return Story(run.carried_out())


def opened_by(profile: str) -> Opening:
    """What opens folders as that profile of AWS's sees them; each once."""

    @cache
    def opening(name: str) -> Place:
        return s3_terms.place(name, profile) if "://" in name else bootstrap.place(name)

    return opening


@contextmanager
def on_record(session: Session) -> Iterator[Movements]:
    """The deliveries on record. Raises `record.not_found` where there are no records at all."""
    if not bootstrap.database_known(session.settings):
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            "There are no records yet, so nothing was delivered.",
            hint="rushes show create CODE makes a show.",
        )
    with closing(bootstrap.movements(session.settings)) as movements:
        yield movements


def _terms(wish: Wish) -> Terms:
    """How packages are kept where they go to S3. Raises `usage`."""
    asked = s3_terms.terms(wish.storage_class, wish.sse)
    return asked._replace(algorithms=TERMS.algorithms, verify=TERMS.verify)


def _write(stem: Path | None, papers: Mapping[str, bytes]) -> Sequence[Path]:
    """Both manifests for the house, where they were asked for."""
    if stem is None:
        return ()
    made = []
    for ending, data in papers.items():
        made.append(stem.with_name(f"{stem.name}{ending}"))
        atomic.write_bytes(made[-1], data)
    return made
