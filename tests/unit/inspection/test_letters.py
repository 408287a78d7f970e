"""Whatever a name is written with, something that can be read stands on the picture."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from rushes.inspection import letters
from rushes.inspection.letters import lettered
from rushes.inspection.pen import Pen


@pytest.fixture
def only_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without fonts but for the one that comes along."""
    own = letters._fonts()[:1]
    monkeypatch.setattr(letters, "_fonts", lambda: own)


def test_plain_names_are_in_the_font_that_comes_along() -> None:
    assert "DroidSans" in lettered("sq010 / sh0020_comp_v003.%04d.exr").font
    assert lettered("Zoë Müller").text == "Zoë Müller"


@pytest.mark.usefixtures("only_own")
def test_a_letter_that_no_font_has_is_spelled_out() -> None:
    assert lettered("李 v1").text == "\\u674e v1"
    assert lettered("\U0001f600").text == "\\U0001f600"
    assert lettered("a\udcff").text == "a\\xff"
    assert lettered("two\nlines\tand more ").text == "two lines and more"


@pytest.mark.usefixtures("only_own")
@pytest.mark.parametrize("text", ["Ł", "李雷", "עברית", "a\u0301", "\u200b"])
def test_no_text_leaves_a_picture_blank(text: str) -> None:
    page = Image.new("RGB", (200, 40))
    Pen(page, 16).write(text, 100, 20, most=190)
    assert np.asarray(page).max() > 100


def test_a_text_is_set_alike_whatever_was_written_before() -> None:
    def page(*before: int) -> bytes:
        for size in before:
            Pen(Image.new("RGB", (200, 40)), size).write("sq010 1001", 10, 20, most=190)
        made = Image.new("RGB", (200, 40))
        Pen(made, 8).write("1001", 190, 20, most=190, align="right")
        return made.tobytes()

    assert page() == page(9, 33, 12) == page(64)
