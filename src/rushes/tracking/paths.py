"""Which paths a record may name: those that lead where they say, whoever reads them."""

from __future__ import annotations

import re

from rushes.model.kinds import PATH
from rushes.tracking.refusing import refused, shown

_PLAIN = re.compile(str(PATH["pattern"]))
# From the root of a file system, of a drive or a share, or of a storage such as s3://.
_WHOLE = re.compile(r"/|[A-Za-z]:[\\/]|\\\\[^\\/]|[A-Za-z][A-Za-z0-9+.-]*://[^/]")


def check_path(field: str, text: str, *, whole: bool = False) -> None:
    """Raise `field.invalid` for a path that leads out by `..`, or holds what corrupts a log.

    A `whole` one is absolute, by the rules of any system: `/shows/…`, `P:/…`, `//server/…`,
    `s3://…`. What is empty is no path.
    """
    if _PLAIN.fullmatch(text) is None:
        raise refused(field, f"{shown(text)} will not do: {PATH['pattern_doc']}")
    if whole and text and _WHOLE.match(text) is None:
        raise refused(
            field,
            f"{shown(text)} is not absolute",
            hint="Write a whole path, as in /shows/demo/a_v{version:03d}.hip or P:/demo/….",
        )
