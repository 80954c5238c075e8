"""What `fedfuse slo check` found: every objective, every window, and what has to follow."""

from collections.abc import Mapping
from typing import Any

from fedfuse.model.release import timestamp
from fedfuse.model.slo.burn import ObjectiveVerdict, PairVerdict
from fedfuse.model.slo.outcome import Action, Outcome
from fedfuse.model.slo.wording import pair, target
from fedfuse.report.blocks import Block, Code, Lines, Paragraph, Table


def blocks(outcome: Outcome) -> tuple[Block, ...]:
    """A sentence, a row per objective with its target and windows, and what follows."""
    served, breach = outcome.activation, outcome.breach
    verdict = f"breach of {breach.objective.name}" if breach else _verdict(outcome)
    since = f"serves since {timestamp(served.at)} by event {served.event:04},"
    rows = [
        (
            one.objective.name,
            one.health.value,
            Lines((f"target {target(one.objective)}", *map(pair, (*one.pairs, *one.slow)))),
        )
        for one in outcome.verdicts
    ]
    follows = f"action: {outcome.action.value}, {outcome.reason}"
    person = "next: a person looks at fedfuse history and decides"
    return (
        Paragraph(
            Lines(
                ((Code(served.release, ":"), verdict), f"{since} judged at {timestamp(outcome.at)}")
            )
        ),
        Table(("objective", "health", "target and windows"), rows),
        Paragraph(follows),
        Paragraph(person if outcome.action is Action.PAGE else ""),
    )


def document(outcome: Outcome) -> dict[str, Any]:
    """The outcome as JSON holds it; what a rollback event needs is under `breach`."""
    return {
        "release": outcome.activation.release,
        "event": outcome.activation.event,
        "activated_at": timestamp(outcome.activation.at),
        "at": timestamp(outcome.at),
        "verdict": "breach" if outcome.breach else _verdict(outcome),
        "action": outcome.action.value,
        "reason": outcome.reason,
        "to": outcome.to or None,
        "breach": _breach(outcome),
        "silent": list(outcome.silent),
        "objectives": [verdict_document(verdict) for verdict in outcome.verdicts],
    }


def _verdict(outcome: Outcome) -> str:
    """What a release is that is not in breach."""
    if outcome.slow_burn:
        return "slow burn"
    return f"no counters of {', '.join(outcome.silent)}" if outcome.silent else "healthy"


def verdict_document(verdict: ObjectiveVerdict) -> dict[str, Any]:
    """One objective as JSON holds it."""
    return {
        "objective": verdict.objective.name,
        "target": verdict.objective.target,
        "health": verdict.health.value,
        "pairs": [_pair_document(one) for one in verdict.pairs],
        "slow": [_pair_document(one) for one in verdict.slow],
    }


def _pair_document(verdict: PairVerdict) -> dict[str, Any]:
    long, short = (
        {
            "window": window.name,
            "requests": count.total,
            "errors": count.errors,
            "burn": round(burn, 6),
        }
        for window, count, burn in verdict.windows
    )
    limit = float(verdict.pair.factor)
    return {"long": long, "short": short, "limit": limit, "breached": verdict.breached}


def _breach(outcome: Outcome) -> Mapping[str, Any] | None:
    if outcome.breach is None:
        return None
    return {
        "objective": outcome.breach.objective.name,
        "breach_key": outcome.breach_key,
        "counters": dict(outcome.counters),
    }
