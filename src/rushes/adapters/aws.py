"""Where S3 is and whose keys are used there, found where AWS's own tools look for it.

The environment goes before a profile in `~/.aws/credentials` and `~/.aws/config`. Roles of
machines, containers and web identities are left to the client library, which asks for them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from rushes.core import aws_places
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.masking import masked

_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
_PROXIES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
_REGION = "us-east-1"  # also what servers of others understand
_HERE = r"(?a:localhost|::1|127(?:\.\d{1,3}){3})"
_SIGN = r"(?im)^\s*payload_signing_enabled\s*=\s*true\s*$"
_BORROWED = ("role_arn", "sso_session", "sso_start_url", "credential_process")


class Access(NamedTuple):
    """The way to S3: without `endpoint` AWS itself; without keys, the library looks for a role."""

    endpoint: str = ""
    region: str = _REGION
    key_id: str = ""
    secret: str = ""
    token: str = ""
    borrowed: str = ""  # the profile whose keys have to be asked for elsewhere
    asked_to_sign: bool = False
    by_proxy: bool = False  # what is not encrypted may go to another machine first

    def __repr__(self) -> str:
        """Without keys."""
        return f"Access({self.place})"

    @property
    def plain_http(self) -> bool:
        """Whether the endpoint asks to be spoken to without encryption."""
        return self.endpoint.lower().startswith("http://")

    @property
    def signs_bodies(self) -> bool:
        """Whether the bytes that are sent are part of what is signed, and not their CRC alone.

        That keeps out who could change both on the way, whom TLS keeps out already, and who is not
        on the way to this machine itself. A bucket may ask for it all the same, and so does
        `payload_signing_enabled` of a profile's `s3`.
        """
        here = re.fullmatch(_HERE, urlsplit(self.endpoint).hostname or "") and not self.by_proxy
        return self.asked_to_sign or (self.plain_http and not here)

    @property
    def place(self) -> str:
        """What to call it in messages."""
        return masked(self.endpoint) or f"AWS ({self.region})"


def can_borrow() -> bool:
    """Whether AWS's own library is there, which asks for keys that a profile borrows."""
    from importlib.util import find_spec

    return find_spec("boto3") is not None


def access(environment: Mapping[str, str] = os.environ, *, may_borrow: bool = False) -> Access:
    """The way to S3 that the environment and the profile show. Raises `settings.invalid`.

    Unless it `may_borrow`, a profile that is named has to have keys of its own.
    """
    profile = _profile(environment, may_borrow=may_borrow)
    key_id, secret = (
        environment.get(f"AWS_{name}", "") for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY")
    )
    token = environment.get("AWS_SESSION_TOKEN", "")
    if bool(key_id) != bool(secret):
        raise RushesError(
            Code.SETTINGS_INVALID,
            "Of the keys for S3, the environment has one alone.",
            hint="Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither.",
        )
    if not key_id:
        key_id = profile.get("aws_access_key_id", "")
        secret = profile.get("aws_secret_access_key", "")
        token = profile.get("aws_session_token", "")
    region = aws_places.first(environment, _REGIONS) or profile.get("region", "") or _REGION
    endpoint = aws_places.endpoint(environment) or profile.get("endpoint_url", "")
    borrowed = environment.get("AWS_PROFILE", "") if not key_id and _lent(profile) else ""
    sign = "s3" in profile and re.search(_SIGN, profile["s3"]) is not None
    by_proxy = bool(aws_places.first(environment, _PROXIES))
    return Access(_checked(endpoint), region, key_id, secret, token, borrowed, sign, by_proxy)


def _lent(profile: Mapping[str, str]) -> bool:
    return any(one in profile for one in _BORROWED)


def _checked(endpoint: str) -> str:
    try:
        parts = urlsplit(endpoint)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        fine = fine and parts.username is None
    except ValueError:
        fine = False
    if endpoint and not fine:
        raise RushesError(
            Code.SETTINGS_INVALID,
            f"The endpoint of S3 is no address: {masked(endpoint)!r}.",
            hint="Write AWS_ENDPOINT_URL_S3 as https://s3.studio.example, with http:// only where"
            " nobody else can listen.",
        )
    return endpoint.rstrip("/")


def _profile(environment: Mapping[str, str], *, may_borrow: bool) -> dict[str, str]:
    """What the profile says that AWS_PROFILE names, or else the one called `default`."""
    asked = environment.get("AWS_PROFILE", "")
    name = asked or "default"
    in_config = name if name == "default" else f"profile {name}"
    config, keys = aws_places.files(environment)
    found = _section(config, in_config) | _section(keys, name)
    if asked and not found:
        raise RushesError(
            Code.SETTINGS_INVALID,
            f"There is no AWS profile {escape(asked)}.",
            hint=f"AWS_PROFILE names it; profiles are in {escape(str(keys))}.",
        )
    own_keys = "AWS_ACCESS_KEY_ID" in environment or "aws_access_key_id" in found
    if asked and not own_keys and not may_borrow and _lent(found):
        raise RushesError(
            Code.SETTINGS_INVALID,
            f"The AWS profile {escape(asked)} has no keys of its own, but borrows them.",
            hint="Put the borrowed keys into the environment, as"
            " `aws configure export-credentials --format env` prints them.",
        )
    return found


def _section(file: Path, name: str) -> dict[str, str]:
    """One section of a file of AWS's; empty where there is none."""
    if not os.path.lexists(file):
        return {}
    try:
        text = file.read_text("utf-8")
        return _parsed(text, name) if text.strip() else {}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        # What the parser says quotes lines, and these hold secrets.
        why = error.strerror if isinstance(error, OSError) else "it is not laid out as INI"
        raise RushesError(
            Code.SETTINGS_INVALID,
            f"{escape(str(file))} cannot be read: {why}.",
            hint="Mend it, or unset AWS_PROFILE and set AWS_ACCESS_KEY_ID and the rest instead.",
        ) from None


def _parsed(text: str, name: str) -> dict[str, str]:
    """The same of its text. Raises `ValueError`."""
    from configparser import Error, RawConfigParser

    reader = RawConfigParser(strict=False, default_section="", inline_comment_prefixes=(" #", " ;"))
    try:
        reader.read_string(text)
    except Error:
        raise ValueError from None  # what it says quotes lines
    return dict(reader[name]) if reader.has_section(name) else {}
