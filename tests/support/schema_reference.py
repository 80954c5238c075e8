"""The reference of the file formats is rendered from `schemas/`; run this module to renew it.

Every word of it is in a schema: descriptions, forms, limits. The examples are good twins of the
corpus, so the tests prove that they are valid.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import corpus

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / ".github" / "REFERENCE.md"
RENEW = ".venv/bin/python -m tests.support.schema_reference"

Node = Mapping[str, Any]

_INTRODUCTION = """\
# Reference of the files

This page lists every field of `registry.yaml`, of a manifest, of an Evaluation, of an event and of
`fedfuse.lock`. A field that is not listed here is refused. `fedfuse validate` checks your files
against these tables.

The page is generated from the schemas in `schemas/`. Do not edit it. Edit the description in the
schema, then run `.venv/bin/python -m tests.support.schema_reference` where the tool is developed.

In a key, `[]` stands for each entry of a list, and `<key>` for each key of a mapping. *Needed* says
`yes` if the field must be there whenever the mapping around it is there. No field has a default.
"""


@dataclass(frozen=True, slots=True)
class Page:
    """One kind of document in the reference."""

    heading: str
    schema: str
    """`registry` for `schemas/registry.v1.schema.json`."""
    examples: Mapping[str, str]
    """The words before an example, to the case of the corpus that holds it."""


PAGES = (
    Page("registry.yaml", "registry", {"A small registry:": "registry/mode-unknown"}),
    Page(
        "The manifest",
        "manifest",
        {
            "A model:": "manifest/adapter-without-base-model",
            "A report about data:": "manifest/data-report-without-table",
        },
    ),
    Page(
        "The Evaluation",
        "evaluation",
        {"An Evaluation by the registry:": "evaluation/number-missing"},
    ),
    Page(
        "Events",
        "event",
        {
            "A promotion:": "event/promote-a-version",
            "A rollback that a breach proves (here with the counters of one window):": (
                "event/rollback-without-target"
            ),
            "A hold:": "event/hold-with-empty-reason",
            "A lift:": "event/lift-of-nothing",
            "A yank:": "event/yank-a-unit",
            "A waiver:": "event/waive-safety",
        },
    ),
    Page("fedfuse.lock", "lock", {}),
)


class Reader:
    """One schema, read as tables."""

    def __init__(self, schema: Node) -> None:
        self.schema = schema
        self.defs: Mapping[str, Node] = schema.get("$defs", {})
        uses = json.dumps(schema)
        self.shared = tuple(
            name
            for name, node in self.defs.items()
            if "properties" in node and uses.count(f'"#/$defs/{name}"') > 1
        )
        """The parts that occur more than once; each has a table of its own."""

    def tables(self) -> Iterator[str]:
        """Every table, with its heading; the document itself comes first, without one."""
        yield from self._table(self.schema)
        for condition in self.schema.get("allOf", ()):
            if "$ref" in condition["then"]:
                name, part = self._named(condition["then"])
                yield from (f"### `{name}`", part["description"], *self._table(part))
        for name in self.shared:
            yield f"### The part `{name}`"
            yield self.defs[name]["description"]
            yield from self._table(self.defs[name])

    def _table(self, part: Node) -> Iterator[str]:
        known = self.schema["properties"] if part is not self.schema else {}
        rows = [row for row in self._rows(part, "") if row[0] not in known]
        lines = ["| key | needed | form | what it is |", "|---|---|---|---|"]
        yield "\n".join((*lines, *(f"| `{row[0]}` | {' | '.join(row[1:])} |" for row in rows)))
        rules = [*self._conditions(part, "")]
        if rules:
            yield "These rules depend on other fields:"
            yield "\n".join(f"- {rule}" for rule in rules)

    def _rows(self, part: Node, prefix: str) -> Iterator[tuple[str, str, str, str]]:
        required = part.get("required", ())
        for key, node in part.get("properties", {}).items():
            needed = "yes" if key in required else ""
            yield from self._row(f"{prefix}{key}", needed, node)
        for node in part.get("patternProperties", {}).values():
            yield from self._row(f"{prefix}<key>", "", node)

    def _row(self, key: str, needed: str, node: Node) -> Iterator[tuple[str, str, str, str]]:
        name, aim = self._named(node)
        about = node.get("description") or aim["description"]
        yield key, needed, self._form(node), about
        if name in self.shared:
            return
        if aim.get("type") == "array":
            item_name, item = self._named(aim["items"])
            if item_name not in self.shared:
                yield from self._rows(item, f"{key}[].")
        yield from self._rows(aim, f"{key}.")

    def _form(self, node: Node) -> str:
        name, aim = self._named(node)
        if name in self.shared:
            return f"[{name}](#the-part-{name})"
        if "const" in aim:
            return f"`{aim['const']}`"
        if "enum" in aim:
            return ", ".join(f"`{value}`" for value in aim["enum"])
        if aim.get("type") == "array":
            twice = ", none twice" if aim.get("uniqueItems") else ""
            count = _between(aim.get("minItems", 0), aim["maxItems"])
            return f"list of {count}{twice}: {self._form(aim['items'])}"
        if aim.get("type") == "object":
            keys = f"; keys: {aim['title']}" if "title" in aim else ""
            return f"mapping{_entries(aim)}{keys}"
        return _scalar(aim)

    def _named(self, node: Node) -> tuple[str, Node]:
        """The definition that a node refers to, with its name; else the node and no name."""
        if "$ref" not in node:
            return "", node
        name = node["$ref"].rpartition("/")[2]
        return name, self.defs[name]

    def _conditions(self, part: Node, prefix: str) -> Iterator[str]:
        for condition in part.get("allOf", ()):
            if "$ref" not in condition["then"]:
                ((key, test),) = condition["if"]["properties"].items()
                said = "; ".join(self._demands(condition["then"], prefix))
                yield f"If `{prefix}{key}` {_test(test)}: {said}."
        for key, node in part.get("properties", {}).items():
            name, aim = self._named(node)
            if name not in self.shared:
                yield from self._conditions(aim, f"{prefix}{key}.")

    def _demands(self, then: Node, prefix: str) -> Iterator[str]:
        yield from (f"`{prefix}{key}` is needed" for key in then.get("required", ()))
        for key, node in then.get("properties", {}).items():
            if "not" in node:
                yield f"no `{prefix}{key}` ({node['description']})"
            elif "properties" in node or "required" in node:
                yield from self._demands(node, f"{prefix}{key}.")
            else:
                yield f"`{prefix}{key}` is {self._form(node)}"


def _test(test: Node) -> str:
    if "pattern" in test:
        return f"begins with `{test['pattern'].removeprefix('^')}`"
    values = test.get("enum", (test.get("const"),))
    return "is " + " or ".join(f"`{value}`" for value in values)


def _between(least: int, most: int) -> str:
    return f"{least:,} to {most:,}"


def _entries(node: Node) -> str:
    least, most = node.get("minProperties", 0), node.get("maxProperties")
    if most:
        return f" of {_between(least, most)}"
    return f" of at least {least}" if least else ""


def _scalar(node: Node) -> str:
    title: str = node.get("title", "")
    if node.get("type", "number") == "number":  # a condition names no type: it stands elsewhere
        return title
    if node["type"] == "boolean":
        return "true or false"
    if node["type"] == "string":
        most = node["maxLength"]
        said = most <= 20 or str(most) in title
        return title if said else f"{title}; at most {most:,} characters"
    return f"whole number, {_between(node['minimum'], node['maximum'])}"


def render() -> str:
    """The whole text of the reference."""
    parts = [_INTRODUCTION.rstrip()]
    for page in PAGES:
        path = ROOT / "schemas" / f"{page.schema}.v1.schema.json"
        schema = json.loads(path.read_text(encoding="utf-8"))
        parts += [f"## {page.heading}", schema["description"], *Reader(schema).tables()]
        for words, case in page.examples.items():
            good = corpus.read(corpus.CORPUS / "schema" / f"{case}.yaml").good
            parts += [words, f"```yaml\n{good.rstrip()}\n```"]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Write the reference, and say so."""
    REFERENCE.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"{REFERENCE.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
