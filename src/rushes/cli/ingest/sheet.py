"""What an ingest came to, for people at a terminal, and as an exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rushes.cli import exits, show
from rushes.core.units import human_bytes
from rushes.exchange.applying import Done, Fate
from rushes.exchange.book import Entry
from rushes.exchange.grouping import shown
from rushes.exchange.telling import Story, errors
from rushes.frames.notation import brief_frames
from rushes.model.finding import Finding, Severity
from rushes.model.outbox import PostState

_COLOURS = {
    "ingested": "green",
    "would be ingested": "green",
    "refused": "red",
    "failed": "red",
}
_TOLD = {
    PostState.DELIVERED: "has it",
    PostState.WAITING: "waits in the outbox",
    PostState.SENDING: "is being told by somebody else",
    PostState.REFUSED: "will not have it",
    PostState.UNKNOWN: "was told, and may not have it",
    None: "could not be told, and nothing waits in the outbox",
}
_UNTOLD = {
    PostState.DELIVERED: exits.OK,
    PostState.REFUSED: exits.FOUND,
    PostState.UNKNOWN: exits.FOUND,
}
_SHOWN = 20  # files that are left aside, told one by one
_FINDINGS = 5  # of one version


def show_story(story: Story) -> None:
    """Version by version, then what is in none, then the sums."""
    for one in story.done:
        _version(story, one)
    skipped = sorted(story.made.skipped.items())
    for path, why in skipped[:_SHOWN]:
        show.text(f"skipped   {show.printable(f'{path}: {why}')}")
    if len(skipped) > _SHOWN:
        show.text(f"skipped   {len(skipped) - _SHOWN:,} more files")
    for found in story.made.findings:
        _finding(found, indent="")
    _sums(story)


def exit_code(story: Story) -> int:
    """What the command ends with."""
    codes = [exits.OK]
    wrong = errors(story.made.findings)
    if wrong or any(one.fate is Fate.REFUSED for one in story.done):
        codes.append(exits.FOUND)
    if any(one.unfollowed for one in story.done):
        codes.append(exits.NOT_WRITTEN)
    blind = any(one.rule == "drop.blind" for one in wrong)
    if blind or any(one.fate is Fate.FAILED for one in story.done):
        codes.append(exits.UNAVAILABLE)
    told = (one.state for lot in story.told.values() for one in lot)
    codes += (
        exits.UNAVAILABLE if one is None else _UNTOLD.get(one, exits.UNAVAILABLE) for one in told
    )
    return exits.gravest(codes)


def show_entries(found: Sequence[Entry]) -> None:
    """The drops in the book."""
    rows = [("Ingest", "State", "Begun", "Show", "Drop")]
    rows += [
        (one.number, one.state, one.started, str(one.order["show"]), str(one.order["drop"]))
        for one in found
    ]
    show.table(rows if found else [])
    if not found:
        show.note("Nothing was ingested on this machine.")


def show_outcome(report: Mapping[str, Any], styled: Callable[[str], str] = str) -> None:
    """What became of each Version, and what was found, as a run's report tells it."""
    for version in report.get("versions", ()):
        show.text(f"{styled(version['fate'])}  {show.printable(version['name'])}")
        if version["why"]:
            show.text(f"    {show.printable(version['why'])}")
    for found in report.get("findings", ()):
        told = f"{found['severity']}: {found['subject']}: {found['message']}"
        show.text(show.printable(told))


def show_report(one: Entry) -> None:
    """What came of a drop, as its last whole run told it."""
    show.text(f"{one.number}  {one.state}  {one.started}")
    words = f"{one.order['drop']} to {one.order['target']}, show {one.order['show']}"
    show.text(f"    {show.printable(words)}")
    show_outcome(one.report, lambda fate: show.styled(fate, _COLOURS.get(fate, "yellow")))
    if not one.report:
        show.note("No run of it has come to its end; `rushes ingest retry` goes on.")


def entry_row(one: Entry) -> dict[str, Any]:
    """A drop in the book, as JSON."""
    return {
        "ingest": one.number,
        "state": one.state,
        "started": one.started,
        "show": one.order["show"],
        "drop": one.order["drop"],
        "target": one.order["target"],
        "counts": one.report.get("counts", {}),
    }


def _version(story: Story, one: Done) -> None:
    lot, fate = one.lot, story.fate(one)
    size = f"{lot.files:,} {'file' if lot.files == 1 else 'files'}, {human_bytes(lot.size)}"
    head = show.styled(fate, _COLOURS.get(fate, "yellow"))
    show.text(f"{head}  {show.printable(lot.name)}  {size}")
    for item in lot.items:
        made = item.asset.found.sequence
        frames = f" {brief_frames(made.frames)}" if made.frames and not made.subframe_digits else ""
        show.text(f"    {show.printable(shown(item))}{frames}")
    if one.fate is not Fate.REFUSED and lot.place:
        show.text(f"    to {show.printable(lot.place)}")
    if one.fate is not Fate.REFUSED and one.why:
        show.text(f"    {show.printable(one.why)}")
    for each in story.told.get(lot.key, ()):
        why = f" ({show.printable(each.why)})" if each.why else ""
        show.text(f"    {each.tracker}: {_TOLD[each.state]}{why}")
    told = [found for found in lot.findings if found.severity is not Severity.NOTE]
    for found in told[:_FINDINGS]:
        _finding(found, indent="    ")
    if len(told) > _FINDINGS:
        show.text(f"    {len(told) - _FINDINGS:,} more findings; a --report has them all")


def _finding(found: Finding, *, indent: str) -> None:
    told = f"{found.severity.value}: {found.subject}: {found.message}"
    show.text(f"{indent}{show.printable(told)}")
    if found.fix:
        show.text(f"{indent}    {show.printable(found.fix)}")


def _unasked(story: Story) -> str:
    """What a dry run did not look at, so that nobody takes it for more than it is."""
    left = ["no records were asked"] if story.made.roster is None else []
    left += ["no file was opened"] if story.made.order.checks.quick else []
    told = " and ".join(left)
    if not told:
        return ""
    return f" {told[:1].upper()}{told[1:]}: a whole run may refuse more, or skip it."


def _sums(story: Story) -> None:
    counts = story.row()["counts"]
    told = ", ".join(f"{count:,} {fate}" for fate, count in counts.items()) or "none"
    aside = len(story.made.drop.aside)
    what = "file" if aside == 1 else "files"
    more = f"; {aside:,} {what} refused by nature or name" if aside else ""
    show.text(f"Versions: {told}{more}")
    if story.dry_run:
        show.text(f"Nothing was written.{_unasked(story)}")
    if story.number:
        show.text(f"Ingest {story.number}")
    if story.problem:
        show.text(f"Not all is on record: {show.printable(story.problem)}", colour="red")
        show.text("Run the same command again when the records are there.")
    states = {one.state for told in story.told.values() for one in told}
    if states - {PostState.DELIVERED, None}:
        show.text("What waits, and what was refused, is sent by: rushes outbox retry [--all]")
    if None in states:
        show.text("What is not in the outbox gets there when the same command is run again.")
