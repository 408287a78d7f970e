"""Names of software, parts and the like: plain enough to become a folder's."""

from __future__ import annotations

import re

from rushes.model.kinds import KINDS
from rushes.tracking.refusing import refused, shown

_CODE = KINDS["project"].by_name["code"]
PLAIN_DOC = _CODE.pattern_doc
_PLAIN = re.compile(_CODE.pattern)


def plain(text: str) -> bool:
    """Whether it is as codes are; nothing is plain, too."""
    return not text or _PLAIN.fullmatch(text) is not None


def check_plain(field: str, text: str) -> None:
    """Raise `field.invalid` for what is no plain name."""
    if not plain(text):
        raise refused(field, f"{shown(text)} will not do: {PLAIN_DOC}")
