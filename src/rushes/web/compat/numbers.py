"""Numbers as older clients ask for them: the next one told or reserved, or one of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rushes.model.scan import Actor
from rushes.model.work import FIRST, Bump, Number, NumberRequest, Reserved, StreamKey, WorkKind
from rushes.ports.people import Caller
from rushes.ports.studio import Entity, Filter, Op, Query
from rushes.tracking.permissions import LEADING
from rushes.tracking.refusing import denied, refused
from rushes.web.api.numbers import check_tasks, check_working
from rushes.web.compat.given import Given
from rushes.web.house import house

TARGETS = ("asset", "sequence", "shot")
_BUMPS = tuple(one.value for one in Bump)
# Earlier clients know no tokens: who reserved a number there records it there, by the number alone.
_KEY = "reserved as by earlier clients"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which number: of which stream, and how it grows, or which one it must be.

    Without a part, the next number is above those of all parts of the task, as it used to be.
    """

    stream: StreamKey
    bump: Bump = Bump.ITERATION
    version: int | None = None
    iteration: int | None = None

    @property
    def all_parts(self) -> bool:
        """Whether it must be above the numbers of all parts."""
        return self.stream.kind is WorkKind.PUBLISH and not self.stream.part


def bump_of(given: Given) -> Bump:
    """Which number grows."""
    return Bump(given.choice("bump", _BUMPS, default=Bump.ITERATION.value))


def explicit(given: Given, *names: str) -> tuple[int | None, int | None]:
    """The version and the iteration that somebody wants, by any of the names that they had."""
    version = given.whole(*(f"{one}version" for one in names))
    iteration = given.whole(*(f"{one}iteration" for one in names))
    if version is None and iteration is not None:
        raise refused("source_version", "must be given with source_iteration")
    return version, iteration


def task_of(given: Given, who: Caller) -> Entity:
    """The task, which they see and may work on, and which is on the target where one is given."""
    number = given.record("task_id")
    (task,) = house().studio.get("task", [number], access=who.access, fields=("project", *TARGETS))
    kind, target = given.text("target_type").lower(), given.whole("target_id")
    if kind and kind not in TARGETS:
        raise refused("target_type", f"is none of {', '.join(TARGETS)}")
    held = next(one for one in TARGETS if task.fields[one] is not None)
    if (kind and kind != held) or (target is not None and target != task.fields[held]):
        raise refused("target_id", f"task {number} is on {held} {task.fields[held]}")
    return task


def check_work(who: Caller, kind: WorkKind, task: Entity) -> None:
    """Refuse roles and tokens that save and publish nothing."""
    check_working(who, kind)
    check_tasks(who, kind, [task.id])


def credited(given: Given, who: Caller, task: Entity) -> Actor:
    """Who does it: the caller, on behalf of the artist that is named, where they may say so."""
    number = given.whole("artist_id", "created_by")
    if number is None or number == who.access.artist:
        return who.actor
    (artist,) = house().studio.get("artist", [number], access=who.access, fields=("login",))
    role = who.access.roles.get(task.fields["project"], "")
    if not who.access.everything and role not in LEADING:
        raise denied(
            "Only admins, supervisors and coordinators record the work of others.",
            hint="Leave artist_id out, or use a token of that artist.",
        )
    return replace(who.actor, on_behalf_of=str(artist.fields["login"]))


def next_of(wanted: Wanted, who: Caller) -> Number:
    """The number that would be next. Nothing is reserved: somebody else may be told the same."""
    top = _highest(wanted, who)
    return FIRST if top is None else top.next(wanted.bump)


def reserved(wanted: Wanted, who: Caller, *, actor: Actor) -> Reserved:
    """The next number, or the one that is wanted, theirs alone from now on.

    Raises `record.conflict` where the one that is wanted is not free.
    """
    number, above = None, None
    if wanted.version is not None:
        iteration = wanted.iteration
        number = Number(
            wanted.version, _iteration_in(wanted, who) if iteration is None else iteration
        )
    elif wanted.all_parts:
        above = _highest(wanted, who)
    request = NumberRequest(wanted.stream, wanted.bump, number=number, above=above, key=_KEY)
    (made,) = house().work.allocate([request], actor=actor)
    return made


def _iteration_in(wanted: Wanted, who: Caller) -> int:
    top = _highest(wanted, who, version=wanted.version)
    return 1 if top is None else top.iteration + 1


def _highest(wanted: Wanted, who: Caller, *, version: int | None = None) -> Number | None:
    stream = wanted.stream
    filters = [
        Filter("task", Op.IS, stream.task),
        Filter("software", Op.IS, stream.software),
    ]
    if stream.kind is WorkKind.PUBLISH and (stream.part or version is not None):
        filters += [
            Filter("part", Op.IS, stream.part),
            Filter("asset_name", Op.IS, stream.asset),
        ]
    if version is not None:
        filters.append(Filter("version", Op.IS, version))
    fields = ("version", "iteration")
    query = Query(tuple(filters), order=("-version", "-iteration"), fields=fields, archived=True,
                  limit=1)  # fmt: skip
    found = house().studio.find(stream.kind.value, query, access=who.access).rows
    return Number(*(found[0].fields[one] for one in fields)) if found else None
