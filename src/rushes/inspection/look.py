"""What of a file a thumbnail shows, how it comes to the screen, and as which kind of file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """The kinds of file that a thumbnail may be; `RAW` are bare bytes of red, green and blue."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part (from 0), which layer of it, which channel of that; nothing means the beauty.

    The layer with an empty name is that of the channels that belong to none.
    """

    part: int | None = None
    layer: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Viewing:
    """From values to a screen.

    `exposure` is in stops and applies to scene-linear light, before the view; `gamma` to what is
    shown. `config` is a colour config as `$OCIO` names one; `colour_space` is what the values are
    in, whatever the file says. Empty names stand for the defaults.
    """

    exposure: float = 0.0
    gamma: float = 1.0
    config: str = ""
    colour_space: str = ""
    display: str = ""
    view: str = ""

    @property
    def needs_light(self) -> bool:
        """Whether it asks for what can be done to scene-linear values only."""
        return bool(self.exposure or self.display or self.view)


BEAUTY, PLAIN = Selection(), Viewing()


@dataclass(frozen=True, slots=True)
class Look:
    """All that decides a thumbnail, but for its size."""

    selection: Selection = BEAUTY
    viewing: Viewing = PLAIN
    form: Form = Form.JPEG
