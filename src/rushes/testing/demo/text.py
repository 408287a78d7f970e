"""Files of the demo studio that are text: settings, Nuke scripts, USD layers."""

from __future__ import annotations

from rushes.testing.demo.shots import FIRST, SHOTS, Shot

SHOT_WARN = "12 MB"


def settings() -> str:
    """The `rushes.toml` that lies beside the shows."""
    ranges = "\n".join(f'"{one.folder}" = "{FIRST}-{one.last}"' for one in SHOTS)
    return f"""# The demo studio of Rushes. Commands find this file when they are run in its folder.
shows_root = "shows"

[disk]
shot_warn = "{SHOT_WARN}"

# The frames that each shot ought to have, so that a lost first or last frame shows.
[shots]
{ranges}
"""


def nuke_script(shot: Shot, *, version: int) -> str:
    """A small comp: the render over the plate. It opens in Nuke."""
    name = shot.name
    plate = {"sq010": "dpx", "sq020": "exr", "sq030": "tif"}[shot.sequence]
    return f"""#! nuke -nx
version 15.1 v1
Root {{
 inputs 0
 name {name}_comp_v{version:03}.nk
 first_frame {FIRST}
 last_frame {shot.last}
 format "192 108 0 0 192 108 1 demo"
 fps 24
}}
Read {{
 inputs 0
 file_type exr
 file ../renders/v002/{name}_lighting_v002.%04d.exr
 first {FIRST}
 last {shot.last}
 name Render
}}
Read {{
 inputs 0
 file_type {plate}
 file ../plates/v001/{name}_plate_v001.%04d.{plate}
 first {FIRST}
 last {shot.last}
 name Plate
}}
Merge2 {{
 inputs 2
 name Over
}}
Write {{
 file ../comps/v{version:03}/{name}_comp_v{version:03}.%04d.exr
 name Comp
}}
"""


def usd_layer(shot: Shot) -> str:
    """The balls of the shot as spheres, one USD layer."""
    spheres = "\n".join(
        f"""    def Sphere "ball{at}"
    {{
        double radius = 0.3
        color3f[] primvars:displayColor = [({red}, {green}, {blue})]
    }}"""
        for at, (red, green, blue) in enumerate(shot.look.balls)
    )
    return f"""#usda 1.0
(
    defaultPrim = "{shot.name}"
    startTimeCode = {FIRST}
    endTimeCode = {shot.last}
    timeCodesPerSecond = 24
)

def Xform "{shot.name}"
{{
{spheres}
}}
"""
