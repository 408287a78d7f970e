"""What every keeper of publishes has to refuse, so that a record never says what cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.core.errors import Code
from rushes.model.work import (
    NewPublish,
    NewWorkfile,
    NumberRequest,
    RecordedPublish,
    StreamKey,
    WorkKind,
)
from rushes.testing.contracts.work import ADA, Desk
from rushes.testing.studios import refusal
from rushes.tracking.links import LINK_KINDS

_HASH = "af" * 32
_FILE = {"name": "cam.abc", "folder": "", "kind": "file", "files": 1, "size": 52,
         "digests": {"blake3": _HASH}}  # fmt: skip
_FRAMES = {"name": "beauty.%04d.exr", "folder": "renders", "kind": "frames", "files": 3, "size": 36,
           "padding": 4, "subframe_digits": 0, "frames": "1001-1002,1004", "sizes": 12,
           "digests": {"blake3": [_HASH] * 3, "md5": ["0" * 32] * 3},
           "manifest": {"blake3": _HASH}}  # fmt: skip
_ITEM = "/nv/usd/Tornado/smoke/data/smoke_v001_i001.usd"
_STABLE = "/nv/usd/Tornado/smoke/smoke.usd"

# What a component says beside what is good, and the field that is told.
_WRONG: tuple[tuple[dict[str, Any], dict[str, Any], str], ...] = (
    (_FILE, {"name": ""}, "components.0.name"),
    (_FILE, {"name": "a/b.abc"}, "components.0.name"),
    (_FILE, {"name": ".."}, "components.0.name"),
    (_FILE, {"folder": "../.."}, "components.0.folder"),
    (_FILE, {"folder": "/etc"}, "components.0.folder"),
    (_FILE, {"kind": "movie"}, "components.0.kind"),
    (_FILE, {"files": 0}, "components.0.files"),
    (_FILE, {"files": 2}, "components.0"),
    (_FILE, {"size": -4}, "components.0.size"),
    (_FILE, {"size": True}, "components.0.size"),
    (_FILE, {"digests": {}}, "components.0.digests"),
    (_FILE, {"digests": {"md5": "0" * 32}}, "components.0.digests"),
    (_FILE, {"digests": {"blake3": _HASH[:-1]}}, "components.0.digests"),
    (_FILE, {"colour": "red"}, "components.0.colour"),
    (_FRAMES, {"frames": "1001-"}, "components.0.frames"),
    (_FRAMES, {"frames": "1001-1004"}, "components.0.frames"),
    (_FRAMES, {"frames": ""}, "components.0.frames"),
    (_FRAMES, {"sizes": [12, 12]}, "components.0.sizes"),
    (_FRAMES, {"sizes": 13}, "components.0.sizes"),
    (_FRAMES, {"digests": {"blake3": [_HASH] * 2}}, "components.0.digests"),
    (_FRAMES, {"digests": {"blake3": _HASH}}, "components.0.digests"),
    (_FRAMES, {"manifest": {"blake3": "x"}}, "components.0.manifest"),
)
_PATHS = ("/shows/../etc/passwd", "../../etc/passwd", "P:\\nv\\..\\x", "/a\nb", "/a\x1b[2J", "..")


class RecordingContract:
    """Subclass it and give a fixture `desk`; see `contracts.work`."""

    @pytest.mark.parametrize("kind", LINK_KINDS)
    def test_links_lead_to_publishes_of_their_project(self, desk: Desk, kind: str) -> None:
        first = _published(desk)
        link = {"kind": kind, "publish": first.id}
        assert _published(desk, links=(link,)).number > first.number
        noted = {**link, "metadata": {"node": "read1"}}
        _published(desk, links=({"link_type": kind, "target_publish_id": first.id},))
        _published(desk, links=(noted,))

    @pytest.mark.parametrize(
        ("link", "field"),
        [
            ({}, "links.0.kind"),
            ({"kind": "nosuch", "publish": 1}, "links.0.kind"),
            ({"kind": "dependency"}, "links.0.publish"),
            ({"kind": "dependency", "publish": True}, "links.0.publish"),
            ({"kind": "dependency", "publish": 0}, "links.0.publish"),
            ({"kind": "dependency", "publish": 99_999_999}, "links.0.publish"),
            ({"kind": "dependency", "publish": 1, "target": 1}, "links.0.target"),
        ],
    )
    def test_a_link_that_leads_nowhere_is_refused(
        self, desk: Desk, link: dict[str, Any], field: str
    ) -> None:
        _refused(desk, field, links=(link,))

    def test_a_link_to_another_project_and_one_that_is_there_twice_are_refused(
        self, desk: Desk
    ) -> None:
        theirs = _published(desk, task=desk.elsewhere)
        _refused(desk, "links.0.publish", links=({"kind": "input", "publish": theirs.id},))
        first = _published(desk)
        twice = ({"kind": "input", "publish": first.id},) * 2
        _refused(desk, "links.1", links=twice)
        # Nor may it lead to itself: it has no number until it is there.
        itself = ({"kind": "input", "publish": first.id + 1},)
        _refused(desk, "links.0.publish", links=itself)
        both = ({"kind": "input", "publish": first.id}, {"kind": "upstream", "publish": first.id})
        _published(desk, links=both)

    @pytest.mark.parametrize(("good", "change", "field"), _WRONG)
    def test_a_component_that_tells_no_files_is_refused(
        self, desk: Desk, good: dict[str, Any], change: dict[str, Any], field: str
    ) -> None:
        _refused(desk, field, components=({**good, **change},))

    def test_components_tell_files_and_file_sequences(self, desk: Desk) -> None:
        _refused(desk, "components.0", components=({},))
        _refused(desk, "components.0", components=({"name": "x"},))
        _refused(desk, "components.1", components=(_FILE, _FILE))
        _published(desk, components=())
        _published(desk, components=(_FILE, _FRAMES, {**_FILE, "folder": "caches/a"}))
        sized = {**_FRAMES, "sizes": [10, 12, 14], "metadata": {"layer": "beauty"}}
        _published(desk, components=(sized,))

    @pytest.mark.parametrize("path", _PATHS)
    def test_a_path_that_leads_elsewhere_is_refused(self, desk: Desk, path: str) -> None:
        _refused(desk, "path", path=path)
        _refused(desk, "preview_path", preview_path=path)
        held = desk.one(NumberRequest(desk.scenes()))
        with refusal(Code.FIELD_INVALID, "path"):
            desk.work.record_workfiles([NewWorkfile(held.token, path)], actor=ADA)
        for pattern in (f"{path}_v{{version:03d}}/a.nk", f"/nv/v{{version:03d}}/{path}"):
            wanted = NumberRequest(desk.scenes(), path=pattern)
            with refusal(Code.FIELD_INVALID, "path"):
                desk.one(wanted)
        assert list(desk.work.workfiles(desk.scenes()).rows) == []

    @pytest.mark.parametrize(
        "path", ["/nv/a_v{version:03d}.nk", "P:\\nv\\a_v{version:03d}.nk",
                 "P:/nv/v{version}", "//nas/nv/v{version}", "s3://nv/v{version}"],
    )  # fmt: skip
    def test_whole_paths_of_any_system_are_taken(self, desk: Desk, path: str) -> None:
        held = desk.one(NumberRequest(desk.scenes(), path=path))
        desk.save(held.token)
        _published(desk, path=held.path, preview_path=held.path)

    def test_a_number_is_not_reserved_for_a_path_that_is_not_whole(self, desk: Desk) -> None:
        for path in ("rel_v{version:03d}.nk", "nv/v{version}", "P:v{version}", "./v{version}"):
            with refusal(Code.FIELD_INVALID, "not absolute"):
                desk.one(NumberRequest(desk.scenes(), path=path))

    def test_a_part_is_the_one_that_its_paths_name(self, desk: Desk) -> None:
        paths: dict[str, Any] = {"item_usd_path": _ITEM, "asset_usd_path": _STABLE}
        _refused(desk, "item_usd_path", "smoke", part="other", asset="Tornado", **paths)
        _refused(desk, "item_usd_path", "smoke", **paths)
        _refused(desk, "item_usd_path", "Tornado", part="smoke", asset="Bear", **paths)
        _refused(desk, "item_usd_path", "Tornado", part="smoke", asset_name="Bear", **paths)
        _published(desk, part="smoke", **paths)
        _published(desk, part="smoke", asset="Tornado", **paths)


def _published(
    desk: Desk, task: int | None = None, *, part: str = "", asset: str = "", **given: Any
) -> RecordedPublish:
    stream = StreamKey(WorkKind.PUBLISH, task or desk.task, "nuke", part, asset)
    held = desk.one(NumberRequest(stream))
    (made,) = desk.work.record_publishes([NewPublish(held.token, **given)], actor=ADA)
    return made


def _refused(desk: Desk, *words: str, part: str = "", asset: str = "", **given: Any) -> None:
    """It is refused with these words, and the number may still be recorded."""
    stream = StreamKey(WorkKind.PUBLISH, desk.task, "nuke", part, asset)
    held = desk.one(NumberRequest(stream))
    before = len(desk.work.publishes(stream).rows)
    with refusal(Code.FIELD_INVALID, *words):
        desk.work.record_publishes([NewPublish(held.token, **given)], actor=ADA)
    assert len(desk.work.publishes(stream).rows) == before
    assert desk.work.release([held.token], actor=ADA) == 1
