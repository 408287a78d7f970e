"""From the options of `rushes dailies` to a reel: records, plan, executor, papers."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from rushes import bootstrap
from rushes.cli.dailies.options import Wish, exact_rate
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS, studio
from rushes.core import clock
from rushes.core.atomic import write_bytes
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.dailies import manifest
from rushes.exchange.dailies.clips import Plan
from rushes.exchange.dailies.making import Crew, Reel, check_place, make
from rushes.exchange.dailies.ordering import Dress
from rushes.exchange.dailies.planning import Making, planned
from rushes.exchange.dailies.records import History, Wanted, project_called, wanted_versions
from rushes.inspection.reel import codecs
from rushes.inspection.reel.encoding import ReelForm
from rushes.inspection.reel.order import check_viewing
from rushes.inspection.reel.timecode import nominal
from rushes.ports.executor import Executor

_PAPERS = (".json", ".csv")
_EVENTS = 1_000  # the last writes of one Version


@dataclass(frozen=True, slots=True)
class Outcome:
    """A plan, and the reel that it became; None in a dry run. `papers` are where manifests lie."""

    plan: Plan
    dress: Dress
    form: ReelForm
    output: str
    papers: tuple[Path, ...]
    reel: Reel | None = None

    def row(self) -> dict[str, Any]:
        """As JSON."""
        return manifest.document(
            self.plan, self.dress, self.form, output=self.output, reel=self.reel
        )


def dailies_made(session: Session, wish: Wish) -> Outcome:
    """The reel made as wished, or planned only."""
    codec = codecs.CODECS[wish.codec]
    container = codecs.container_of(wish.output.name)
    codecs.check(codec, container, wish.size)
    output = wish.output.expanduser().absolute()
    papers = _papers(wish, output)
    if not wish.dry_run:
        for place in (output, *papers):
            check_place(place, replace=wish.replace)
    if wish.max_workers is not None:
        session.flags |= {"scan.workers": wish.max_workers, "scan.executor": "processes"}
    plan = _plan(session, wish)
    if not plan.clips:
        raise RushesError(
            Code.NOTHING_FOUND,
            f"Nothing of {plan.title!r} can be shown: {plan.findings[0].message}",
            hint="Render or copy what is missing, or say how long the Versions are.",
        )
    dress = Dress(wish.size, wish.viewing, wish.burn_in)
    title = f"{plan.name}: {plan.title}"
    form = ReelForm(container, codec, *wish.size, plan.fps, title)
    asked = Outcome(plan, dress, form, escape(str(output)), papers)
    with closing(bootstrap.executor(session.settings)) as executor:
        executor.submit(check_viewing, wish.viewing).result()  # known before an hour of work
        return asked if wish.dry_run else _made(wish, asked, output, executor)


def _papers(wish: Wish, output: Path) -> tuple[Path, ...]:
    if wish.manifest is None:
        return tuple(output.with_suffix(suffix) for suffix in _PAPERS)
    place = wish.manifest.expanduser().absolute()
    if place.suffix.lower() not in _PAPERS:
        raise RushesError(
            Code.USAGE,
            f"A manifest is a .json or a .csv file; {escape(place.name)} is neither.",
            hint="Name it as in --manifest reel.json.",
        )
    return (place,)


def _plan(session: Session, wish: Wish) -> Plan:
    with studio(session) as opened, ExitStack() as stack:
        project = project_called(opened, wish.project, access=ACCESS)
        wanted = Wanted(wish.playlist)
        if not wish.playlist:
            history = _history(session, stack)
            wanted = Wanted(day=wish.day or clock.now().date(), history=history)
        shown = wanted_versions(opened, project, wanted, access=ACCESS)
    told = project.fields
    fps = wish.fps or _rate(str(told["fps"]))
    making = Making(
        show=str(told["code"]),
        name=str(told["name"] or told["code"]),
        title=wanted.title,
        fps=fps,
        handles=wish.handles,
        slate=nominal(fps) if wish.slate else 0,
    )
    with progress("looking at what is there") as watched:
        return planned(shown, making, workers=wish.max_workers, progress=watched)


def _history(session: Session, stack: ExitStack) -> History | None:
    """What was written of a Version, newest first; None for who may not see the audit trail."""
    audit = stack.enter_context(closing(bootstrap.audit(session.settings)))
    try:
        audit.search(kind="version", limit=1)
    except RushesError as error:
        if error.code is not Code.ACCESS_DENIED:
            raise
        return None
    return lambda number: audit.search(kind="version", target=number, limit=_EVENTS)


def _rate(text: str) -> Fraction:
    try:
        return exact_rate(text)
    except (ValueError, ZeroDivisionError):
        raise RushesError(
            Code.FIELD_INVALID,
            f"The show's rate is {text!r}, which is none.",
            hint="Say it with --fps, or correct the show.",
        ) from None


def _made(wish: Wish, asked: Outcome, output: Path, executor: Executor) -> Outcome:
    def papers(reel: Reel) -> None:
        done = Outcome(
            *(asked.plan, asked.dress, asked.form, asked.output, asked.papers), reel=reel
        )
        for place in asked.papers:
            write_bytes(place, _paper(place, done))

    with progress("making the reel") as watched:
        crew = Crew(executor, papers, watched)
        reel = make(*(asked.plan, asked.dress, asked.form, output), crew=crew, replace=wish.replace)
    return Outcome(asked.plan, asked.dress, asked.form, asked.output, asked.papers, reel)


def _paper(place: Path, done: Outcome) -> bytes:
    if place.suffix.lower() == ".csv":
        return manifest.sheet(done.plan, done.reel)
    import orjson

    told = {"schema": "rushes.dailies/1", **done.row()}
    return orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n"
