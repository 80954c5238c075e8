"""What `fedfuse slo check` prints: every objective, every window, and what has to follow."""

from collections.abc import Iterator, Mapping
from typing import Any

from fedfuse.model.release import timestamp
from fedfuse.model.slo.burn import ObjectiveVerdict, PairVerdict
from fedfuse.model.slo.outcome import Action, Outcome
from fedfuse.model.slo.wording import pair, target
from fedfuse.report.escape import code, log_line, phrase, table_row


def text(outcome: Outcome) -> str:
    """Plain lines for a terminal or a log."""
    return "".join(f"{log_line(line)}\n" for line in _lines(outcome))


def markdown(outcome: Outcome) -> str:
    """The same as one Markdown table below a sentence."""
    rows = [("objective", "target", "health", "windows"), ("---",) * 4]
    for verdict in outcome.verdicts:
        windows = "; ".join(phrase(pair(one)) for one in verdict.pairs)
        wanted = phrase(target(verdict.objective))
        rows.append((verdict.objective.name, wanted, _health(verdict), windows))
    heading = f"{code(outcome.activation.release)}: {_verdict(outcome)}"
    follows = f"action: {outcome.action.value}, {phrase(outcome.reason)}"
    return "\n".join((heading, "", *map(table_row, rows), "", follows, ""))


def document(outcome: Outcome) -> dict[str, Any]:
    """The outcome as JSON holds it; what a rollback event needs is under `breach`."""
    return {
        "release": outcome.activation.release,
        "event": outcome.activation.event,
        "activated_at": timestamp(outcome.activation.at),
        "at": timestamp(outcome.at),
        "verdict": "breach" if outcome.breach else "healthy",
        "action": outcome.action.value,
        "reason": outcome.reason,
        "to": outcome.to or None,
        "breach": _breach(outcome),
        "objectives": [verdict_document(verdict) for verdict in outcome.verdicts],
    }


def verdict_document(verdict: ObjectiveVerdict) -> dict[str, Any]:
    """One objective as JSON holds it."""
    return {
        "objective": verdict.objective.name,
        "target": verdict.objective.target,
        "health": verdict.health.value,
        "pairs": [_pair_document(one) for one in verdict.pairs],
    }


def _pair_document(verdict: PairVerdict) -> dict[str, Any]:
    long_burn, short_burn = verdict.burns
    return {
        "long": _window_document(verdict, long_burn, short=False),
        "short": _window_document(verdict, short_burn, short=True),
        "limit": float(verdict.pair.factor),
        "breached": verdict.breached,
    }


def _window_document(verdict: PairVerdict, burn: float, *, short: bool) -> Mapping[str, Any]:
    window = verdict.pair.short if short else verdict.pair.long
    count = verdict.short if short else verdict.long
    return {
        "window": window.name,
        "requests": count.total,
        "errors": count.errors,
        "burn": round(burn, 6),
    }


def _breach(outcome: Outcome) -> Mapping[str, Any] | None:
    if outcome.breach is None:
        return None
    return {
        "objective": outcome.breach.objective.name,
        "breach_key": outcome.breach_key,
        "counters": dict(outcome.counters),
    }


def _lines(outcome: Outcome) -> Iterator[str]:
    served = outcome.activation
    yield f"{served.release}: {_verdict(outcome)}"
    yield (
        f"serves since {timestamp(served.at)} by event {served.event:04}, "
        f"judged at {timestamp(outcome.at)}"
    )
    yield ""
    width = max(len(verdict.objective.name) for verdict in outcome.verdicts)
    for verdict in outcome.verdicts:
        name = verdict.objective.name
        yield f"  {name:{width}}  {_health(verdict):7}  target {target(verdict.objective)}"
        for one in verdict.pairs:
            yield f"  {'':{width}}  {'':7}  {pair(one)}"
    if outcome.action is not Action.NONE:
        yield ""
        yield f"action: {outcome.action.value}, {outcome.reason}"
    if outcome.action is Action.PAGE:
        yield "next: a person looks at fedfuse history and decides"


def _verdict(outcome: Outcome) -> str:
    breach = outcome.breach
    return f"breach of {breach.objective.name}" if breach else "healthy"


def _health(verdict: ObjectiveVerdict) -> str:
    return verdict.health.value
