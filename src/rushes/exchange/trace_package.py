"""A file inside an archive that is traced: found by its very name, and read where it lies."""

from __future__ import annotations

from collections.abc import Sequence

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape, unescape
from rushes.exchange.trace_file import Traced
from rushes.exchange.trace_model import Trace
from rushes.model.finding import Finding, Severity
from rushes.publish.components import ALGORITHM
from rushes.transfer.learning import Place
from rushes.transfer.package.reading import read_package

_BETWEEN = "!/"


def split_inside(word: str) -> tuple[str, str]:
    """`X.zip!/path` in two; the second is empty where it names no file inside."""
    package, found, inside = word.partition(_BETWEEN)
    return (package, inside) if found and package and inside else (word, "")


def below_top(path: str) -> str:
    """A path in an archive without the one folder that all of it lies in; empty without folders.

    Deliveries have paths on record without it, and so does a manifest in the archive.
    """
    return path.partition("/")[2]


def traced_inside(package: str, inside: str) -> Traced:
    """The file called `inside` in a package at a path or URL, of which nothing was read yet."""
    return Traced("", there=False, package=package, inside=inside)


def read_inside(file: Traced, into: Trace, place: Place, name: str, *, whole: bool) -> None:
    """Read the file, in the package called `name` in a place; or the `whole` package, so that all
    is told that is wrong with it. A path without the archive's top folder is given with it.

    Without `whole` no more is read than up to the end of the file. Nothing is extracted. A package
    that is not there, or cannot be read, is told.
    """

    def digests(algorithms: Sequence[str]) -> dict[str, str]:
        return _read(file, into, place, name, algorithms, whole=False)

    try:
        if place.storage.facts(place.root, name) is None:
            return
        file.digests = _read(file, into, place, name, [ALGORITHM], whole=whole)
        if file.digests:
            file.read = digests
    except RushesError as error:
        if error.code is Code.CANCELLED:
            raise
        file.trouble = error.message


def _read(
    file: Traced,
    into: Trace,
    place: Place,
    name: str,
    algorithms: Sequence[str],
    *,
    whole: bool,
) -> dict[str, str]:
    digests: dict[str, str] = {}
    findings: list[Finding] = []

    def is_it(path: str) -> bool:
        return path == file.inside or (not file.there and below_top(path) == file.inside)

    for one in read_package(place, name, algorithms=algorithms):
        if isinstance(one, Finding):
            findings.append(one)
            if is_it(unescape(one.subject)):  # it is there, whatever became of its bytes
                file.inside, file.there = unescape(one.subject), True
        elif is_it(one.path):
            file.inside = one.path
            file.there, file.size, digests = True, one.size, dict(one.digests)
            if not whole:
                break
    for finding in findings:
        # Why it was not found may be in any of them.
        if whole or not file.there or finding.subject == escape(file.inside):
            _tell(finding, into)
    return digests


def _tell(one: Finding, into: Trace) -> None:
    said = f"{one.subject}: {one.message}"
    told = into.wrong if one.severity is Severity.ERROR else into.unknown
    if said not in told:
        told.append(said)
