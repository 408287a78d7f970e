"""The port of people on PostgreSQL: logins, roles in projects, tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.db import tokens
from rushes.db.acting import acting
from rushes.db.locks import DatabaseLock
from rushes.db.models import ApiToken as TokenRow
from rushes.db.models import Artist, Membership, Project
from rushes.db.session import Session
from rushes.model.kinds import KINDS, ROLES
from rushes.model.scan import Actor
from rushes.ports.people import ApiToken, Caller, NewToken, Person
from rushes.tracking.values import checked

SHORTEST_PASSWORD = 10
# Held while the first admin is made; any number that nothing else of ours locks.


class DatabasePeople:
    """`ports.people.People` on one PostgreSQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def people(self) -> Sequence[Person]:
        """Everybody who is not archived."""
        with self._session.asking() as connection:
            rows = _artists(connection.alias).filter(archived=None).order_by("login")
            return [_person(one) for one in rows]

    def add(self, person: Person, *, password: str, actor: Actor) -> Person:
        """Make a person."""
        _check_login(person.login)
        checked(KINDS["artist"].by_name["email"], person.email)
        with self._writing(actor) as database:
            row = Artist(
                login=person.login,
                name=person.name,
                email=person.email,
                is_admin=person.is_admin,
                is_active=person.is_active,
            )
            _give(row, password)
            try:
                with transaction.atomic(using=database):
                    row.save(using=database, force_insert=True)
            except IntegrityError as error:
                raise RushesError(
                    Code.RECORD_CONFLICT,
                    f"There is a person with the login {person.login!r} already.",
                    hint="Take another, or change their password with `rushes user password`.",
                ) from error
            for project, role in person.roles.items():
                _set_role(database, row, project=project, role=role)
            return _person(_artist(database, person.login))

    def add_first_admin(self, login: str, *, password: str, actor: Actor) -> Person | None:
        """Make an admin where there is none; two at once make one."""
        with self._writing(actor) as database:
            with transaction.get_connection(database).cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DatabaseLock.FIRST_ADMIN])
            admins = _artists(database).filter(is_admin=True, is_active=True, archived=None)
            if any(one.has_usable_password() and one.password for one in admins):
                return None
            row = _artists(database).filter(login=login).first() or Artist(login=login)
            row.is_admin, row.is_active, row.archived = True, True, None
            _give(row, password)
            row.save(using=database)
            return _person(_artist(database, login))

    def set_password(self, login: str, password: str, *, actor: Actor) -> Person:
        """Give a person another password; sessions are sealed with the former one."""
        if not password:
            raise RushesError(Code.FIELD_INVALID, "The password is empty.")
        with self._writing(actor) as database:
            row = _artist(database, login)
            _give(row, password)
            row.save(using=database, update_fields=["password"])
            return _person(row)

    def set_role(self, login: str, *, project: str, role: str | None, actor: Actor) -> Person:
        """Give a person a role in a project, or take theirs."""
        with self._writing(actor) as database:
            row = _artist(database, login)
            _set_role(database, row, project=project, role=role)
            return _person(_artist(database, login))

    def add_token(self, token: NewToken, *, actor: Actor) -> tuple[ApiToken, str]:
        """Make a token; only its digest is kept."""
        if not token.name.strip():
            raise RushesError(Code.FIELD_INVALID, "The token has no name.", hint="Say what for.")
        if token.expires is not None and token.expires <= clock.now():
            raise RushesError(Code.FIELD_INVALID, "The token would have expired already.")
        secret = tokens.new_secret()
        with self._writing(actor) as database:
            project = _project(database, token.project) if token.project else None
            row = TokenRow(
                name=token.name,
                artist=_artist(database, token.login),
                project=project,
                digest=tokens.digest_of(secret),
                hint=tokens.hint_of(secret),
                scopes=sorted(token.scopes),
                expires=token.expires,
            )
            row.save(using=database, force_insert=True)
            return tokens.told(_token(database, row.pk)), secret

    def tokens(self) -> Sequence[ApiToken]:
        """All tokens."""
        with self._session.asking() as connection:
            rows = TokenRow.objects.using(connection.alias).select_related("artist", "project")
            return [tokens.told(one) for one in rows.order_by("-pk")]

    def revoke_token(self, token: int, *, actor: Actor) -> ApiToken:
        """End a token."""
        with self._writing(actor) as database:
            row = _token(database, token)
            if row.revoked is None:
                row.revoked = clock.now()
                row.save(using=database, update_fields=["revoked"])
            return tokens.told(row)

    def caller(self, secret: str) -> Caller:
        """Whose program has this secret."""
        with self._session.asking() as connection:
            return tokens.caller_of(connection.alias, secret)

    def close(self) -> None:
        """Let go of this thread's connection."""
        self._session.close()

    @contextmanager
    def _writing(self, actor: Actor) -> Iterator[str]:
        with (
            self._session.asking() as connection,
            transaction.atomic(using=connection.alias),
        ):
            acting(connection, actor)
            yield connection.alias


def _give(row: Artist, password: str) -> None:
    """Set a password, or none that anybody could log in with. Raises `field.invalid`."""
    if password and len(password) < SHORTEST_PASSWORD:
        raise RushesError(
            Code.FIELD_INVALID,
            f"The password is shorter than {SHORTEST_PASSWORD} characters.",
            hint="Take a longer one; a few words do.",
        )
    row.set_password(password or None)


def _check_login(login: str) -> None:
    checked(KINDS["artist"].by_name["login"], login)
    if not login.isprintable() or " " in login:
        raise RushesError(
            Code.FIELD_INVALID,
            f"{login!r} is no login.",
            hint="Take up to 120 characters without spaces.",
        )


def _set_role(database: str, row: Artist, *, project: str, role: str | None) -> None:
    if role is not None and role not in ROLES:
        raise RushesError(
            Code.FIELD_INVALID, f"{role!r} is no role.", hint=f"There are {', '.join(ROLES)}."
        )
    found = _project(database, project)
    members = Membership.objects.using(database)
    if role is None:
        members.filter(project=found, artist=row).delete()
    else:
        members.update_or_create(project=found, artist=row, defaults={"role": role})


def _artists(database: str) -> QuerySet[Artist]:
    return Artist.objects.using(database).prefetch_related("memberships__project")


def _artist(database: str, login: str) -> Artist:
    row = _artists(database).filter(login=login, archived=None).first()
    if row is None:
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            f"There is no person with the login {login!r}.",
            hint="See them all with `rushes user list`.",
        )
    return row


def _project(database: str, code: str) -> Project:
    row = Project.objects.using(database).filter(code=code).first()
    if row is None:
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            f"There is no project {code!r}.",
            hint="`rushes show list` has all, written as they are written here.",
        )
    return row


def _token(database: str, pk: int) -> TokenRow:
    rows = TokenRow.objects.using(database).select_related("artist", "project")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            f"There is no token {pk}.",
            hint="See them all with `rushes token list`.",
        )
    return row


def _person(row: Artist) -> Person:
    return Person(
        id=row.pk,
        login=row.login,
        name=row.name,
        email=row.email,
        is_admin=row.is_admin,
        is_active=row.is_active,
        can_log_in=bool(row.password) and row.has_usable_password() and row.is_active,
        roles={one.project.code: one.role for one in row.memberships.all()},
    )
