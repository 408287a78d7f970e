"""Which files are movies or sound, told by their names."""

from __future__ import annotations

# By name, never by content: a playlist that calls itself a movie could name other files.
_DEMUXERS = {
    ".mov": "mov",
    ".mp4": "mov",
    ".m4v": "mov",
    ".m4a": "mov",
    ".mkv": "matroska",
    ".mka": "matroska",
    ".webm": "matroska",
    ".mxf": "mxf",
    ".avi": "avi",
    ".m2ts": "mpegts",
    ".mts": "mpegts",
    ".wav": "wav",
    ".bwf": "wav",
    ".rf64": "wav",
    ".w64": "w64",
    ".aif": "aiff",
    ".aiff": "aiff",
    ".aifc": "aiff",
    ".caf": "caf",
    ".flac": "flac",
    ".mp3": "mp3",
    ".ogg": "ogg",
    ".oga": "ogg",
    ".opus": "ogg",
}
# QuickTime and MPEG-4 are read alike, and told apart by the brand that they state.
CONTAINERS = ("mov", "mp4", *dict.fromkeys(one for one in _DEMUXERS.values() if one != "mov"))


def demuxer(name: str) -> str:
    """What FFmpeg calls the format that a file of that name ought to have; empty for no media."""
    return _DEMUXERS.get(f".{name.rpartition('.')[2].lower()}", "")


def is_media(name: str) -> bool:
    """Whether the name ends as those of movies and sound do."""
    return bool(demuxer(name))
