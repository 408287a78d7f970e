"""The outbox: what trackers have yet to be told, listed, queued, and sent by one at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from pydantic import AfterValidator
from pydantic import Field as Bounds

from rushes.client.spelling.posts import claim_row, post_of, queued_row
from rushes.client.spelling.texts import moment_of
from rushes.model.outbox import Claim, Post, PostState, QueuedPost, Settled
from rushes.model.scan import Actor
from rushes.web.api import outbox_described
from rushes.web.api.house_only import QC, cursor, listed, reader, rows, written
from rushes.web.api.operations import add
from rushes.web.api.parameters import Parameters, invalid, whole
from rushes.web.api.shapes import Id, Strict
from rushes.web.house import house

Given = Mapping[str, Any]
_STATES = ("waiting", "sending", "delivered", "refused", "unknown")
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_S = 86_400.0


def _uuid(text: str) -> str:
    return str(UUID(text))


Several = Bounds(max_length=50_000)
Text = Annotated[str, Bounds(max_length=20_000)]
Short = Annotated[str, Bounds(max_length=500)]
Lease = Annotated[float, Bounds(ge=0, le=_DAY_S, allow_inf_nan=False)]


class NewPost(Strict):
    """Something that a tracker is to have; two with one tracker and key are one."""

    tracker: Annotated[str, Bounds(min_length=1, max_length=100)]
    key: Annotated[str, Bounds(min_length=1, max_length=500)]
    asset_path: Text
    time: Annotated[str, Bounds(json_schema_extra={"format": "date-time"})]
    document: Annotated[str, Bounds(max_length=5_000_000)]
    asset_id: Short | None = None
    kind: Literal["qc-result", "version"] = "qc-result"


class Posts(Strict):
    """Several posts."""

    posts: Annotated[list[NewPost], Several]


class Wanted(Strict):
    """Which posts somebody wants to send, and for how many seconds they are to have them."""

    ids: Annotated[list[Id], Several]
    lease_s: Lease = 300.0


class Held(Strict):
    """A claimed post, by its number and the claim's `holder`."""

    id: Id
    holder: Annotated[
        str, Bounds(max_length=40, json_schema_extra={"format": "uuid"}), AfterValidator(_uuid)
    ]


class Claims(Strict):
    """Several claims."""

    claims: Annotated[list[Held], Several]


class Begun(Claims):
    """Claims whose posts are being sent now, and for how many seconds."""

    lease_s: Lease = 300.0


class Ended(Held):
    """What became of a claimed post; `due` is when a waiting one may be sent again."""

    state: Literal["waiting", "sending", "delivered", "refused", "unknown"]
    told: Annotated[str, Bounds(max_length=10_000)] = ""
    due: Annotated[str, Bounds(json_schema_extra={"format": "date-time"})] | None = None


class AllEnded(Strict):
    """What became of several."""

    settled: Annotated[list[Ended], Several]


class LookedUp(Held):
    """The tracker's id of a claimed post's asset."""

    asset_id: Short


class AllLookedUp(Strict):
    """The same of several."""

    claims: Annotated[list[LookedUp], Several]


def add_outbox(api: NinjaAPI) -> None:
    """Have posts listed, queued and sent."""
    told, put = outbox_described, partial(add, api, tag="outbox")
    put("GET", "/outbox", posts, "list_outbox", "List posts", told=told.POSTS)
    put("POST", "/outbox", enqueue, "queue_posts", "Queue posts", body=Posts, told=told.QUEUED)
    put("POST", "/outbox/claim", claim, "claim_posts", "Claim posts to send them", body=Wanted,
        told=told.CLAIMED)  # fmt: skip
    put("POST", "/outbox/begin", begin, "begin_posts", "Say that claimed posts are being sent",
        body=Begun, told=told.BEGUN)  # fmt: skip
    put("POST", "/outbox/settle", settle, "settle_posts", "Say what became of claimed posts",
        body=AllEnded, told=told.DONE)  # fmt: skip
    put("POST", "/outbox/release", release, "release_posts", "Let go of claimed posts",
        body=Claims, told=told.DONE)  # fmt: skip
    put("POST", "/outbox/found", found, "note_found_assets", "Note the tracker's ids of assets",
        body=AllLookedUp, told=told.DONE)  # fmt: skip
    put("POST", "/outbox/withdraw", withdraw, "withdraw_posts", "Take claimed posts out",
        body=Claims, told=told.DONE)  # fmt: skip


