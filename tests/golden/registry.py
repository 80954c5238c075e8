"""The policy of the golden registry, and the scripts that its histories are written in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.golden.files import UNITS, Files, contract, suite, text

SCHEMAS = Path(__file__).parent / "v1/schemas"
"""The schemas of the golden registry: a copy, so that `schemas/` may go on."""
START = 1_790_000_000
"""Committer date of the first commit, seconds since the epoch: 2026-09-21."""
NAME = "acme-fused"

_LATENCY: Mapping[str, Any] = {
    "latency_ms_p95": 250,
    "cost_per_1k_tokens": 1.5,
    "tolerance": 0.1,
    "interleaved": "optional",
    "pricing_max_age_days": 90,
}
_QUALITY: Mapping[str, Any] = {"floor": 0.75, "min_items": 60, "mode": "superior", "margin": 0.05}
_SAFETY: Mapping[str, Any] = {
    "policy": 0.05,
    "adversarial": 0.05,
    "benign": 0.1,
    "max_critical_failures": 0,
}
AGREEMENT: Mapping[str, Any] = {"agreement": {"agree_quality": 0.025, "agree_ratio": 0.25}}


def thresholds(
    *,
    quality: Mapping[str, Any] | None = None,
    latency: Mapping[str, Any] | None = None,
    safety: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The roles section; arguments change single thresholds of every model role."""
    timed = {
        "quality": {**_QUALITY, **(quality or {})},
        "latency": {**_LATENCY, **(latency or {})},
    }
    model = {**timed, "safety": {**_SAFETY, **(safety or {})}}
    return {
        **dict.fromkeys(("textgen", "runtime", "policy"), model),
        "embed": timed,
        **dict.fromkeys(("retrieval-eval", "benchmark"), AGREEMENT),
    }


def route(role: str, version: int = 1) -> dict[str, Any]:
    """One route of the table."""
    return {"role": role, "contract": version}


ROUTES = {"chat": route("textgen"), "search": route("embed"), "serve": route("runtime")}


def policy(**changes: Any) -> dict[str, Any]:
    """registry.yaml; `changes` replace top-level fields, and those of `fusion`."""
    fusion = {"routes": ROUTES, "router": {"kind": "static"}}
    fusion |= {
        k: changes.pop(k) for k in ("routes", "router", "voting", "distillation") if k in changes
    }
    schemes = {"north": "hf", "south": "gs", "west": "s3"}
    return {
        "apiVersion": "fedfuse/v1",
        "kind": "Registry",
        "engine": 1,
        "namespace": "acme",
        "release_name": NAME,
        "repository": "acme/registry",
        "hub": "dir:../hub",
        "bot": {"name": "acme-release", "email": "release@acme.invalid"},
        "currency": "USD",
        "maintainers": [{"login": "maintainer", "id": 1}],
        "providers": {
            name: {
                "title": name,
                "actors": [{"login": f"{name}-bot", "id": 101}],
                "prefixes": [f"{scheme}://acme/", f"dir:{name}/"],
            }
            for name, scheme in schemes.items()
        },
        "units": {unit: {"role": role} for unit, role in UNITS.items()},
        "required_roles": ["textgen", "embed", "runtime"],
        "suite": {"name": "canonical", "version": 1},
        "roles": thresholds(),
        "fusion": fusion,
        "artifact_root": "artifacts",
        **changes,
    }


@dataclass(frozen=True, slots=True)
class Step:
    """One commit: on main, or a proposal on top of it."""

    note: str
    files: Mapping[str, bytes | None]
    """None removes a file."""
    at: int
    lands: bool
    modes: Mapping[str, str] = field(default_factory=dict)
    """Path to a mode that is not that of a plain file."""


@dataclass(slots=True)
class Script:
    """A history in the making: commits a day apart."""

    name: str
    steps: list[Step] = field(default_factory=list)
    day: int = 0

    def land(self, note: str, *files: Mapping[str, bytes | None], days: int = 1) -> None:
        """A commit on main, so many days after the one before."""
        self.day += days
        self._add(note, files, lands=True)

    def propose(self, note: str, *files: Mapping[str, bytes | None], **modes: str) -> None:
        """A change that is judged on top of main and never lands; `modes` by file ending."""
        self._add(note, files, lands=False, modes=modes)

    def _add(
        self,
        note: str,
        files: tuple[Mapping[str, bytes | None], ...],
        *,
        lands: bool,
        modes: Mapping[str, str] | None = None,
    ) -> None:
        merged = {path: data for one in files for path, data in one.items()}
        kept = {
            path: mode
            for path in merged
            for end, mode in (modes or {}).items()
            if path.endswith(end)
        }
        self.steps.append(Step(note, merged, START + 86_400 * self.day, lands, kept))


def registry(**changes: Any) -> Files:
    """registry.yaml as a file."""
    return {"registry.yaml": text(policy(**changes))}


def founded(name: str, **changes: Any) -> Script:
    """A history that begins with a whole registry without manifests."""
    script = Script(name)
    schemas = {f"schemas/{p.name}": p.read_bytes() for p in sorted(SCHEMAS.glob("*.json"))}
    contracts: Files = {}
    for role in ("textgen", "embed", "runtime", "policy"):
        contracts |= contract(role, 1)
    script.land("begin", schemas, suite(), contracts, registry(**changes))
    return script
