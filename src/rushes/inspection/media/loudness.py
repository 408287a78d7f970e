"""How loud streams of sound are, measured by FFmpeg's filter `ebur128`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rushes.inspection.media.facts import Loudness

if TYPE_CHECKING:
    from av import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_MARK = "lavfi.r128."
_GATE = -70.0  # what the filter tells where nothing is above it


def loudness_of(container: InputContainer, streams: Sequence[AudioStream]) -> dict[int, Loudness]:
    """The loudness of each stream by its index; a stream without a sample is left out.

    Each is measured by itself: a mono track counts as one channel, and tracks that make up one
    programme together are not added up. All of the sound is decoded. Raises FFmpeg's errors.
    """
    meters = {one.index: _Meter(one) for one in streams}
    for packet in container.demux(*streams):
        meter = meters[packet.stream.index]
        for frame in packet.decode():
            meter.take(frame)  # type: ignore[arg-type]  # streams of sound hold nothing else
    return {index: told for index, meter in meters.items() if (told := meter.end()) is not None}


class _Meter:
    """One stream on its way through the filter."""

    def __init__(self, stream: AudioStream) -> None:
        import av.filter

        self._graph = av.filter.Graph()
        source = self._graph.add_abuffer(template=stream)
        meter = self._graph.add("ebur128", "metadata=1:peak=true")
        sink = self._graph.add("abuffersink")
        self._graph.link_nodes(source, meter, sink).configure()
        self._told: dict[str, str] = {}
        self._last: AudioFrame | None = None

    def take(self, frame: AudioFrame) -> None:
        """Some more of the sound."""
        self._last = frame
        self._graph.push(frame)
        self._drain()

    def end(self) -> Loudness | None:
        """What was measured of all.

        The filter tells its numbers at every tenth of a second. A peak in the rest after the last
        of them shows only once silence follows, which must not count for the loudness.
        """
        if self._last is None:
            return None
        told = self._told
        self._graph.push(_silence(self._last))
        self._drain()
        self._graph.push(None)
        self._drain()
        peak = max(
            (float(value) for name, value in self._told.items() if "true_peaks_ch" in name),
            default=0.0,
        )
        integrated = float(told.get(f"{_MARK}I", _GATE))
        return Loudness(
            integrated if integrated > _GATE else None,
            float(told.get(f"{_MARK}LRA", 0)),
            round(20 * math.log10(peak), 2) if peak > 0 else None,
        )

    def _drain(self) -> None:
        import av

        while True:
            try:
                frame = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            self._told = frame.metadata or self._told


def _silence(like: AudioFrame) -> AudioFrame:
    """A fifth of a second of nothing after the frame `like`."""
    import av

    samples = max(1, like.sample_rate // 5)
    made: Any = av.AudioFrame(format=like.format.name, layout=like.layout, samples=samples)
    made.sample_rate = like.sample_rate
    made.time_base = like.time_base
    made.pts = None if like.pts is None else like.pts + like.samples
    middle = b"\x80" if like.format.name.startswith("u8") else b"\0"
    for plane in made.planes:
        plane.update(middle * plane.buffer_size)
    return made  # type: ignore[no-any-return]
