"""A contact sheet has a cell for everything it was given, and says so where one is empty."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from rushes.core.errors import Code, RushesError
from rushes.inspection.contact_sheet import Cell, contact_sheet, grid
from rushes.inspection.contact_sheet_worker import contact_sheet_file
from rushes.inspection.look import Form
from rushes.inspection.thumbnail import Made


def cell(value: int, *, size: tuple[int, int] = (96, 54), label: str = "") -> Cell:
    """A cell of one colour."""
    columns, rows = size
    return Cell(label or str(value), Made(columns, rows, bytes([value]) * (columns * rows * 3)))


def test_every_picture_is_there_in_reading_order() -> None:
    cells = [cell(100 + at) for at in range(7)]
    page = contact_sheet(cells, width=96, columns=3)
    places = grid(7, cell=(96, 54), columns=3)
    assert (places.columns, places.rows) == (3, 3)
    assert page.shape == (places.size[1], places.size[0], 3)
    for at in range(7):
        x, y = places.corner(at)
        assert (page[y : y + 54, x : x + 96] == 100 + at).all()
    x, y = places.corner(7)
    assert (page[y : y + 54, x : x + 96] == page[0, 0]).all()  # paper


def test_names_are_written_below_and_stay_in_their_cells() -> None:
    cells = [cell(9, label="1001"), cell(9, label="a_very_long_name_of_a_picture_v001.1001.exr")]
    cells.append(cell(9, label=" "))
    page = contact_sheet(cells, width=96, columns=1)
    places = grid(3, cell=(96, 54), columns=1)
    inked = []
    for at in range(3):
        x, y = places.corner(at)
        strip = page[y + 54 : y + 54 + places.strip].max(axis=2) > 100
        inked.append(int(strip.sum()))
        assert not strip[:, : x - 1].any()
        assert not strip[:, x + 97 :].any()
    assert 0 == inked[2] < inked[0] < inked[1]


def test_an_empty_cell_is_marked() -> None:
    page = contact_sheet([cell(9), Cell("1002", None, "missing")], width=96, columns=2)
    x, y = grid(2, cell=(96, 54), columns=2).corner(1)
    red, _, blue = np.moveaxis(page[y : y + 54, x : x + 96].astype(int), 2, 0)
    assert (red[0] - blue[0] > 50).all()  # a border
    assert (red - blue > 100).any()  # the word


def test_pictures_of_several_sizes_are_centred() -> None:
    page = contact_sheet([cell(90, size=(96, 96)), cell(90, size=(96, 20))], width=96, columns=2)
    x, y = grid(2, cell=(96, 96), columns=2).corner(1)
    rows = np.flatnonzero((page[y : y + 96, x] == 90).all(axis=1))
    assert (rows[0], rows[-1]) == (38, 57)


@pytest.mark.parametrize("count", [2, 3, 5, 8, 20, 61, 300])
def test_a_page_lies_and_has_no_empty_row(count: int) -> None:
    found = grid(count, cell=(240, 135))
    width, height = found.size
    assert width > height
    assert 0 <= found.columns * found.rows - count < found.columns


def test_more_pictures_never_make_a_smaller_page() -> None:
    areas = [np.prod(grid(count, cell=(240, 135)).size) for count in range(1, 80)]
    assert all(less <= more * 1.01 for less, more in pairwise(areas))


def test_no_more_columns_than_pictures() -> None:
    assert grid(3, cell=(240, 135), columns=10).columns == 3


@pytest.mark.parametrize(("count", "columns"), [(100_000, None), (1_000, 1)])
def test_a_page_that_is_too_large_is_refused(count: int, columns: int | None) -> None:
    with pytest.raises(RushesError) as raised:
        grid(count, cell=(240, 135), columns=columns)
    assert raised.value.code is Code.USAGE


def test_a_sheet_made_in_a_process_of_its_own_is_the_same() -> None:
    cells = [cell(50), Cell("b", None, "unreadable"), cell(200, size=(60, 54))]
    page = contact_sheet(cells, width=96, columns=2)
    raw = contact_sheet_file(cells, width=96, columns=2, form=Form.RAW)
    assert raw == Made(page.shape[1], page.shape[0], page.tobytes())
    first, again = (contact_sheet_file(cells, width=96) for _ in range(2))
    assert first == again


def test_the_title_of_a_page_of_one_picture_is_whole() -> None:
    one = cell(9, size=(320, 180))
    pages = [
        contact_sheet([one], width=320, heading=[f"Nightjar: nightjar_client_out_{day}_01", "."])
        for day in ("20261121", "20261122")
    ]
    assert (pages[0] != pages[1]).any()  # its middle is left out of what is cut
