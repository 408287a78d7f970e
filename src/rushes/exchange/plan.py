"""What becomes of a drop, lot by lot: everything that can be known before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.exchange.apart import apart
from rushes.exchange.checking import Checks, check_digests, check_frames
from rushes.exchange.drop import Drop, Patience, read_drop, watched_sleep
from rushes.exchange.grouping import grouped
from rushes.exchange.growing import refuse_growing
from rushes.exchange.held import hold_against_records
from rushes.exchange.histories import history_folders, read_histories
from rushes.exchange.lot import Act, Lot, Measure
from rushes.exchange.lots import Known, Patterns, lots_of, unmet_frames
from rushes.exchange.lying import aim_at_record, judge_elsewhere
from rushes.exchange.manifests import Wanted, read_manifest, settle_places, together, unmet
from rushes.exchange.moving import Unknown, judge_moves, moves
from rushes.exchange.placing import own_templates, place_lots
from rushes.exchange.roster import Roster, read_delivered, read_roster
from rushes.frames.group import Rules
from rushes.model.finding import Finding, Severity
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress, Silent
from rushes.ports.storage_writing import TERMS, Terms
from rushes.ports.studio import Studio
from rushes.tracking.naming_templates import Templates
from rushes.transfer.learning import Place
from rushes.transfer.plan import Known as Ledger
from rushes.transfer.plan import Plan as Moves

Noted = Callable[[Measure, Drop], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of an ingest.

    `show` is the project's code, `source` says who sent it (`vendor`, `client`). `drop_name` and
    `target_name` are what people call both places (`/drops/a`, `s3://bucket/shows`). `terms` are
    how a bucket keeps what is uploaded, `rate` how many bytes may go in a second (0: no limit).
    """

    show: str
    source: str
    drop: Place
    drop_name: str
    target: Place
    target_name: str
    manifests: tuple[Path, ...] = ()
    checks: Checks = Checks()  # noqa: RUF009 (it holds nothing)
    patience: Patience = Patience()  # noqa: RUF009
    vendor: str = ""
    terms: Terms = TERMS
    rate: int = 0


@dataclass(slots=True)
class Planned:
    """What becomes of each lot, and of the files that are in none.

    `findings` are about the drop and its manifests. `moves` say what the engine has to do for a
    lot, by its key. Without a `roster` nothing was held against records.
    """

    order: Order
    drop: Drop
    wanted: Wanted
    lots: list[Lot]
    skipped: Mapping[str, str]
    findings: list[Finding]
    roster: Roster | None
    moves: dict[str, Moves] = field(default_factory=dict)

    @property
    def show(self) -> str:
        """The project's code."""
        return self.roster.code if self.roster is not None else self.order.show

    def of(self, act: Act) -> Iterator[Lot]:
        """The lots that this becomes of."""
        return (one for one in self.lots if one.act is act)


