"""What a delivery came to, for people at a terminal, and as an exit code."""

from __future__ import annotations

from rushes.cli import exits, show
from rushes.core.units import human_bytes
from rushes.exchange.delivery.item import Item, Part
from rushes.exchange.delivery.telling import State, Story
from rushes.frames.notation import brief_frames
from rushes.model.finding import Finding, Severity
from rushes.qc.signing import Standing

_COLOURS = {
    "delivered": "green",
    "would be delivered": "green",
    "refused": "red",
    "held back": "yellow",
    "had before": "cyan",
}
_FINDINGS = 5  # of one Version


def show_story(story: Story) -> None:
    """Version by Version, then what they have, then the sums."""
    for item in story.plan.items:
        _version(story, item)
    for name, count in story.before().items():
        show.text(f"had before, in delivery {name}: {show.counted(count, 'file')}")
    changed = [one for one in story.plan.fresh if one.before is not None]
    if changed:
        show.text(
            f"sent under a name that was another file before: {show.counted(len(changed), 'file')}"
        )
    _sums(story)


def exit_code(story: Story) -> int:
    """What the command ends with."""
    return exits.FOUND if story.plan.refused else exits.OK


def _version(story: Story, item: Item) -> None:
    fate = story.fate(item)
    head = show.styled(fate, _COLOURS.get(fate, "yellow"))
    size = f"{show.counted(item.files, 'file')}, {human_bytes(item.size)}"
    show.text(f"{head}  {item.name}  {size}" if item.parts else f"{head}  {item.name}")
    for part in item.parts:
        _part(part)
    told = item.findings[:_FINDINGS]
    for found in told:
        _finding(found, item)
    if len(item.findings) > len(told):
        more = len(item.findings) - len(told)
        show.text(f"    {more:,} more findings; a --report has them all")


def _part(part: Part) -> None:
    made = part.sequence
    frames = f" {brief_frames(made.frames)}" if made.frames and not made.subframe_digits else ""
    show.text(f"    {part.shown}{frames}{show.printable(_vouched(part))}")
    if part.paths:
        more = " …" if len(part.paths) > 1 else ""
        show.text(f"        as {show.printable(part.paths[0])}{more}")


def _vouched(part: Part) -> str:
    """Who checked it, and whether that is signed by somebody who is believed here."""
    if part.vouched is None:
        return ""
    word = "signed off" if part.vouched.standing is Standing.VALID else "checked"
    return f"  {word} by {part.vouched.record.operator}"


def _finding(found: Finding, item: Item) -> None:
    where = "" if found.subject == item.name else f"{found.subject}: "
    show.text(f"    {found.severity.value}: {where}{show.printable(found.message)}")
    if found.fix and found.severity is Severity.ERROR:
        show.text(f"        {show.printable(found.fix)}")


def _sums(story: Story) -> None:
    plan = story.plan
    refused = f", {len(plan.refused):,} refused" if plan.refused else ""
    if story.state is State.NOTHING_NEW:
        # What nobody read is not said to be fine: it is not packed, so that nothing compares it.
        read = "" if plan.order.check else "; their media were not read"
        told = show.counted(len(plan.going), "Version")
        show.text(f"{told}, all of which they have{refused}{read}.")
        show.text("There is nothing to deliver. --full sends it anew.")
        return
    show.text(f"{show.counted(len(plan.going), 'Version')} may leave{refused}.")
    if story.state is State.REFUSED:
        show.text("Nothing was delivered." if not story.dry_run else "Nothing would be delivered.")
        if plan.going:
            show.text("--allow-partial delivers the rest.")
        return
    size = human_bytes(sum(one.size for one in plan.fresh))
    files = show.counted(len(plan.fresh), "file")
    word = "Would be delivered" if story.dry_run else "Delivered"
    show.text(f"{word} as {story.name}: {files}, {size}")
    for url in story.places():
        show.text(f"    {show.printable(url)}")
    for path in story.came.manifests:
        show.text(f"    {show.printable(str(path))}")
    if story.dry_run:
        show.text("Nothing was written.")
