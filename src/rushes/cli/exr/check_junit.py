"""What `rushes exr check` found as JUnit's XML, which build servers show."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape as xml_escape
from xml.sax.saxutils import quoteattr

from rushes.cli.exr.check_targets import Refused
from rushes.cli.exr.checked import FAILED, PASSED, Checked
from rushes.cli.report_place import Form
from rushes.policy.folding import Alike, Told
from rushes.policy.policy import Policy

JUNIT = Form("--junit", "junit.xml", b'<testsuites name="rushes exr check"')
# What XML 1.0 cannot hold, however it is written.
_XML = (*range(0x20), 0xFFFE, 0xFFFF)
_NO_XML = dict.fromkeys(set(_XML) - set(b"\t\n\r"), "\N{REPLACEMENT CHARACTER}")


def junit(done: Sequence[Checked], policies: Sequence[Policy], refused: Sequence[Refused]) -> bytes:
    """JUnit's XML: a suite for each policy, a case for each file or sequence.

    A case fails with the errors; one that could not be wholly read is an error, one whose rules
    could not all be judged is skipped.
    """
    suites = [_suite(policy, done) for policy in policies]
    if refused:
        cases = [_case(one.name, "rushes", "error", one.error.message) for one in refused]
        suites.append(_suite_of("not read", cases))
    start = f'<?xml version="1.0" encoding="UTF-8"?>\n{JUNIT.mark.decode()}>\n'
    return f"{start}{''.join(suites)}</testsuites>\n".encode("utf-8", "backslashreplace")


def _suite(policy: Policy, done: Sequence[Checked]) -> str:
    return _suite_of(
        f"{policy.name} {policy.version} {policy.digest}",
        [_judged(policy, one) for one in done],
    )


def _suite_of(name: str, cases: Sequence[str]) -> str:
    counts = {
        "tests": len(cases),
        "failures": sum("<failure " in one for one in cases),
        "errors": sum("<error " in one for one in cases),
        "skipped": sum("<skipped " in one for one in cases),
    }
    numbers = " ".join(f'{what}="{number}"' for what, number in counts.items())
    return f"  <testsuite name={_attribute(name)} {numbers}>\n{''.join(cases)}  </testsuite>\n"


def _judged(policy: Policy, one: Checked) -> str:
    verdict = one.verdict(policy)
    lines = [_told(one, *each) for each in one.of(policy.name)]
    if verdict == PASSED:
        return _case(one.target.name, policy.name, "", "\n".join(lines))
    if verdict == FAILED:
        return _case(one.target.name, policy.name, "failure", "\n".join(lines))
    own = [_told(one, *each) for each in one.of("")]
    unread = [each.error.message for each in one.refused]
    kind = "error" if own or unread else "skipped"
    return _case(one.target.name, policy.name, kind, "\n".join([*unread, *own, *lines]))


def _case(name: str, group: str, kind: str, text: str) -> str:
    start = f"    <testcase name={_attribute(name)} classname={_attribute(group)}"
    if not kind:
        told = f"<system-out>{_text(text)}</system-out>" if text else ""
        return f"{start}>{told}</testcase>\n" if told else f"{start}/>\n"
    first = text.partition("\n")[0]
    return f"{start}><{kind} message={_attribute(first)}>{_text(text)}</{kind}></testcase>\n"


def _told(one: Checked, alike: Alike, told: Told) -> str:
    frames = one.frames(told)
    where = f" ({frames})" if frames else ""
    return f"{alike.severity.value} {alike.rule}: {alike.message}{where}"


def _text(text: str) -> str:
    return xml_escape(text.translate(_NO_XML))


def _attribute(text: str) -> str:
    return quoteattr(text.translate(_NO_XML))
