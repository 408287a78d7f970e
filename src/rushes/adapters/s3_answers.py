"""What went wrong with S3, told in words of ours, from what the library says.

What it says is looked at and never repeated: an answer of S3 may hold what was signed, and by
whose key.
"""

from __future__ import annotations

import re

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape

# Answers are rare that have to be looked into: these are made when there is one.
_STATUS = r"status code: (\d{3})"
_CODE = r"<Code>(\w{1,64})</Code>"
_BAD_KEY = r'(?s)Path "(.{1,1100}?)"(?::| contained empty)'
_BROKEN_OFF = r"HttpError \{\s+kind: (?:Interrupted|Request|Unknown)"
_KEYS = "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, and what they may do."
_REASONS = (  # what is looked for, what it means, and what to do
    (
        "/latest/",
        "there are no keys for S3, and this machine has no role",
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.",
    ),
    ("<Code>InvalidAccessKeyId", "S3 at {place} does not know this key", _KEYS),
    ("<Code>SignatureDoesNotMatch", "S3 at {place} has another secret for this key", _KEYS),
    (
        "<Code>ExpiredToken",
        "the keys for S3 at {place} were lent for a time, and that is over",
        "Sign in again (`aws sso login`), or ask for new keys.",
    ),
    (
        "<Code>RequestTimeTooSkewed",
        "this machine's clock is wrong, so that S3 at {place} does not believe it",
        "Set the clock, best by NTP.",
    ),
    ("status code: 401", "S3 at {place} refuses these keys ({answer})", _KEYS),
    (
        "status code: 403",
        "S3 at {place} refuses it ({answer}), which may also mean that it is not there",
        _KEYS,
    ),
    (
        "kind: Timeout",
        "S3 at {place} did not answer in time",
        "Check the network, and that the server lives.",
    ),
    (
        "kind: Connect",
        "S3 at {place} cannot be reached",
        "Check AWS_ENDPOINT_URL_S3 and the network.",
    ),
    (
        "NotPartial",
        "S3 at {place} does not send parts of files",
        "Ask for a server, or a proxy before it, that does.",
    ),
    ("status code: ", "S3 at {place} answered {answer}", "Try again later; look at its own log."),
    ("", "what S3 at {place} answers makes no sense", "Check that AWS_ENDPOINT_URL_S3 is an S3."),
)


_LIBRARY = ("botocore", "boto3", "urllib3", "awscrt", "s3transfer")
_KINDS = (
    ("NoCredentials", "/latest/"),
    ("Timeout", "Timeout"),
    ("EndpointConnection", "Connect"),
    ("ConnectionClosed", "Connect"),
    ("ConnectionError", "Connect"),
    ("HTTPClientError", "Connect"),
)


class PastTheEndError(RushesError):
    """Bytes were asked for that the file does not have."""


class BadKeyError(RushesError):
    """A listing holds a key that cannot be handled."""


class BrokenOffError(RushesError):
    """The connection broke before an answer came: what was asked may have been done."""


class OtherThereError(RushesError):
    """Another object lies there than the request was made for."""


def told(url: str, said: str, *, place: str) -> RushesError:
    """What `said` means for `url` (escaped), which lies on the S3 called `place`."""
    status, code = _found(_STATUS, said), _found(_CODE, said)
    if status == "412" or code == "ConditionalRequestConflict":
        return OtherThereError(
            Code.CHANGED_MEANWHILE,
            f"Another object lies at {url} than before.",
            hint="Nothing was changed there. Plan anew.",
        )
    if status == "416":
        return PastTheEndError(Code.PATH_UNREADABLE, f"{url} has become shorter.")
    if status == "404":
        return RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no bucket for {url} at {place}.",
            hint="Check the bucket's name, and AWS_ENDPOINT_URL_S3.",
        )
    if re.search(_BROKEN_OFF, said):
        return BrokenOffError(
            Code.PATH_UNREADABLE,
            f"{url} cannot be read: the connection to S3 at {place} broke off.",
            hint="Check the network, then try again.",
        )
    why, hint = next((why, hint) for sign, why, hint in _REASONS if sign in said)
    answer = f"{status} {code}".rstrip()
    return RushesError(
        Code.PATH_UNREADABLE,
        f"{url} cannot be read: {why.format(place=place, answer=answer)}.",
        hint=hint,
    )


def told_of_parts(url: str, error: Exception, *, place: str) -> Exception:
    """The same for what AWS's own library raises; a missing object or upload as the first does."""
    answer = getattr(error, "response", None) or {}
    status = str(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))
    code = str(answer.get("Error", {}).get("Code", ""))
    if code in ("NoSuchKey", "NoSuchUpload") or (status == "404" and code in ("404", "NotFound")):
        return FileNotFoundError(url)
    if isinstance(error, RushesError) or not type(error).__module__.startswith(_LIBRARY):
        return error
    said = f"status code: {status} <Code>{code}</Code>" if status else ""
    name = type(error).__name__
    said = said or next(
        ((kind if kind[0] == "/" else f"kind: {kind}") for sign, kind in _KINDS if sign in name),
        name,
    )
    return told(url, said, place=place)


def unwritten(error: RushesError) -> RushesError:
    """The same about an object that could not be written."""
    if error.code is not Code.PATH_UNREADABLE:
        return error
    message = error.message.replace(" cannot be read: ", " cannot be written: ")
    return RushesError(Code.WRITE_FAILED, message, hint=error.hint)


def bad_key(url: str, said: str) -> RushesError:
    """That the folder `url` (escaped) holds a key which the library refuses."""
    key = _found(_BAD_KEY, said)
    return BadKeyError(
        Code.PATH_UNREADABLE,
        f"{url} cannot be listed, for it holds a key that no file can have"
        f"{f': {escape(key)}' if key else ''}.",
        hint="Rename or remove keys with . or .. or nothing between slashes, or with control"
        " characters.",
    )


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else ""
