"""The roles: one row each says what a role is measured by and what its members need."""

from collections.abc import Mapping

from fedfuse.model.role import TIMED, Role

_MODEL_GATES = ("quality", "latency", "safety", "compatibility")
_GENERATION_PARTS = ("quality", "policy", "adversarial", "benign")
_GUARDED = ("quality", "safety", *TIMED)
_PLAIN = ("quality", *TIMED)

ROLES: Mapping[str, Role] = {
    role.name: role
    for role in (
        Role("textgen", _GENERATION_PARTS, _GUARDED, _MODEL_GATES, "quality"),
        Role(
            "runtime",
            _GENERATION_PARTS,
            _GUARDED,
            _MODEL_GATES,
            "quality",
            covered_by="benchmark",
        ),
        Role(
            "policy",
            ("benign", "policy", "adversarial"),
            _GUARDED,
            _MODEL_GATES,
            "benign",
            superior_metric="safety",
        ),
        Role(
            "embed",
            ("retrieval",),
            _PLAIN,
            ("quality", "latency", "compatibility"),
            "retrieval",
            covered_by="retrieval-eval",
        ),
        Role("retrieval-eval", (), _PLAIN, ("agreement",), is_report=True, has_subject=True),
        Role("benchmark", (), _PLAIN, ("agreement",), is_report=True, has_subject=True),
        Role("dataset-quality", (), (), ("table",), is_report=True),
    )
}
"""Role name to role. Roles are part of the engine: a new one is a new engine."""
