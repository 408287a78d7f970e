"""A folder that is made already, as what the same one elsewhere is made of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rushes.transfer.learning import Place
from rushes.transfer.package.members import Digests, Member


def packed_again(
    members: Sequence[Member], digests: Digests, here: Place, path: str
) -> list[Member]:
    """The files of a folder that was packed at `path`, as members of the same one elsewhere."""
    made = []
    for one in members:
        below = f"{path}/{one.path}"
        facts = here.storage.facts(here.root, below)
        size = facts.size if facts is not None else one.size
        source = partial(here.storage.source, here.root, below)
        made.append(Member(one.path, size, digests[one.path], one.mtime_ns, source=source))
    return made
