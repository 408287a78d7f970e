"""Plans of deliveries: what leaves, under which names, and what they have already."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from rushes.core.errors import Code
from rushes.core.escape import escape
from rushes.exchange.delivery.item import Item
from rushes.exchange.delivery.media import media_of
from rushes.exchange.delivery.plan import Planned
from rushes.exchange.delivery.subject import Subject
from rushes.model.movement import (
    DeliveredFile,
    MovementEnd,
    MovementKind,
    MovementState,
    NewMovement,
)
from rushes.ports.studio import Op
from rushes.testing.delivery_house import House
from rushes.testing.studios import ADA, ADMIN, change, ids, look, make, refusal
from rushes.tracking.shows.state import read_show


def rules(plan: Planned) -> list[str]:
    return [one.rule for item in plan.items for one in item.findings]


def paths(plan: Planned) -> list[str]:
    return [one.path for one in plan.files]


def test_the_latest_approved_version_is_the_highest_not_the_longest_text(house: House) -> None:
    for number in (9, 10, 11):
        status = "pending" if number == 11 else "approved"
        house.version("sh010", number, {f"a{number}.exr": b"x"}, status=status)
    (item,) = house.plan().items
    assert item.number == 10
    plan = house.plan(selection={"every": True})
    assert [one.number for one in plan.items] == [9, 10]


def test_a_workflow_without_the_usual_words_wants_to_be_told_which_are_approved(
    house: House,
) -> None:
    flow = {"version": {"wip": ["final"], "final": []}}
    change(house.studio, "project", house.project, {"workflow": flow})
    house.version("sh010", 1, {"a.exr": b"x"}, status="final")
    with refusal(Code.USAGE, "workflow", "--statuses"):
        house.plan()
    (item,) = house.plan(selection={"statuses": ("final",)}).items
    assert not item.refused


def test_an_archived_shot_takes_its_versions_off_and_a_playlist_says_so(house: House) -> None:
    version = house.version("sh010", 1, {"a.exr": b"x"})
    other = house.version("sh020", 1, {"b.exr": b"x"})
    make(house.studio, "playlist", project=house.project, name="all", versions=[version, other])
    shot = ids(house.studio, "shot", ("code", Op.IS, "sh010"))
    house.studio.archive("shot", shot, access=ADMIN, actor=ADA)
    assert [one.subject.shot for one in house.plan().items] == ["sh020"]
    plan = house.plan(selection={"playlist": "all"})
    assert rules(plan) == ["deliver.archived"]
    assert plan.halted


def test_a_failed_publish_leaves_with_nobody(house: House) -> None:
    version = house.version("sh010", 1, {"a.exr": b"x"})
    publish = look(house.studio, "version", version).fields["publish"]
    house.studio._rows["publish"][publish]["status"] = "failed"
    assert rules(house.plan()) == ["deliver.publish"]


def test_names_that_are_one_where_case_is_not_told_apart_are_refused(house: House) -> None:
    house.version("sh010", 1, {"Beauty.exr": b"x", "beauty.exr": b"y"})
    plan = house.plan()
    assert rules(plan) == ["deliver.name"]
    assert "case or accents" in plan.items[0].refused


def test_names_that_are_one_where_accents_are_not_told_apart_are_refused(house: House) -> None:
    name = "é.exr"
    both = {unicodedata.normalize(form, name): b"x" for form in ("NFC", "NFD")}
    assert len(both) == 2
    house.version("sh010", 1, both)
    assert rules(house.plan()) == ["deliver.name"]


@pytest.mark.parametrize("name", ["con.exr", "a:b.exr", "end. ", "line\nbreak.exr", "x\ufffe.exr"])
def test_names_that_do_harm_somewhere_are_refused(house: House, name: str) -> None:
    house.version("sh010", 1, {name: b"x"})
    plan = house.plan()
    assert rules(plan) == ["deliver.name"]
    assert plan.halted


def test_a_template_names_files_and_one_without_an_ending_folders(house: House) -> None:
    house.version("sh010", 1, {f"b.{frame}.exr": b"x" for frame in (1001, 1002)})
    plan = house.plan(template="{shot}_{task}_{vendor}_v{version:03d}[.{frame:04d}].{ext}")
    assert paths(plan) == [f"media/sh010_comp_NORTH_v001.{frame}.exr" for frame in (1001, 1002)]
    plan = house.plan(template="{task}/{shot}_v{version:03d}")
    assert paths(plan)[0] == "media/comp/sh010_v001/b.1001.exr"


def test_a_template_without_frames_refuses_a_sequence_instead_of_losing_it(house: House) -> None:
    house.version("sh010", 1, {f"b.{frame}.exr": b"x" for frame in (1001, 1002)})
    assert rules(house.plan(template="{shot}_v{version:03d}.{ext}")) == ["deliver.name"]


def test_shots_of_one_name_are_told_apart_by_what_is_above_them(house: House) -> None:
    sequence = make(house.studio, "sequence", project=house.project, code="sq020").id
    make(house.studio, "shot", sequence=sequence, code="sh010")
    house.version("sh010", 1, {"a.exr": b"x"})
    house.version("sh020", 1, {"b.exr": b"x"})
    assert paths(house.plan()) == [
        "media/sq010_sh010/sh010_comp_v001/a.exr",
        "media/sh020/sh020_comp_v001/b.exr",
    ]


def sent(house: House, plan: Planned, state: MovementState = MovementState.DONE) -> int:
    """The plan as somebody delivered it."""
    new = NewMovement(
        MovementKind.DELIVERY,
        f"00000000-0000-7000-8000-{len(house.movements._movements):012d}",
        house.project,
        plan.name,
        plan.order.context,
    )
    one = house.movements.begin(new, actor=ADA)
    files = tuple(
        DeliveredFile(file.path, file.size, {"blake3": file.blake3}) for file in plan.fresh
    )
    house.movements.end(one.id, MovementEnd(state, files=files), actor=ADA)
    return one.id


def test_what_they_have_is_left_out_and_named_and_what_is_another_is_sent(house: House) -> None:
    house.version("sh010", 1, {f"a.{frame}.exr": b"%d" % frame for frame in (1001, 1002)})
    first = house.plan()
    number = sent(house, first)
    again = house.plan()
    assert (again.fresh, len(again.had)) == ([], 2)
    assert {one.earlier.movement for one in again.had if one.earlier} == {number}
    path = next(iter(first.fresh)).path
    new = NewMovement(MovementKind.DELIVERY, "00000000-0000-7000-8000-00000000ffff",
                      house.project, "other", "client_out")  # fmt: skip
    one = house.movements.begin(new, actor=ADA)
    other = (DeliveredFile(path, 4, {"blake3": "0" * 64}),)
    house.movements.end(one.id, MovementEnd(MovementState.DONE, files=other), actor=ADA)
    plan = house.plan()
    assert [(file.path, file.before is not None) for file in plan.fresh] == [(path, True)]
    assert len(house.plan(full=True).fresh) == 2


def test_a_delivery_that_never_came_to_its_end_gave_them_nothing(house: House) -> None:
    house.version("sh010", 1, {"a.exr": b"x"})
    sent(house, house.plan(), MovementState.FAILED)
    assert len(house.plan().fresh) == 1


def test_files_that_no_publish_tells_of_are_read_before_they_go(house: House) -> None:
    folder = house.root / "loose"
    folder.mkdir()
    for frame in (1001, 1002):
        (folder / f"c.{frame}.exr").write_bytes(b"%d" % frame)
    make(
        house.studio,
        "version",
        task=house.tasks["sh010"],
        number=1,
        name="loose",
        status="approved",
        frames_path=escape(f"{folder}/c.%04d.exr"),
        frame_in=1001,
        frame_out=1002,
    )
    plan = house.plan(dry_run=True)
    assert rules(plan) == ["deliver.unread"]
    assert [one.blake3 for one in plan.files] == ["", ""]
    plan = house.plan()
    assert [len(one.blake3) for one in plan.files] == [64, 64]
    (folder / "c.1002.exr").unlink()
    assert rules(house.plan()) == ["deliver.frames"]


def test_a_link_is_no_media(house: House, tmp_path: Path) -> None:
    house.version("sh010", 1, {"a.exr": b"x"})
    (place,) = house.root.rglob("a.exr")
    place.unlink()
    place.symlink_to("/etc/hostname")
    assert rules(house.plan()) == ["deliver.unreadable"]


def test_paths_that_another_system_wrote_are_found_here(house: House) -> None:
    house.version("sh010", 1, {"a.exr": b"x"})
    change(house.studio, "project", house.project, {"roots": {"windows": "P:/NV"}})
    (publish,) = ids(house.studio, "publish")
    row = house.studio._rows["publish"][publish]
    row["path"] = row["path"].replace(str(house.root), "P:/NV")
    (item,) = house.plan().items
    assert not item.refused
    assert item.parts[0].folder == f"{house.root}/sh010/v001"
    show = read_show(house.studio, "NV", access=ADMIN)
    media = media_of(show, lambda _name: pytest.fail("nothing is opened"), "")
    made = Item(item.version, Subject("NV"), item.publish)
    assert media._moved("P:/NV/x") == "P:/NV/x"  # where nothing tells what it is called here
    assert not made.parts
