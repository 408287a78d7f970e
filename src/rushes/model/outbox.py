"""Posts: what trackers are to be told, and what has become of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from rushes.model.scan import Actor


class PostKind(str, Enum):
    """What a post tells. Which kinds a tracker can be told, it says itself."""

    QC_RESULT = "qc-result"  # what a quality check of an asset came to
    VERSION = "version"  # a Version that is on record


class PostState(str, Enum):
    """How far a post has got. Those who send move it on; nothing else does."""

    WAITING = "waiting"  # the tracker does not have it
    SENDING = "sending"  # under way; or whoever sent it was killed meanwhile
    DELIVERED = "delivered"  # the tracker said so
    REFUSED = "refused"  # it will not have it, and is not asked again by itself
    UNKNOWN = "unknown"  # it was sent, and nobody can tell whether it arrived


# What is still to be told, without anybody asking for it by name.
OPEN = (PostState.WAITING, PostState.SENDING)


@dataclass(frozen=True)
class Post:
    """Something that the tracker called `tracker` is to have.

    Two posts with one key are one post. `document` is the JSON text to send. Of a result, `key` is
    its `qc_id`; `asset_path` is escaped and tells which results are of one asset; `asset_id` is
    the tracker's, None until it was looked up; `time` is when the asset was checked, and so the
    order of an asset's results. Of a Version, `asset_path` is where its media lies, `time` when it
    was recorded, and no asset is looked up: a tracker that can be told knows shots by their names.
    """

    tracker: str
    key: str
    asset_path: str
    time: datetime
    document: str
    asset_id: str | None = None
    kind: PostKind = PostKind.QC_RESULT

    @property
    def subject(self) -> str:
        """What it is about: of one subject, an older post never goes past a newer one.

        A Version is told once and is a subject by itself, whatever else lies at its path.
        """
        if self.kind is PostKind.QC_RESULT:
            return self.asset_path
        return f"{self.kind.value}\0{self.key}"


@dataclass(frozen=True)
class QueuedPost:
    """A post in the outbox. `attempts` counts how often it was sent, `tried` is when last.

    It is not to be sent before `due`. `told` is what the last attempt came to, in words. Of a
    delivered post no document is kept.
    """

    id: int
    post: Post
    state: PostState
    attempts: int
    queued: datetime
    due: datetime
    tried: datetime | None
    told: str
    actor: Actor


@dataclass(frozen=True)
class Claim:
    """A post that nobody else may send as long as the lease `holder` lasts.

    `doubtful` ones may have been sent before, so the tracker is to be asked first. An `overtaken`
    one must not be sent any more: the tracker has a newer result of the same asset.
    """

    queued: QueuedPost
    holder: str
    doubtful: bool = False
    overtaken: bool = False

    @property
    def id(self) -> int:
        """The post's number in the outbox."""
        return self.queued.id

    @property
    def post(self) -> Post:
        """What is to be sent."""
        return self.queued.post


@dataclass(frozen=True)
class Settled:
    """What became of a claimed post. `due` is when a waiting one may be sent again."""

    claim: Claim
    state: PostState
    told: str = ""
    due: datetime | None = None
