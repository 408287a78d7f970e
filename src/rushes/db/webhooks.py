"""The port of webhooks on PostgreSQL: those who manage them, and the worker that delivers."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from secrets import token_bytes
from typing import Any
from urllib.parse import urlsplit

from rushes.db.driving import Driver
from rushes.db.session import Session
from rushes.db.studio_link import Link, rows
from rushes.db.tokens import access_of
from rushes.model.scan import Actor
from rushes.model.webhook import NewWebhook, Webhook
from rushes.ports.studio import Access
from rushes.ports.webhooks import Progress, Subscription
from rushes.tracking.event_sight import check_type
from rushes.tracking.refusing import denied, not_there, refused

SECRET_PREFIX = "whsec_"  # as the Standard Webhooks specification has it
_BYTES = 32
_LONGEST = 2000
_TOLD = 500
_SELECT = (
    "SELECT w.id, w.url, w.project_id, a.login, w.kinds::text, w.is_active, p.position,"
    " p.failures, p.failing_since, p.due, p.paused, p.delivered, p.told"
    " FROM rushes_webhook w JOIN rushes_artist a ON a.id = w.owner_id"
    " JOIN rushes_webhookprogress p ON p.webhook_id = w.id WHERE w.archived IS NULL"
)
_SUBSCRIBED = (
    "SELECT w.id, w.url, w.secret, w.kinds::text, w.project_id, w.revision, a.id, a.is_admin,"
    " (SELECT jsonb_object_agg(m.project_id, m.role)::text FROM rushes_membership m"
    "   WHERE m.artist_id = a.id)"
    " FROM rushes_webhook w JOIN rushes_artist a ON a.id = w.owner_id"
    " JOIN rushes_webhookprogress p ON p.webhook_id = w.id"
    " WHERE w.archived IS NULL AND a.is_active AND a.archived IS NULL"
)
_CHANGEABLE = ("url", "types", "is_active")
_OWNERS = frozenset(("url", "types"))  # who else changed these would be told what the owner sees


class DatabaseWebhooks:
    """`ports.webhooks.Webhooks` on one PostgreSQL."""

    def __init__(self, session: Session) -> None:
        self._link = Link(session)

    def webhooks(self, *, access: Access) -> Sequence[Webhook]:
        """Those that are theirs, the newest last."""
        theirs = _theirs(access)
        return self._link.ask(lambda driver: _found(driver, theirs))

    def add(self, new: NewWebhook, *, access: Access, actor: Actor) -> tuple[Webhook, str]:
        """Make one, and its secret."""
        _check_url(new.url)
        types = _checked(new.types)
        theirs = _theirs(access)
        if theirs is not None and new.project not in theirs:
            raise denied("Only the project's admins make webhooks, and an admin those of all.")
        secret = SECRET_PREFIX + b64encode(token_bytes(_BYTES)).decode()
        with self._link.writing("webhook", actor) as driver:
            ((number,),) = rows(
                driver,
                "INSERT INTO rushes_webhook (url, secret, kinds, project_id, owner_id)"
                " VALUES (%s, %s, %s::jsonb, %s, %s) RETURNING id",
                [new.url, secret, json.dumps(types), new.project, new.owner],
            )
            driver.execute(
                b"INSERT INTO rushes_webhookprogress (webhook_id, position)"
                b" SELECT %s, coalesce(max(position), 0) FROM rushes_event",
                [number],
            )
            return _one(driver, number, theirs), secret

    def change(
        self, number: int, fields: Mapping[str, Any], *, access: Access, actor: Actor
    ) -> Webhook:
        """Other values for some fields."""
        theirs = _theirs(access)
        for name in fields:
            if name not in _CHANGEABLE:
                raise refused(name, "it cannot be changed", hint=f"{', '.join(_CHANGEABLE)} can.")
        if "url" in fields:
            _check_url(fields["url"])
        types = _checked(fields["types"]) if "types" in fields else None
        active = fields.get("is_active")
        with self._link.writing("webhook", actor) as driver:
            _one(driver, number, theirs)
            if _OWNERS & fields.keys():
                _check_owner(driver, number, access)
            driver.execute(
                b"UPDATE rushes_webhook SET url = coalesce(%s, url),"
                b" kinds = coalesce(%s::jsonb, kinds), is_active = coalesce(%s, is_active)"
                b" WHERE id = %s",
                [
                    fields.get("url"),
                    json.dumps(types) if types is not None else None,
                    active,
                    number,
                ],
            )
            if active:
                # Written in any case, so that whoever waits for the next try begins anew.
                driver.execute(
                    b"UPDATE rushes_webhook SET updated = clock_timestamp() WHERE id = %s", [number]
                )
                driver.execute(
                    b"UPDATE rushes_webhookprogress SET paused = NULL, due = NULL, failures = 0,"
                    b" failing_since = NULL WHERE webhook_id = %s",
                    [number],
                )
            return _one(driver, number, theirs)

    def remove(self, number: int, *, access: Access, actor: Actor) -> Webhook:
        """End one; its secret is forgotten."""
        theirs = _theirs(access)
        with self._link.writing("webhook", actor) as driver:
            ended = _one(driver, number, theirs)
            driver.execute(
                b"UPDATE rushes_webhook SET archived = now(), is_active = false, secret = ''"
                b" WHERE id = %s",
                [number],
            )
        return ended

    def subscription(self, number: int, *, access: Access) -> Subscription:
        """All that is needed to send it a letter."""
        theirs = _theirs(access)

        def question(driver: Driver) -> Subscription:
            _one(driver, number, theirs)
            found = rows(driver, f"{_SUBSCRIBED} AND w.id = %s", [number])
            if not found:
                raise not_there("webhook", number)
            return _subscription(found[0])

        return self._link.ask(question)

    def subscriptions(self) -> Sequence[Subscription]:
        """All that are to be told."""
        sql = f"{_SUBSCRIBED} AND w.is_active AND p.paused IS NULL ORDER BY w.id"
        return self._link.ask(lambda driver: [_subscription(row) for row in rows(driver, sql)])

    def progress(self, number: int) -> Progress:
        """How it stands."""
        found = self._link.ask(
            lambda driver: rows(
                driver,
                "SELECT position, failures, failing_since, due, paused IS NOT NULL"
                " FROM rushes_webhookprogress WHERE webhook_id = %s",
                [number],
            )
        )
        if not found:
            raise not_there("webhook", number)
        return Progress(*found[0])

    def arrived(self, number: int, position: int) -> None:
        """It has all up to a position, whose letter arrived."""
        self._write(
            "UPDATE rushes_webhookprogress SET position = %s, delivered = now(), failures = 0,"
            " failing_since = NULL, due = NULL, told = '' WHERE webhook_id = %s",
            [position, number],
        )

    def moved(self, number: int, position: int) -> None:
        """It has all up to a position, of which nothing was for it."""
        self._write(
            "UPDATE rushes_webhookprogress SET position = %s WHERE webhook_id = %s",
            [position, number],
        )

    def failed(self, number: int, progress: Progress, told: str) -> None:
        """A letter did not arrive."""
        self._write(
            "UPDATE rushes_webhookprogress SET failures = %s, failing_since = %s, due = %s,"
            " told = %s, paused = CASE WHEN %s THEN now() END WHERE webhook_id = %s",
            [
                *(progress.failures, progress.since, progress.due),
                *(told[:_TOLD], progress.paused, number),
            ],
        )

    def close(self) -> None:
        """Give this thread's connection back."""
        self._link.close()

    def _write(self, sql: str, values: list[Any]) -> None:
        with self._link.transaction("webhook") as driver:
            driver.execute(sql.encode(), values)