@dataclass(slots=True)
class Planning:
    """One run's way from an order to a plan.

    `opened` opens a place by what people call it. `measures` are digests from a run that was
    broken off; `note` is told each new one.
    """

    templates: Templates
    rules: Rules
    executor: Executor
    opened: Callable[[str], Place]
    studio: Studio | None = None
    ledger: Ledger = field(default_factory=Unknown)
    workers: int | None = None
    progress: Progress = field(default_factory=Silent)
    measures: Callable[[Drop], Mapping[str, Measure]] = lambda _drop: {}
    note: Noted = lambda _measure, _drop: None

    def plan(self, order: Order) -> Planned:
        """Read, judge and hash the drop; nothing is written anywhere.

        Raises `nothing.found`, `path.not_found`, `path.unreadable`, `manifest.invalid`,
        `record.not_found`, `database.unavailable`, `cancelled` and `executor.failed`.
        """
        roster = read_roster(self.studio, order.show) if self.studio is not None else None
        made = self._listed(order, roster)
        self._judged(made)
        self._against_records(made)
        self._moves(made)
        return made

    def _listed(self, order: Order, roster: Roster | None) -> Planned:
        """The drop in lots, by names and manifests."""
        show = roster.code if roster is not None else order.show
        manifests = [read_manifest(path) for path in order.manifests]
        drop = read_drop(
            order.drop,
            order.drop_name,
            patience=order.patience,
            sleep=watched_sleep(self.progress),
            progress=self.progress,
        )
        listed = bool(manifests)
        if not order.drop.storage.is_far():
            manifests += read_histories(Path(order.drop.root), history_folders(drop.histories))
        wanted = together(manifests, show=show)
        settle_places(wanted, drop.files)
        found = grouped(drop, rules=self.rules, without=_inside(order, drop))
        own = own_templates(roster.templates, roster.grammar) if roster is not None else None
        templates = own or self.templates
        known = Known(show, templates.templates, wanted, listed, roster, Patterns(wanted))
        lots = lots_of(apart(found.items, drop, known, rules=self.rules), known)
        lost = set(unmet_frames(lots, wanted, [*drop.files, *drop.aside]))
        there = [path for path in wanted.files if path not in lost]
        findings = [*wanted.findings, *drop.findings(), *unmet(wanted, there)]
        findings += known.patterns.unmet()
        refuse_growing(lots, drop.aside)
        place_lots(lots, templates, show=show, vendor=order.vendor or order.source)
        check_frames(lots, found.findings)
        return Planned(order, drop, wanted, lots, found.skipped, findings, roster)

    def _judged(self, made: Planned) -> None:
        """Bytes against checksums, media against policies."""
        checks = made.order.checks
        if checks.quick:
            return
        for _, measure in check_digests(
            made.lots,
            made.drop,
            made.wanted,
            checks=checks,
            known=self.measures(made.drop),
            progress=self.progress,
        ):
            self.note(measure, made.drop)
        from rushes.exchange.policing import check_policies  # readers of media: a tenth of a second

        check_policies(
            made.lots,
            made.drop,
            checks,
            executor=self.executor,
            workers=self.workers,
            progress=self.progress,
        )

    def _against_records(self, made: Planned) -> None:
        if self.studio is None or made.roster is None:
            return
        tasks = sorted({lot.task.id for lot in made.lots if lot.task is not None})
        read_delivered(self.studio, made.roster, tasks)
        hold_against_records(made.lots, made.roster)

    def _moves(self, made: Planned) -> None:
        quick = made.order.checks.quick
        for lot in made.lots:
            if lot.act is Act.REFUSE or (quick and lot.act is Act.INGEST):
                continue
            if where := aim_at_record(lot, made.order.target_name):
                judge_elsewhere(lot, made.drop, where, opened=self.opened, quick=quick)
                continue
            # What the ledger does not know is compared for lots on record, too: a run that was
            # killed may have brought a file that it had no time to note.
            moving = moves(lot, made.drop, made.order.target, self.ledger, quick=quick)
            if not quick:
                judge_moves(lot, moving)
            made.moves[lot.key] = moving


def check_ready(made: Planned) -> None:
    """Raise `nothing.found` where there is no media at all."""
    if not made.lots and not made.drop.aside:
        raise RushesError(
            Code.NOTHING_FOUND,
            f"There is no media in {made.order.drop_name}.",
            hint="Hidden and unfinished files, and papers, are left out.",
        )


def worst(findings: Sequence[Finding]) -> Severity | None:
    """The worst severity among findings."""
    ranks = tuple(Severity)
    return min((one.severity for one in findings), key=ranks.index, default=None)


def _inside(order: Order, drop: Drop) -> list[str]:
    """Manifests that lie in the drop themselves."""
    if order.drop.storage.is_far():
        return []
    root = Path(order.drop.root).resolve()
    found = []
    for path in order.manifests:
        whole = path.resolve()
        if whole.is_relative_to(root):
            found.append(whole.relative_to(root).as_posix())
    return [one for one in found if one in drop.files]
