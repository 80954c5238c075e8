import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters import schemas, yaml_strict
from fedfuse.adapters.schemas import Validator, load_json
from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.document import Document, Place
from fedfuse.model.role import Role

ROOT = Path(__file__).parents[2]
SCHEMAS = {
    path.name.removesuffix(".v1.schema.json"): path
    for path in sorted((ROOT / "schemas").glob("*.v1.schema.json"))
}
ANY_KIND = pytest.mark.parametrize("kind", SCHEMAS)


@pytest.mark.parametrize(
    "path",
    [ROOT / "registry.yaml", ROOT / "releases" / "checklist.yaml"],
    ids=lambda path: path.stem,
)
def test_the_files_of_this_registry_are_valid(path: Path) -> None:
    document = yaml_strict.load(path.read_bytes(), path=path.name)
    assert isinstance(document, Document), document
    assert Validator(SCHEMAS[path.stem].read_bytes()).findings(document) == ()


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.name)
def test_a_role_declares_exactly_its_metrics(role: Role) -> None:
    schema = {**json.loads(SCHEMAS["manifest"].read_bytes()), "required": ["role"]}
    validator = Validator(json.dumps(schema).encode())

    def complaints(metrics: tuple[str, ...]) -> set[str]:
        value = {"role": role.name, "metrics": dict.fromkeys(metrics, 0.5)}
        document = Document("x.yaml", value, lambda _: Place((1, 1), (1, 1)))
        found = validator.findings(document)
        return {f.message for f in found if f.message.startswith("metrics")}

    if not role.metrics:
        assert complaints(()) == {
            "metrics does not belong here",
            *(f"metrics.{m} is missing" for m in ROLES["embed"].metrics),
        }
        return
    assert complaints(role.metrics) == set()
    for metric in role.metrics:
        rest = tuple(other for other in role.metrics if other != metric)
        assert complaints(rest) == {f"metrics.{metric} is missing"}
    for other in {*ROLES["textgen"].metrics} - {*role.metrics}:
        assert complaints((*role.metrics, other)) == {f"metrics.{other} does not belong here"}


@ANY_KIND
def test_a_schema_is_well_formed(kind: str) -> None:
    document = load_json(SCHEMAS[kind].read_bytes(), path=SCHEMAS[kind].name)
    assert isinstance(document, Document), document
    assert schemas.problems(document) == ()
    assert document.value["$id"] == f"urn:fedfuse:schema:{kind}:v1"


def subschemas(schema: Any, place: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema within a schema, with its place, but for the conditions under `if`."""
    if not isinstance(schema, dict):
        return
    yield place, schema
    for keyword in ("items", "additionalProperties", "then", "else"):
        yield from subschemas(schema.get(keyword), f"{place}/{keyword}")
    for keyword in ("properties", "patternProperties", "$defs"):
        for name, part in schema.get(keyword, {}).items():
            yield from subschemas(part, f"{place}/{keyword}/{name}")
    for index, part in enumerate(schema.get("allOf", ())):
        yield from subschemas(part, f"{place}/allOf/{index}")


@ANY_KIND
def test_every_part_of_a_schema_is_bounded(kind: str) -> None:
    for place, schema in subschemas(json.loads(SCHEMAS[kind].read_bytes())):
        types = schema.get("type", [])
        types = [types] if isinstance(types, str) else types
        if "object" in types and kind != "event":
            assert schema["additionalProperties"] is False, place
        if "string" in types:
            assert {"maxLength", "pattern"} <= schema.keys(), place
        if "array" in types:
            assert "maxItems" in schema, place
        if {"integer", "number"} & {*types} and "pattern" not in schema:
            assert {"minimum", "exclusiveMinimum"} & schema.keys(), place
            assert {"maximum", "exclusiveMaximum"} & schema.keys(), place
        assert "format" not in schema, place
        assert False not in schema.get("properties", {}).values(), place


def patterns(kind: str) -> Iterator[str]:
    for _, schema in subschemas(json.loads(SCHEMAS[kind].read_bytes())):
        yield from (p for p in [schema.get("pattern")] if p)
        yield from schema.get("patternProperties", ())


EDITORS_TOO = re.compile(r"\\[dDwWsSZAbB]|\(\?P|\(\?[aiLmsux]|\(\?#|[*+?}]\+")
"""What Python and ECMAScript read differently, or only one of them at all."""


@ANY_KIND
def test_patterns_mean_the_same_in_python_and_in_editors(kind: str) -> None:
    for pattern in patterns(kind):
        assert pattern.startswith("^"), pattern
        assert pattern.endswith(r"$(?!\n)"), pattern
        assert not EDITORS_TOO.search(pattern.removesuffix(r"(?!\n)")), pattern


SAMPLES = (
    *("hf", "a/b", "a/b@v3", "acme/a-v3", "a-v1.2.3", "USD", "0.5", "09:00", "2026-11-20", "x"),
    *(
        "a" * 40,
        "b" * 64,
        "hf://a/b",
        "gs://a/b",
        "s3://a/b",
        "dir:a",
        "a@b.de",
        "A <a@b>",
        "v1.evidence.csv",
        "a.jsonl",
    ),
    *("2026-11-20T03:07:45Z", "https://a.b/c", "UTC", "a/v1", "a.b.v1.e1.csv", "string", "1.2.3"),
    *("1732415565123456",),
)


@ANY_KIND
def test_no_pattern_accepts_a_trailing_newline(kind: str) -> None:
    for pattern in patterns(kind):
        fitting = [sample for sample in SAMPLES if re.search(pattern, sample)]
        assert fitting, f"no sample fits {pattern}"
        assert not any(re.search(pattern, f"{sample}\n") for sample in fitting), pattern
        assert not re.search(pattern, f"{fitting[0]}\n\n"), pattern


@ANY_KIND
def test_patterns_take_linear_time(kind: str) -> None:
    hostile = [unit * (20_000 // len(unit)) + "!\n" for unit in ("a", "0", "a-", "a/", "a.", "A_ ")]
    start = time.process_time()
    for pattern in set(patterns(kind)):
        for text in hostile:
            re.search(pattern, text)
    assert time.process_time() - start < 1


def test_a_definition_means_the_same_in_every_schema() -> None:
    seen: dict[str, Any] = {}
    for path in SCHEMAS.values():
        for name, definition in json.loads(path.read_bytes()).get("$defs", {}).items():
            if name in {"quality", "latency", "safety", "suite", "schema", "report", "artifact"}:
                continue  # named after what they are in their own file
            assert seen.setdefault(name, definition) == definition, f"{path.name}: {name}"