def posts(request: HttpRequest, _given: Given) -> HttpResponse:
    """Posts in the order they came."""
    reader(request)
    asked = Parameters(request.GET, once=("cursor",), several=("state", "id"))
    states = asked.several("state")
    if not set(states) <= set(_STATES):
        raise invalid("state", f"is none of {', '.join(_STATES)}")
    page = house().outbox.posts(
        states=[PostState(one) for one in states],
        ids=[whole("id", one) for one in asked.several("id")],
        page=cursor(asked),
    )
    return listed(request, page, queued_row)


def enqueue(request: HttpRequest, given: Given) -> HttpResponse:
    """Keep posts."""
    wanted = [post_of(one.__dict__) for one in given["body"].posts]

    def write(actor: Actor) -> Any:
        kept = house().outbox.enqueue(wanted, actor=actor)
        return rows([queued_row(one) for one in kept])

    return written(request, QC, write)


def claim(request: HttpRequest, given: Given) -> HttpResponse:
    """Have posts for a while."""
    ids, lease = given["body"].ids, timedelta(seconds=given["body"].lease_s)

    def write(actor: Actor) -> Any:
        claims = house().outbox.claim(ids, lease=lease, actor=actor)
        return rows([claim_row(one) for one in claims])

    return written(request, QC, write)


def begin(request: HttpRequest, given: Given) -> HttpResponse:
    """Those that may be sent."""
    claims, lease = _claims(given["body"].claims), timedelta(seconds=given["body"].lease_s)

    def write(actor: Actor) -> Any:
        begun = house().outbox.begin(claims, lease=lease, actor=actor)
        return {"ids": [one.id for one in begun]}

    return written(request, QC, write)


def settle(request: HttpRequest, given: Given) -> HttpResponse:
    """Say what became of posts, and let go of them."""
    settled = [
        Settled(
            _claim(one),
            PostState(one.state),
            one.told,
            moment_of(one.due) if one.due is not None else None,
        )
        for one in given["body"].settled
    ]

    def write(actor: Actor) -> Any:
        house().outbox.settle(settled, actor=actor)
        return {}

    return written(request, QC, write)


def release(request: HttpRequest, given: Given) -> HttpResponse:
    """Let go of posts that were not begun."""
    claims = _claims(given["body"].claims)

    def write(actor: Actor) -> Any:
        house().outbox.release(claims, actor=actor)
        return {}

    return written(request, QC, write)


def found(request: HttpRequest, given: Given) -> HttpResponse:
    """Note ids that a tracker told."""
    pairs = [(_claim(one), one.asset_id) for one in given["body"].claims]

    def write(actor: Actor) -> Any:
        house().outbox.found(pairs, actor=actor)
        return {}

    return written(request, QC, write)


def withdraw(request: HttpRequest, given: Given) -> HttpResponse:
    """Take posts out that nobody is to have."""
    claims = _claims(given["body"].claims)

    def write(actor: Actor) -> Any:
        house().outbox.withdraw(claims, actor=actor)
        return {}

    return written(request, QC, write)


def _claims(given: Sequence[Held]) -> list[Claim]:
    return [_claim(one) for one in given]


def _claim(one: Held) -> Claim:
    """A claim by what tells it from others; the post itself is in the outbox."""
    post = Post("", "", "", _BEFORE_ALL, "")
    times = (_BEFORE_ALL, _BEFORE_ALL, None)
    return Claim(QueuedPost(one.id, post, PostState.WAITING, 0, *times, "", Actor("")), one.holder)
