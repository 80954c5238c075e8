"""registry.yaml as a value: who may ship what, the thresholds, the fusion section, the Hub."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from fedfuse.model.role import Role

REGISTRY_PATH = "registry.yaml"
Policy: TypeAlias = Mapping[str, Mapping[str, Any]]
"""The thresholds of one role: gate name to its section of registry.yaml. Gates read them."""


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
class Route:
    """Which role or unit answers a prompt type, on which contract version."""

    role: str
    """Of a route by unit that unit's; empty when registry.yaml lists no model of that name."""
    contract: int
    unit: str = ""
    """Answers first; empty for a route by role, whose members answer in order of their names."""
    fallback: tuple[str, ...] = ()
    """Roles and units that are tried in turn when what the route names does not answer."""


@dataclass(frozen=True, slots=True)
class Voting:
    """k-of-n voting over units with distinct base models."""

    prompt_types: tuple[str, ...]
    voters: tuple[str, ...]
    quorum: int
    timeout_ms: int | None = None
    """How long a vote is waited for; None leaves it to the node."""
    judge: str = ""
    """`prompt` or `answer`, what voters see; empty leaves it to the node."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """The fusion section: routes, router, voting, distillation."""

    routes: Mapping[str, Route]
    router: Mapping[str, Any]
    """`{kind: static}`, or `{kind: linear, version: n}` for `releases/routers/v<n>/`."""
    voting: Voting | None
    distillation: Mapping[str, Any] | None

    @property
    def contracts(self) -> Mapping[str, int]:
        """The contract version the route table accepts, for each role that it uses."""
        found: dict[str, int] = {}
        for route in self.routes.values():
            if route.role:
                found.setdefault(route.role, route.contract)
        return found


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
    roles: Mapping[str, Policy]
    """Role name to its thresholds."""
    fusion: Fusion
    slo: Mapping[str, Any]
    cadence: Mapping[str, Any]
    artifact_root: str
    """Folder (relative to the repository) under which `dir:` artifacts lie; empty: not allowed."""
    accepted_commits: tuple[str, ...]
    """Commits of no legal shape that `audit` was told to accept."""
    free_machines: bool = False
    """Whether a price of 0 per hour is believed."""
    app: Person | None = None
    """The App that opens pull requests by itself; None where a registry has none."""
    evaluator_path: str = ""
    """Folder of the sealed suite on which the registry itself measures; empty without one."""

    @property
    def suite_path(self) -> str:
        """Folder of the canonical suite."""
        return f"schemas/suites/{self.suite_name}/v{self.suite_version}"
