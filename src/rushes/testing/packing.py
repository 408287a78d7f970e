"""Packing files in a process that can be killed: with a ledger, as a delivery does.

To be run by `forked.Forks`, which loads everything once.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

from rushes.core.errors import RushesError
from rushes.ports.storage_writing import Entry, Terms
from rushes.testing.moving import place, prepare
from rushes.testing.packages import TIME_NS, paper
from rushes.transfer.hashes import Hashes
from rushes.transfer.learning import Place
from rushes.transfer.ledger import opened
from rushes.transfer.package.members import Layout, Member
from rushes.transfer.package.packing import pack


def members(here: Place) -> list[Member]:
    """All files there, and a manifest."""
    found = [one for one in here.storage.tree(here.root) if isinstance(one, Entry)]
    made = [_member(here, one) for one in sorted(found)]
    return [*made, paper("manifest.txt")]


def run(args: list[str]) -> int:
    """Pack all of `args[0]` at `args[1]`, laid out as `args[2]`, with ledgers below `args[3]`."""
    prepare()
    source, target, layout, ledgers = args
    above, _, path = target.rpartition("/")
    try:
        with opened(Path(ledgers), source, target) as ledger:
            packed = pack(
                members(place(source)),
                target=place(above),
                path=path,
                layout=Layout(layout),
                terms=Terms(("xxh128", "blake3")),
                book=ledger,
            )
    except RushesError as error:
        sys.stderr.write(f"{error.code.value}: {error.message}\n")
        return 1
    told = {"sent": packed.sent, "size": packed.size, "members": dict(packed.members)}
    sys.stdout.write(json.dumps(told))
    return 0


def _member(here: Place, one: Entry) -> Member:
    opens = partial(here.storage.source, here.root, one.path)
    source, hashes = opens(), Hashes(("blake3",))
    for piece in source.pieces(0):
        hashes.update(piece)
    source.close()
    return Member(one.path, one.facts.size, hashes.digests(), TIME_NS, opens)
