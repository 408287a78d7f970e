"""A crawl as the commands run it: policies, the tracker and the database's mirror around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from rushes import bootstrap
from rushes.cli.qc.crawl_sheet import CrawlSheet
from rushes.cli.qc.posting_rows import Posts
from rushes.cli.session import Session
from rushes.core.settings import Settings
from rushes.model.files import FoundFolder
from rushes.model.finding import Finding
from rushes.policy.policy import Policy
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.qc.asset import Asset
from rushes.qc.bench import Wanted, everything
from rushes.qc.check_asset import Asset as Checked
from rushes.qc.checks import check
from rushes.qc.crawl import Crawl
from rushes.qc.mirror import Mirror
from rushes.qc.order import Order
from rushes.scan.gaps import Expect
from rushes.scan.roots import Root


@dataclass(frozen=True, slots=True)
class Around:
    """What a crawl works with: who does the work, what it is held against, who is told."""

    executor: Executor
    expect: Expect
    progress: Progress
    policy: Policy | None = None
    pixels: bool = False
    posts: Posts | None = None
    mirror: Mirror | None = None
    dry: bool = False


def crawled(
    session: Session,
    root: Root,
    folders: Iterable[FoundFolder],
    order: Order,
    around: Around,
    *,
    wanted: Wanted = everything,
) -> CrawlSheet:
    """Crawl the folders of one root; records are mirrored and posted as they are written."""
    inspect = _Inspect(session.settings, root, around) if around.policy is not None else None
    posts, mirror = around.posts, around.mirror
    run = Crawl(
        root,
        order,
        expect=around.expect,
        executor=around.executor,
        inspect=inspect,
        look_up=partial(posts.ids, root) if posts is not None else None,
        wanted=wanted,
        dry=around.dry,
        progress=around.progress,
    )
    sheet = CrawlSheet(root, dry=around.dry, as_json=session.as_json, signed=bool(order.signer))
    for one in run.run(folders):
        sheet.take(one)
        for outcome in one.outcomes if mirror is not None else ():
            if mirror is not None and outcome.sidecar is not None:
                mirror.take(root, one.folder, outcome.asset.name, outcome.sidecar)
        if posts is not None and not around.dry:
            posts.post(root, one, order)
    return sheet


@dataclass(frozen=True, slots=True)
class _Inspect:
    """Holds a folder's assets against the policy."""

    settings: Settings
    root: Root
    around: Around

    def __call__(
        self, folder: PurePosixPath, assets: Sequence[Asset]
    ) -> Mapping[str, tuple[Finding, ...]]:
        assert self.around.policy is not None
        place = str(PurePosixPath(self.root.mount) / folder)
        asked = [Checked(place, one.found, one.findings) for one in assets]
        found = check(
            asked,
            [self.around.policy],
            storage=bootstrap.storage(),
            executor=self.around.executor,
            pixels=self.around.pixels,
            workers=self.settings.scan.workers,
            progress=self.around.progress,
        )
        return {one.name: tuple(told) for one, (_, told) in zip(assets, found, strict=True)}
