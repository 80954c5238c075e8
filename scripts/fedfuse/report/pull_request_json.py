"""The report on a pull request for machines: what `fedfuse check --format json` prints."""

from typing import Any

from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.report import Measurement, Place, Report, Side, Trend
from fedfuse.model.verdict import GateResult
from fedfuse.report.json_values import json_value, waiting


def render(report: Report) -> str:
    """The report as canonical JSON, one line per top-level key.

    The line `"deterministic": ...` depends on base, head and clock alone: anyone who computes it
    again gets the same bytes. Never raises.
    """
    document = {
        "verdict": report.verdict,
        "complete": report.complete,
        "deterministic": _deterministic(report),
        "identity": _side(report.identity),
        "remote": _side(report.remote),
    }
    return dumps_by_key(document).decode("ascii")


def _deterministic(report: Report) -> dict[str, Any]:
    merged = report.if_merged
    return {
        "kind": report.kind.value,
        "base": report.base,
        "head": report.head,
        "at": json_value(report.at),
        "findings": json_value(sorted(report.findings)),
        "gates": [_gate(gate, report.place(gate)) for gate in report.gates],
        "if_merged": {**json_value(merged), "waiting": waiting(merged.waiting)} if merged else None,
        "metrics": json_value(report.metrics),
        "trends": [_trend(trend) for trend in report.trends],
        "measurements": [_measurement(one) for one in report.measurements],
        "digests": json_value(report.digests),
    }


def _gate(gate: GateResult, place: Place | None) -> dict[str, Any]:
    where = {"path": place.path, "line": place.line} if place else {"path": "", "line": 0}
    return {**json_value(gate), **where}


def _measurement(one: Measurement) -> dict[str, Any]:
    fields: dict[str, Any] = json_value(one)
    del fields["results"]
    return fields | {"gates": [_gate(result, None) for result in one.results]}


def _trend(trend: Trend) -> dict[str, Any]:
    points = [{"version": version, "value": json_value(value)} for version, value in trend.points]
    return {**json_value(trend), "points": points}


def _side(side: Side) -> dict[str, Any]:
    return {**json_value(side), "findings": json_value(sorted(side.findings))}
