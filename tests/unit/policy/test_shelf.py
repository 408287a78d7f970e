"""Policies found by name and by file, and the reference of what they may hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.policy.checks.table import CHECKS
from rushes.policy.document import reference
from rushes.policy.kinds import keys_of
from rushes.policy.shelf import find, pack, packs, shelved

PAGE = Path(__file__).parents[3] / "docs" / "policies.md"
RULE = '[rules.zip]\ncheck = "compression"\none_of = ["ZIP"]\n'


def written(folder: Path, name: str, *, called: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(f'name = "{called or name}"\nversion = "2"\ndescription = "Ours."\n{RULE}')
    return path


def test_every_pack_is_called_after_its_file_and_names_its_sources() -> None:
    assert packs() == (
        "aces-container",
        "ebu-r128",
        "netflix-archival-exr",
        "netflix-vfx-exr",
        "nuke-safe",
        "studio-default",
        "vendor-ingest",
    )
    for name in packs():
        made = pack(name)
        assert made.name == name
        assert made.sources
        assert made.origin == ""
        assert "# Sources:" in made.text


def test_a_policy_is_found_by_name_or_by_file(tmp_path: Path) -> None:
    path = written(tmp_path, "ours")
    assert find("nuke-safe", None).name == "nuke-safe"
    assert find("ours", tmp_path).origin == str(path)
    assert find(str(path), None).name == "ours"


def test_a_studios_own_goes_before_a_pack(tmp_path: Path) -> None:
    written(tmp_path, "nuke-safe")
    assert find("nuke-safe", tmp_path).version == "2"
    assert len(shelved(tmp_path)) == len(packs())


def test_a_name_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(RushesError) as raised:
        find("nuke-save", None)
    assert raised.value.code is Code.POLICY_UNKNOWN
    assert raised.value.hint == "Did you mean nuke-safe?"


def test_a_policy_that_makes_no_sense_is_on_the_shelf_with_why(tmp_path: Path) -> None:
    written(tmp_path, "ours", called="theirs")
    (odd,) = [one for one in shelved(tmp_path) if one.name == "ours"]
    assert odd.policy is None
    assert odd.refused is not None
    assert "is called theirs" in odd.refused.message
    with pytest.raises(RushesError):
        find("ours", tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RushesError) as raised:
        shelved(tmp_path / "none")
    assert raised.value.code is Code.PATH_NOT_FOUND


def test_the_page_tells_every_check_with_all_its_keys() -> None:
    page = PAGE.read_text("utf-8")
    assert reference() in page
    for name, made in CHECKS.items():
        assert f"### `{name}`" in page
        for one in keys_of(made).values():
            assert one.doc.endswith(".")
            assert f"| `{one.name}` |" in page


def test_a_policy_that_cannot_be_used_is_not_offered(tmp_path: Path) -> None:
    written(tmp_path, "ours")
    (tmp_path / "broken.toml").write_text("name = ")
    with pytest.raises(RushesError) as refused:
        find("zzz", tmp_path)
    assert "ours" in refused.value.hint
    assert "broken" not in refused.value.hint
