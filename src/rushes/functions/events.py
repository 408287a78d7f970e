"""What events ask for: which files are to be inspected, and what is wanted of them."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from rushes.core.errors import Code, RushesError

Data = Mapping[str, Any]

_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off", "")
_KEYS = (("s3_bucket", "s3_key"), ("bucket", "key"))


@dataclass(frozen=True, slots=True)
class Options:
    """What is wanted. `refused` holds what was asked for in words that make no sense."""

    meta: bool = True
    stats: bool = False
    deep_stats: bool = False
    validate: bool = False
    policy_path: str | None = None
    schema_version: int = 1
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """The files, as paths or `s3://bucket/key`; what no file could be read from is an error.

    `several` says that the event told of several, and so wants a list.
    """

    files: tuple[str | RushesError, ...]
    options: Options
    several: bool = False


def request(event: object) -> Request:
    """What `event` asks for. Raises `usage` for one that names no file."""
    data = _unfolded(_data(event))
    records = data.get("Records")
    if isinstance(records, list) and records:
        files = tuple(_of_record(one) for one in records)
        return Request(files, options(data), several=len(files) > 1)
    return Request((_file(data),), options(data))


def options(data: Data) -> Options:
    """The toggles in an event; those it does not have are as in `Options`."""
    refused: list[str] = []

    def flag(name: str, default: bool) -> bool:
        value = data.get(name)
        if value is None:
            return default
        word = str(value).strip().lower()
        if word not in _TRUE + _FALSE:
            refused.append(f"the toggle {name} is neither true nor false: {str(value)[:80]!r}")
            return default
        return word in _TRUE

    version = data.get("schema_version")
    if str(1 if version is None else version).strip() != "1":
        refused.append(f"there is no document of schema version {str(version)[:80]!r}, only of 1")
    policy = data.get("policy_path")
    return Options(
        meta=flag("enable_meta", True),
        stats=flag("enable_stats", False),
        deep_stats=flag("enable_deep_stats", False),
        validate=flag("enable_validate", False),
        policy_path=str(policy) if policy else None,
        refused=tuple(refused),
    )


def _data(event: object) -> Data:
    """The event as a mapping, whichever way it came."""
    if isinstance(event, Mapping):
        return event
    if isinstance(event, str | bytes | bytearray):
        return _parsed(event)
    if hasattr(event, "as_element_event") or hasattr(event, "get_data"):
        return _of_vast(event)
    raise _unknown(f"It is of a type nobody told of: {type(event).__name__}.")


def _of_vast(event: object) -> Data:
    """An event of VAST's DataEngine: what it carries, and the element it is about, if it is."""
    carried = _tried(event, "get_data")
    data = carried if isinstance(carried, Mapping) else {}
    if isinstance(carried, str | bytes):
        data = _parsed(carried)
    element = _tried(event, "as_element_event")
    bucket, key = (getattr(element, name, None) for name in ("bucket", "object_key"))
    return {**data, "s3_bucket": bucket, "s3_key": key} if bucket and key else data


def _tried(event: object, method: str) -> Any:
    """What the method gives, None where it is not there or refuses.

    `as_element_event` refuses events of other kinds, by an exception that is not documented.
    """
    call: Callable[[], Any] | None = getattr(event, method, None)
    try:
        return call() if call is not None else None
    except Exception:  # noqa: BLE001
        return None


def _unfolded(data: Data) -> Data:
    """A CloudEvent's data, with the toggles that stand beside it; anything else as it is."""
    if "specversion" not in data:
        return data
    inner = data.get("data")
    if inner is None and isinstance(data.get("data_base64"), str):
        try:
            inner = b64decode(data["data_base64"], validate=True)
        except ValueError:
            raise _unknown("Its data_base64 is not base64.") from None
    if isinstance(inner, str | bytes):
        inner = _parsed(inner)
    if not isinstance(inner, Mapping):
        raise _unknown("It is a CloudEvent without data.")
    return {**data, **inner}


def _parsed(text: str | bytes | bytearray) -> Data:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise _unknown("It is not JSON.") from None
    if not isinstance(found, Mapping):
        raise _unknown("It is JSON, but no object.")
    return found


def _file(data: Data) -> str:
    for bucket, key in _KEYS:
        if data.get(bucket) or data.get(key):
            return _object(data.get(bucket), data.get(key))
    path = data.get("path")
    if isinstance(path, str) and path and "\0" not in path:
        return path
    raise _unknown()


def _of_record(record: object) -> str | RushesError:
    """One record of a notification of S3, whose keys come as in a URL's query."""
    try:
        (bucket,), (key,) = _nested(record, "bucket", "name"), _nested(record, "object", "key")
        return _object(bucket, unquote_plus(key) if isinstance(key, str) else key)
    except ValueError:
        return _unknown("A record in it has no s3.bucket.name and s3.object.key.")
    except RushesError as error:
        return error


def _nested(record: object, *names: str) -> Iterator[object]:
    found: object = record
    for name in ("s3", *names):
        if not isinstance(found, Mapping) or name not in found:
            return
        found = found[name]
    yield found


def _object(bucket: object, key: object) -> str:
    if isinstance(bucket, str) and isinstance(key, str) and bucket and key and "/" not in bucket:
        return f"s3://{bucket}/{key}"
    raise _unknown("Its bucket and key are not both text.")


def _unknown(why: str = "") -> RushesError:
    return RushesError(
        Code.USAGE,
        f"The event names no file. {why}".rstrip(),
        hint='Send {"path": "s3://bucket/key"}, {"bucket": …, "key": …}, a notification of S3 with'
        " Records, a CloudEvent with one of these as its data, or a VAST element event.",
    )
