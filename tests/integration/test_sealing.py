"""A suite is sealed, used by the registry alone, and published as what it was."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.model.canonical import sha256
from fedfuse.model.yaml_text import render
from tests.support import operating_registry, sealed_suite
from tests.support.cli_runner import fedfuse
from tests.support.evaluations import propose
from tests.support.registry import RegistrySandbox, policy
from tests.support.sealed_suite import kept_of


@pytest.fixture
def box(operated_original: Path, tmp_path: Path) -> RegistrySandbox:
    return operating_registry.copy(operated_original, tmp_path)


@pytest.fixture
def evaluated(evaluated_original: Path, tmp_path: Path) -> RegistrySandbox:
    return sealed_suite.opened(evaluated_original, tmp_path)


def test_only_the_registry_measures_on_the_sealed_suite(box: RegistrySandbox) -> None:
    sealed_suite.set_up(box)
    digest = sha256((box.root / sealed_suite.place() / "suite.yaml").read_bytes())

    def claim(document: Any) -> None:
        document["evaluation"]["suite"] = {"name": "sealed", "version": 1, "sha256": digest}

    propose(box, "claim", "aws/runtime-distilled@v2", by="hf", edit=claim)
    with Repository(box.root) as repository:
        report = check_pull_request(repository, base="main", head="claim")
    assert [found.code for found in report.findings] == ["E411"]


def tool_pull(box: RegistrySandbox, files: Mapping[str, bytes]) -> list[str]:
    """The codes of what `check` says of a pull request with these files."""
    with Repository(box.root) as repository:
        head = operating_registry.propose(box, dict(files.items()))
        report = check_pull_request(repository, base="main", head=head)
    return sorted({found.code for found in report.findings})


def test_sealing_leaves_no_word_of_an_item_in_the_registry(box: RegistrySandbox) -> None:
    kept = sealed_suite.seal(box)
    files = sealed_suite.files(box)
    assert tool_pull(box, {**files, **sealed_suite.evaluator()}) == []
    text = b"".join(files.values()).decode()
    assert "prompt" not in text
    assert "answer" not in text
    assert "generator" not in text
    salts = {json.loads(path.read_bytes().split(b"\n")[0])["salt"] for path in kept.iterdir()}
    assert len(salts) == len(list(kept.iterdir())) == 5


def test_a_sealed_suite_is_named_as_what_it_is(box: RegistrySandbox) -> None:
    kept = sealed_suite.seal(box)
    files = sealed_suite.files(box)
    whole = {f"{sealed_suite.place()}/{one.name}": one.read_bytes() for one in kept.iterdir()}
    used = sealed_suite.evaluator()
    assert tool_pull(box, {**files, **whole, **used}) == ["E467"]
    canonical = render(policy(suite={"name": "sealed", "version": 1})).encode()
    assert tool_pull(box, {**files, "registry.yaml": canonical}) == ["E468"]
    path = f"{sealed_suite.place()}/suite.yaml"
    seeded = files[path] + b"generator: {name: ours, seed: 7}\n"
    assert tool_pull(box, {**files, path: seeded, **used}) == ["E465"]


def test_a_retired_suite_is_published_as_it_was_sealed(
    evaluated: RegistrySandbox,
) -> None:
    kept = kept_of(evaluated)
    before = fedfuse(evaluated.root, "status", "--format", "json").json()
    folder = sealed_suite.place()
    whole = {f"{folder}/{one.name}": one.read_bytes() for one in kept.iterdir()}
    assert tool_pull(evaluated, whole) == ["E467"], "it is in use"

    sealed_suite.set_up(evaluated, 2)
    part = f"{folder}/quality.jsonl"
    assert tool_pull(
        evaluated, {**whole, part: whole[part].replace(b"sealed q7", b"sealed q8", 1)}
    ) == ["E421"]
    assert tool_pull(evaluated, {part: whole[part]}) == ["E420"], "all of it, or nothing"
    assert "E206" in tool_pull(evaluated, {**whole, f"{folder}/outline.jsonl": b"{}\n"})
    assert tool_pull(evaluated, {**whole, f"{folder}/more.jsonl": b"{}\n"}) == ["E206"]
    assert tool_pull(evaluated, whole) == []
    evaluated.commit("registry: publish the retired suite", dict(whole.items()))
    evaluated.git("push", "-q", "origin", "main")
    assert fedfuse(evaluated.root, "validate", folder).code == 0
    assert tool_pull(evaluated, {f"{folder}/more.jsonl": b"{}\n"}) == ["E206"]
    canonical = sealed_suite.evaluator(2, suite={"name": "sealed", "version": 1})
    assert tool_pull(evaluated, canonical) == [], "it is an ordinary suite now"
    after = fedfuse(evaluated.root, "status", "--format", "json").json()
    assert (after["production"], after["revoked"]) == (before["production"], before["revoked"])
    assert fedfuse(evaluated.root, "audit", "--replay", "--quiet").code == 0


def test_items_that_are_not_those_of_the_outline_are_refused(box: RegistrySandbox) -> None:
    """Whoever seals writes both halves, so the outline itself is checked once the items come."""
    kept = sealed_suite.seal(box)
    folder, files = sealed_suite.place(), sealed_suite.files(box)
    whole = {f"{folder}/{one.name}": one.read_bytes() for one in kept.iterdir()}
    part = f"{folder}/quality.jsonl"
    whole[part] = whole[part].replace(b'"cluster": "quality-7"', b'"cluster": "quality-8"', 1)
    old, new = sha256((kept / "quality.jsonl").read_bytes()), sha256(whole[part])
    about = f"{folder}/suite.yaml"
    files[about] = files[about].replace(old.encode(), new.encode())
    assert tool_pull(box, {**files, **whole}) == ["E466"]
