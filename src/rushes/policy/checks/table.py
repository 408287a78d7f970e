"""All checks by the name that policies call them."""

from __future__ import annotations

from collections.abc import Mapping

from rushes.policy.checks.attribute import AttributeCheck
from rushes.policy.checks.channels import Channels, Layers
from rushes.policy.checks.check import Check
from rushes.policy.checks.colour import Chromaticities, ColourSpace
from rushes.policy.checks.drift import Drift
from rushes.policy.checks.encoding import Compression, LineOrder
from rushes.policy.checks.files import FileName, FileSize
from rushes.policy.checks.frames import Frames
from rushes.policy.checks.loudness import LoudnessCheck
from rushes.policy.checks.media import Media
from rushes.policy.checks.pixels import Pixels
from rushes.policy.checks.structure import Structure
from rushes.policy.checks.windows import PixelAspect, WindowCheck, Windows

CHECKS: Mapping[str, type[Check]] = {
    "structure": Structure,
    "attribute": AttributeCheck,
    "channels": Channels,
    "layers": Layers,
    "compression": Compression,
    "line_order": LineOrder,
    "window": WindowCheck,
    "windows": Windows,
    "pixel_aspect": PixelAspect,
    "chromaticities": Chromaticities,
    "colour_space": ColourSpace,
    "file_name": FileName,
    "file_size": FileSize,
    "drift": Drift,
    "pixels": Pixels,
    "frames": Frames,
    "media": Media,
    "loudness": LoudnessCheck,
}
