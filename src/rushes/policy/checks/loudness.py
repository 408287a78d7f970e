"""How loud sound is, after EBU R 128."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rushes.inspection.media.facts import Loudness, MediaFacts
from rushes.policy.checks.check import MediaCheck, Problem
from rushes.policy.kinds import NUMBER, key, says


@dataclass(frozen=True, slots=True, kw_only=True)
class LoudnessCheck(MediaCheck):
    """The loudness of each stream of sound by itself, after EBU R 128 (ITU-R BS.1770).

    `rushes qc crawl` measures it where a rule asks, which takes all of the sound decoded. A mono
    stream counts as one channel; what lies in several streams is not added up. A file without
    sound is not judged.
    """

    fix: ClassVar[str] = "Correct the level of the mix, and export it again."
    needs: ClassVar[str] = "loudness"

    min_integrated: float | None = key(NUMBER, "It is no softer, in LUFS.")
    max_integrated: float | None = key(NUMBER, "It is no louder, in LUFS.")
    max_true_peak: float | None = key(NUMBER, "No true peak is higher, in dBTP.")
    max_range: float | None = key(NUMBER, "The loudness range (LRA) is no wider, in LU.")

    def __post_init__(self) -> None:
        if not says(self):
            raise ValueError("asks for nothing")

    def unmeasured(self, facts: MediaFacts) -> bool:
        """Whether there is a stream of sound that nobody measured."""
        return any(one.loudness is None for one in facts.audio)

    def judge(self, facts: MediaFacts) -> Iterator[Problem] | None:
        """What is too loud or too soft; None where there is no sound."""
        return self._judged(facts) if facts.audio else None

    def _judged(self, facts: MediaFacts) -> Iterator[Problem]:
        for one in facts.audio:
            if one.loudness is not None:
                where = f"Stream {one.index}: " if len(facts.audio) > 1 else ""
                yield from self._stream(one.loudness, where)

    def _stream(self, told: Loudness, where: str) -> Iterator[Problem]:
        yield from self._integrated(told.integrated, where)
        peak, most = told.true_peak, self.max_true_peak
        if most is not None and peak is not None and peak > most:
            found, wanted = f"{peak:.2f} dBTP", f"{most:g} dBTP or less"
            yield Problem(f"{where}The highest true peak is {found}, not {wanted}.", found, wanted)
        if self.max_range is not None and told.range > self.max_range:
            found, wanted = f"{told.range:.2f} LU", f"{self.max_range:g} LU or less"
            yield Problem(f"{where}The loudness range is {found}, not {wanted}.", found, wanted)

    def _integrated(self, found: float | None, where: str) -> Iterator[Problem]:
        least, most = self.min_integrated, self.max_integrated
        if found is None:
            if least is not None:
                wanted = f"{least:g} LUFS or more"
                yield Problem(f"{where}There is silence only.", "silence", wanted)
            return
        told = f"{found:.2f} LUFS"
        if least is not None and found < least:
            wanted = f"{least:g} LUFS or more"
            yield Problem(f"{where}The loudness is {told}, not {wanted}.", told, wanted)
        if most is not None and found > most:
            wanted = f"{most:g} LUFS or less"
            yield Problem(f"{where}The loudness is {told}, not {wanted}.", told, wanted)
