"""Policies, and what became of their rules, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rushes.cli import show
from rushes.cli.exr.policy_trial import Tried, states
from rushes.cli.show import printable
from rushes.frames.notation import format_frames
from rushes.policy.judging import Outcome, State
from rushes.policy.policy import Policy
from rushes.policy.shelf import Shelved

_COLOURS = {State.PASSED: "green", State.FAILED: "red", State.NOT_MEASURED: "yellow"}


def show_shelf(found: Sequence[Shelved]) -> None:
    """A line for each policy, or why it cannot be used."""
    show.table(
        [
            (one.name, one.policy.version, printable(one.policy.description))
            for one in found
            if one.policy is not None
        ]
    )
    for one in found:
        if one.refused is not None:
            show.error(one.refused, as_json=False)


def shelved_row(one: Shelved) -> dict[str, Any]:
    """A policy as `rushes policy list --json` has it."""
    policy, refused = one.policy, one.refused
    return {
        "name": one.name,
        "version": policy.version if policy else None,
        "digest": policy.digest if policy else None,
        "description": policy.description if policy else None,
        "sources": list(policy.sources) if policy else [],
        "rules": len(policy.rules) if policy else 0,
        "file": policy.origin if policy else "",
        "refused": refused.message if refused else None,
    }


def policy_row(policy: Policy) -> dict[str, Any]:
    """A policy as `rushes policy show --json` has it."""
    return {
        **policy.row(),
        "description": policy.description,
        "sources": list(policy.sources),
        "file": policy.origin,
        "rules": [
            {
                "id": rule.id,
                "check": rule.kind,
                "severity": rule.severity.value,
                "fix": rule.fix or rule.check.fix,
                "why": rule.why,
            }
            for rule in policy.rules
        ],
        "toml": policy.text,
    }


def show_tried(policy: Policy, done: Sequence[Tried]) -> None:
    """Every rule of every file with what became of it."""
    for one in done:
        if one.error is not None:
            continue
        show.text(printable(one.name), bold=True)
        show.findings(list(one.findings))
        for outcome in one.outcomes:
            state = outcome.state
            word = show.styled(f"{state.value:<14}", _COLOURS.get(state, "bright_black"))
            show.text(f"  {word}  {outcome.rule.id}")
            for told in _told(outcome):
                show.text(f"  {'':<14}    {outcome.rule.severity.value}: {printable(told)}")
    counts = ", ".join(f"{count:,} {state.value}" for state, count in states(done).items() if count)
    show.text(f"{policy.name} {policy.version} ({policy.digest[:8]}): {counts or 'nothing judged'}")


def tried_row(one: Tried) -> dict[str, Any]:
    """A file as `rushes policy test --json` has it."""
    return {
        "path": one.name,
        "error": one.error.message if one.error else None,
        "findings": [each.row() for each in one.findings],
        "rules": [
            {
                "id": outcome.rule.id,
                "state": outcome.state.value,
                "findings": [each.row() for each in outcome.findings],
            }
            for outcome in one.outcomes
        ],
    }


def _told(outcome: Outcome) -> list[str]:
    frames = [f" ({format_frames(one)})" for one in outcome.frames] or [""] * len(outcome.findings)
    return [f"{one.message}{where}" for one, where in zip(outcome.findings, frames, strict=True)]
