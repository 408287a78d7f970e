"""What `rushes exr check` found as SARIF, which code hosts and editors show."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from rushes import __version__
from rushes.cli.exr.check_targets import Refused
from rushes.cli.exr.checked import Checked
from rushes.cli.report_place import Form
from rushes.core.digest import fingerprint
from rushes.core.errors import RushesError
from rushes.core.escape import unescape
from rushes.model.finding import Severity
from rushes.policy.policy import Policy, Rule

SARIF = Form("--sarif", "check.sarif", b'"name": "Rushes exr check"')
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(done: Sequence[Checked], policies: Sequence[Policy], refused: Sequence[Refused]) -> bytes:
    """SARIF 2.1.0, an OASIS standard: a result for each kind of finding in a file or sequence."""
    results = [row for one in done for row in _results(one)]
    results += [_refused(one.name, one.error) for one in refused]
    known = {rule.id: rule for policy in policies for rule in policy.rules}
    ids = sorted({*known, *(row["ruleId"] for row in results)})
    places = {name: at for at, name in enumerate(ids)}
    for row in results:
        row["ruleIndex"] = places[row["ruleId"]]
    rules = [_rule(known[name]) if name in known else {"id": name} for name in ids]
    driver = {"name": "Rushes exr check", "version": __version__, "rules": rules}
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "properties": {"policies": [one.row() for one in policies]},
        "results": results,
    }
    whole = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return (json.dumps(whole, indent=1) + "\n").encode("ascii")


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.why or (rule.check.__doc__ or rule.kind)},
        "help": {"text": rule.fix or rule.check.fix or rule.kind},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _results(one: Checked) -> Iterator[dict[str, Any]]:
    for alike, told in one.told.items():
        frames = one.frames(told)
        message = f"{alike.message} ({frames})" if frames else alike.message
        yield {
            "ruleId": alike.rule,
            "level": alike.severity.value,
            "message": {"text": message},
            "locations": _at(told.first),
            "partialFingerprints": {
                "rushes/v1": fingerprint(alike.rule, one.target.name, alike.message)
            },
            "properties": {
                "policy": alike.policy,
                "sequence": one.target.name,
                "frames": frames,
                "files": told.count,
                "found": alike.found,
                "wanted": alike.wanted,
            },
        }
    for each in one.refused:
        yield _refused(each.name, each.error)


def _refused(name: str, error: RushesError) -> dict[str, Any]:
    return {
        "ruleId": error.code.value,
        "level": Severity.ERROR.value,
        "message": {"text": error.message},
        "locations": _at(name),
        "partialFingerprints": {"rushes/v1": fingerprint(error.code.value, name)},
    }


def _at(path: str) -> list[dict[str, Any]]:
    # Percent signs carry the very bytes of a name, which UTF-8 need not be.
    place = quote(unescape(path).encode("utf-8", "surrogateescape"))
    place = f"file://{place}" if path.startswith("/") else place
    return [{"physicalLocation": {"artifactLocation": {"uri": place}}}]
