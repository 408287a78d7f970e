"""A delivery made and told, for every command that makes one."""

from __future__ import annotations

from rushes.cli import exits, show
from rushes.cli.deliver.options import Wish
from rushes.cli.deliver.reporting import check_places, write_reports
from rushes.cli.deliver.running import deliver
from rushes.cli.deliver.sheet import exit_code, show_story
from rushes.cli.session import Session


def told(session: Session, wish: Wish) -> int:
    """Deliver, tell what came of it, and write reports; the exit code."""
    check_places(wish.reports, wish.manifest, output=wish.output)
    story = deliver(session, wish)
    write_reports(story, wish.reports)
    if session.as_json:
        show.json("rushes.delivery/1", story.row())
    else:
        show_story(story)
    return exits.gravest([exit_code(story)])
