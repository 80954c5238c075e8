"""Prometheus alerting rules from the objectives, in the form `promtool check rules` accepts."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from fedfuse.model.slo.objective import MIN_ERRORS, PAIRS, Objective, Pair, Window, limit
from fedfuse.model.slo.selectors import selectors
from fedfuse.model.slo.wording import rate, target

_HEAD = """\
# Written by `fedfuse slo rules` from the objectives in registry.yaml: change those, then write
# this file again. An alert is a reason to look; whether to roll back is decided by
# `fedfuse slo check`, whose windows begin when the release came to serve.
groups:
"""


def render(objectives: Sequence[Objective], *, release_name: str) -> str:
    """One group with one alert per objective and pair of windows; never raises.

    Alerts are per release (label `release`) and carry `severity: page`, `objective`, `windows` and
    `registry`, by which Alertmanager routes them.
    """
    lines = [f"  - name: {release_name}-slo", "    rules:"]
    for objective in objectives:
        for pair in PAIRS:
            lines += _alert(objective, pair, release_name)
    return _HEAD + "\n".join(lines) + "\n"


def _alert(objective: Objective, pair: Pair, release_name: str) -> Iterator[str]:
    words = f"{target(objective)}, burnt at least {rate(float(pair.factor))} as fast"
    yield f"      - alert: FedfuseSlo{objective.name.title()}{pair.long.name}"
    yield "        expr: |-"
    yield f"          {_burns(objective, pair, pair.long)}"
    yield f"          and {_burns(objective, pair, pair.short)}"
    yield f"          and {_errors(objective, pair.long)} >= {MIN_ERRORS}"
    yield "        labels:"
    yield "          severity: page"
    yield f"          objective: {objective.name}"
    yield f"          windows: {pair.long.name}-{pair.short.name}"
    yield f"          registry: {release_name}"
    yield "        annotations:"
    yield (
        f"          summary: '{{{{ $labels.release }}}} burns its error budget "
        f"of {objective.name}: {words}'"
    )
    yield "          command: fedfuse slo check --source prometheus:URL"


def _burns(objective: Objective, pair: Pair, window: Window) -> str:
    share = _decimal(limit(objective, pair))
    return f"{_errors(objective, window)} / {_total(objective, window)} >= {share}"


def _errors(objective: Objective, window: Window) -> str:
    return f"({_total(objective, window)} - {_good(objective, window)})"


def _good(objective: Objective, window: Window) -> str:
    return f"sum by (release) (increase({selectors(objective).good}[{window.name}]))"


def _total(objective: Objective, window: Window) -> str:
    return f"sum by (release) (increase({selectors(objective).total}[{window.name}]))"


def _decimal(share: Fraction) -> str:
    """A share of a decimal number, exactly."""
    return format((Decimal(share.numerator) / Decimal(share.denominator)).normalize(), "f")
