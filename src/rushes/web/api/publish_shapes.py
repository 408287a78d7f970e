"""What may be sent of a publish: its files, and what it was made of."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator
from pydantic import Field as Bounds

from rushes.core.errors import RushesError
from rushes.model.files import Kind
from rushes.model.kinds import PATH
from rushes.publish.component_checks import MOST, MOST_FILES
from rushes.tracking.links import LINK_KINDS
from rushes.tracking.paths import check_path
from rushes.web.api.shapes import Id, Strict

_KINDS = tuple(one.value for one in Kind)
_INT64 = 2**63 - 1


def _plain(text: str) -> str:
    try:
        check_path("path", text)
    except RushesError:
        raise ValueError(f"write a path with {PATH['pattern_doc']}") from None
    return text


Path = Annotated[
    str,
    Bounds(max_length=4096, json_schema_extra={"pattern": f"^(?:{PATH['pattern']})$"}),
    AfterValidator(_plain),
]
_Digests = Annotated[
    dict[str, str | list[str]],
    Bounds(
        description="By algorithm; of a sequence one for each frame, in order. BLAKE3 always.",
        json_schema_extra={"required": ["blake3"]},
    ),
]
_Size = Annotated[int, Bounds(ge=0, le=_INT64)]


class Component(Strict):
    """A file, or a file sequence with its frames as in `1001-1050x2`."""

    name: Annotated[str, Bounds(min_length=1, max_length=4096, pattern=r"^[^/\x00]+$")]
    folder: Path = ""
    kind: Literal[_KINDS]  # type: ignore[valid-type]
    files: Annotated[int, Bounds(ge=1, le=MOST_FILES)] = 1
    size: Annotated[_Size, Bounds(description="Bytes of all its files.")]
    padding: Annotated[int, Bounds(ge=0, le=255)] = 0
    subframe_digits: Annotated[int, Bounds(ge=0, le=18)] = 0
    frames: Annotated[str, Bounds(max_length=1_000_000)] = ""
    sizes: _Size | list[_Size] | None = None
    digests: _Digests
    manifest: dict[str, str] = {}
    metadata: dict[str, Any] = {}


class PublishLink(Strict):
    """A publish of the same project that this one was made of."""

    kind: Literal[LINK_KINDS]  # type: ignore[valid-type]
    publish: Id
    metadata: dict[str, Any] = {}


Components = Annotated[list[Component], Bounds(max_length=MOST)]
Links = Annotated[list[PublishLink], Bounds(max_length=MOST)]