def _theirs(access: Access) -> list[int] | None:
    """The projects whose webhooks are theirs; None are all."""
    if access.scopes is not None and "admin" not in access.scopes:
        raise denied("This token may not manage webhooks.", hint="Use one with the scope admin.")
    if access.everything:
        return None
    found = [project for project, role in access.roles.items() if role == "admin"]
    if not found:
        raise denied("Webhooks are for admins.")
    return found


def _found(driver: Driver, theirs: list[int] | None, number: int | None = None) -> list[Webhook]:
    sql, values = _SELECT, []  # type: str, list[Any]
    if theirs is not None:
        sql, values = f"{sql} AND w.project_id = ANY(%s)", [theirs]
    if number is not None:
        sql, values = f"{sql} AND w.id = %s", [*values, number]
    return [_webhook(row) for row in rows(driver, f"{sql} ORDER BY w.id", values)]


def _one(driver: Driver, number: int, theirs: list[int] | None) -> Webhook:
    found = _found(driver, theirs, number)
    if not found:
        raise not_there("webhook", number)
    return found[0]


def _check_owner(driver: Driver, number: int, access: Access) -> None:
    """Raise `access.denied` for whoever neither owns it nor may see everything anyway."""
    ((owner,),) = rows(driver, "SELECT owner_id FROM rushes_webhook WHERE id = %s", [number])
    if not access.everything and owner != access.artist:
        raise denied(
            "Only its owner, or an admin of the house, says where a webhook leads and of what.",
            hint="Make one of your own.",
        )


def _webhook(row: Sequence[Any]) -> Webhook:
    number, url, project, owner, types, *rest = row
    return Webhook(number, url, project, owner, tuple(json.loads(types)), *rest)


def _subscription(row: Sequence[Any]) -> Subscription:
    number, url, secret, types, project, revision, owner, is_admin, roles = row
    access = access_of(owner, is_admin=is_admin, roles=roles)
    return Subscription(number, url, secret, tuple(json.loads(types)), project, access, revision)


def _checked(types: Sequence[str]) -> list[str]:
    for one in types:
        check_type(one)
    return list(dict.fromkeys(types))


def _check_url(url: str) -> None:
    """Raise `field.invalid` for what nothing can be sent to."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise refused("url", "it is no address of the web") from None
    if parts.scheme not in ("http", "https") or not host or len(url) > _LONGEST:
        raise refused("url", "it is no address of the web", hint="Write https://host/path.")
    if "@" in parts.netloc or parts.fragment or not url.isprintable() or " " in url:
        raise refused("url", "it holds more than an address")
