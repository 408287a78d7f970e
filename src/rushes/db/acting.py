"""Who is at work, told to the database, which notes it with every write."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

from rushes.model.scan import Actor


def acting(connection: BaseDatabaseWrapper, actor: Actor) -> None:
    """Name the actor of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('rushes.actor', %s, true),"
            " set_config('rushes.on_behalf_of', %s, true), set_config('rushes.tool', %s, true)",
            [actor.name, actor.on_behalf_of, actor.tool],
        )
