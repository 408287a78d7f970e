"""The columns of a spreadsheet of shots: what each is called, and what its cells hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rushes.model.kinds import KINDS, Type
from rushes.tracking.shows.cells import EDGE, NONE, listed, plain, whole, words

PARENTS = ("episode", "sequence")
TASKS = "tasks"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, and what else people head it with, in small letters and digits alone."""

    name: str
    spellings: tuple[str, ...] = ()

    def read(self, cell: str) -> object:
        """What a cell that is not empty holds. Raises `ValueError`, telling why."""
        if self.name == "description":
            return plain(cell)
        text = plain(cell.strip(EDGE))
        if self.name == TASKS:
            return words(text)
        if self.name in PARENTS or self.name == "shot":
            return text
        field = KINDS["shot"].by_name[self.name]
        if field.nullable and text.casefold() == NONE:
            return None
        return whole(text.strip()) if field.type is Type.WHOLE else text

    def written(self, value: object) -> str:
        """The cell of a value, not guarded yet."""
        if isinstance(value, (list, tuple)):
            return listed([str(one) for one in value])
        if value is None:
            return NONE if self.name in ("frame_in", "frame_out") else ""
        return str(value)


COLUMNS: Sequence[Column] = (
    Column("episode", ("ep", "eps", "episodecode", "episodename")),
    Column("sequence", ("seq", "sq", "scene", "sequencecode", "sequencename", "seqcode")),
    Column("shot", ("shotcode", "shotname", "shotnumber", "shotno", "shotid", "sh", "code")),
    Column("frame_in", ("framestart", "startframe", "firstframe", "head_in", "first", "sgheadin")),
    Column("frame_out", ("frameend", "endframe", "lastframe", "tailout", "last", "sgtailout")),
    Column("cut_in", ("cutstart", "sgcutin", "edit_in")),
    Column("cut_out", ("cutend", "sgcutout", "editout")),
    Column("handles", ("handle", "handlelength", "handleframes")),
    Column("description", ("desc", "shotdescription", "brief", "about")),
    Column("status", ("state", "shotstatus", "sgstatuslist")),
    Column(TASKS, ("task", "tasktypes", "tasktype", "worktypes", "steps", "pipelinesteps")),
    Column("fps", ("framerate", "framespersecond", "rate")),
    Column("width", ("resolutionx", "resx")),
    Column("height", ("resolutiony", "resy")),
    Column("colour_space", ("colorspace", "colourspace")),
)
# Those that an export writes.
WRITTEN = COLUMNS[:11]
_BY_SPELLING = {
    spelling.replace("_", ""): one for one in COLUMNS for spelling in (one.name, *one.spellings)
}


def column_of(heading: str) -> Column | None:
    """The column that people head so, whatever the case, spaces and signs."""
    return _BY_SPELLING.get(_bare(heading))


def nearest(heading: str) -> Column | None:
    """The column that a heading may be a slip for."""
    from difflib import get_close_matches

    near = get_close_matches(_bare(heading), list(_BY_SPELLING), n=1, cutoff=0.8)
    return _BY_SPELLING[near[0]] if near else None


def letters(at: int) -> str:
    """A column as spreadsheets call it: A, B … Z, AA."""
    return (letters(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def _bare(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading).casefold()
