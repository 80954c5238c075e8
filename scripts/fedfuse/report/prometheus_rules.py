"""Prometheus alerting rules from the objectives, in the form `promtool check rules` accepts."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from fedfuse.model.slo.objective import (
    MIN_ERRORS,
    PAIRS,
    SLOW_PAIRS,
    Objective,
    Pair,
    Window,
    limit,
)
from fedfuse.model.slo.selectors import selectors
from fedfuse.model.slo.wording import rate, target

_HEAD = """\
# Written by `fedfuse slo rules` from the objectives in registry.yaml: change those, then write
# this file again. An alert is a reason to look; whether to roll back is decided by
# `fedfuse slo check`, whose windows begin when the release came to serve.
groups:
"""


def render(objectives: Sequence[Objective], *, release_name: str) -> str:
    """The rules as a commented YAML file; never raises."""
    (group,) = document(objectives, release_name=release_name)["groups"]
    lines = [f"  - name: {group['name']}", "    rules:"]
    for rule in group["rules"]:
        lines += _yaml(rule)
    return _HEAD + "\n".join(lines) + "\n"


def document(objectives: Sequence[Objective], *, release_name: str) -> Mapping[str, Any]:
    """One group with one alert per objective and pair of windows; never raises.

    Alerts are per release (label `release`) and carry `severity` (`page`, or `ticket` for slow
    windows), `objective`, `windows` and `registry`, by which Alertmanager routes them.
    """
    rules = [
        _rule(objective, pair, release_name)
        for objective in objectives
        for pair in (*PAIRS, *SLOW_PAIRS)
    ]
    return {"groups": [{"name": f"{release_name}-slo", "rules": rules}]}


def _rule(objective: Objective, pair: Pair, release_name: str) -> Mapping[str, Any]:
    selected = selectors(objective)
    good, total = (partial(_increase, one) for one in (selected.good, selected.total))
    share = _decimal(1 - limit(objective, pair))
    return {
        "alert": f"FedfuseSlo{objective.name.title()}{pair.long.name}",
        "expr": f"{good(pair.long)} / {total(pair.long)} <= {share}\n"
        f"and {good(pair.short)} / {total(pair.short)} <= {share}\n"
        f"and {total(pair.long)} - {good(pair.long)} >= {MIN_ERRORS}",
        "labels": {
            "severity": "page" if pair in PAIRS else "ticket",
            "objective": objective.name,
            "windows": f"{pair.long.name}-{pair.short.name}",
            "registry": release_name,
        },
        "annotations": {
            "summary": f"{{{{ $labels.release }}}} burns its error budget of {objective.name} "
            f"({target(objective)}) at least {rate(float(pair.factor))} as fast as allowed",
            "command": "fedfuse slo check --source prometheus:URL",
        },
    }


def _yaml(rule: Mapping[str, Any]) -> Iterator[str]:
    yield f"      - alert: {rule['alert']}"
    yield "        expr: |-"
    yield from (f"          {line}" for line in rule["expr"].splitlines())
    yield "        labels:"
    yield from (f"          {name}: {value}" for name, value in rule["labels"].items())
    yield "        annotations:"
    yield f"          summary: '{rule['annotations']['summary']}'"
    yield f"          command: {rule['annotations']['command']}"


def _increase(selector: str, window: Window) -> str:
    return f"sum by (release) (increase({selector}[{window.name}]))"


def _decimal(share: Fraction) -> str:
    """A decimal number, exactly."""
    return format((Decimal(share.numerator) / Decimal(share.denominator)).normalize(), "f")
