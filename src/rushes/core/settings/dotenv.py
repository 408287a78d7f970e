"""What a `.env` file says: variables for whoever starts Rushes beside it."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.settings.given import Given
from rushes.core.settings.keys import keys
from rushes.core.settings.layers import environment_layer
from rushes.core.settings.origin import FROM_ENV_FILE, Origin

_MOST = 1024**2  # bytes
_CONFIG = "RUSHES_CONFIG"


def read_dotenv(path: Path) -> dict[str, tuple[str, int]]:
    """The variables that concern Rushes, each with its line; `$` and `${…}` stand for themselves.

    Others are somebody else's, and so is what they hold. Raises `path.unreadable`,
    `settings.invalid`, and `dependency.missing` where Python cannot read such a file.
    """
    text = _text(path)
    shared = {name for key in keys().values() for name in key.also}
    if "RUSHES_" not in text and not any(name in text for name in shared):
        return {}
    try:
        # Not `dotenv_values`: that one leaves lines out that it cannot read, and tells no numbers.
        from dotenv.parser import parse_stream
    except ModuleNotFoundError as error:
        raise RushesError(
            Code.DEPENDENCY_MISSING,
            f"This Python cannot read {escape(str(path))}: python-dotenv is not installed.",
            hint="Install python-dotenv, or set the variables in the environment.",
        ) from error
    found: dict[str, tuple[str, int]] = {}
    for one in parse_stream(StringIO(text)):
        line = one.original.line + _blank_lines(one.original.string)
        if one.error:
            raise _broken(path, line, "it is no line as in NAME=value")
        if one.key is None or not (one.key.startswith("RUSHES_") or one.key in shared):
            continue
        if one.key == _CONFIG:
            told = f"{_CONFIG} cannot be set here, because it decides where .env is looked for"
            raise _broken(path, line, told)
        found[one.key] = (one.value or "", line)
    return found


def dotenv_layer(
    path: Path, variables: Mapping[str, tuple[str, int]], environ: Mapping[str, str]
) -> list[Given]:
    """The values of settings in it. A relative path starts from the file's folder.

    Raises `settings.unknown` and `settings.invalid`, as the environment's variables do.
    """

    def origin(variable: str) -> Origin:
        return Origin(FROM_ENV_FILE, name=variable, path=path, line=variables[variable][1])

    texts = {name: text for name, (text, _) in variables.items()}
    homes = {name: environ[name] for name in ("HOME", "USERPROFILE") if name in environ}
    folder = path.parent.absolute()
    return [
        one._replace(value=folder / one.value) if one.key.kind.is_path else one
        for one in environment_layer({**homes, **texts}, origin=origin)
    ]


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except OSError as error:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"{escape(str(path))} cannot be read: {error.strerror or error}.",
            hint="Mend its permissions, or start from another folder.",
        ) from error
    if len(data) > _MOST:
        raise _broken(path, 0, f"it has more than {_MOST:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _broken(path, line, "it is not UTF-8 text") from None
    if "\0" in text:
        raise _broken(path, text.count("\n", 0, text.index("\0")) + 1, "it holds a NUL")
    return text


def _blank_lines(text: str) -> int:
    """Lines that the parser took together with the variable below them."""
    return text[: len(text) - len(text.lstrip())].count("\n")


def _broken(path: Path, line: int, words: str) -> RushesError:
    place = f"{escape(str(path))}:{line}" if line else escape(str(path))
    return RushesError(
        Code.SETTINGS_INVALID,
        f"{place}: {words}.",
        hint="Mend the file, one NAME=value on each line, or start from another folder.",
    )
