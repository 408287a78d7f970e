"""Lots on record, held against the place that their record names: whether they still lie there."""

from __future__ import annotations

from collections.abc import Callable

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape, unescape
from rushes.exchange.drop import Drop
from rushes.exchange.lot import Act, Lot
from rushes.exchange.moving import Standing, standing
from rushes.exchange.reconcile_records import component_paths
from rushes.exchange.roster import Delivered
from rushes.transfer.learning import Place

_THERE = "Ingest it to where it was ingested before (--to, or the bucket): it is made good there."


def place_on_record(one: Delivered) -> str:
    """The folder that a publish's files lie below; empty where the record does not tell."""
    found = next(component_paths(one.path, one.components), None) if one.path else None
    if found is None:
        return ""
    path, part = found
    inside = "/".join(filter(None, (str(part.get("folder") or ""), str(part["name"]))))
    folder = unescape(path.removesuffix(inside).rstrip("/"))
    above = folder.rpartition("/")[0].strip("/")
    return folder if above not in ("", "s3:") and ".." not in folder.split("/") else ""


def aim_at_record(lot: Lot, target_name: str) -> str:
    """Have a lot on record be about the place that its record names, whatever was asked this time.

    Returns that place where it is not below the target; the lot has no place there.
    """
    where = place_on_record(lot.on_record) if lot.on_record is not None else ""
    top = f"{target_name.rstrip('/')}/"
    if not where or where == f"{top}{lot.place}":
        return ""
    if lot.act is Act.SKIP:
        lot.why = f"It is on record already, with the same bytes; it lies at {escape(where)}."
    if where.startswith(top):
        lot.place = where.removeprefix(top)
        return ""
    lot.place = ""
    return where


def judge_elsewhere(
    lot: Lot, drop: Drop, where: str, *, opened: Callable[[str], Place], quick: bool
) -> None:
    """Refuse a lot on record that does not lie whole at `where`, which is not below the target.

    Its bytes are brought back there or nowhere: elsewhere they would be on no record.
    """
    found = _standing(lot, drop, where, opened=opened, quick=quick)
    known = f"it is on record at {escape(where)}"
    if found.wrong:
        fix = "Look at what lies there, or deliver another version."
        lot.refuse("target", f"{known}, and {found.wrong}", fix=fix)
    elif found.gone:
        lot.refuse("target", f"{known}, and {found.gone:,} of its files are gone there", fix=_THERE)
    elif lot.act is not Act.SKIP:
        lot.refuse("target", f"{known}, and its Version is lacking", fix=_THERE)


def _standing(
    lot: Lot, drop: Drop, where: str, *, opened: Callable[[str], Place], quick: bool
) -> Standing:
    above, _, lot.place = where.rpartition("/")
    try:
        return standing(lot, drop, opened(above), quick=quick)
    except RushesError as error:
        if error.code is Code.CANCELLED:
            raise
        return Standing(0, f"that cannot be looked at: {error.message.rstrip('.')}")
    finally:
        lot.place = ""
