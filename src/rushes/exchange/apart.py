"""What a scan takes for a sequence, and a drop does not: `sh010_comp.mov`, `sh020_comp.mov`.

Names of single files may differ in nothing but a number, too: that of their shot. Templates and
manifests tell whose each of them is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rushes.exchange.claim import Claim, claim_of_entry, claims_of_path
from rushes.exchange.drop import Drop
from rushes.exchange.grouping import alone, paths_of, unnumbered
from rushes.exchange.lots import Known
from rushes.frames.group import Rules
from rushes.inspection.media.names import is_media
from rushes.model.files import Kind
from rushes.publish.collecting import Item


def apart(items: Iterable[Item], drop: Drop, known: Known, *, rules: Rules) -> Iterator[Item]:
    """The items, those that are no sequences file by file."""
    for item in items:
        if item.asset.found.sequence.kind is Kind.FILE or _is_one(item, known):
            yield item
        else:
            yield from alone(item, drop, rules=rules)


def _is_one(item: Item, known: Known) -> bool:
    """Whether its files are frames of one thing: movies never are."""
    paths = paths_of(item)
    first, last = paths[0], paths[-1]
    if is_media(first):
        return False
    if first == last:
        return True
    ours, theirs = (
        {_identity(one) for one in claims_of_path(known.templates, path)} for path in (first, last)
    )
    if ours and theirs:
        return bool(ours & theirs)
    if claims_of_path(known.templates, first, unnumbered=unnumbered(item)):
        return True
    entries = [known.wanted.files.get(path) for path in (first, last)]
    named = {_identity(claim_of_entry(one)) for one in entries if one is not None and one.shot}
    return len(named) < 2


def _identity(claim: Claim) -> tuple[object, ...]:
    return claim.episode, claim.scene, claim.shot, claim.asset, claim.task, claim.version
