"""The kinds of records a studio keeps, field by field: what APIs, clients and forms are made of.

Names are those of the database's columns; a field that refers to another record is called after
it (`project`) and holds its number. Whatever is checked or shown of records is told here once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property


class Type(str, Enum):
    """What a field holds."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    SWITCH = "switch"
    DAY = "day"  # 2026-11-21
    MOMENT = "moment"  # RFC 3339, UTC
    OBJECT = "object"
    LIST = "list"
    REFERENCE = "reference"  # the number of a record of the kind `of`
    REFERENCES = "references"  # several numbers, each once


@dataclass(frozen=True)
class Field:
    """One field. `longest` is in characters; a `required` one must be given at creation.

    A `fixed` one is given at creation and never changed; a `told` one is told and never given.
    `choices` are all values that there are; empty where any is good. `pattern` is a regular
    expression that all of a text matches, `pattern_doc` says it in words. `of` is the kind that a
    reference refers to, and "text" for a list that holds nothing but text.
    """

    name: str
    type: Type
    doc: str
    required: bool = False
    nullable: bool = False
    fixed: bool = False
    told: bool = False
    longest: int = 0
    least: float | None = None
    most: float | None = None
    of: str = ""
    choices: tuple[str, ...] = ()
    pattern: str = ""
    pattern_doc: str = ""
    default: object = None


