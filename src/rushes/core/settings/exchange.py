"""The settings of what goes out of the house and comes into it: webhooks, deliveries, ingests."""

from __future__ import annotations

from collections.abc import Mapping

from rushes.core.settings import kinds
from rushes.core.settings.section import Section, key


class Webhooks(Section):
    """Addresses that are told of events."""

    local: bool = key(
        kinds.SWITCH,
        "Let webhooks tell this machine itself, and addresses of its link only.",
        default=False,
    )


class Deliver(Section):
    """How deliveries go out, by who gets them: `vendor_out` or `client_out`."""

    templates: Mapping[str, str] = key(
        kinds.NAMED_TEXTS,
        "What files are called below `media` in a package; a project's own templates go first.",
        example='{ client_out = "{shot}_{task}_{vendor}_v{version:03d}[.{frame:04d}].{ext}" }',
        factory=dict,
    )
    buckets: Mapping[str, str] = key(
        kinds.NAMED_TEXTS,
        "Buckets that packages are uploaded to, or folders in them.",
        example='{ client_out = "studio-client-out" }',
        factory=dict,
    )
    sender: str | None = key(
        kinds.TEXT,
        "What this studio calls itself: in papers, and as `{vendor}` in names.",
        example='"NORTH"',
    )
    outbox: tuple[str, ...] = key(
        kinds.TEXTS,
        "Folders and s3://bucket/folder that deliveries may be made in when the API is asked for"
        " them; none is that it makes none.",
        default=(),
        example='["/mnt/outbox", "s3://studio-client-out"]',
    )


class Ingest(Section):
    """What the server takes in when its API is asked to."""

    drops: tuple[str, ...] = key(
        kinds.TEXTS,
        "Folders and s3://bucket/folder that drops and their manifests lie below; none is that it"
        " takes none.",
        default=(),
        example='["/mnt/drops", "s3://studio-vendor-in"]',
    )
    targets: tuple[str, ...] = key(
        kinds.TEXTS,
        "Folders and s3://bucket that they may be copied to besides `shows_root`.",
        default=(),
        example='["/mnt/library"]',
    )
