"""What can come between while generations are written, and what is left then."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.adapters.storage.local import LocalStorage
from rushes.core import atomic
from rushes.core.errors import Code, RushesError
from rushes.ports.progress import Silent
from rushes.ports.storage import Listing
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.mhl.commit import Told
from rushes.transfer.mhl.create import Created, apply, plan
from rushes.transfer.mhl.folder_hash import folder_hash
from rushes.transfer.mhl.generation import FORMATS
from rushes.transfer.mhl.verify import Checked, diff, verify


@pytest.fixture
def card(tmp_path: Path) -> Path:
    root = tmp_path / "card"
    (root / "clips").mkdir(parents=True)
    (root / "clips" / "a.mov").write_bytes(b"a")
    return root


def created(root: Path, formats: Sequence[str] = ("xxh64",), told: Told = Told()) -> Created:  # noqa: B008
    made = plan(LocalStorage(), root, formats, told, progress=Silent())
    return apply(made, InlineExecutor(), progress=Silent())


def verified(root: Path) -> Checked:
    return verify(LocalStorage(), root, (), InlineExecutor(), progress=Silent())


def test_two_runs_at_once_do_not_lose_a_generation(card: Path) -> None:
    slow = plan(LocalStorage(), card, ["xxh64"], Told(), progress=Silent())
    created(card)
    with pytest.raises(RushesError) as caught:
        apply(slow, InlineExecutor(), progress=Silent())
    assert caught.value.code is Code.CHANGED_MEANWHILE
    assert len(list((card / "ascmhl").glob("*.mhl"))) == 1
    assert not verified(card).findings


def test_a_run_that_was_cut_short_leaves_a_history_that_goes_on(
    card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    created(card)

    def full(path: Path, data: bytes) -> None:
        raise RushesError(Code.WRITE_FAILED, "full")

    with monkeypatch.context() as patch:
        patch.setattr(atomic, "write_bytes", full)
        with pytest.raises(RushesError):
            created(card)
    checked = verified(card)
    assert [one.rule for one in checked.findings] == ["mhl.unlisted"]
    assert (checked.verified, len(checked.histories[0].generations)) == (1, 1)
    (written,) = created(card).written
    assert written.number == 3


def test_a_folder_where_nothing_may_be_written_is_told(card: Path) -> None:
    (card / "ascmhl").write_bytes(b"in the way")
    with pytest.raises(RushesError) as caught:
        created(card, told=Told(ignore=["ascmhl"]))
    assert caught.value.code is Code.WRITE_FAILED


def test_a_folder_without_files_is_not_recorded(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(RushesError) as caught:
        created(tmp_path)
    assert caught.value.code is Code.NOTHING_FOUND
    assert os.listdir(tmp_path) == ["empty"]


def test_a_format_that_is_none_is_refused(card: Path) -> None:
    for formats in ((), ("blake3",), ("xxh64", "crc32")):
        with pytest.raises(RushesError) as caught:
            created(card, formats)
        assert caught.value.code is Code.USAGE


@pytest.mark.parametrize("text", ["bell\x07", "\udce4"])
def test_what_people_say_must_fit_into_xml(card: Path, text: str) -> None:
    with pytest.raises(RushesError) as caught:
        created(card, told=Told(comment=text))
    assert caught.value.code is Code.USAGE


@pytest.mark.parametrize("name", ["caf\udce9", "line\nfeed", "x" * 240, "é" * 120])
def test_a_root_of_any_name_has_manifests(tmp_path: Path, name: str) -> None:
    root = tmp_path / name
    root.mkdir()
    (root / "a.mov").write_bytes(b"a")
    created(root)
    created(root)
    assert not verified(root).findings


def test_deep_folders_are_no_matter(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 300)
    deep.mkdir(parents=True)
    (deep / "a.mov").write_bytes(b"a")
    created(tmp_path)
    assert (verified(tmp_path).verified, verified(tmp_path).findings) == (1, [])


def test_nothing_is_read_when_names_alone_are_compared(
    card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rushes.transfer import hashing_files

    created(card)
    monkeypatch.setattr(hashing_files, "_fill", None)
    assert not diff(LocalStorage(), card, (), progress=Silent()).findings


def test_a_file_that_is_gone_when_its_turn_comes_is_told(card: Path) -> None:
    made = plan(LocalStorage(), card, ["xxh64"], Told(), progress=Silent())
    (card / "clips" / "a.mov").unlink()
    done = apply(made, InlineExecutor(), progress=Silent())
    assert [(one.rule, one.subject) for one in done.refused] == [("mhl.unreadable", "clips/a.mov")]
    assert not (card / "ascmhl").exists()


class Refusing(LocalStorage):
    """One folder cannot be read."""

    def list_folder(self, path: str, *, beat: Callable[[], None] | None = None) -> Listing:
        if path.endswith("clips"):
            raise RushesError(Code.PATH_UNREADABLE, "Permission denied.")
        return super().list_folder(path, beat=beat)


def test_what_lies_in_an_unreadable_folder_is_not_called_missing(card: Path) -> None:
    created(card)
    checked = verify(Refusing(), card, (), InlineExecutor(), progress=Silent())
    assert checked.findings == []
    assert [one.subject for one in checked.unread] == ["clips"]
    made = plan(Refusing(), card, ["xxh64"], Told(), progress=Silent())
    assert apply(made, InlineExecutor(), progress=Silent()).written == []


class Unwanted(Silent):
    def cancelled(self) -> bool:
        return True


def test_it_can_be_cancelled(card: Path) -> None:
    with pytest.raises(RushesError) as caught:
        plan(LocalStorage(), card, ["xxh64"], Told(), progress=Unwanted())
    assert caught.value.code is Code.CANCELLED
    made = plan(LocalStorage(), card, ["xxh64"], Told(), progress=Silent())
    with pytest.raises(RushesError) as caught:
        apply(made, InlineExecutor(), progress=Unwanted())
    assert caught.value.code is Code.CANCELLED
    assert not (card / "ascmhl").exists()


@pytest.mark.parametrize("algorithm", FORMATS)
def test_the_content_digest_stays_when_names_change(algorithm: str) -> None:
    one, two = digest_of(b"1", algorithm), digest_of(b"2", algorithm)
    first = folder_hash([("a", one, one), ("b", two, two)], algorithm)
    again = folder_hash([("b", two, two), ("a", one, one)], algorithm)
    other = folder_hash([("a", two, two), ("b", one, one)], algorithm)
    assert first == again
    assert first.content == other.content
    assert first.structure != other.structure
