"""Which asset a sidecar of the earlier tool speaks of, where it was one for a whole folder."""

from __future__ import annotations

from collections.abc import Sequence

from rushes.model.signoff import Legacy
from rushes.qc.asset import Asset, sequence_print
from rushes.qc.legacy import asset_of


def fitting(asset: Asset, legacy: Sequence[Legacy], every: Sequence[Asset]) -> Legacy | None:
    """The one of `legacy` that speaks of `asset`, if any does.

    It names the sequence's base and extension. Where it does not, it can only mean the folder's
    one sequence: `every` are all assets of the folder.
    """
    if not legacy or not asset.is_sequence:
        return None
    made = sequence_print(asset.found)
    assert made is not None
    for one in legacy:
        told = asset_of(one).get("sequence")
        if isinstance(told, dict) and {"base", "ext"} <= told.keys():
            if (told["base"], told["ext"]) == (made.base, made.ext):
                return one
        elif sum(other.is_sequence for other in every) == 1:
            return one
    return None
