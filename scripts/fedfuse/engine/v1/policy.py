"""Reads registry.yaml: the document that its schema accepts, as a value."""

from collections.abc import Mapping
from typing import Any

from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.registry import (
    Fusion,
    Person,
    Provider,
    Registry,
    Route,
    Voting,
)


def from_document(raw: Mapping[str, Any]) -> Registry:
    """Build the registry from its document, as `documents` builds others."""
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
        roles=raw["roles"],
        fusion=_fusion(raw["fusion"], raw["units"]),
        slo=raw.get("slo", {}),
        cadence=raw.get("cadence", {}),
        artifact_root=raw.get("artifact_root", ""),
        accepted_commits=tuple(audit.get("accepted", ())),
        free_machines=raw.get("free_machines", False),
        app=Person(**raw["app"]) if "app" in raw else None,
        evaluator_path=_evaluator_path(raw["evaluator"]) if "evaluator" in raw else "",
    )


def _evaluator_path(raw: Mapping[str, Any]) -> str:
    return f"schemas/suites/{raw['suite']['name']}/v{raw['suite']['version']}"


def _people(raw: list[Mapping[str, Any]]) -> tuple[Person, ...]:
    return tuple(Person(p["login"], p["id"]) for p in raw)


def _provider(raw: Mapping[str, Any]) -> Provider:
    return Provider(raw["title"], _people(raw["actors"]), tuple(raw["prefixes"]))


def _fusion(raw: Mapping[str, Any], units: Mapping[str, Any]) -> Fusion:
    voting = raw.get("voting")
    return Fusion(
        routes={name: _route(route, units) for name, route in raw["routes"].items()},
        router=raw["router"],
        voting=_voting(voting) if voting else None,
        distillation=raw.get("distillation"),
    )


def _route(raw: Mapping[str, Any], units: Mapping[str, Any]) -> Route:
    unit = raw.get("unit", "")
    role = units.get(unit, {}).get("role", "") if unit else raw["role"]
    answers = role and not ROLES[role].is_report
    return Route(role if answers else "", raw["contract"], unit, tuple(raw.get("fallback", ())))


def _voting(raw: Mapping[str, Any]) -> Voting:
    return Voting(
        tuple(raw["prompt_types"]),
        tuple(raw["voters"]),
        raw["quorum"],
        raw.get("timeout_ms"),
        raw.get("judge", ""),
    )
