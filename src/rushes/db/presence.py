"""Which servers work with a database: each of their processes holds a lock on it while it lives."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from selectors import EVENT_READ, DefaultSelector
from threading import Thread

import psycopg
from psycopg import errors

from rushes.core.errors import Code, RushesError
from rushes.db.backup.reaching import unavailable
from rushes.db.driving import Driver
from rushes.db.locks import DatabaseLock
from rushes.model.serving import ServerAtWork

_LOCK = DatabaseLock.SERVING.value
_SHOWN = "rushes serve"
_BUSY = "30s"  # for how long it may be emptied while a server begins
_ENDING = "3s"  # one that has ended may not have hung up everywhere yet
_LOOK_S = 60.0
_AGAIN_S = 1.0
_HOLDERS = """
SELECT a.application_name, CASE WHEN a.client_addr <<= '127.0.0.0/8' OR a.client_addr = '::1'
  THEN '' ELSE coalesce(host(a.client_addr), '') END
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.mode = 'ShareLock' AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (l.classid::bigint << 32 | l.objid::bigint) = %s
ORDER BY a.backend_start
"""


class Presence:
    """Shows one process of a server to whoever would take the database from under it.

    All servers share the lock. Its connection does nothing else; when that is lost, another one is
    made as soon as the database is back. `url` is asked each time.
    """

    def __init__(self, url: Callable[[], str], *, process: int, address: str = "") -> None:
        self._url = url
        self._name = f"{_SHOWN} {process} {address}".rstrip()  # PostgreSQL keeps 63 bytes of it

    def begin(self) -> None:
        """Hold it from here on. Raises `lock.unavailable`, `database.unavailable`."""
        driver = self._shown()
        Thread(target=self._keep, args=(driver,), name="presence", daemon=True).start()

    def _keep(self, driver: Driver) -> None:
        while True:
            try:
                while True:
                    _await_word(driver)
                    driver.execute("SELECT 1")
            except psycopg.Error:
                driver.close()
            driver = self._again()

    def _again(self) -> Driver:
        while True:
            try:
                return self._shown()
            except RushesError:
                time.sleep(_AGAIN_S)

    def _shown(self) -> Driver:
        try:
            driver = psycopg.connect(
                self._url(),
                autocommit=True,
                connect_timeout=15,
                application_name=self._name,
                keepalives_idle=60,  # a machine that went down is noticed within two minutes
                keepalives_interval=10,
                keepalives_count=6,
            )
            driver.execute(f"SET lock_timeout = '{_BUSY}'".encode())
            driver.execute("SELECT pg_advisory_lock_shared(%s)", [_LOCK])
        except errors.LockNotAvailable as error:
            driver.close()
            raise RushesError(
                Code.LOCK_UNAVAILABLE,
                "The database is being emptied or stopped, so no server begins.",
                hint="Wait until that is done.",
            ) from error
        except psycopg.Error as error:
            raise unavailable(error) from error
        return driver


def _await_word(driver: Driver) -> None:
    """Wait until the server says something, which here is the end of the connection, or a while."""
    with DefaultSelector() as waiting:
        waiting.register(driver.fileno(), EVENT_READ)
        waiting.select(_LOOK_S)


def servers(driver: Driver) -> Sequence[ServerAtWork]:
    """Those that work with the database now, each once, the longest first."""
    found: dict[tuple[str, str], ServerAtWork] = {}
    for name, machine in driver.execute(_HOLDERS, [_LOCK]).fetchall():
        process, _, url = name.removeprefix(_SHOWN).strip().partition(" ")
        number = int(process) if process.isdecimal() else 0
        one = ServerAtWork(number, url, machine)
        if url or (process, machine) not in found:
            found[process, machine] = one
    return list(found.values())


def keep_out(driver: Driver, *, kept: str) -> None:
    """Have no server work with the database until this transaction ends.

    Raises `lock.unavailable` where one does; `kept` says what was not done.
    """
    try:
        with driver.transaction():
            driver.execute(f"SET LOCAL lock_timeout = '{_ENDING}'".encode())
            driver.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    except errors.LockNotAvailable as error:
        who = "; ".join(str(one) for one in servers(driver)) or "it has just ended"
        raise RushesError(
            Code.LOCK_UNAVAILABLE,
            f"A server works with the database ({who}); {kept}.",
            hint="End it first: `rushes down` for that of `rushes up`, Ctrl-C or"
            " `systemctl stop rushes` for `rushes serve`.",
        ) from error


def stop_unserved(url: str, stop: Callable[[], bool]) -> bool:
    """Stop the database at `url` unless a server works with it; what `stop` says.

    One that does not answer serves nobody, and is stopped. Raises `lock.unavailable`.
    """
    try:
        driver = psycopg.connect(url, connect_timeout=5, application_name="rushes")
    except psycopg.Error:
        return stop()
    try:
        keep_out(driver, kept="it was not stopped")
        return stop()
    finally:
        driver.close()
