"""A sync for people at a terminal: what is going to be done, and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rushes.cli import exits, show
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.transfer.plan import Act
from rushes.transfer.sync.story import MOVES, FileRow, Story

if TYPE_CHECKING:
    from rushes.transfer.sync.rows import Row

# In this order, with what they are called.
_WORDS = {
    Act.SAME: "same",
    Act.NEW: "new",
    Act.CHANGED: "changed",
    Act.CONFLICT: "in conflict",
    Act.REFUSED: "refused",
    Act.DELETE: "to be deleted",
}
_COLOURS = {
    Act.NEW: "green",
    Act.CHANGED: "green",
    Act.CONFLICT: "yellow",
    Act.REFUSED: "red",
    Act.DELETE: "yellow",
}
_SHOWN = 50  # files that went wrong, told one by one


def show_plan(story: Story) -> None:
    """Sequence by sequence; those that stay as they are have only their sum at the end.

    Whatever is to be deleted is told, however much it is.
    """
    order = story.order
    show.text(f"{_said(order.source_name)} to {_said(order.target_name)}")
    changes = any(one.act is not Act.SAME for one in story.open)
    for row in story.grouped(story.made.operations) if changes else ():
        if set(row.planned) != {Act.SAME}:
            show.text(f"{_said(row.path)}: {_planned(row)}")
    for one in story.made.unlisted[:_SHOWN]:
        show.text(f"not listed: {_said(one.path)}: {_said(one.why)}", colour="red")
    if story.made.kept:
        show.text(f"{story.made.kept.capitalize()}.", colour="yellow")


def show_end(story: Story) -> None:
    """What did not go as it was asked for, file by file, and the sums, which are true."""
    problems = list(story.problems())
    for one in problems[:_SHOWN]:
        show.text(f"{_ended(one)}  {show.printable(one.path)}: {show.printable(one.why)}")
    if len(problems) > _SHOWN:
        left = len(problems) - _SHOWN
        show.text(f"… and {left:,} more (all of them with --json or --report)")
    planned = story.planned()
    if not any(planned[act] for act in (*MOVES, Act.DELETE)):
        _show_idle(planned)
    show.text(_would(story) if story.dry_run else _did(story))
    if story.given_up:
        show.text(
            "The rest was given up, as file after file failed. Run it again to go on.",
            colour="red",
        )
    if planned[Act.CONFLICT]:
        show.note("What others put there is left alone; --replace has the source win.")


def exit_code(story: Story) -> int:
    """What the command ends with."""
    counts = story.counts()
    codes = [exits.OK]
    if any(counts[one] for one in ("failed", "refused", "conflicts", "kept")) or story.made.kept:
        codes.append(exits.FOUND)
    if story.made.unlisted or story.given_up:
        codes.append(exits.UNAVAILABLE)
    return exits.gravest(codes)


def _show_idle(planned: Mapping[Act, int]) -> None:
    same = planned[Act.SAME]
    others = planned[Act.CONFLICT] or planned[Act.REFUSED]
    if others:
        show.text("Nothing can be moved.")
    else:
        show.text(f"Nothing to do: {show.counted(same, 'file')}, all the same on both sides.")


def _planned(row: Row) -> str:
    """`98 same, 2 changed`; the one word for a single file, and how large it is."""
    told = row.planned
    if len(row.operations) == 1:
        (act,) = told
        return f"{show.styled(_WORDS[act], _COLOURS.get(act, 'white'))} ({human_bytes(row.size)})"
    return ", ".join(
        show.styled(f"{told[act]:,} {word}", _COLOURS.get(act, "white"))
        for act, word in _WORDS.items()
        if act in told
    )


def _would(story: Story) -> str:
    told = story.planned()
    files = show.counted(sum(told[act] for act in MOVES), "file")
    verb = "upload" if story.to else "download"
    return (
        f"Would {verb} {files} ({human_bytes(story.planned_bytes())}), skip {told[Act.SAME]:,},"
        f" delete {told[Act.DELETE]:,}; refused {told[Act.REFUSED]:,}, conflicts"
        f" {told[Act.CONFLICT]:,}. A dry run: nothing was moved."
    )


def _did(story: Story) -> str:
    told = story.counts()
    verb = "Uploaded" if story.to else "Downloaded"
    kept = f", {told['kept']:,} kept" if told["kept"] else ""
    return (
        f"{verb} {show.counted(told['moved'], 'file')} ({human_bytes(story.sent())} sent),"
        f" skipped {told['skipped']:,}, deleted {told['deleted']:,}{kept}; failed"
        f" {told['failed']:,}, refused {told['refused']:,}, conflicts {told['conflicts']:,}."
    )


def _ended(one: FileRow) -> str:
    word = one.end or one.planned
    return show.styled(f"{word:<8}", "yellow" if word == "conflict" else "red")


def _said(text: str) -> str:
    return show.printable(escape(text))