@dataclass(frozen=True)
class Kind:
    """One kind of records: `name` in the singular, `plural` in addresses.

    `label` is the field that people call a record by. `project` says how it belongs to one: by a
    field, "id" for projects themselves, "" for what belongs to none. A `removable` one is never
    archived: it is taken away for good, and only the audit trail tells that it was.
    """

    name: str
    plural: str
    doc: str
    fields: tuple[Field, ...]
    label: str = "code"
    project: str = "project"
    removable: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Its fields by their names."""
        return {one.name: one for one in self.fields}


def _text(name: str, doc: str, **given: object) -> Field:
    return Field(name, Type.TEXT, doc, **{"longest": 255, "default": "", **given})  # type: ignore[arg-type]


# What is not seen and changes what is: control characters, ends of lines, and all format characters
# (Cf) of Unicode 16, with which `gnp.exe` looks like `exe.png`.
_UNSEEN = (
    r"\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f"
)
# What becomes part of a path: no separators, nothing unseen, no space at its ends, and neither `.`
# nor `..`.
_NAME = {
    "pattern": rf"(?!\.{{1,2}}$)(?! )[^/\\{_UNSEEN}]+(?<! )",
    "pattern_doc": "no slash, backslash, control or format character, no space at an end,"
    " not . or ..",
}
# A path as records have it, which nobody is led elsewhere by. Odd bytes in it are escaped.
PATH = {
    "pattern": r"(?!(.*[/\\])?\.\.([/\\]|$))[^\x00-\x1f\x7f-\x9f\u2028\u2029]*",
    "pattern_doc": "no '..' in it, which leads elsewhere, and no control character",
}
_RATE = {
    "pattern": r"(?!0+(\.0*)?(/|$))[0-9]{1,9}(\.[0-9]{1,6})?(/0*[1-9][0-9]{0,8})?",
    "pattern_doc": "frames a second, as in 24, 23.976 or 24000/1001",
}

_EMAIL = {
    "pattern": r"([^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+)?",
    "pattern_doc": "an address as in ada@example.org, or empty",
}


def _code(doc: str) -> Field:
    return Field("code", Type.TEXT, doc, required=True, longest=120, **_NAME)  # type: ignore[arg-type]


def _ref(name: str, of: str, doc: str, **given: object) -> Field:
    return Field(name, Type.REFERENCE, doc, of=of, **given)  # type: ignore[arg-type]


def _whole(name: str, doc: str, **given: object) -> Field:
    return Field(name, Type.WHOLE, doc, **given)  # type: ignore[arg-type]


_PROJECT = _ref("project", "project", "The project it belongs to.", required=True, fixed=True)
_OWN_PROJECT = _ref("project", "project", "The project it belongs to.", told=True)
_STATUS_DOC = "How it stands; what may follow is up to the project's workflow."
# A word that people read: anything but what is not seen.
_WORD = {
    "pattern": rf"(?! )[^{_UNSEEN}]+(?<! )",
    "pattern_doc": "no control or format character, no space at an end",
}
_TAGS = Field("tags", Type.LIST, "Words it is marked with, each once.", of="text", default=(),
              longest=120, **_WORD)  # type: ignore[arg-type]  # fmt: skip
_ABOUT = Field("description", Type.TEXT, "What it is about.", longest=10_000, default="")
_COUNTED = (
    _whole("id", "Its number.", told=True),
    _whole("revision", "How often it was written; the ETag.", told=True),
)
_EVERY = (
    *_COUNTED,
    Field("created", Type.MOMENT, "When it was made.", told=True),
    Field("updated", Type.MOMENT, "When it was last written.", told=True),
    Field("archived", Type.MOMENT, "Since when it is archived.", told=True, nullable=True),
    Field("custom", Type.OBJECT, "Fields of the project's own schema.", default={}),
)
_PICTURE = (
    _text("fps", "Frames a second, as in 24 or 24000/1001; null inherits.", longest=20,
          nullable=True, default=None, **_RATE),
    _whole("width", "Pixels; null inherits.", nullable=True, least=1, most=1_000_000),
    _whole("height", "Pixels; null inherits.", nullable=True, least=1, most=1_000_000),
    _text("colour_space", "The space that is worked in; null inherits.", longest=120,
          nullable=True, default=None),
)  # fmt: skip
_TARGET = (
    _ref("asset", "asset", "The asset that it is on.", nullable=True, fixed=True),
    _ref("sequence", "sequence", "The sequence that it is on.", nullable=True, fixed=True),
    _ref("shot", "shot", "The shot that it is on.", nullable=True, fixed=True),
)
PUBLISH_STATUSES = ("draft", "pending", "approved", "published", "deprecated", "failed")
NOTED = (
    *("project", "episode", "sequence", "shot", "asset", "task", "workfile", "publish"),
    *("version", "playlist"),
)  # kinds that notes are of
ROLES = ("admin", "supervisor", "coordinator", "artist", "vendor", "client")

_KINDS = (
    Kind("project", "projects", "A show.", (
        *_EVERY, _code("What paths and people call it."), _text("name", "Its title."),
        _text("status", "active, or whatever the studio says.", longest=40, default="active"),
        _text("fps", "Frames a second, as in 24 or 24000/1001.", longest=20, default="24", **_RATE),
        _whole("width", "Pixels.", default=2048, least=1, most=1_000_000),
        _whole("height", "Pixels.", default=858, least=1, most=1_000_000),
        _text("colour_space", "The space that is worked in.", longest=120, default="ACEScg"),
        _whole("frame_start", "The first frame of a new shot.", default=1001),
        _whole("frame_end", "The last frame of a new shot.", default=1100),
        _whole("handles", "Frames before and after the cut.", default=8, least=0, most=10_000),
        Field("roots", Type.OBJECT, "Its folder by operating system.", default={}),
        Field("templates", Type.OBJECT, "Naming templates by purpose.", default={}),
        _text("shot_grammar", "How its shots are called.", longest=120),
        Field("workflow", Type.OBJECT, "Which status may follow which, by kind.", default={}),
        Field("custom_schema", Type.OBJECT, "What `custom` may hold, by kind.", default={}),
    ), project="id"),
    Kind("episode", "episodes", "An episode of a series.", (
        *_EVERY, _PROJECT, _code("What paths call it."), _text("name", "Its title."),
    )),
    Kind("sequence", "sequences", "A run of shots.", (
        *_EVERY, _PROJECT, _ref("episode", "episode", "Its episode.", nullable=True),
        _code("What paths call it."), _text("name", "Its title."), *_PICTURE,
    )),
    Kind("shot", "shots", "What editorial cuts.", (
        *_EVERY, _OWN_PROJECT,
        _ref("sequence", "sequence", "Its sequence.", required=True, fixed=True),
        _code("What paths call it."), _ABOUT,
        _text("status", _STATUS_DOC, longest=40, default="not_started"),
        _whole("frame_in", "Its first frame, with handles.", nullable=True),
        _whole("frame_out", "Its last frame, with handles.", nullable=True),
        _whole("cut_in", "The first frame that is cut in.", nullable=True),
        _whole("cut_out", "The last frame that is cut in.", nullable=True),
        _whole("handles", "Frames before and after the cut; null inherits.", nullable=True,
               least=0, most=10_000),
        *_PICTURE, _TAGS,
    )),
    Kind("asset", "assets", "What is built once and used in shots.", (
        *_EVERY, _PROJECT, _code("What paths call it."),
        _text("type", "character, prop, set …", longest=60, default="prop"),
        _text("status", _STATUS_DOC, longest=40, default="design"), _ABOUT, _TAGS,
    )),
    Kind("task_type", "task-types", "A kind of work.", (
        *_COUNTED,
        _ref("project", "project", "Its project; null is the studio's.", nullable=True, fixed=True),
        _code("anim, comp, lgt …"), _text("name", "What people call it.", longest=120),
        _whole("position", "Its place in lists.", default=0),
    )),
    Kind("task", "tasks", "Work of one kind on an asset, a sequence or a shot.", (
        *_EVERY, _OWN_PROJECT, *_TARGET,
        _ref("type", "task_type", "The kind of work.", required=True),
        _text("name", "What it is called; the type's code where nothing is given.", longest=120,
              **_NAME),
        _text("status", _STATUS_DOC, longest=40, default="not_started"),
        _whole("priority", "10, 20, 50 or 80, the higher the sooner.", default=20, least=0,
               most=1000),
        Field("bid_hours", Type.NUMBER, "Hours it may take.", nullable=True, least=0),
        Field("actual_hours", Type.NUMBER, "Hours it took.", nullable=True, least=0),
        Field("starts", Type.DAY, "When it begins.", nullable=True),
        Field("due", Type.DAY, "When it must be done.", nullable=True),
        _ABOUT, Field("assignees", Type.REFERENCES, "Who does it.", of="artist", default=()),
    ), label="name"),
    Kind("artist", "artists", "A person.", (
        *(one for one in _EVERY if one.name != "custom"),
        _text("login", "What they log in as.", required=True, longest=120, **_NAME),
        _text("name", "What they are called."),
        _text("email", "Their address.", longest=254, **_EMAIL),
        _text("department", "Where they work.", longest=60),
        Field("is_active", Type.SWITCH, "Whether they may log in.", default=True),
        Field("is_admin", Type.SWITCH, "Whether they may do everything.", default=False),
    ), label="login", project=""),
    Kind("membership", "memberships", "A person's role in a project.", (
        *_COUNTED, _PROJECT,
        _ref("artist", "artist", "Whose role it is.", required=True, fixed=True),
        _text("role", "What they may do there.", required=True, longest=20, choices=ROLES),
    ), label="role", removable=True),
    Kind("usage", "usages", "That a shot uses an asset, and how many of it.", (
        *_COUNTED, _OWN_PROJECT,
        _ref("shot", "shot", "The shot.", required=True, fixed=True),
        _ref("asset", "asset", "The asset, of the same project.", required=True, fixed=True),
        _whole("count", "How many of it.", default=1, least=1, most=1_000_000),
    ), label="id", removable=True),
    Kind("tag", "tags", "A word that shots and assets are marked with, explained.", (
        *_COUNTED, _PROJECT,
        _text("name", "The word; where it is renamed, so it is on all that is marked with it.",
              required=True, longest=120, **_WORD),
        _text("colour", "As in #ff8800; empty is none.", longest=20,
              pattern=r"(#[0-9A-Fa-f]{6})?", pattern_doc="a colour as in #ff8800"),
        _ABOUT,
    ), label="name", removable=True),
    Kind("workfile", "workfiles", "A saved scene.", (
        *_EVERY, _OWN_PROJECT, _ref("task", "task", "Its task.", told=True),
        _ref("artist", "artist", "Who saved it.", told=True, nullable=True),
        _text("software", "What it was saved by.", told=True, longest=60),
        _whole("version", "Its version.", told=True), _whole("iteration", "In it.", told=True),
        _text("path", "Where it lies.", told=True, longest=4096),
        _text("comment", "What was said of it.", longest=10_000),
        Field("metadata", Type.OBJECT, "Whatever programs note of it.", default={}),
    ), label="path"),
    Kind("publish", "publishes", "What others may use.", (
        *_EVERY, _OWN_PROJECT, *(_ref(one.name, one.of, one.doc, told=True, nullable=True)
                                 for one in _TARGET),
        _ref("task", "task", "Its task.", told=True),
        _ref("artist", "artist", "Who published it.", told=True, nullable=True),
        _text("software", "What it was made by.", told=True, longest=60),
        _text("part", "Which part of the asset.", told=True),
        _text("asset_name", "The asset that paths name.", told=True),
        _text("label", "What people call it."),
        _whole("version", "Its version.", told=True), _whole("iteration", "In it.", told=True),
        _text("status", _STATUS_DOC, choices=PUBLISH_STATUSES, default="published"),
        Field("is_latest", Type.SWITCH, "Whether it is the highest that has not failed.",
              told=True),
        _text("path", "Where it lies.", told=True, longest=4096),
        _text("item_usd_path", "The layer that was written.", told=True, longest=4096),
        _text("asset_usd_path", "The stable layer that points to it.", told=True, longest=4096),
        _text("preview_path", "A picture of it.", longest=4096, **PATH),
        _text("comment", "What was said of it.", longest=10_000),
        Field("metadata", Type.OBJECT, "Whatever programs note of it.", default={}),
        Field("components", Type.LIST, "Its files: sizes, frames, digests.", told=True),
        Field("links", Type.LIST, "What it was made of.", told=True),
    ), label="path"),
    Kind("version", "versions", "What is reviewed.", (
        *_EVERY, _OWN_PROJECT, _ref("task", "task", "Its task.", required=True, fixed=True),
        _ref("publish", "publish", "What it came from.", nullable=True),
        _ref("artist", "artist", "Who made it.", nullable=True),
        _whole("number", "Its number; the next one where nothing is given.", least=1,
               most=1_000_000, fixed=True),
        _text("name", "What people call it.", required=True),
        _text("status", _STATUS_DOC, longest=40, default="pending"),
        _text("frames_path", "Its frames.", longest=4096, **PATH),
        _text("movie_path", "Its movie.", longest=4096, **PATH),
        _whole("frame_in", "Its first frame.", nullable=True),
        _whole("frame_out", "Its last frame.", nullable=True), _ABOUT,
        _text("comment", "What was said of it when it was made.", longest=10_000),
    ), label="name"),
    Kind("playlist", "playlists", "Versions to be looked at together.", (
        *_EVERY, _PROJECT, _text("name", "What people call it.", required=True), _ABOUT,
        Field("versions", Type.REFERENCES, "Its versions in order.", of="version", default=()),
        Field("shared_with", Type.REFERENCES, "Vendors and clients who may look at it, and at its"
              " versions.", of="artist", default=()),
    ), label="name"),
    Kind("note", "notes", "What somebody said of a record.", (
        *_EVERY, _OWN_PROJECT,
        _text("kind", "The kind of record.", required=True, fixed=True, choices=NOTED),
        _whole("target", "The record's number.", required=True, fixed=True, least=1,
               most=2**63 - 1),
        _ref("artist", "artist", "Who said it.", told=True, nullable=True),
        Field("text", Type.TEXT, "What was said.", required=True, longest=100_000),
        Field("attachments", Type.LIST, "Paths of what goes with it.", of="text", default=(),
              pattern=PATH["pattern"], pattern_doc=PATH["pattern_doc"]),
        Field("annotations", Type.LIST, "Drawings on frames.", default=()),
    ), label="text"),
)  # fmt: skip

KINDS: Mapping[str, Kind] = {one.name: one for one in _KINDS}
PLURALS: Mapping[str, Kind] = {one.plural: one for one in _KINDS}
