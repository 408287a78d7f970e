"""From a word on the command line to a trace: everybody who is asked about it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import cached_property

from rushes import bootstrap
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS
from rushes.cli.tracing_signed import Signatures
from rushes.cli.tracing_target import Target, found_target
from rushes.exchange.trace import Step, traced
from rushes.exchange.trace_model import Trace
from rushes.exchange.trace_object import trace_hash_lists, trace_ledgers, trace_noted
from rushes.exchange.trace_package import read_inside
from rushes.exchange.trace_records import RecordsTrace
from rushes.exchange.trace_sent import SentTrace
from rushes.tracking.shows.state import find_project

# Where ledgers of transfers lie below the data folder.
_LEDGERS = ("transfers", "ingests/ledgers", "deliveries/ledgers")


def trace_of(
    session: Session, word: str, *, inside: str | None, project: str | None, verify: bool
) -> Trace:
    """The trace of a file, an object, a file in a package, or a digest.

    Raises `record.not_found` for a show that is not there, and `usage`.
    """
    asking = _Asking(session, found_target(word, inside, verify=verify), project, verify)
    return traced(asking.target.file, asking.steps(), verify=verify)


@dataclass
class _Asking:
    """Asks everybody, one after the other: what the first tell, the next go by."""

    session: Session
    target: Target
    project: str | None
    verify: bool

    def steps(self) -> list[tuple[str, Step]]:
        """Whom to ask, in order."""
        steps: list[tuple[str, Step]] = []
        if self.target.place is not None:
            steps.append(("storage", self._storage))
            if not self.target.file.inside:
                steps.append(("hash lists", self._hash_lists))
        steps += [("deliveries", self._sent), ("records", self._records)]
        return [*steps, ("sign-offs", self._signed)]

    @cached_property
    def _number(self) -> int | None:
        """The project's, where one was named."""
        if not self.project:
            return None
        with closing(bootstrap.studio(self.session.settings)) as studio:
            return find_project(studio, self.project, access=ACCESS).id

    @property
    def _is_known(self) -> bool:
        return bootstrap.database_known(self.session.settings)

    def _storage(self, into: Trace) -> None:
        file, place, name = self.target.file, self.target.place, self.target.name
        assert place is not None
        if file.inside:
            if self.verify or not place.storage.is_far():
                read_inside(file, into, place, name, whole=self.verify)
            return
        trace_noted(file, into)
        above = [self.session.settings.data_dir / one for one in _LEDGERS]
        trace_ledgers(file, into, place, name, above)

    def _hash_lists(self, into: Trace) -> None:
        file, place, name = self.target.file, self.target.place, self.target.name
        assert place is not None
        trace_hash_lists(file, into, place, name, verify=self.verify)

    def _sent(self, into: Trace) -> None:
        if self._is_known:
            with closing(bootstrap.movements(self.session.settings)) as movements:
                SentTrace(movements, self.target.file, into, self._number).run()

    def _records(self, into: Trace) -> None:
        if self._is_known:
            with closing(bootstrap.studio(self.session.settings)) as studio:
                RecordsTrace(studio, ACCESS, self.target.file, into, self._number).run(
                    verify=self.verify
                )

    def _signed(self, into: Trace) -> None:
        Signatures(self.session, into, self.verify).of(self.target.file)
