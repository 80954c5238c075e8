"""The report for machines: what `fedfuse check --format json` prints."""

import math
from collections.abc import Mapping
from typing import Any

from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.finding import Finding
from fedfuse.model.release import timestamp
from fedfuse.model.report import IfMerged, Measurement, Place, Report, Side, Trend
from fedfuse.model.verdict import GateResult

_PLACES = 6
"""Decimal places of every number, as in a release record."""


def render(report: Report) -> str:
    """The report as canonical JSON, one line per top-level key.

    The line `"deterministic": ...` depends on base, head and clock alone: whoever recomputes it
    gets the same bytes. Numbers are rounded to six places; NaN and infinities are the strings
    `nan`, `inf` and `-inf`, which JSON has no numbers for. Never raises.
    """
    document = {
        "verdict": report.verdict,
        "complete": report.complete,
        "deterministic": _deterministic(report),
        "identity": _side(report.identity),
        "remote": _side(report.remote),
    }
    return dumps_by_key(document).decode("ascii")


def finding_document(finding: Finding) -> dict[str, Any]:
    """A finding as every JSON output of the tool holds it."""
    return {
        "code": finding.code,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "message": finding.message,
        "expected": finding.expected,
        "found": finding.found,
        "fix": finding.fix,
    }


def _deterministic(report: Report) -> dict[str, Any]:
    return {
        "kind": report.kind.value,
        "base": report.base,
        "head": report.head,
        "at": timestamp(report.at),
        "findings": _findings(report.findings),
        "gates": [_gate(gate, report.place(gate)) for gate in report.gates],
        "if_merged": _merged(report.if_merged) if report.if_merged else None,
        "metrics": _plain(report.metrics),
        "trends": [_trend(trend) for trend in report.trends],
        "measurements": [_measurement(one) for one in report.measurements],
        "digests": [{"name": one.name, "value": one.value} for one in report.digests],
    }


def _findings(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    return [finding_document(finding) for finding in sorted(findings)]


def _gate(gate: GateResult, place: Place | None) -> dict[str, Any]:
    return {
        "gate": gate.gate,
        "check": gate.check,
        "subject": gate.subject,
        "path": place.path if place else "",
        "line": place.line if place else 0,
        "verdict": gate.verdict.value,
        "measured": _plain(gate.measured),
        "observed": _plain(gate.observed),
        "limit": _plain(gate.limit),
        "baseline": _plain(gate.baseline),
        "unit": gate.unit,
        "reason": gate.reason,
    }


def _measurement(one: Measurement) -> dict[str, Any]:
    return {
        "path": one.path,
        "subject": one.subject,
        "verdict": one.verdict.value,
        "effect": one.effect,
        "gates": [_gate(result, None) for result in one.results],
    }


def _trend(trend: Trend) -> dict[str, Any]:
    return {
        "unit": trend.unit,
        "metric": trend.metric,
        "points": [{"version": v, "value": _plain(value)} for v, value in trend.points],
        "floor": _plain(trend.floor),
    }


def _merged(merged: IfMerged) -> dict[str, Any]:
    return {
        "tag": merged.tag,
        "bump": merged.bump,
        "members": list(merged.members),
        "diff": [{"unit": c.unit, "old": c.old, "new": c.new} for c in merged.diff],
        "waiting": [{"ref": ref, "reason": reason} for ref, reason in merged.waiting],
        "note": merged.note,
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "status": side.status,
        "message": side.message,
        "findings": _findings(side.findings),
    }


def _plain(value: Any) -> Any:
    """The value with every float rounded, and those that JSON lacks as strings."""
    if isinstance(value, float):
        return round(value, _PLACES) + 0.0 if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return value
