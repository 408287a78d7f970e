"""What every mirror of sidecars has to do."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.signoff import Past, Result
from rushes.ports.records import every
from rushes.ports.signoffs import ALL, AssetAt, Chain, Head, Known, Mirrored, SignOffs
from rushes.qc.sidecar import record_hash
from rushes.testing.found import ACTOR, MOUNT
from rushes.testing.signed import asset, chain, legacy, record, sidecar


def heads(signoffs: SignOffs, below: PurePosixPath = ALL) -> list[Head]:
    """All heads of the tests' storage."""
    return list(every(lambda page: signoffs.heads(MOUNT, below=below, page=page)))


def in_force(signoffs: SignOffs, result: Result | None = None) -> list[tuple[str, Past]]:
    """Names of assets, and their records in force."""
    found = every(lambda page: signoffs.latest(MOUNT, result=result, page=page))
    return [(one.asset.name, one.record) for one in found]


def known_of(signoffs: SignOffs, at: AssetAt) -> list[tuple[Past, bool]]:
    """The records of an asset, and whether they are lost."""
    found = every(lambda page: signoffs.history(at, page=page))
    return [(one.record, one.lost) for one in found]


class SignOffContract:
    """Subclass it and give a fixture `signoffs` with a mirror that holds nothing yet."""

    def test_what_a_sidecar_holds_is_mirrored_whole(self, signoffs: SignOffs) -> None:
        made = chain(asset(), 3)
        assert signoffs.record([made], actor=ACTOR) == Mirrored(new=3)
        found = list(signoffs.history(asset()).rows)
        assert [(one.record, one.position, one.lost) for one in found] == [
            (past, at, False) for at, past in enumerate(made.records, 1)
        ]
        hashes = [record_hash(one) for one in made.records]
        assert [one.record_hash for one in found] == hashes
        assert heads(signoffs) == [Head(asset(), hashes[-1], 3)]
        assert in_force(signoffs) == [("clip.mov", made.records[-1])]
        assert signoffs.known([asset()]) == [Known(hashes[-1], frozenset(hashes))]
        assert signoffs.mounts() == [MOUNT]

    def test_recording_again_adds_nothing(self, signoffs: SignOffs) -> None:
        made = [chain(asset("a.mov"), 3), chain(asset("b.mov"))]
        signoffs.record(made, actor=ACTOR)
        assert signoffs.record(made, actor=ACTOR) == Mirrored(known=4)
        assert signoffs.restore(made, actor=ACTOR) == Mirrored(known=4)
        assert [one.length for one in heads(signoffs)] == [3, 1]

    def test_a_longer_chain_adds_what_is_new(self, signoffs: SignOffs) -> None:
        signoffs.record([chain(asset(), 2)], actor=ACTOR)
        assert signoffs.record([chain(asset(), 3)], actor=ACTOR) == Mirrored(new=1, known=2)
        assert [one.length for one in heads(signoffs)] == [3]

    def test_an_asset_may_come_several_times_in_a_batch(self, signoffs: SignOffs) -> None:
        made = [chain(asset(), length) for length in (1, 2, 3)]
        assert signoffs.record(made, actor=ACTOR) == Mirrored(new=3, known=3)
        assert [one.length for one in heads(signoffs)] == [3]

    def test_a_batch_that_comes_late_takes_nothing_back(self, signoffs: SignOffs) -> None:
        signoffs.record([chain(asset(), 3)], actor=ACTOR)
        assert signoffs.record([chain(asset(), 2)], actor=ACTOR) == Mirrored(known=2)
        (head,) = heads(signoffs)
        assert (head.length, head.lost) == (3, 0)

    def test_a_sidecar_set_back_loses_no_record_and_is_told(self, signoffs: SignOffs) -> None:
        whole, back = chain(asset(), 3), chain(asset(), 2)
        signoffs.record([whole], actor=ACTOR)
        assert signoffs.restore([back], actor=ACTOR) == Mirrored(known=2, lost=1)
        assert signoffs.restore([back], actor=ACTOR) == Mirrored(known=2)
        assert known_of(signoffs, asset()) == list(
            zip(whole.records, (False, False, True), strict=True)
        )
        assert in_force(signoffs) == [("clip.mov", back.records[-1])]
        assert heads(signoffs) == [Head(asset(), record_hash(back.records[-1]), 2, lost=1)]

    def test_a_chain_that_takes_another_turn_is_told(self, signoffs: SignOffs) -> None:
        whole = chain(asset(), 3)
        signoffs.record([whole], actor=ACTOR)
        other = chain(asset(), 3, operator="bob")
        assert signoffs.record([other], actor=ACTOR) == Mirrored(new=1, known=2, lost=1)
        (known,) = signoffs.known([asset()])
        assert known.lost == {record_hash(whole.records[-1])}
        assert known.head == record_hash(other.records[-1])

    def test_what_was_lost_and_is_there_again_is_lost_no_more(self, signoffs: SignOffs) -> None:
        whole = chain(asset(), 3)
        signoffs.record([whole], actor=ACTOR)
        signoffs.restore([chain(asset(), 1)], actor=ACTOR)
        assert signoffs.restore([whole], actor=ACTOR) == Mirrored(known=3)
        assert [lost for _, lost in known_of(signoffs, asset())] == [False] * 3
        assert [(one.length, one.lost) for one in heads(signoffs)] == [(3, 0)]

    def test_a_record_that_was_edited_is_another_record(self, signoffs: SignOffs) -> None:
        made = sidecar(length=2)
        signoffs.record([Chain.of(asset(), made)], actor=ACTOR)
        edited = replace(made, history=(record(notes="as if"),))
        done = signoffs.restore([Chain.of(asset(), edited)], actor=ACTOR)
        assert done == Mirrored(new=1, known=1, lost=1)

    def test_a_sidecar_that_is_gone_leaves_its_records(self, signoffs: SignOffs) -> None:
        made = chain(asset(), 2)
        signoffs.record([made, chain(asset("other.mov"))], actor=ACTOR)
        assert signoffs.gone([asset(), asset("never.mov")], actor=ACTOR) == 2
        assert signoffs.gone([asset()], actor=ACTOR) == 0
        assert known_of(signoffs, asset()) == [(one, True) for one in made.records]
        assert [name for name, _ in in_force(signoffs)] == ["other.mov"]
        head = heads(signoffs)[0]
        assert head == Head(asset(), record_hash(made.records[-1]), 2, lost=2, gone=True)
        assert signoffs.known([asset()])[0].head is None
        assert signoffs.record([made], actor=ACTOR) == Mirrored(known=2)
        assert heads(signoffs)[0] == Head(asset(), record_hash(made.records[-1]), 2)

    def test_only_lost_records_are_forgotten(self, signoffs: SignOffs) -> None:
        signoffs.record([chain(asset(name), 3) for name in ("a", "b", "c")], actor=ACTOR)
        signoffs.restore([chain(asset("a"), 2)], actor=ACTOR)
        signoffs.gone([asset("b")], actor=ACTOR)
        every_one = [asset(name) for name in ("a", "b", "c", "never")]
        assert signoffs.forget(every_one, actor=ACTOR) == 4
        assert [(one.asset.name, one.length, one.lost) for one in heads(signoffs)] == [
            ("a", 2, 0),
            ("c", 3, 0),
        ]
        assert signoffs.known([asset("b")]) == [Known()]
        assert signoffs.forget(every_one, actor=ACTOR) == 0

    def test_records_in_force_are_asked_for_by_result(self, signoffs: SignOffs) -> None:
        results = dict(zip(("a", "b", "c"), Result, strict=True))
        signoffs.record(
            [chain(asset(name), 2, qc_result=one) for name, one in results.items()], actor=ACTOR
        )
        for name, one in results.items():
            assert [found for found, _ in in_force(signoffs, one)] == [name]

    def test_only_what_lies_below_is_told(self, signoffs: SignOffs) -> None:
        folders = (".", "a", "a/b", "a b", "a0", "ä")
        signoffs.record([chain(asset("x", folder)) for folder in folders], actor=ACTOR)
        signoffs.record([chain(asset("x", "a", "/mnt/other"))], actor=ACTOR)
        assert [str(one.asset.folder) for one in heads(signoffs)] == sorted(folders)
        below = PurePosixPath("a")
        assert [str(one.asset.folder) for one in heads(signoffs, below)] == ["a", "a/b"]
        assert len(signoffs.latest(MOUNT, below=below).rows) == 2
        assert list(signoffs.heads("/mnt/never").rows) == []
        assert list(signoffs.latest("/mnt/never").rows) == []
        assert list(signoffs.history(asset("x", "a", "/mnt/never")).rows) == []

    def test_a_copied_tree_has_records_of_its_own(self, signoffs: SignOffs) -> None:
        there, copied = asset(), asset(folder="demo/copy")
        made = sidecar(length=2)
        signoffs.record([Chain.of(there, made)], actor=ACTOR)
        assert signoffs.record([Chain.of(copied, made)], actor=ACTOR) == Mirrored(new=2)
        signoffs.gone([copied], actor=ACTOR)
        assert [lost for _, lost in known_of(signoffs, there)] == [False, False]

    def test_names_and_texts_of_any_kind_come_back(self, signoffs: SignOffs) -> None:
        names = [os.fsdecode(b"odd\xff\n.mov"), "back\\slash", "%04d.exr", "é" * 120]
        notes = "a\0b \u2028 \U0001f39e \\u0000 " + "x" * 9_000
        made = [chain(asset(name, "a/\x01b"), notes=notes, operator=notes) for name in names]
        signoffs.record(made, actor=ACTOR)
        assert in_force(signoffs) == sorted(
            ((one.asset.name, one.records[-1]) for one in made),
            key=lambda one: escape(one[0]),
        )

    def test_a_record_that_is_there_twice_is_mirrored_once(self, signoffs: SignOffs) -> None:
        made = sidecar(length=2)
        doubled = replace(made, history=made.history * 2)
        assert signoffs.record([Chain.of(asset(), doubled)], actor=ACTOR).new == 2
        assert len(known_of(signoffs, asset())) == 2

    def test_the_earlier_tool_s_sidecars_are_records_too(self, signoffs: SignOffs) -> None:
        old = legacy()
        alone = asset("sequence")
        assert signoffs.restore([Chain(alone, (old,))], actor=ACTOR) == Mirrored(new=1)
        assert in_force(signoffs, Result.PASS) == [("sequence", old)]
        assert in_force(signoffs, Result.FAIL) == []

    def test_an_adopted_sidecar_is_known_by_its_asset_s_name_alone(
        self, signoffs: SignOffs
    ) -> None:
        old = legacy()
        others = [asset("sequence", "elsewhere"), asset("other")]
        signoffs.restore([Chain(one, (old,)) for one in (asset("sequence"), *others)], actor=ACTOR)
        signoffs.restore([Chain(asset("other"), (old, record()))], actor=ACTOR)
        assert [(one.asset.name, one.length) for one in heads(signoffs)] == [
            ("other", 2),
            ("sequence", 1),
        ]
        assert heads(signoffs)[1].asset.folder == PurePosixPath("elsewhere")

    def test_many_assets_come_on_pages_in_order(self, signoffs: SignOffs) -> None:
        made = [chain(asset(f"{number:05d}")) for number in range(5_100)]
        signoffs.record(made[::-1], actor=ACTOR)
        assert signoffs.heads(MOUNT).next is not None
        assert [one.asset for one in heads(signoffs)] == [one.asset for one in made]
        assert in_force(signoffs) == [(one.asset.name, one.records[-1]) for one in made]

    def test_a_long_history_comes_on_pages_in_order(self, signoffs: SignOffs) -> None:
        made = chain(asset(), 2_100)
        signoffs.record([made], actor=ACTOR)
        assert [past for past, _ in known_of(signoffs, asset())] == list(made.records)

    def test_a_token_of_no_page_is_refused(self, signoffs: SignOffs) -> None:
        for ask in (signoffs.heads, signoffs.latest):
            with pytest.raises(RushesError) as refused:
                ask(MOUNT, page="nonsense")
            assert refused.value.code is Code.USAGE
        with pytest.raises(RushesError) as refused:
            signoffs.history(asset(), page="nonsense")
        assert refused.value.code is Code.USAGE

    def test_nothing_is_done_with_nothing(self, signoffs: SignOffs) -> None:
        assert signoffs.record([], actor=ACTOR) == Mirrored()
        assert signoffs.restore([], actor=ACTOR) == Mirrored()
        assert signoffs.gone([], actor=ACTOR) == signoffs.forget([], actor=ACTOR) == 0
        assert signoffs.known([]) == []
        assert heads(signoffs) == []
