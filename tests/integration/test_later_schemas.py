"""Schemas that accept more than the engine knows: said by name, and history goes on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.engine.v1 import documents
from fedfuse.errors import RegistryError
from fedfuse.flows.history.ledger import fold_history
from fedfuse.model.yaml_text import render
from tests.support.changes import check, said
from tests.support.registry import RegistrySandbox, policy


def relaxed(box: RegistrySandbox, kind: str, edit: Callable[[dict[str, Any]], None]) -> str:
    """The text of a schema of the registry, changed."""
    schema = json.loads((box.root / f"schemas/{kind}.v1.schema.json").read_text())
    edit(schema)
    return json.dumps(schema, indent=2) + "\n"


def with_a_threshold_of_tomorrow(box: RegistrySandbox) -> dict[str, str | bytes]:
    """What a later tool may bring: its schema has another threshold, and policy uses it."""

    def edit(schema: dict[str, Any]) -> None:
        schema["$defs"]["quality"]["properties"]["novelty"] = {"type": "number"}

    settings = policy()
    settings["roles"]["textgen"] = {
        **settings["roles"]["textgen"],
        "quality": {**settings["roles"]["textgen"]["quality"], "novelty": 0.5},
    }
    return {
        "schemas/registry.v1.schema.json": relaxed(box, "registry", edit),
        "registry.yaml": render(settings),
    }


def test_a_threshold_that_the_engine_does_not_know_is_broken_policy(tmp_path: Path) -> None:
    box = RegistrySandbox.create(tmp_path / "registry")
    box.commit("policy: tomorrow", with_a_threshold_of_tomorrow(box))
    box.branch("mine")
    head = box.land("hf/textgen-lora")
    with pytest.raises(RegistryError, match="quality has what engine 1 does not"):
        check(box, head)
    with Repository(box.root) as repository:
        ledger = fold_history(repository, head)
    assert list(ledger.broken) == [head]
    assert ledger.state.admissions == {}


def test_a_document_that_a_loose_schema_lets_in_is_refused_by_name(tmp_path: Path) -> None:
    box = RegistrySandbox.create(tmp_path / "registry")
    loose = relaxed(box, "manifest", lambda schema: schema["required"].remove("license"))
    box.commit("schema: a license is a matter of taste", {"schemas/manifest.v1.schema.json": loose})
    box.branch("mine")
    head = box.land("hf/textgen-lora", edit=lambda document: document.pop("license"))
    assert said(check(box, head)) == ["E302 manifests/hf/textgen-lora/v1.yaml:1:1"]
    with Repository(box.root) as repository:
        assert fold_history(repository, head).state.admissions == {}


def test_policy_that_a_loose_schema_lets_in_is_broken_policy(tmp_path: Path) -> None:
    box = RegistrySandbox.create(tmp_path / "registry")
    loose = relaxed(box, "registry", lambda schema: schema["required"].remove("currency"))
    settings = policy()
    del settings["currency"]
    box.branch("mine")
    changed: dict[str, str | bytes] = {
        "schemas/registry.v1.schema.json": loose,
        "registry.yaml": render(settings),
    }
    report = check(box, box.commit("policy: no currency", changed))
    assert said(report) == ["E302 registry.yaml:1:1"]


@pytest.mark.parametrize("expires", ["soon", 5, None])
def test_a_waiver_that_ends_at_no_moment_is_no_event(expires: object) -> None:
    waiver = {"number": 1, "kind": "waive", "gate": "quality", "manifest_sha256": "a" * 64}
    with pytest.raises(documents.ILLEGIBLE):
        documents.event_of({**waiver, "expires": expires})
