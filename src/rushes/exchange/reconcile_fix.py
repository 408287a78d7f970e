"""What would mend a row: a plan in words and commands, that nobody carries out by itself."""

from __future__ import annotations

from rushes.exchange.reconcile_entry import Kind, Row, Side


def fix_of(row: Row, *, disk: str, s3: str) -> str:
    """One step for one row. `disk` and `s3` are the show's folders; empty where there is none."""
    here, there = f"{disk}/{row.key}", f"{s3}/{row.key}"
    if row.key == row.owner:
        return _of_owner(row)
    if row.kind in (Kind.MISSING_ON_DISK, Kind.FRAMES_DIFFER, Kind.SIZE_DIFFERS):
        return _from_other(row, here, there)
    if row.kind is Kind.VERSION_BEHIND:
        return _behind(row, here, there)
    if row.kind is Kind.MISSING_IN_S3:
        return f"copy {here} to {there}" if Side.DISK in row.sides else f"find {here} first"
    if row.kind is Kind.MISSING_IN_RECORDS:
        return f"publish {here if Side.DISK in row.sides else there}, or remove it"
    if row.kind is Kind.MISSING_IN_TRACKER:
        return f"have the tracker know {here}"
    if row.kind is Kind.ORPHAN:
        place = here if Side.DISK in row.sides else there
        return f"put the shot or asset of {place} on record, or move it out of the show"
    if row.kind is Kind.CHECKSUM_DIFFERS:
        wrong, right = (here, there) if row.side is Side.DISK else (there, here)
        return f"compare {wrong} with {right}; replace the one that differs from the record"
    if row.kind is Kind.NAMED_DIFFERENTLY:
        return f"rename {row.found} to {row.wanted}"
    return "look at what kept it from being read, and reconcile again"


def _of_owner(row: Row) -> str:
    """What to do about a shot or an asset as such."""
    if row.side is Side.RECORDS:
        return f"put {row.key} on record, or move it out of the show"
    if row.side is Side.S3:
        return f"copy what there is of {row.key} to the bucket"
    return f"make its folders (rushes show folders), or archive {row.key}"


def _from_other(row: Row, here: str, there: str) -> str:
    if row.side is Side.RECORDS:
        return f"publish {here} anew"
    wrong, right = (there, here) if row.side is Side.S3 else (here, there)
    other = Side.DISK if row.side is Side.S3 else Side.S3
    if other in row.sides:
        return f"copy {right} to {wrong}"
    return f"bring {wrong} back from a backup, or deprecate {row.told or 'its record'}"


def _behind(row: Row, here: str, there: str) -> str:
    if row.side is Side.RECORDS:
        return f"publish {here if Side.DISK in row.sides else there} as {row.wanted}"
    if row.side is Side.S3:
        return f"copy {here} to {there}" if Side.DISK in row.sides else f"find {here} first"
    return _from_other(row, here, there)
