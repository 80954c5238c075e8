"""No pull request may keep the judge busy."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters import limited
from fedfuse.flows.checking import tool_rules
from fedfuse.model.canonical import sha256
from tests.integration.test_check import check, codes
from tests.support.registry import RegistrySandbox

SCHEMA = "schemas/manifest.v1.schema.json"
Schema = dict[str, Any]


def doubling(schema: Schema) -> Schema:
    """Each definition asks for the next one twice: 2**60 looks at one value."""
    levels = {
        f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}, {"$ref": f"#/$defs/d{n + 1}"}]}
        for n in range(60)
    }
    schema["$defs"] = {**schema["$defs"], **levels, "d60": {"type": ["object", "null"]}}
    schema["allOf"] = [{"$ref": "#/$defs/d0"}]
    return schema


def backtracking(schema: Schema) -> Schema:
    """A pattern that tries every way to cut a word into pieces."""
    schema["properties"]["id"] = {"type": "string", "pattern": r"^(([a-z0-9./-]+)+)+!$"}
    return schema


def widening(schema: Schema) -> Schema:
    """Alternatives that multiply: the errors of all of them are kept."""
    levels = {f"w{n}": {"anyOf": [{"$ref": f"#/$defs/w{n + 1}"}] * 8} for n in range(12)}
    schema["$defs"] = {**schema["$defs"], **levels, "w12": {"const": "no such manifest"}}
    schema["anyOf"] = [{"$ref": "#/$defs/w0"}]
    return schema


@pytest.fixture
def released(tmp_path: Path) -> RegistrySandbox:
    box = RegistrySandbox.create(tmp_path / "registry")
    box.land_first_release()
    return box


@pytest.mark.parametrize("hostile", [doubling, backtracking, widening])
def test_a_schema_that_takes_for_ever_is_refused_as_too_costly(
    released: RegistrySandbox, hostile: Callable[[Schema], Schema], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool_rules, "CPU_SECONDS", 1)
    released.branch("costly")
    schema = hostile(json.loads((released.root / SCHEMA).read_text()))
    released.commit("costly", {SCHEMA: json.dumps(schema)})
    began = time.process_time()
    assert codes(check(released)) == ["E360"]
    assert time.process_time() - began < 1, "the judge itself does not take part"


def test_a_suite_larger_than_the_memory_of_a_judge_is_refused_as_too_costly(
    released: RegistrySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited, "MEMORY", 16 * 2**20)
    released.branch("costly")
    part = b'{"id": "q1"}\n' * 30_000
    folder = "schemas/suites/canonical/v2"
    digest = f'"{sha256(part)}"'
    names = ("quality", "policy", "adversarial", "benign", "retrieval")
    suite = (released.root / "schemas/suites/canonical/v1/suite.yaml").read_text()
    pins = "".join(
        f"  {name}: {{file: {name}.jsonl, sha256: {digest}, items: 1}}\n" for name in names
    )
    head = suite.split("parts:")[0].replace("version: 1", "version: 2")
    files: Mapping[str, bytes] = {f"{folder}/{name}.jsonl": part for name in names}
    released.commit("costly", {f"{folder}/suite.yaml": f"{head}parts:\n{pins}", **files})
    assert codes(check(released)) == ["E360"]


def test_a_fork_raises_what_its_work_raises() -> None:
    def work() -> int:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        limited.limited(work, cpu_seconds=1)
    assert limited.limited(lambda: 7, cpu_seconds=1) == 7


def test_a_fork_that_holds_too_much_memory_is_too_costly() -> None:
    with pytest.raises(limited.CostlyError):
        limited.limited(lambda: len(b"x" * (2 * limited.MEMORY)), cpu_seconds=5)


class _StubbornError(Exception):
    """No process can tell another of it."""

    def __init__(self) -> None:
        self.held = lambda: None


def fails() -> None:
    raise _StubbornError


@pytest.mark.parametrize("work", [fails, lambda: lambda: None])
def test_what_a_fork_cannot_pickle_is_our_fault_and_not_costly(work: Callable[[], object]) -> None:
    with pytest.raises(RuntimeError, match="cannot pickle"):
        limited.limited(work, cpu_seconds=5)
