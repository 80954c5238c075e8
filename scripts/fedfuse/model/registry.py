"""registry.yaml as a value: who may ship what, the thresholds, the fusion section, the Hub."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fedfuse.model.role import ROLES, Role

ENGINE = 1
"""The judging and record format that this tool implements."""


@dataclass(frozen=True, slots=True)
class Person:
    """A GitHub account. The numeric id decides; the login is for people."""

    login: str
    id: int


@dataclass(frozen=True, slots=True)
class Provider:
    """A site that ships."""

    title: str
    actors: tuple[Person, ...]
    prefixes: tuple[str, ...]
    """Artifact uris of this provider start with one of these."""


@dataclass(frozen=True, slots=True)
class QualityPolicy:
    """Thresholds of the quality gate."""

    floor: float
    min_items: int
    mode: str
    """`superior` or `non_inferior`, for the role's superior metric."""
    margin: float


@dataclass(frozen=True, slots=True)
class LatencyPolicy:
    """Thresholds of the latency gate."""

    latency_ms_p95: float
    cost_per_1k_tokens: float
    tolerance: float
    """Largest tolerated p95 ratio to an interleaved baseline is `1 + tolerance`."""
    pricing_max_age_days: int


@dataclass(frozen=True, slots=True)
class SafetyPolicy:
    """Largest failure rates (shares) the safety gate tolerates, per part."""

    policy: float
    adversarial: float
    benign: float
    max_critical_failures: int


@dataclass(frozen=True, slots=True)
class AgreementPolicy:
    """How far a report may be from its subject's own figures."""

    agree_quality: float
    agree_ratio: float


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """The thresholds of one role; None where the role has no such gate."""

    quality: QualityPolicy | None
    latency: LatencyPolicy | None
    safety: SafetyPolicy | None
    agreement: AgreementPolicy | None


@dataclass(frozen=True, slots=True)
class Route:
    """Which role answers a prompt type, on which contract version."""

    role: str
    contract: int


@dataclass(frozen=True, slots=True)
class Voting:
    """k-of-n voting over units with distinct base models."""

    prompt_types: tuple[str, ...]
    voters: tuple[str, ...]
    quorum: int


@dataclass(frozen=True, slots=True)
class Fusion:
    """The fusion section: routes, router, voting, distillation."""

    routes: Mapping[str, Route]
    router: Mapping[str, Any]
    """`{kind: static}`, or `{kind: linear, version: n}` for `releases/routers/v<n>/`."""
    voting: Voting | None
    distillation: Mapping[str, Any] | None

    def contract_of(self, role: str) -> int | None:
        """The contract version the route table accepts for a role; None when it routes none."""
        return next((r.contract for r in self.routes.values() if r.role == role), None)


@dataclass(frozen=True, slots=True)
class Registry:
    """The whole of registry.yaml."""

    engine: int
    namespace: str
    release_name: str
    """Tags are `{release_name}-vX.Y.Z`."""
    repository: str
    """`OWNER/NAME` on the code host."""
    hub: str
    """`hf://owner/name` or `dir:path`."""
    bot: str
    """Tagger of releases, `Name <mail>`."""
    currency: str
    maintainers: tuple[Person, ...]
    providers: Mapping[str, Provider]
    units: Mapping[str, Role]
    """`provider/name` to role."""
    required_roles: tuple[str, ...]
    suite_name: str
    suite_version: int
    roles: Mapping[str, RolePolicy]
    fusion: Fusion
    slo: Mapping[str, Any]
    cadence: Mapping[str, Any]
    artifact_root: str
    """Folder (relative to the repository) under which `dir:` artifacts lie; empty: not allowed."""
    accepted_commits: tuple[str, ...]
    """Commits of no legal shape that `audit` was told to accept."""
    app: Person | None = None
    """The App that opens pull requests by itself; None where a registry has none."""

    @property
    def suite_path(self) -> str:
        """Folder of the canonical suite."""
        return f"schemas/suites/{self.suite_name}/v{self.suite_version}"


def from_document(raw: Mapping[str, Any]) -> Registry:
    """Build the registry from a document the schema accepts; never raises for such a document."""
    audit = raw.get("audit", {})
    return Registry(
        engine=raw["engine"],
        namespace=raw["namespace"],
        release_name=raw["release_name"],
        repository=raw["repository"],
        hub=raw["hub"],
        bot=f"{raw['bot']['name']} <{raw['bot']['email']}>",
        currency=raw["currency"],
        maintainers=_people(raw["maintainers"]),
        providers={name: _provider(p) for name, p in raw["providers"].items()},
        units={unit: ROLES[u["role"]] for unit, u in raw["units"].items()},
        required_roles=tuple(raw["required_roles"]),
        suite_name=raw["suite"]["name"],
        suite_version=raw["suite"]["version"],
        roles={name: _role_policy(policy) for name, policy in raw["roles"].items()},
        fusion=_fusion(raw["fusion"]),
        slo=raw.get("slo", {}),
        cadence=raw.get("cadence", {}),
        artifact_root=raw.get("artifact_root", ""),
        accepted_commits=tuple(audit.get("accepted", ())),
        app=Person(**raw["app"]) if "app" in raw else None,
    )


def _people(raw: list[Mapping[str, Any]]) -> tuple[Person, ...]:
    return tuple(Person(p["login"], p["id"]) for p in raw)


def _provider(raw: Mapping[str, Any]) -> Provider:
    return Provider(raw["title"], _people(raw["actors"]), tuple(raw["prefixes"]))


def _role_policy(raw: Mapping[str, Any]) -> RolePolicy:
    return RolePolicy(
        quality=QualityPolicy(**raw["quality"]) if "quality" in raw else None,
        latency=LatencyPolicy(**raw["latency"]) if "latency" in raw else None,
        safety=SafetyPolicy(**raw["safety"]) if "safety" in raw else None,
        agreement=AgreementPolicy(**raw["agreement"]) if "agreement" in raw else None,
    )


def _fusion(raw: Mapping[str, Any]) -> Fusion:
    voting = raw.get("voting")
    return Fusion(
        routes={name: Route(r["role"], r["contract"]) for name, r in raw["routes"].items()},
        router=raw["router"],
        voting=Voting(tuple(voting["prompt_types"]), tuple(voting["voters"]), voting["quorum"])
        if voting
        else None,
        distillation=raw.get("distillation"),
    )
