"""Options that mean something by being left away, which is something else than being empty."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource


def filled(context: click.Context, option: click.Parameter, value: Any) -> Any:
    """Refuse a text that was given and is blank, as an unset variable of a script leaves it.

    Taken for one that was left away it would mean everything there is.
    """
    source = context.get_parameter_source(option.name or "")
    texts = value if isinstance(value, tuple) else (value,)
    given = source not in (None, ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP)
    if given and any(isinstance(one, str) and not one.strip() for one in texts):
        raise click.BadParameter("it is empty; give it a value, or leave it away.", context, option)
    return value
