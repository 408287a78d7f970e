"""Sets of templates that come along: a studio's start, and those that other tools and clients use.

They are data, in the form of the settings `[naming]` and of a project's records.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Table = Mapping[str, Mapping[str, str]]

# How studios and clients call shots.
_EPISODIC = "ep{episode:03d}_sc{scene:02d}_{shot:04d}"  # ep001_sc01_0010
_SEQUENCED = "seq{sequence:03d}_sh{shot:03d}"  # seq010_sh010
_SHOW_SEQUENCED = "{show}_{sequence:03d}_{shot:04d}"  # NV_010_0020
_NETFLIX = "{show}_{episode:03d}_{sequence:03d}_{shot:03d}"  # AGM_104_065_010

_WORK = "{show}/{sequence}/{shot}/{task}"
_FILE = "{shot}_{task}_v{version:03d}"
_RUSHES: Table = {
    "templates": {
        "workfile": f"{_WORK}/work/{{shot}}_{{task}}_v{{version:03d}}_i{{iteration:03d}}.{{ext}}",
        "frames": f"{_WORK}/v{{version:03d}}/{_FILE}_i{{iteration:03d}}.{{frame:04d}}.{{ext}}",
        "render": f"{{show}}/{{sequence}}/{{shot}}/renders/v{{version:03d}}/{_FILE}"
        "[_{layer}].{frame:04d}.{ext}",
        "plate": "{show}/{sequence}/{shot}/plates/{shot}_{element}_v{version:03d}"
        ".{frame:04d}.{ext}",
        "movie": f"{_WORK}/v{{version:03d}}/{_FILE}.{{ext}}",
    },
}

_SCENES = (
    "{project}/sequences/{seq}/{shot}/{dept}/{software}/scenes/{artist}/{task}"  # an artist's task
)
_PROJECT_MANAGER: Table = {
    "templates": {
        "workfile": f"{_SCENES}/{{artist}}_{{dept}}_{{task}}"
        "_v{version:03d}_i{iteration:03d}.{ext}",
        "part_version": f"{_SCENES}/usd/{{asset}}/{{part}}/data/"
        "{part}_v{version:03d}_i{iteration:03d}.{ext}",
        "part": f"{_SCENES}/usd/{{asset}}/{{part}}/{{part}}.{{ext}}",
    },
}

_VFX_OPS_TOOLKIT: Table = {
    "templates": {
        "frames": "{show}/shots/{shot}/renders/frame_{frame:04d}.exr",
        "version": "v{version:03d}",
    },
}

_ONEPIECE: Table = {
    "templates": {
        "scene": "{shot}_{task}_v{version:03d}[.{ext}]",
        "scene_file": "{show}/sequences/{seq}/{folder}/{task}_v{version:03d}.{ext}",
        "delivery": "{show}_{shot}_{asset}_v{version:03d}[.{frame:04d}].{ext}",
    },
    "shots": {"episodic": _EPISODIC, "sequenced": _SEQUENCED},
    "tokens": {"show": "A-Za-z0-9", "asset": "A-Za-z0-9-", "folder": "A-Za-z0-9_-"},
}

_NETFLIX_SET: Table = {
    "templates": {
        "version": "{shot}_{task}_{vendor}_v{version:03d}",
        "frames": "{shot}_{task}_{vendor}_v{version:03d}.{frame:04d}.{ext}",
        "file": "{shot}_{task}_{vendor}_v{version:03d}.{ext}",
        "manifest": "{project}_{vendor}_{date}_{number:02d}.csv",
    },
    "shots": {"episodic": _NETFLIX, "feature": _SHOW_SEQUENCED},
    "tokens": {
        "show": "A-Z0-9",
        "project": "A-Za-z0-9-",
        "vendor": "A-Za-z0-9",
        "ext": "A-Za-z0-9",
    },
}

SETS: Mapping[str, Table] = MappingProxyType(
    {
        "rushes": _RUSHES,
        "project-manager": _PROJECT_MANAGER,
        "vfx-ops-toolkit": _VFX_OPS_TOOLKIT,
        "onepiece": _ONEPIECE,
        "netflix": _NETFLIX_SET,
    }
)
