"""Fusing three providers' artifacts into one descriptor: gates on metrics, score, choice.

The short way of the federation: no registry, no evidence, no history. Metrics are the providers'
own claims; `fedfuse check` is what recomputes them, and what judges contracts.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from fedfuse.model.finding import Finding
from fedfuse.model.role import Role
from fedfuse.model.verdict import GateResult, Verdict

PROVIDER_ROLES: Mapping[str, str] = {"hf": "textgen", "gcp": "embed", "aws": "runtime"}
"""Provider to the one role that is fused from it (seed, sections 1 and 2)."""

WEIGHTS: Mapping[str, float] = {
    "quality": 0.5,
    "safety": 0.3,
    "latency_ms_p95": 0.1,
    "cost_per_1k_tokens": 0.1,
}
"""What each metric counts in the score; a role's own metrics share 1 in these proportions."""

SHARES = ("quality", "safety")
"""The metrics with a floor; the others have a cap."""
_GATES: Mapping[str, tuple[str, str, str]] = {
    "quality": ("quality", "floor", "share"),
    "safety": ("safety", "floor", "share"),
    "latency_ms_p95": ("latency", "p95", "ms"),
    "cost_per_1k_tokens": ("latency", "cost", "per 1k tokens"),
}
"""Metric to gate, check and unit, in report order."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What an artifact must reach; each metric is compared with one limit."""

    min_quality: float = 0.75
    """Share."""
    min_safety: float = 0.95
    """Share; judged wherever an artifact states safety."""
    max_latency_ms_p95: float = 250.0
    """Milliseconds."""
    max_cost_per_1k_tokens: float = 1.5
    """In the currency the providers agreed on."""

    def limit(self, metric: str) -> float:
        """The floor or cap of a metric."""
        limits: Mapping[str, float] = asdict(self)
        return limits[f"{'min' if metric in SHARES else 'max'}_{metric}"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One artifact a provider offers; its metrics are finite and in range."""

    id: str
    role: Role
    uri: str
    revision: str
    """Immutable revision of the artifact; empty in the minimal form, which has none."""
    metrics: Mapping[str, float]
    """The role's own metrics, and safety where the artifact states it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with its gate results and score."""

    candidate: Candidate
    gates: tuple[GateResult, ...]
    score: float
    """0..1, rounded to six digits; compared among passing candidates only."""

    @property
    def shortfalls(self) -> tuple[str, ...]:
        """The reason of each gate that did not pass; empty when it may be chosen."""
        return tuple(gate.reason for gate in self.gates if gate.verdict is not Verdict.PASS)


@dataclass(frozen=True, slots=True)
class Slot:
    """One role of the fused descriptor: who fills it and who does not."""

    provider: str
    role: str
    chosen: Judged | None
    """None when no candidate passed."""
    outranked: tuple[Judged, ...]
    """Passed, but another scored higher; best first."""
    refused: tuple[Judged, ...]
    """Failed a gate; by id."""


@dataclass(frozen=True, slots=True)
class Fused:
    """What came of fusing: a descriptor, or the findings that stand against one."""

    findings: tuple[Finding, ...]
    """Every problem of every file, sorted; empty exactly when there is a descriptor."""
    descriptor: Mapping[str, Any] | None


def judge(candidate: Candidate, thresholds: Thresholds) -> Judged:
    """Compare every metric of a candidate with its limit; a metric that is no number fails."""
    gates = (
        _gate(candidate, metric, thresholds.limit(metric))
        for metric in _GATES
        if metric in candidate.metrics
    )
    return Judged(candidate, tuple(gates), score(candidate, thresholds))


def score(candidate: Candidate, thresholds: Thresholds) -> float:
    """Weigh a role's own metrics into one figure from 0 to 1, to six digits.

    Quality and safety count as they are, latency and cost as the unused share of their cap:
    `sum(WEIGHTS[m] * worth(m)) / sum(WEIGHTS[m])` over the metrics the role declares. A better
    metric never lowers the score. Safety of an `embed` artifact is gated but not scored, so that
    artifacts that state it and artifacts that do not stay comparable.
    """
    weights = [WEIGHTS[metric] for metric in candidate.role.metrics]
    parts = (
        WEIGHTS[metric] * _worth(metric, candidate.metrics[metric], thresholds.limit(metric))
        for metric in candidate.role.metrics
    )
    return round(math.fsum(parts) / math.fsum(weights), 6)


def choose(provider: str, candidates: Iterable[Candidate], *, thresholds: Thresholds) -> Slot:
    """Pick the passing candidate with the highest score; of equals, the first id in byte order.

    Independent of the order of the candidates.
    """
    judged = [judge(candidate, thresholds) for candidate in candidates]
    judged.sort(key=lambda one: (-one.score, one.candidate.id))
    passing = tuple(one for one in judged if not one.shortfalls)
    refused = (one for one in judged if one.shortfalls)
    return Slot(
        provider=provider,
        role=PROVIDER_ROLES[provider],
        chosen=passing[0] if passing else None,
        outranked=passing[1:],
        refused=tuple(sorted(refused, key=lambda one: one.candidate.id)),
    )


def shared_namespace(slots: Iterable[Slot]) -> str:
    """The part before `/` that all chosen ids share; empty when they share none."""
    ids = [slot.chosen.candidate.id for slot in slots if slot.chosen]
    prefixes = {id_.rpartition("/")[0] for id_ in ids}
    return prefixes.pop() if len(prefixes) == 1 else ""


def descriptor(
    slots: Iterable[Slot], *, namespace: str, thresholds: Thresholds, inputs: Mapping[str, str]
) -> dict[str, Any]:
    """Describe filled slots as one fused manifest; a pure function of the inputs' bytes.

    `inputs` is provider to sha256 of its file. Nothing depends on time, machine or file names.
    An empty namespace gives the name `ai-federated`.
    """
    return {
        "apiVersion": "fedfuse/v1",
        "kind": "FusedManifest",
        "name": f"{namespace}-ai-federated" if namespace else "ai-federated",
        "inputs": {provider: {"sha256": digest} for provider, digest in inputs.items()},
        "thresholds": asdict(thresholds),
        "weights": dict(WEIGHTS),
        "roles": {slot.role: _slot(slot) for slot in slots},
    }


def render(described: Mapping[str, Any]) -> bytes:
    """The descriptor's file: JSON, sorted keys, ASCII, two-space indent, final newline."""
    text = json.dumps(described, sort_keys=True, ensure_ascii=True, indent=2, allow_nan=False)
    return f"{text}\n".encode("ascii")


def _gate(candidate: Candidate, metric: str, limit: float) -> GateResult:
    gate, check, unit = _GATES[metric]
    observed = candidate.metrics[metric]
    is_floor = metric in SHARES
    passed = observed >= limit if is_floor else observed <= limit
    return GateResult(
        gate=gate,
        check=check,
        subject=candidate.id,
        verdict=Verdict.PASS if passed else Verdict.FAIL,
        observed=observed,
        limit=limit,
        unit=unit,
        reason=f"{metric} {observed:.15g}, {'at least' if is_floor else 'at most'} {limit:.15g}",
    )


def _worth(metric: str, value: float, limit: float) -> float:
    return value if metric in SHARES else max(0.0, 1.0 - value / limit)


def _slot(slot: Slot) -> dict[str, Any]:
    return {
        "provider": slot.provider,
        "artifact": _judged(slot.chosen) if slot.chosen else None,
        "outranked": [_judged(one) for one in slot.outranked],
        "refused": [_judged(one) | {"reasons": list(one.shortfalls)} for one in slot.refused],
    }


def _judged(one: Judged) -> dict[str, Any]:
    revision = {"revision": one.candidate.revision} if one.candidate.revision else {}
    return revision | {
        "id": one.candidate.id,
        "uri": one.candidate.uri,
        "metrics": dict(one.candidate.metrics),
        "score": one.score,
        "gates": [
            {
                "gate": gate.gate,
                "check": gate.check,
                "verdict": gate.verdict.value,
                "observed": gate.observed,
                "limit": gate.limit,
                "unit": gate.unit,
                "reason": gate.reason,
            }
            for gate in one.gates
        ],
    }
