"""What Rushes remembers: with the server of the settings where there is one, else in a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rushes import bootstrap
from rushes.bootstrap import reaching

if TYPE_CHECKING:
    from rushes.core.settings import Settings
    from rushes.model.scan import Actor
    from rushes.ports.images import Images
    from rushes.ports.outbox import Outbox
    from rushes.ports.people import People
    from rushes.ports.records import Records
    from rushes.ports.signoffs import SignOffs
    from rushes.ports.studio import Studio
    from rushes.ports.work import Work
    from rushes.publish.ledger import Ledger


def records(settings: Settings) -> Records:
    """What Rushes remembers: on the server of the settings where there is one, else in a database;
    the bundled one is started if need be. To be closed.

    Raises `database.unavailable` or `database.newer`; of a server, nothing before it is asked.
    Imports the database's driver where there is no server, which takes a tenth of a second.
    """
    if settings.server.url:
        from rushes.client.records import HttpRecords

        return HttpRecords(reaching.server(settings))
    from rushes.db.opening import open_records

    return reaching.opened(open_records, settings)


def images(settings: Settings) -> Images:
    """What Rushes remembers of images' headers, in the same place. To be closed.

    Raises as `records` does.
    """
    if settings.server.url:
        from rushes.client.images import HttpImages

        return HttpImages(reaching.server(settings))
    from rushes.db.opening import open_images

    return reaching.opened(open_images, settings)


def studio(settings: Settings) -> Studio:
    """The studio's records, in the same place. To be closed.

    Raises as `records` does.
    """
    if settings.server.url:
        from rushes.client.studio import HttpStudio

        return HttpStudio(reaching.server(settings))
    from rushes.db.opening import open_studio

    return reaching.opened(open_studio, settings)


def sign_offs(settings: Settings) -> SignOffs:
    """What Rushes remembers of sidecars, in the same place. To be closed.

    Raises as `records` does.
    """
    if settings.server.url:
        from rushes.client.sign_offs import HttpSignOffs

        return HttpSignOffs(reaching.server(settings))
    from rushes.db.opening import open_sign_offs

    return reaching.opened(open_sign_offs, settings)


def work(settings: Settings) -> Work:
    """Numbers of saves and publishes, in the same place. To be closed.

    Raises as `records` does.
    """
    if settings.server.url:
        from rushes.client.work import HttpWork

        return HttpWork(reaching.server(settings))
    from rushes.db.opening import open_work

    return reaching.opened(open_work, settings)


def ledger(settings: Settings, actor: Actor) -> Ledger:
    """Where publishes are written down: the studio's records, or a file. To be closed.

    With a file no database is started. Raises as `records` does.
    """
    tracking = settings.tracking
    if tracking.backend == "json":
        from rushes.publish.ledger_lines import LinesLedger

        return LinesLedger(tracking.json_path or settings.data_dir / "publishes.jsonl", actor=actor)
    from rushes.publish.ledger_records import RecordsLedger

    # A server rebuilds layers itself, from all of its records and not what this person may see.
    follow = not settings.server.url
    return RecordsLedger(
        bootstrap.studio(settings), bootstrap.work(settings), actor=actor, follow=follow
    )


def people(settings: Settings) -> People:
    """Who may log in, their roles and their programs' tokens, in the same place. To be closed.

    Raises as `records` does.
    """
    if settings.server.url:
        from rushes.client.people import HttpPeople

        return HttpPeople(
            reaching.server(settings), another=lambda secret: reaching.server(settings, secret)
        )
    from rushes.db.opening import open_people

    return reaching.opened(open_people, settings)


def outbox(settings: Settings) -> Outbox:
    """What trackers have yet to be told, in the same place. To be closed.

    Raises as `records` does.
    """
    if settings.server.url:
        from rushes.client.outbox import HttpOutbox

        return HttpOutbox(reaching.server(settings))
    from rushes.db.opening import open_outbox

    return reaching.opened(open_outbox, settings)
