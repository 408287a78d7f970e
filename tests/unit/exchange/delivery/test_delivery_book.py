"""One order's page is open for one run, and nothing is sent twice because two began at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.exchange.delivery import book
from rushes.exchange.delivery.order import Order

ORDER = Order("NV", "client_out", output="/out", full=True)


def made(above: Path, order: Order) -> None:
    """A run from its beginning to its end."""
    with book.opened(above, order, begun=clock.now()) as page:
        page.begin()
        page.end()


def test_two_runs_of_one_order_are_never_open_at_once(tmp_path: Path) -> None:
    with book.opened(tmp_path, ORDER), pytest.raises(RushesError) as told:
        made(tmp_path, ORDER)
    assert told.value.code is Code.LOCK_UNAVAILABLE


def test_who_began_while_another_sent_all_does_not_send_all_again(tmp_path: Path) -> None:
    begun = clock.now()
    made(tmp_path, ORDER)
    with pytest.raises(RushesError) as told, book.opened(tmp_path, ORDER, begun=begun):
        pass
    assert told.value.code is Code.LOCK_UNAVAILABLE
    made(tmp_path, ORDER)  # begun afterwards, it is meant
    plain = replace(ORDER, full=False)
    made(tmp_path, plain)
    with book.opened(tmp_path, plain, begun=begun):
        pass  # which finds that they have all of it
