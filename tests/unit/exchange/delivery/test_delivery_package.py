"""What is in a package: papers that agree with its bytes, and verifying that believes none."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.adapters.storage.local import LocalStorage
from rushes.cli.deliver.options import spread
from rushes.core.errors import Code
from rushes.exchange.delivery.book import opened
from rushes.exchange.delivery.made import TERMS
from rushes.exchange.delivery.members import contents
from rushes.exchange.delivery.order import Order, Selection, Shape
from rushes.exchange.delivery.package import Package
from rushes.exchange.delivery.plan import package_name
from rushes.exchange.delivery.target import bucket_of, output_of
from rushes.exchange.delivery.verify import Fate, against_manifest, held
from rushes.ports.progress import Silent
from rushes.testing.delivery_house import House, opening
from rushes.testing.studios import refusal
from rushes.transfer.mhl.verify import verify
from rushes.transfer.package.found import PackedFile
from rushes.transfer.package.members import Layout
from rushes.transfer.package.packing import pack

MADE = datetime(2026, 3, 16, 8, 15, 30, 123456, tzinfo=UTC)


def packed(house: House, target: Path) -> Path:
    """The house's Versions as a folder below `target`."""
    plan = house.plan()
    made = Package(plan, "NV_client_out_20260316_01", "key", MADE, files=plan.fresh, schema="s")
    inside = contents(made, (), open_place=opening)
    pack(
        inside.members,
        target=opening(str(target)),
        path=made.name,
        layout=Layout.FOLDER,
        terms=TERMS,
    )
    return target / made.name


def test_papers_are_the_same_whenever_they_are_made_again(house: House, tmp_path: Path) -> None:
    house.version("sh010", 1, {"a.exr": b"x" * 1000, "deep.1001.exr": b"y"})
    once, twice = (packed(house, folder(tmp_path, name)) for name in ("1", "2"))
    found = sorted(one.relative_to(once) for one in once.rglob("*") if one.is_file())
    assert len(found) == 7
    assert all((once / one).read_bytes() == (twice / one).read_bytes() for one in found)


def folder(above: Path, name: str) -> Path:
    made = above / "out" / name
    made.mkdir(parents=True)
    return made


def files_of(top: Path) -> list[PackedFile]:
    from blake3 import blake3

    return [
        PackedFile(
            os.path.relpath(one, top.parent),
            one.stat().st_size,
            {"blake3": blake3(one.read_bytes()).hexdigest()},
            0,
        )
        for one in sorted(top.rglob("*"))
        if one.is_file()
    ]


def test_a_package_is_known_by_its_manifest_wherever_it_was_unpacked(
    house: House, tmp_path: Path
) -> None:
    house.version("sh010", 1, {"a.exr": b"x"})
    top = packed(house, folder(tmp_path, "1"))
    beside = PackedFile(".DS_Store", 1, {"blake3": "0" * 64}, 0)
    there = held([beside, *files_of(top)], package="theirs")
    assert (there.name, there.top) == (top.name, top.name)
    assert ".DS_Store" in there.files
    assert "media/sh010/sh010_comp_v001/a.exr" in there.files
    with refusal(Code.USAGE, "no manifest", "--delivery"):
        held([beside], package="theirs")
    again = [one._replace(path=f"b/manifest/{at}.json") for at, one in enumerate(files_of(top))]
    with refusal(Code.USAGE, "several"):
        held([*files_of(top), *again], package="theirs")
    assert held([*files_of(top), *again], package="theirs", name=top.name).top == top.name


def test_what_differs_from_a_manifest_is_named(house: House, tmp_path: Path) -> None:
    house.version("sh010", 1, {"a.exr": b"x", "b.exr": b"y"})
    there = held(files_of(packed(house, folder(tmp_path, "1"))), package="p")
    wanted = {path: one for path, one in there.files.items() if path.startswith("media/")}
    assert against_manifest(there, wanted, package="p").ok
    lost = {**wanted, "media/c.exr": (1, "0" * 64), "media/sh010/sh010_comp_v001/a.exr": (1, "f")}
    lost.pop("media/sh010/sh010_comp_v001/b.exr")
    found = against_manifest(there, lost, package="p")
    assert [(Path(one.path).name, one.fate) for one in found.wrong] == [
        ("c.exr", Fate.MISSING),
        ("a.exr", Fate.CHANGED),
        ("b.exr", Fate.EXTRA),
    ]


@pytest.mark.parametrize(
    ("output", "shape", "url"),
    [
        ("/out/a.zip", Shape.ZIP, "/out/a.zip"),
        ("/out", Shape.ZIP, "/out/N.zip"),
        ("/out", Shape.FOLDER, "/out/N"),
        ("s3://b", Shape.ZIP, "s3://b/N.zip"),
        ("s3://b/to/them", Shape.ZIP, "s3://b/to/them/N.zip"),
        ("s3://b/to/them.zip", Shape.ZIP, "s3://b/to/them.zip"),
        ("s3://b/to/them", Shape.FOLDER, "s3://b/to/them/N"),
    ],
)
def test_outputs_are_what_people_expect_of_their_names(output: str, shape: Shape, url: str) -> None:
    target = output_of(Order("NV", "client_out", output=output, shape=shape), "N")
    assert target is not None
    assert target.url == url


def test_a_bucket_gets_it_below_the_show() -> None:
    target = bucket_of(Order("NV", "client_out", bucket="out/partners"), "NV", "N")
    assert target is not None
    assert target.url == "s3://out/partners/NV/N.zip"


def test_several_values_may_follow_one_flag() -> None:
    given = ["--episodes", "EP01", "EP02", "--full", "--shots=a", "b", "--shots", "c"]
    assert list(spread(given)) == [
        *("--episodes", "EP01", "--episodes", "EP02", "--full", "--shots=a", "b", "--shots", "c"),
    ]


def test_a_show_of_any_name_gives_a_legal_package() -> None:
    assert package_name("Frost Ü/1", "client_out", MADE) == (
        "Frost---1_client_out_20260316_{n:02d}"
    )


def test_an_order_that_was_broken_off_keeps_its_key_and_a_whole_one_does_not(
    tmp_path: Path,
) -> None:
    order = Order("NV", "client_out", output="/out")
    with opened(tmp_path, order) as page:
        page.begin()
        key = page.key
        with refusal(Code.LOCK_UNAVAILABLE), opened(tmp_path, order):
            pass
    with opened(tmp_path, order) as page:
        assert (page.key, page.resumed) == (key, True)
        page.begin()
        page.end()
    with opened(tmp_path, order) as page:
        assert page.key != key
    other = Order("NV", "client_out", Selection(shots=("a",)), output="/out")
    assert other.number != order.number


def test_the_hash_list_is_one_that_our_own_reader_verifies(house: House, tmp_path: Path) -> None:
    house.version("sh010", 1, {"a.exr": b"x", "über.exr": b"y"})
    top = packed(house, folder(tmp_path, "1"))
    with closing(InlineExecutor()) as executor:
        checked = verify(LocalStorage(), top, (), executor, progress=Silent())
    assert (checked.verified, checked.findings) == (5, [])
