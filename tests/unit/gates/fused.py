"""The set gate on a registry whose fusion section is all that matters."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from tests.unit.gates.builders import manifest

from fedfuse.engine.v1.gates.fused_set import judge_set
from fedfuse.model.canonical import sha256
from fedfuse.model.contract import ContractDocument
from fedfuse.model.manifest import BaseModel, Manifest
from fedfuse.model.registry import Fusion, Registry, Route, Voting
from fedfuse.model.verdict import GateResult

ROUTES = {"chat": Route("textgen", 1), "search": Route("embed", 1), "code": Route("textgen", 1)}
STATIC = {"kind": "static"}
DECISION = {"enum": ["allow", "refuse"]}
ANSWER = {"type": "object", "properties": {"decision": DECISION}, "required": ["decision"]}


def contract(*fields: str, response: Mapping[str, Any] | None = None) -> ContractDocument:
    """A contract whose request needs these fields, and no others."""
    request = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in fields},
        "required": [*fields],
        "additionalProperties": False,
    }
    digest = sha256(f"{fields}{response}".encode())
    return ContractDocument(1, digest, {"request": request, "response": response or ANSWER})


Contracts: TypeAlias = Mapping[str, ContractDocument | None]
"""By role or unit; None for one that has none."""
VOTING = contract("text")
OTHER = contract("text", "tone")


def registry(
    routes: Mapping[str, Route] | None = None,
    *,
    router: Mapping[str, Any] | None = None,
    voting: Voting | None = None,
    required: tuple[str, ...] = ("textgen", "embed"),
) -> Registry:
    """A registry whose fusion section is all that matters."""
    return Registry(
        engine=1,
        namespace="acme",
        release_name="acme-ai-federated",
        repository="acme/registry",
        hub="dir:hub",
        bot="acme bot <bot@acme.invalid>",
        currency="USD",
        maintainers=(),
        providers={},
        units={},
        required_roles=required,
        suite_name="canonical",
        suite_version=1,
        roles={},
        fusion=Fusion(ROUTES if routes is None else routes, router or STATIC, voting, None),
        slo={},
        cadence={},
        artifact_root="",
        accepted_commits=(),
    )


def member(role: str, name: str = "", *, base_model: str = "", revision: str = "a") -> Manifest:
    """A member of that role, on a base model of that name."""
    found = manifest(role)
    base = BaseModel(base_model, revision * 40) if base_model else None
    artifact = replace(found.artifact, base_model=base)
    return replace(found, name=name or found.name, artifact=artifact)


def judged(
    *members: Manifest,
    of: Registry | None = None,
    labels: tuple[str, ...] | None = None,
    flaw: str = "",
    unusable: frozenset[str] = frozenset(),
    contracts: Contracts | None = None,
    changed: frozenset[str] = frozenset(),
) -> GateResult:
    """What the gate says of these members; without any, of one per role.

    All are on one contract, except for the roles and units that `contracts` names.
    """
    given = members or (member("textgen"), member("embed"))
    bases = ((each.unit, each.artifact.base_model) for each in given)
    return judge_set(
        {each.unit: each.version for each in given},
        registry=replace(of or registry(), units={each.unit: each.role for each in given}),
        base_models={unit: base.id for unit, base in bases if base},
        router_labels=labels,
        router_flaw=flaw,
        contract_of=lambda name: {**(contracts or {})}.get(name, VOTING),
        changed=changed,
        unusable=unusable,
    )
