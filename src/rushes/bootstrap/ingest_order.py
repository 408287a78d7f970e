"""From options to the order of an ingest: both places opened, policies found, names known."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from rushes import bootstrap
from rushes.bootstrap.which_project import which_project
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.checking import Checks
from rushes.exchange.drop import Patience
from rushes.exchange.plan import Order
from rushes.exchange.wish import DEFAULT_POLICY, Given, Wish
from rushes.transfer.asked_terms import a_second, terms

if TYPE_CHECKING:
    from rushes.core.settings import Settings
    from rushes.policy.policy import Policy


def ingest_order(settings: Settings, given: Given) -> Order:
    """The order. Raises `usage`, `path.not_found`, `settings.invalid` and `policy.unknown`; where
    two names of the project are given, also `record.not_found`.
    """
    wish = given.wish
    show = which_project(settings, wish.project, wish.show_code, no_db=given.no_db)
    if wish.bucket and wish.to is not None:
        raise RushesError(
            Code.USAGE,
            f"It is uploaded to the bucket {escape(wish.bucket)}, and copied nowhere.",
            hint="Leave --to or the bucket away.",
        )
    kept, rate = terms(wish.storage_class, wish.sse), a_second(wish.bandwidth)
    if (wish.storage_class or wish.sse) and not wish.bucket:
        raise RushesError(
            Code.USAGE,
            "A storage class and encryption are for what is uploaded to a bucket.",
            hint=f"Name one with --{wish.source}-bucket, or leave them away.",
        )
    policies = () if given.quick else _policies(settings, wish)
    drop_name = _drop_name(given.drop)
    target_name = f"s3://{wish.bucket}" if wish.bucket else _folder(settings, wish)
    order = Order(
        show=show,
        source=wish.source,
        drop=bootstrap.place(drop_name),
        drop_name=drop_name,
        target=bootstrap.place(target_name),
        target_name=target_name,
        manifests=wish.manifests,
        checks=Checks(
            policies,
            pixels=wish.pixels,
            frozen=wish.frozen,
            quick=given.quick,
            at_once=wish.at_once,
            # On this machine media is hashed again for its records, as whoever checks it does.
            also=(settings.qc.algorithm,) if wish.bucket else (),
        ),
        patience=Patience(wish.settle, wish.wait),
        vendor=wish.vendor,
        terms=kept,
        rate=rate,
    )
    _check_apart(order)
    return order


def _policies(settings: Settings, wish: Wish) -> tuple[Policy, ...]:
    from rushes.policy.shelf import find  # all checks there are, which a quick look does not need

    names = wish.policies or (DEFAULT_POLICY,)
    return tuple(find(one, settings.policy.folder) for one in names)


def _drop_name(drop: str) -> str:
    """What the drop is called from anywhere."""
    if "://" in drop:
        return drop.rstrip("/")
    path = Path(os.path.realpath(Path(drop).expanduser()))
    if not path.is_dir():
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no folder {escape(drop)}.",
            hint="Check the spelling, and that the storage is mounted.",
        )
    return str(path)


def _folder(settings: Settings, wish: Wish) -> str:
    """The folder that copies go below."""
    place = wish.to if wish.to is not None else settings.shows_root
    if place is None:
        raise RushesError(
            Code.USAGE,
            "There is no folder of shows in the settings.",
            hint="Give --shows-root DIR, or set shows_root in rushes.toml.",
        )
    return os.path.realpath(place.expanduser())


def _check_apart(order: Order) -> None:
    """Refuse a drop that lies where it would be copied to, or around it."""
    if "://" in order.drop_name or "://" in order.target_name:
        return
    drop, target = Path(order.drop_name), Path(order.target_name)
    if drop == target or target.is_relative_to(drop):
        raise RushesError(
            Code.USAGE,
            f"The drop {escape(order.drop_name)} holds the folder that it would be copied to.",
            hint="Name the drop's own folder, or another one with --to.",
        )
