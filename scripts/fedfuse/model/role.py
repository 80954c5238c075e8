"""What each role is measured by: the customer's metric names, suite parts and gates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

_TIMED = ("latency_ms_p95", "cost_per_1k_tokens")


@dataclass(frozen=True, slots=True)
class Role:
    """The fixed facts of one role (spec section 3); thresholds live in registry.yaml."""

    name: str
    parts: tuple[str, ...]
    """Suite parts its evidence holds, primary first; empty for reports."""
    metrics: tuple[str, ...]
    """Exactly the metrics its manifests declare."""
    gates: tuple[str, ...]
    """Gate names in report order."""
    quality_part: str = ""
    """The part whose mean score is `quality`."""
    superior_metric: str = "quality"
    """The metric that must beat the baseline in mode `superior`."""

    @property
    def is_report(self) -> bool:
        """Whether its manifests carry figures instead of weights."""
        return self.name in {"retrieval-eval", "benchmark", "dataset-quality"}

    @property
    def has_subject(self) -> bool:
        """Whether its manifests measure another unit's version."""
        return self.name in {"retrieval-eval", "benchmark"}

    def as_reported(self) -> "Role":
        """The model role as a report measures it: its primary part only, without safety."""
        return replace(
            self,
            parts=self.parts[:1],
            metrics=("quality", *_TIMED),
            quality_part=self.parts[0],
            superior_metric="quality",
        )


_MODEL_GATES = ("quality", "latency", "safety", "compatibility")
_GENERATION_PARTS = ("quality", "policy", "adversarial", "benign")

ROLES: Mapping[str, Role] = {
    role.name: role
    for role in (
        Role("textgen", _GENERATION_PARTS, ("quality", "safety", *_TIMED), _MODEL_GATES, "quality"),
        Role("runtime", _GENERATION_PARTS, ("quality", "safety", *_TIMED), _MODEL_GATES, "quality"),
        Role(
            "policy",
            ("benign", "policy", "adversarial"),
            ("quality", "safety", *_TIMED),
            _MODEL_GATES,
            "benign",
            "safety",
        ),
        Role(
            "embed",
            ("retrieval",),
            ("quality", *_TIMED),
            ("quality", "latency", "compatibility"),
            "retrieval",
        ),
        Role("retrieval-eval", (), ("quality", *_TIMED), ("agreement",)),
        Role("benchmark", (), ("quality", *_TIMED), ("agreement",)),
        Role("dataset-quality", (), (), ()),
    )
}
"""Role name to role. Roles are part of the engine: a new one is a new engine."""
