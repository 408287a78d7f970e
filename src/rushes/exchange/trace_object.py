"""An object of S3 that is traced: by its URL and what is noted of it, read only where asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.exchange.trace_beside import trace_history
from rushes.exchange.trace_file import Traced, pattern_of
from rushes.exchange.trace_model import Checksum, Trace
from rushes.publish.components import ALGORITHM
from rushes.transfer.hashes import Hashes
from rushes.transfer.hashing_algorithms import ALGORITHMS
from rushes.transfer.learning import Place
from rushes.transfer.ledger_search import recalled
from rushes.transfer.mhl.generation import FOLDER
from rushes.transfer.mhl.stored import stored


def traced_object(place: Place, name: str, url: str, *, verify: bool) -> Traced:
    """The object called `name` in a place. Its bytes are fetched to `verify` alone.

    One that is not there is traced by its URL; so is one that cannot be asked for, with the
    trouble told.
    """
    made = Traced(url, there=False, pattern=pattern_of(name))
    try:
        facts = place.storage.facts(place.root, name)
        if facts is None:
            return made
        made.there, made.size = True, facts.size
        made.noted = place.storage.noted(place.root, name)
        if verify:
            made.read = lambda algorithms: digests_of_object(place, name, algorithms)
            asked = [one for one in made.noted if one in ALGORITHMS and one != ALGORITHM]
            made.digests = made.read([ALGORITHM, *asked])
    except RushesError as error:
        made.trouble = error.message
    return made


def digests_of_object(place: Place, name: str, algorithms: Sequence[str]) -> dict[str, str]:
    """Digests of all its bytes, fetched once. Raises `path.unreadable`, `changed.meanwhile`."""
    source = place.storage.source(place.root, name)
    try:
        hashes = Hashes(algorithms)
        for piece in source.pieces(0):
            hashes.update(piece)
        if source.changed():
            raise RushesError(
                Code.CHANGED_MEANWHILE,
                f"{place.root}/{name} was replaced while it was read.",
                hint="Wait for whoever writes it.",
            )
        return hashes.digests()
    finally:
        source.close()


def trace_noted(file: Traced, into: Trace) -> None:
    """Add the digests that lie with the object, held against its bytes where these were read."""
    for algorithm, digest in file.noted.items():
        now = file.digests.get(algorithm)
        agrees = digest == now if now is not None else None
        into.checksums.append(Checksum(f"noted with {file.path}", algorithm, digest, agrees))
        if agrees is False:
            into.wrong.append(f"It has not the {algorithm} that is noted with it.")


def trace_hash_lists(file: Traced, into: Trace, place: Place, name: str, *, verify: bool) -> None:
    """Add what hash lists in the object's folder, and in those above, say of it.

    Raises what listing them raises.
    """
    root, path, shown = place.root.rstrip("/"), name, file.above
    while True:
        try:
            found = stored(Place(place.storage, root))
        except RushesError as error:
            if error.code is Code.PATH_NOT_FOUND:
                return  # there is no such bucket
            raise
        trace_history(found.history, path, f"{shown}/{FOLDER}", file, into, verify=verify)
        if not root:
            return
        root, _, last = root.rpartition("/")
        shown, path = shown.rpartition("/")[0], f"{last}/{path}"


def trace_ledgers(
    file: Traced, into: Trace, place: Place, name: str, above: Sequence[Path]
) -> None:
    """Add what ledgers of transfers on this machine have of the object, as it is now.

    A ledger tells that such an object had a digest; which, is known by its size and tag.
    """
    facts = place.storage.facts(place.root, name) if file.there else None
    if facts is None or not facts.etag:
        return
    key = f"{place.root}/{name}".lstrip("/")
    for folder in above:
        for digest in recalled(folder, key, facts):
            algorithm, _, text = digest.partition(":")
            now = file.digest_in(algorithm) if algorithm in ALGORITHMS else None
            agrees = text == now if now is not None else None
            into.checksums.append(Checksum("a transfer on this machine", algorithm, text, agrees))
            if agrees is False:
                into.wrong.append(f"It has not the {algorithm} that it was moved with.")
            elif algorithm == ALGORITHM and not file.sought:
                file.noted = {**file.noted, ALGORITHM: text}
