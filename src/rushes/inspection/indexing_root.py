"""Under which storage root images are recorded: one for each path, whatever is walked when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from rushes.ports.images import Images
from rushes.scan.roots import Root, among

ShowOf = Callable[[Root], str]


def outermost(root: Root, mounts: Iterable[str]) -> Root:
    """The same folder under the outermost of `mounts` that holds all of `root`'s own mount;
    `root` where none does.

    A scan is a look at one root, and another root may be in it or around it. Of images there is
    one record: a path that two roots hold would be in it twice, and be forgotten in one of them.
    """
    own = PurePosixPath(root.mount)
    holding = [mount for mount in mounts if own.is_relative_to(mount)]
    return among(root, sorted(holding, key=len)[:1])


def recorded_under(root: Root, images: Images, show_of: ShowOf) -> Root:
    """The same folder as images in it are recorded from now on.

    What is on record under roots that lie in that root is gathered there, with the shows that
    `show_of` tells.
    """
    known = outermost(root, images.mounts())
    nested = images.nested(known.mount)
    if nested:
        shows = {folder: show_of(Root(known.mount, folder)) for folder in nested}
        images.gather(known.mount, shows)
    return known
