"""Prometheus alerting rules from the objectives, in the form `promtool check rules` accepts."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial

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
    good, total = (partial(_increase, one) for one in _counters(objective))
    share = _decimal(1 - limit(objective, pair))
    yield f"      - alert: FedfuseSlo{objective.name.title()}{pair.long.name}"
    yield "        expr: |-"
    yield f"          {good(pair.long)} / {total(pair.long)} <= {share}"
    yield f"          and {good(pair.short)} / {total(pair.short)} <= {share}"
    yield f"          and {total(pair.long)} - {good(pair.long)} >= {MIN_ERRORS}"
    yield "        labels:"
    yield "          severity: page"
    yield f"          objective: {objective.name}"
    yield f"          windows: {pair.long.name}-{pair.short.name}"
    yield f"          registry: {release_name}"
    yield "        annotations:"
    yield (
        f"          summary: '{{{{ $labels.release }}}} burns its error budget of {objective.name} "
        f"({target(objective)}) at least {rate(float(pair.factor))} as fast as allowed'"
    )
    yield "          command: fedfuse slo check --source prometheus:URL"


def _counters(objective: Objective) -> tuple[str, str]:
    selected = selectors(objective)
    return selected.good, selected.total


def _increase(selector: str, window: Window) -> str:
    return f"sum by (release) (increase({selector}[{window.name}]))"


def _decimal(share: Fraction) -> str:
    """A decimal number, exactly."""
    return format((Decimal(share.numerator) / Decimal(share.denominator)).normalize(), "f")
