"""A release as the node needs it: who answers which prompt type, and who votes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fedfuse.model.canonical import dumps, sha256
from fedfuse.model.routing import targets
from fedfuse.model.voting import Rule, rule_of


@dataclass(frozen=True, slots=True)
class Member:
    """One shipped model of a release."""

    unit: str
    id: str
    """Its manifest's id: the one name under which a server may serve it."""
    format: str
    files: Mapping[str, str]
    """Path to sha256 of its artifact's files."""
    cost_per_1k_tokens: float | None
    """As the release measured it."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a prompt type goes."""

    prompt_type: str
    contract: str
    """`role/vN`: what a request of this type may hold."""
    targets: tuple[Member, ...]
    """In the order in which they are asked: the target, other members of the role, fallbacks."""


@dataclass(frozen=True, slots=True)
class Voting:
    """The voting rule of a release, and when it is asked."""

    rule: Rule
    prompt_types: frozenset[str]
    voters: tuple[Member, ...]
    timeout_seconds: float
    """Of the whole vote; who has not voted by then is timed out."""
    judges_answer: bool
    """Whether the voters see the answer too."""
    digest: str
    """sha256 of the rule as the record holds it."""


@dataclass(frozen=True, slots=True)
class Release:
    """A fused release, from its record alone."""

    tag: str
    name: str
    """The tag without its version."""
    routes: Mapping[str, Route]
    voting: Voting | None
    slo: Mapping[str, Any]
    """The objectives of the registry at this release."""
    router: Mapping[str, Any]
    """`kind`, and of a trained router its `version`."""

    @property
    def voters(self) -> tuple[Member, ...]:
        """Everybody who votes."""
        return self.voting.voters if self.voting else ()


def release_of(record: Mapping[str, Any], manifests: Mapping[str, Mapping[str, Any]]) -> Release:
    """The release that a record describes; `manifests` are its members' documents by unit.

    Raises LookupError, TypeError or ValueError for what is no record of such a release.
    """
    members = {
        unit: _member(unit, record, manifests[unit])
        for unit, state in sorted(record["units"].items())
        if state["member"] is not None
    }
    fusion, tag = record["fusion"], record["release"]
    return Release(
        tag,
        tag.removesuffix(f"-v{record['version']}"),
        {name: _route(name, record, members) for name in fusion["routes"]},
        _voting(record, members),
        record["slo"],
        fusion["router"],
    )


def _member(unit: str, record: Mapping[str, Any], manifest: Mapping[str, Any]) -> Member:
    ref = f"{unit}@v{record['units'][unit]['member']}"
    cost = record["metrics"].get(ref, {}).get("cost_per_1k_tokens")
    return Member(
        unit,
        manifest["id"],
        manifest["artifact"]["format"],
        {file["path"]: file["sha256"] for file in manifest["artifact"]["files"]},
        None if cost is None else float(cost),
    )


def _route(name: str, record: Mapping[str, Any], members: Mapping[str, Member]) -> Route:
    raw, asked = record["fusion"]["routes"][name], targets(record, name)
    if not asked:
        raise ValueError(f"prompt type {name} goes to {raw['role']}, which has no member")
    contract = f"{raw['role']}/v{raw['contract']}"
    return Route(name, contract, tuple(members[unit] for unit in asked))


def _voting(record: Mapping[str, Any], members: Mapping[str, Member]) -> Voting | None:
    raw, rule = record["fusion"]["voting"], rule_of(record)
    if rule is None:
        return None
    return Voting(
        rule,
        frozenset(raw["prompt_types"]),
        tuple(members[unit] for unit in rule.voters),
        raw.get("timeout_ms", 2000) / 1000,
        raw.get("judge", "answer") == "answer",
        sha256(dumps(raw)),
    )
