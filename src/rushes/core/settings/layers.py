"""What the environment and the command line say, as checked values with their origins."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rushes.core import folders
from rushes.core.settings.given import Given, checked, known_key, refused, unknown
from rushes.core.settings.keys import keys, nearest, sections
from rushes.core.settings.origin import FROM_ENVIRONMENT, FROM_FLAG, Origin


def _from_environment(variable: str) -> Origin:
    return Origin(FROM_ENVIRONMENT, name=variable)


def environment_layer(
    environ: Mapping[str, str], *, origin: Callable[[str], Origin] = _from_environment
) -> list[Given]:
    """What `RUSHES_…` variables say, and before them those that other programs share with us; an
    empty one says nothing. `origin` tells where a variable was set.

    One that names a section but no setting of it is a mistake (`settings.unknown`); what else
    begins with RUSHES_ is somebody else's.
    """
    known = {name: key for key in keys().values() for name in key.also}
    shared = [name for name in known if environ.get(name)]
    ours = sorted(name for name, text in environ.items() if name.startswith("RUSHES_") and text)
    if not ours and not shared:
        return []
    known |= {key.variable: key for key in keys().values()}
    starts = tuple(f"RUSHES_{name.upper()}_" for name in sections())
    given: list[Given] = []
    for variable in (*shared, *ours):
        place = origin(variable)
        key = known.get(variable)
        if key is not None:
            try:
                raw = key.kind.from_text(environ[variable])
            except ValueError:
                raise refused(key, environ[variable], place) from None
            value = folders.expanded(environ[variable], environ) if key.kind.is_path else raw
            given.append(Given(key, checked(key, value, place), place))
        elif variable.startswith(starts):
            near = nearest(variable[len("RUSHES_") :].lower().replace("_", ".", 1))
            raise unknown(place, variable, keys()[near].variable if near in keys() else "")
    return given


def flag_layer(flags: Mapping[str, object]) -> list[Given]:
    """What the command line says, by dotted name."""
    given = []
    for name, value in flags.items():
        key = known_key(name, Origin(FROM_FLAG))
        origin = Origin(FROM_FLAG, name=key.flag)
        given.append(Given(key, checked(key, value, origin), origin))
    return given
