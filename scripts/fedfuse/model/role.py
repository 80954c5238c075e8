"""What each role is measured by: the customer's metric names, suite parts and gates."""

from dataclasses import dataclass, replace

TIMED = ("latency_ms_p95", "cost_per_1k_tokens")
"""The metrics of every role that is timed."""


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
    covered_by: str = ""
    """The role whose admitted report on exactly that version a member needs; empty: none."""
    is_report: bool = False
    """Whether its manifests carry figures instead of weights."""
    has_subject: bool = False
    """Whether its manifests measure another unit's version."""

    def as_reported(self) -> "Role":
        """The model role as a report measures it: its primary part only, without safety."""
        return replace(
            self,
            parts=self.parts[:1],
            metrics=("quality", *TIMED),
            quality_part=self.parts[0],
            superior_metric="quality",
        )
