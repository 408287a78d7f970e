"""Files whose numbers never count frames: workfiles, movies and sound are each whole by itself.

`sh010.ma` and `sh020.ma` are two scenes, `comp_v001_i002.nk` is one of several saves, and nothing
is lost because there is no `sh015.ma`. What programs write once per frame is not in these lists:
`.ass`, `.rib`, `.ifd`, `.vrscene`, `.usd`, `.abc`, `.vdb` and the like are frames where they are
numbered, and so are `.psd` and `.psb`, which are pictures.
"""

from __future__ import annotations

# As shapes, where each digit is 0: .c4d is .c0d, .3de is .0de, .mp4 and .mp3 are .mp0.
_WORKFILES = frozenset(
    [
        *(".ma", ".mb"),  # Maya
        *(".hip", ".hiplc", ".hipnc", ".hda", ".hdalc", ".hdanc", ".otl"),  # Houdini
        *(".nk", ".nknc", ".nkind", ".nkple", ".hrox", ".gizmo"),  # Nuke, Hiero
        *(".blend", ".blend0", ".blend00"),  # Blender and its backups
        *(".aep", ".aepx", ".aet", ".prproj", ".drp"),  # After Effects, Premiere, Resolve
        *(".c0d", ".max", ".lxo", ".lws", ".scn"),  # Cinema 4D, 3ds Max, Modo, LightWave, Softimage
        *(".katana", ".gfr", ".toe"),  # Katana, Gaffer, TouchDesigner
        *(".spp", ".sbs", ".mra", ".mud", ".ztl", ".zpr"),  # Substance, Mari, Mudbox, ZBrush
        *(".0de", ".sfx", ".mocha", ".ntp", ".comp"),  # 3DEqualizer, Silhouette, Mocha, Natron, …
        *(".tvpp", ".tnz", ".kra", ".xcf"),  # TVPaint, OpenToonz, Krita, GIMP
    ]
)
_MOVIES = frozenset(
    [
        *(".mov", ".mp0", ".m0v", ".mxf", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".wmv"),
        *(".mts", ".m0ts", ".r0d", ".braw", ".crm"),
        *(".wav", ".aif", ".aiff", ".flac", ".ogg", ".m0a"),
    ]
)
_WHOLE = _WORKFILES | _MOVIES
# Nuke's own saves lie beside the script: comp.nk.autosave, comp.nk.autosave1.
_AUTOSAVES = (".autosave0", ".autosave")


def is_whole(shape: str) -> bool:
    """Whether names of this shape are those of files that are never one frame of many."""
    name = shape.lower()
    for autosave in _AUTOSAVES:
        name = name.removesuffix(autosave)
    return name[max(0, name.rfind(".")) :] in _WHOLE
