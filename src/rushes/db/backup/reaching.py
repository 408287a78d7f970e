"""Connections of our own to a server, beside those of the records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import make_conninfo

from rushes.core.errors import Code, RushesError
from rushes.core.masking import masked
from rushes.db.driving import Driver, words_of


@contextmanager
def reached(url: str, *, autocommit: bool = False) -> Iterator[Driver]:
    """A connection for the block. What goes wrong with it is `database.unavailable`.

    Raises `settings.invalid` for what is no URL of a database.
    """
    name_of(url)
    try:
        with psycopg.connect(
            url, autocommit=autocommit, connect_timeout=15, application_name="rushes"
        ) as driver:
            yield driver
    except psycopg.Error as error:
        raise unavailable(error) from error


def unavailable(error: psycopg.Error) -> RushesError:
    """What is told of a server that does not do as it is asked."""
    return RushesError(
        Code.DATABASE_UNAVAILABLE,
        f"The database does not answer, or refused what it was asked: {masked(words_of(error))}",
        hint="`rushes doctor` tells how the database stands.",
    )


def name_of(url: str) -> str:
    """The name of the database at `url`. Raises `settings.invalid` as `db.address` does."""
    from rushes.db.address import parameters

    return str(parameters(url)["dbname"])


def beside(url: str, name: str) -> str:
    """`url` with another database of the same server."""
    return make_conninfo(url, dbname=name)
