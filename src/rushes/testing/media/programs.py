"""What programs write into OpenEXR headers: their passes, attributes and habits.

Channels are noted in groups: `diffuse.RGB` is three channels of a layer, `Z:f` one of 32-bit
floats, `id.I:u` one of whole numbers; without a type they are what the studio likes. `RY`, `BY`
and `ZBack` are one channel each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rushes.model.image import Value

Given = Mapping[str, tuple[str, Value]]


@dataclass(frozen=True, slots=True)
class Program:
    """A renderer, a compositor, a camera's converter or a tool.

    `always` and `often` are groups of channels; of the latter every shot wants some. `changing`
    names attributes that differ from frame to frame. `multipart`, `deep` and `tiled` are chances;
    `trims` says that the data window follows what is in the picture, `overscans` that it may go
    beyond the picture.
    """

    name: str
    versions: tuple[str, ...]
    always: tuple[str, ...]
    often: tuple[str, ...] = ()
    attributes: Given = field(default_factory=dict)
    changing: tuple[str, ...] = ()
    compressions: tuple[str, ...] = ("ZIP", "ZIPS")
    multipart: float = 0.0
    deep: float = 0.0
    tiled: float = 0.0
    trims: bool = False
    overscans: bool = False
    mipmaps: bool = False
    cryptomatte: tuple[str, ...] = ()


_CAMERA = ("frame", "worldToCamera", "worldToNDC", "renderTime", "capDate")


def _texts(prefix: str, names: str, value: str = "x") -> dict[str, tuple[str, Value]]:
    return {f"{prefix}{name}": ("string", value) for name in names.split()}


def _floats(prefix: str, names: str) -> dict[str, tuple[str, Value]]:
    return {f"{prefix}{name}": ("float", 1.5) for name in names.split()}


def _ints(prefix: str, names: str) -> dict[str, tuple[str, Value]]:
    return {f"{prefix}{name}": ("int", 4) for name in names.split()}


ARNOLD = Program(
    name="Arnold",
    versions=("7.1.4.1", "7.2.5.3", "7.3.1.0"),
    always=("RGBA", "Z:f"),
    often=(
        *("diffuse_direct.RGB", "diffuse_indirect.RGB", "specular_direct.RGB", "emission.RGB"),
        *("specular_indirect.RGB", "transmission.RGB", "sss.RGB", "volume.RGB", "coat.RGB"),
        *("N.XYZ:f", "P.XYZ:f", "motionvector.XY:f", "albedo.RGB", "sheen.RGB", "ID.I:u"),
        *("RGBA_key.RGB", "RGBA_fill.RGB", "RGBA_rim.RGB", "RGBA_env.RGB", "shadow_matte.RGBA"),
    ),
    attributes={
        **_texts("arnold/", "version host user color_manager scene"),
        **_ints("arnold/", "AA_samples GI_diffuse_samples GI_specular_samples threads"),
        **_floats("arnold/", "filter_width indirect_clamp"),
    },
    changing=(*_CAMERA, "arnold/stats/memory", "arnold/stats/rays"),
    compressions=("ZIPS", "ZIP", "DWAA"),
    multipart=0.4,
    deep=0.1,
    tiled=0.3,
    overscans=True,
    cryptomatte=("crypto_object", "crypto_material", "crypto_asset"),
)
RENDERMAN = Program(
    name="RenderMan",
    versions=("24.4", "25.2", "26.1"),
    always=("RGBA",),
    often=(
        *("z.Z:f", "directDiffuse.RGB", "indirectDiffuse.RGB", "subsurface.RGB", "emissive.RGB"),
        *("directSpecular.RGB", "indirectSpecular.RGB", "transmissive.RGB", "Nn.XYZ:f"),
        *("mse.RGB:f", "sampleCount.R:f", "albedo.RGB:f", "albedo_var.RGB:f", "forward.XY:f"),
        *("normal_var.XYZ:f", "backward.XY:f", "__Pworld.XYZ:f", "occluded.RGB", "unoccluded.RGB"),
    ),
    attributes={
        **_texts("", "rman_job rman_integrator renderer"),
        **_texts("rix/", "hider filter lpe_set statistics"),
        **_floats("", "NP_near NP_far fStopSet"),
        **_ints("rix/", "minsamples maxsamples bucketorder"),
    },
    changing=(*_CAMERA, "Nl", "NP"),
    compressions=("ZIP", "ZIPS", "PIZ"),
    multipart=0.1,
    deep=0.2,
    overscans=True,
    cryptomatte=("CryptoObject", "CryptoMaterial"),
)
VRAY = Program(
    name="V-Ray",
    versions=("5.20.23", "6.10.06", "6.20.02"),
    always=("RGBA", "ZDepth.R:f"),
    often=(
        *("lighting.RGB", "GI.RGB", "reflect.RGB", "refract.RGB", "specular.RGB", "SSS2.RGB"),
        *("selfIllum.RGB", "rawLight.RGB", "rawGI.RGB", "diffuse.RGB", "atmosphere.RGB"),
        *("normals.XYZ", "velocity.XYZ:f", "nodeID.R:u", "worldPositions.XYZ:f", "shadow.RGB"),
        *("multimatte_1.RGB", "multimatte_2.RGB", "multimatte_3.RGB", "lightSelect_key.RGB"),
    ),
    attributes={
        **_texts("", "vrayInfo/vraycore vrayInfo/filename vrayInfo/computername vrayInfo/date"),
        **_texts("vrayInfo/", "time cpu mhz os"),
        **_floats("", "cameraAperture cameraFov cameraNearClip cameraFarClip cameraFocalLength"),
        "cameraProjection": ("int", 0),
    },
    changing=("cameraTransform", "vrayInfo/frame", "vrayInfo/rendertime", "vrayInfo/primitives"),
    compressions=("ZIP", "ZIPS", "RLE"),
    deep=0.05,
    tiled=0.4,
    overscans=True,
    cryptomatte=("Cryptomatte",),
)
KARMA = Program(
    name="Houdini",
    versions=("19.5.805", "20.0.653", "20.5.278"),
    always=("C.RGBA",),
    often=(
        *("directdiffuse.RGB", "indirectdiffuse.RGB", "directglossyreflection.RGB", "glossy.RGB"),
        *("directemission.RGB", "directvolume.RGB", "indirectvolume.RGB", "directsss.RGB"),
        *("depth.Z:f", "N.XYZ:f", "P.XYZ:f", "motionvector.XY:f", "albedo.RGB", "primid.I:u"),
        *("beautyunshadowed.RGB", "combineddiffuse.RGB", "combinedglossyreflection.RGB"),
    ),
    attributes={
        **_texts("karma:", "delegate engine aovs husk:command hip rop"),
        **_texts("", "artist hostname comment inputfile"),
        **_ints("karma:", "pathtracedsamples varianceaa_maxsamples minsamples"),
        **_floats("", "focal aperture near far"),
    },
    changing=(*_CAMERA, "renderMemory", "husk:render_stats"),
    compressions=("ZIPS", "ZIP", "DWAB"),
    multipart=0.6,
    deep=0.15,
    tiled=0.1,
    overscans=True,
    cryptomatte=("CryptoPrimitive", "CryptoMaterial"),
)
REDSHIFT = Program(
    name="Redshift",
    versions=("3.0.67", "3.5.24", "2024.4.0"),
    always=("RGBA",),
    often=(
        *("DiffuseLighting.RGB", "DiffuseFilter.RGB", "GI.RGB", "Reflections.RGB", "SSS.RGB"),
        *("Refractions.RGB", "Emission.RGB", "SpecularLighting.RGB", "Caustics.RGB"),
        *("Depth.Z:f", "Normals.RGB:f", "WorldPosition.RGB:f", "MotionVectors.RGB:f"),
        *("PuzzleMatte1.RGB", "PuzzleMatte2.RGB", "ObjectID.R:u", "VolumeLighting.RGB"),
    ),
    attributes={
        **_texts("rs/", "version device scene bucket"),
        **_ints("rs/", "unified_min unified_max gi_bounces"),
        **_floats("rs/", "threshold pixel_filter_size"),
    },
    changing=("frame", "worldToCamera", "renderTime", "rs/vram"),
    compressions=("ZIP", "DWAA", "ZIPS"),
    multipart=0.2,
    overscans=True,
    cryptomatte=("Cryptomatte",),
)
CYCLES = Program(
    name="Blender",
    versions=("3.6.5", "4.1.1", "4.2.0"),
    always=("Combined.RGBA",),
    often=(
        *("Depth.Z:f", "DiffDir.RGB", "DiffInd.RGB", "DiffCol.RGB", "GlossDir.RGB", "Mist.Z:f"),
        *("GlossInd.RGB", "GlossCol.RGB", "TransDir.RGB", "TransInd.RGB", "Emit.RGB", "Env.RGB"),
        *("Normal.XYZ:f", "Vector.XYZW:f", "Shadow.RGB", "AO.RGB", "IndexOB.X:f", "UV.UVA:f"),
    ),
    attributes={
        **_texts("", "Scene Camera File Note BlenderMultiChannel Marker"),
        **_texts("cycles.ViewLayer.", "samples total_time render_time synchronization_time"),
        **_floats("", "xDensity"),
    },
    changing=("Frame", "Time", "Date", "RenderTime", "Memory"),
    compressions=("ZIP", "DWAA", "PIZ"),
    overscans=True,
    cryptomatte=("ViewLayer.CryptoObject", "ViewLayer.CryptoAsset"),
)
NUKE = Program(
    name="Nuke",
    versions=("13.2v8", "14.0v5", "15.1v2"),
    always=("RGB",),
    often=("A", "depth.Z", "matte.A", "forward.uv", "backward.uv", "mask.a", "disparityL.xy"),
    attributes={
        **_texts("nuke/", "version full_layer_names node_hash"),
        **_texts("input/", "filename ctime mtime"),
        **_ints("input/", "width height"),
        **_texts("exr/", "owner compressionLevel type"),
    },
    changing=("timeCode", "capDate", "input/frame", "nuke/node_hash"),
    compressions=("ZIPS", "ZIP", "PIZ", "DWAA"),
    multipart=0.1,
    deep=0.03,
    trims=True,
)
FUSION = Program(
    name="Fusion",
    versions=("17.4", "18.6", "19.0"),
    always=("RGBA",),
    often=(
        "Z:f",
        "Coverage.A",
        "ObjectID.I:u",
        "Normal.XYZ",
        "BackwardMotion.xy",
        "Position.XYZ:f",
    ),
    attributes={**_texts("", "comments Filename Originator"), **_floats("", "expTime aperture")},
    changing=("timeCode", "capDate"),
    compressions=("ZIP", "PIZ", "RLE"),
    trims=True,
)
RESOLVE = Program(
    name="Blackmagic Design DaVinci Resolve",
    versions=("18.1.4", "18.6.6", "19.0.1"),
    always=("RGB",),
    often=("A",),
    attributes={**_texts("", "reelName clipName sourceFile"), **_floats("", "framesPerSecondF")},
    changing=("timeCode",),
    compressions=("NONE", "PIZ", "ZIP"),
)
CAMERA_ARRI = Program(
    name="ARRI Reference Tool",
    versions=("1.0.2", "1.3.0"),
    always=("RGB",),
    attributes={
        **_texts("", "owner cameraMake cameraModel cameraSerialNumber lensModel reelName"),
        **_texts("com.arri.camera.", "CameraType ShootDate ColorGammaSxS LookName UserInfo1"),
        **_texts("interim.clip.", "CameraClipName CircleTake ProductionName"),
        **_floats("", "isoSpeed focus aperture expTime whiteLuminance"),
        **_ints("com.arri.camera.", "WhiteBalanceKelvin ExposureIndexAsa NdFilterType SensorFps"),
    },
    changing=("timeCode", "keyCode", "capDate"),
    compressions=("NONE", "PIZ"),
)
CAMERA_RED = Program(
    name="REDline",
    versions=("60.2", "62.1"),
    always=("RGB",),
    attributes={
        **_texts("r3d/", "clip_name camera_model lens_name color_space gamma_curve reel_id take"),
        **_ints("r3d/", "iso kelvin shutter_denominator record_framerate"),
        **_floats("r3d/", "tint flut exposure_adjust"),
    },
    changing=("timeCode", "capDate"),
    compressions=("PIZ", "ZIP", "ZIPS"),
)
TEXTURES = Program(
    name="OpenImageIO",
    versions=("2.4.14", "2.5.12"),
    always=("RGB",),
    often=("A",),
    attributes={
        **_texts("", "wrapmodes textureformat fovcot oiio:SHA-1 oiio:ConstantColor owner"),
        "envmap": ("envmap", "LATLONG"),
    },
    changing=("DateTime",),
    compressions=("ZIP", "DWAA", "PXR24"),
    tiled=1.0,
    mipmaps=True,
)
PAINT = Program(
    name="Adobe Photoshop",
    versions=("24.7", "25.9"),
    always=("RGB",),
    often=("A", "Selection.A"),
    attributes=_texts("", "Artist Copyright xmp"),
    changing=("capDate",),
    compressions=("ZIP", "PIZ", "B44"),
)
LUMINANCE = Program(
    name="ilmcopy",
    versions=("2.2", "2.3"),
    always=("Y",),
    often=("RY", "BY", "A"),
    attributes=_texts("", "owner comments ilut"),
    changing=("capDate",),
    compressions=("B44A", "PIZ", "B44"),
)

RENDERERS = (ARNOLD, RENDERMAN, VRAY, KARMA, REDSHIFT, CYCLES)
COMPOSITORS = (NUKE, FUSION, RESOLVE)
CAMERAS = (CAMERA_ARRI, CAMERA_RED)
TOOLS = (TEXTURES, PAINT, LUMINANCE)
