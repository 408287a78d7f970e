"""Webhooks over HTTP, as those who manage them see them; the server's own worker tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rushes.client.sending import acting, number_of
from rushes.client.spelling.texts import moment_of
from rushes.client.transport import Transport
from rushes.core.errors import Code, RushesError
from rushes.model.scan import Actor
from rushes.model.webhook import NewWebhook, Webhook
from rushes.ports.studio import Access
from rushes.ports.webhooks import Progress, Subscription

_PLAIN = ("id", "url", "project", "owner", "is_active", "position", "failures", "told")
_MOMENTS = ("failing_since", "due", "paused", "delivered")


class HttpWebhooks:
    """`ports.webhooks.Webhooks` on a Rushes server, which knows by the token who asks.

    A webhook that is made is its token's owner's. Secrets never leave the server but when one is
    made, so that nothing can be delivered from here.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def webhooks(self, *, access: Access) -> Sequence[Webhook]:
        """Those that are theirs."""
        return [_webhook(row) for row in self._transport.get("webhooks")["data"]]

    def add(
        self,
        new: NewWebhook,
        *,
        access: Access,
        actor: Actor,
    ) -> tuple[Webhook, str]:
        """Make one, and its secret.

        Where the answer is lost on its way, there is a webhook that nobody has the secret of: it
        stands in the list, to be removed.
        """
        row = {"url": new.url, "project": new.project, "types": list(new.types)}
        told = self._transport.send("POST", "webhooks", row, headers=acting(actor), once=False)
        return _webhook(told), str(told["secret"])

    def change(
        self,
        number: int,
        fields: Mapping[str, Any],
        *,
        access: Access,
        actor: Actor,
    ) -> Webhook:
        """Other values for some fields."""
        place = f"webhooks/{number_of('webhook', number)}"
        return _webhook(self._transport.send("PATCH", place, dict(fields), headers=acting(actor)))

    def remove(
        self,
        number: int,
        *,
        access: Access,
        actor: Actor,
    ) -> Webhook:
        """End one."""
        place = f"webhooks/{number_of('webhook', number)}"
        return _webhook(self._transport.send("DELETE", place, headers=acting(actor)))

    def subscription(self, number: int, *, access: Access) -> Subscription:
        """Refused: it holds the secret."""
        raise self._not_here()

    def subscriptions(self) -> Sequence[Subscription]:
        """Refused likewise."""
        raise self._not_here()

    def progress(self, number: int) -> Progress:
        """Refused: it is for whoever delivers."""
        raise self._not_here()

    def arrived(self, number: int, position: int) -> None:
        """Refused likewise."""
        raise self._not_here()

    def moved(self, number: int, position: int) -> None:
        """Refused likewise."""
        raise self._not_here()

    def failed(self, number: int, progress: Progress, told: str) -> None:
        """Refused likewise."""
        raise self._not_here()

    def close(self) -> None:
        """Close the connections; whatever is asked next makes new ones."""
        self._transport.close()

    def _not_here(self) -> RushesError:
        return RushesError(
            Code.USAGE,
            f"Webhooks of the server at {self._transport.url} are told by it alone: it keeps their"
            " secrets to itself.",
            hint="Run it on the server, without server.url (RUSHES_URL).",
        )


def _webhook(row: Mapping[str, Any]) -> Webhook:
    return Webhook(
        **{name: row[name] for name in _PLAIN},
        types=tuple(row["types"]),
        **{name: _moment(row[name]) for name in _MOMENTS},
    )


def _moment(text: str | None) -> Any:
    return moment_of(text) if text is not None else None
