"""A movie or sound file probed through FFmpeg's libraries; a bad file may crash them."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rushes.core.errors import Code, RushesError
from rushes.inspection.media.ending import missing_bytes
from rushes.inspection.media.facts import AudioStream, MediaFacts, Probed, VideoStream
from rushes.inspection.media.findings import cut_short, undecodable, unreadable
from rushes.inspection.media.loudness import loudness_of
from rushes.inspection.media.names import demuxer

if TYPE_CHECKING:
    from av.container import InputContainer

_SECOND = 1_000_000  # what FFmpeg counts a container's duration in
_PCM = re.compile(r"pcm_[suf](\d+)(?:le|be)?(?:_planar)?")


def probe_here(path: Path, name: str, *, loudness: bool) -> Probed:
    """What the file `name` (escaped) at `path` is; `loudness` has all of its sound decoded.

    In this very process, which a damaged file may end or hold up: `many.probed` is for everyone
    else. Raises `path.not_found` and `path.unreadable`.
    """
    import av

    size, missing = _ending(path, name)
    if not size:
        return Probed(None, (unreadable(name, "it has zero bytes"),))
    findings = [cut_short(name, size, missing)] if missing else []
    try:
        with av.open(
            f"file:{path}",
            format=demuxer(str(path)),
            options={"protocol_whitelist": "file"},
            metadata_errors="replace",
        ) as container:
            facts = _facts(container, name, size)
            if not facts.video and not facts.audio:
                findings.append(unreadable(name, "it holds neither pictures nor sound"))
                return Probed(None, tuple(findings))
            if loudness and facts.audio:
                try:
                    facts = _measured(container, facts)
                except (av.FFmpegError, ValueError, OSError) as error:
                    findings.append(undecodable(name, _said(error, path)))
    except (av.FFmpegError, ValueError, OSError) as error:
        findings.append(unreadable(name, _said(error, path)))
        return Probed(None, tuple(findings))
    return Probed(facts, tuple(findings))


def _ending(path: Path, name: str) -> tuple[int, int]:
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            return size, missing_bytes(file, size, demuxer(str(path)))
    except FileNotFoundError as error:
        raise RushesError(
            Code.PATH_NOT_FOUND, f"There is no file {name}.", hint="Was it just removed?"
        ) from error
    except OSError as error:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"{name} cannot be read: {error.strerror or error}.",
            hint="Check its permissions and the storage.",
        ) from error


def _facts(container: InputContainer, name: str, size: int) -> MediaFacts:
    # Covers that players show beside the sound are no pictures of the movie.
    pictures = [one for one in container.streams.video if not _is_cover(one)]
    video = tuple(_video(one) for one in pictures)
    audio = tuple(_audio(one) for one in container.streams.audio)
    lengths = [*(one.seconds for one in video), *(one.seconds for one in audio)]
    known = [one for one in lengths if one is not None]
    whole = max(known) if known and len(known) == len(lengths) else None
    if whole is None and container.duration is not None:
        whole = Fraction(container.duration, _SECOND)
    codes = [container.metadata, *(one.metadata for one in container.streams)]
    return MediaFacts(
        name,
        size,
        _container(container),
        whole,
        next((one["timecode"] for one in codes if "timecode" in one), ""),
        video,
        audio,
    )


def _container(container: InputContainer) -> str:
    word = container.format.name.partition(",")[0]
    brand = container.metadata.get("major_brand", "qt  ")
    return "mp4" if word == "mov" and brand != "qt  " else word


def _video(stream: Any) -> VideoStream:
    context = stream.codec_context
    form = context.format if context is not None else None
    return VideoStream(
        stream.index,
        _codec(stream),
        (stream.profile or "") if context is not None else "",
        form.name if form is not None else "",
        max((one.bits for one in form.components), default=0) if form is not None else 0,
        context.width if context is not None else 0,
        context.height if context is not None else 0,
        stream.average_rate or None,
        stream.frames,
        _seconds(stream),
    )


def _audio(stream: Any) -> AudioStream:
    context = stream.codec_context
    return AudioStream(
        stream.index,
        _codec(stream),
        context.sample_rate if context is not None else 0,
        context.channels if context is not None else 0,
        context.layout.name if context is not None else "",
        _bits(context) if context is not None else 0,
        _seconds(stream),
    )


def _codec(stream: Any) -> str:
    # The codec's own name, not that of whichever decoder there is for it.
    context = stream.codec_context
    return context.codec.canonical_name if context is not None else "unknown"


def _bits(context: Any) -> int:
    """Bits of a sample where samples are kept as they are."""
    name = context.codec.canonical_name
    if found := _PCM.fullmatch(name):
        return int(found.group(1))
    if name == "flac" and len(context.extradata or b"") >= 14:  # RFC 9639, 8.2: STREAMINFO
        high, low = context.extradata[12:14]
        return int((high & 1) << 4 | low >> 4) + 1
    if name == "alac" and context.format is not None:
        return 16 if context.format.name.startswith("s16") else 0
    return 0


def _seconds(stream: Any) -> Fraction | None:
    if not stream.duration or stream.time_base is None:
        return None
    return Fraction(stream.duration * stream.time_base)


def _is_cover(stream: Any) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def _measured(container: InputContainer, facts: MediaFacts) -> MediaFacts:
    from av.stream import Discard

    for stream in container.streams:
        if stream.type != "audio":
            stream.discard = Discard.all  # so that pictures are skipped, not read
    told = loudness_of(container, container.streams.audio)
    return replace(
        facts, audio=tuple(replace(one, loudness=told.get(one.index)) for one in facts.audio)
    )


def _said(error: Exception, path: Path) -> str:
    """What a library said, without the path that it may have put behind it."""
    told = getattr(error, "strerror", None) or str(error)
    return str(told).replace(f"file:{path}", "the file")
