"""Tokens of programs: made at random, kept as digests, and looked up at every request."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import connections

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.db import models
from rushes.model.scan import Actor
from rushes.ports.people import ApiToken, Caller
from rushes.ports.studio import Access

_BYTES = 32
_PREFIX = "rushes_"
_HINT = len(_PREFIX) + 4
_LONGEST = 128
_SEEN_EVERY = timedelta(minutes=1)

_FIND = """
    SELECT t.id, t.name, t.scopes, t.project_id, t.expires, t.last_used,
           a.id, a.login, a.is_admin,
           (SELECT jsonb_object_agg(m.project_id, m.role)
              FROM rushes_membership m WHERE m.artist_id = a.id)
      FROM rushes_apitoken t JOIN rushes_artist a ON a.id = t.artist_id
     WHERE t.digest = %s AND t.revoked IS NULL AND a.is_active AND a.archived IS NULL
"""


def new_secret() -> str:
    """A secret nobody can guess."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


def digest_of(secret: str) -> bytes:
    """What is kept of a secret. It is random enough that a plain hash gives nothing away."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


def hint_of(secret: str) -> str:
    """How a secret begins, so that people tell their tokens apart."""
    return secret[:_HINT]


def caller_of(database: str, secret: str) -> Caller:
    """Whose program has this secret; that it was used is noted once a minute.

    Raises `login.needed`, in the same words whatever is wrong with it.
    """
    now = clock.now()
    row = None
    if len(secret) <= _LONGEST:
        with connections[database].cursor() as cursor:
            cursor.execute(_FIND, [digest_of(secret)])
            row = cursor.fetchone()
    if row is None or (row[4] is not None and row[4] <= now):
        raise RushesError(
            Code.LOGIN_NEEDED,
            "The token is not known, has expired or was revoked.",
            hint="Make another one with `rushes token create`.",
        )
    pk, name, scopes, project, _, last_used, artist, login, is_admin, roles = row
    if last_used is None or now - last_used > _SEEN_EVERY:
        _note_use(database, pk, now)
    access = access_of(
        artist, is_admin=is_admin, roles=roles, project=project, scopes=frozenset(_list(scopes))
    )
    return Caller(Actor(login, tool=f"token {name}"), access, pk)


def access_of(
    artist: int,
    *,
    is_admin: bool,
    roles: Any,
    project: int | None = None,
    scopes: frozenset[str] | None = None,
) -> Access:
    """What a person may do, or a program of theirs that is held to one `project`."""
    found = {int(pk): str(role) for pk, role in _object(roles).items()}
    if project is not None:
        role = "admin" if is_admin else found.get(project)
        held = {project: role} if role else {}
        return Access(roles=held, artist=artist, scopes=scopes)
    return Access(everything=is_admin, roles=found, artist=artist, scopes=scopes)


def told(row: models.ApiToken) -> ApiToken:
    """A token as the house speaks of it."""
    return ApiToken(
        id=row.pk,
        name=row.name,
        login=row.artist.login,
        hint=row.hint,
        scopes=tuple(row.scopes),
        project=row.project.code if row.project is not None else "",
        created=row.created,
        expires=row.expires,
        last_used=row.last_used,
        revoked=row.revoked,
    )


def _note_use(database: str, pk: int, now: datetime) -> None:
    with connections[database].cursor() as cursor:
        cursor.execute(
            "UPDATE rushes_apitoken SET last_used = %s"
            " WHERE id = %s AND (last_used IS NULL OR last_used < %s)",
            [now, pk, now - _SEEN_EVERY],
        )


def _object(value: Any) -> dict[str, Any]:
    """Django's connections hand JSON over as text."""
    if isinstance(value, str):
        import orjson

        value = orjson.loads(value)
    return dict(value or {})


def _list(value: Any) -> list[str]:
    if isinstance(value, str):
        import orjson

        value = orjson.loads(value)
    return list(value or [])
