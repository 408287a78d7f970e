"""How a server stands: whether it answers, which Rushes it runs, and whom the token belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rushes.client.transport import Transport
from rushes.core.errors import Code, RushesError

_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class ServerState:
    """`answers` is whether a Rushes server is there, `login` whose the token is, empty where it is
    nobody's. `message` and `fix` tell what is wrong, and are empty where all is well.
    """

    url: str
    answers: bool
    version: str = ""
    login: str = ""
    tool: str = ""
    scopes: tuple[str, ...] = ()
    message: str = ""
    fix: str = ""


def server_state(url: str, token: str) -> ServerState:
    """Ask once, for five seconds at the most; nothing is raised."""
    shown = ""
    try:
        asked = Transport(url, token, timeout_s=_TIMEOUT_S, tries=1)
        shown = asked.url
        try:
            told: Any = asked.get("/me")
        finally:
            asked.close()
    except RushesError as error:
        answers = error.code in (Code.LOGIN_NEEDED, Code.ACCESS_DENIED) and bool(token)
        return ServerState(shown, answers, message=error.message, fix=error.hint)
    return ServerState(
        shown,
        answers=True,
        version=str(told["rushes"]),
        login=str(told["login"]),
        tool=str(told["tool"]),
        scopes=tuple(told["scopes"] or ()),
    )
