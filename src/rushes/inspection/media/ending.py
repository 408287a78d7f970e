"""Whether a file ends before its container says: what a copy that broke off leaves."""

from __future__ import annotations

from typing import IO

_BOXES = 100_000  # boxes at the top of a file; a fragmented movie has some for each second
_FIRST = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # what may come first
_UNKNOWN = (0, 0xFFFFFFFF)  # the size of a RIFF that was written into a pipe


def missing_bytes(file: IO[bytes], size: int, demuxer: str) -> int:
    """How many bytes more the container says there are; 0 where none are missing, or who knows."""
    if demuxer == "mov":
        return _boxes(file, size)
    if demuxer == "wav":
        return _riff(file, size)
    return 0


def _boxes(file: IO[bytes], size: int) -> int:
    """Of ISO base media (ISO/IEC 14496-12, 4.2): boxes lie one after the other to the end."""
    at = 0
    for _ in range(_BOXES):
        if at + 8 > size:
            break
        file.seek(at)
        head = file.read(16)
        if not at and head[4:8] not in _FIRST:
            return 0
        length = int.from_bytes(head[:4], "big")
        if length == 1:  # then it is told in 64 bits
            length = int.from_bytes(head[8:16], "big")
        if length == 0:  # to the end of the file
            return 0
        if length < 8:
            return 0  # no box: what comes there is for others to judge
        at += length
    return max(0, at - size)


def _riff(file: IO[bytes], size: int) -> int:
    """Of RIFF/WAVE, unless it is one of those that tell their size elsewhere."""
    file.seek(0)
    head = file.read(8)
    told = int.from_bytes(head[4:8], "little")
    if head[:4] != b"RIFF" or told in _UNKNOWN:
        return 0
    return max(0, told + 8 - size)
