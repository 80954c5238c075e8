"""Strict YAML: one small document with one meaning, or findings with line and column.

libyaml composes a node tree in which no tag is resolved, and `yaml_scalars` alone gives scalars a
meaning. What would be dangerous to compose is met by `yaml_guard` before.
"""

from collections.abc import Callable
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from fedfuse.adapters import format_finding, strict_text, yaml_guard
from fedfuse.adapters.yaml_guard import MAX_DEPTH, mark_of
from fedfuse.adapters.yaml_scalars import NUMERIC_START, WORDS, Refused, Scalar, numeric, plain
from fedfuse.errors import FedfuseError
from fedfuse.model.document import Document, Place, Pointer
from fedfuse.model.finding import Finding
from fedfuse.model.quoting import quoted

try:
    from yaml._yaml import CParser
except ImportError as err:
    raise FedfuseError(
        "PyYAML was installed without libyaml",
        fix="pip install --force-reinstall --only-binary :all: PyYAML",
    ) from err

MAX_BYTES = 64 * 1024
MAX_NODES = 5_000
"""Collections, keys and single values."""


class _Composer(CParser):
    """libyaml's node tree, without tags: PyYAML constructs nothing from it."""

    def resolve(self, kind: object, value: object, implicit: object) -> str:  # noqa: ARG002 - PyYAML's signature
        """No node gets a tag."""
        return ""

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        """No tag depends on a path."""

    def ascend_resolver(self) -> None:
        """No tag depends on a path."""


def load(data: bytes, *, path: str) -> Document | tuple[Finding, ...]:
    """The document a file holds, or all its problems in order of place.

    `path` is the file's place in the registry, for the findings. In a document all keys are text,
    unique after NFC and case folding, integers are within 2^53 and floats are finite. Findings of
    a later stage (bytes, events, values) need the earlier ones mended. Never raises.
    """
    text = strict_text.read(data, path=path, max_bytes=MAX_BYTES)
    if not isinstance(text, str):
        return tuple(sorted(text))
    if yaml_guard.needed(data) and (findings := tuple(yaml_guard.findings(text, path=path))):
        return tuple(sorted(findings))
    try:
        root = _Composer(data).get_single_node()
    except yaml.YAMLError as err:
        return (yaml_guard.syntax(err, path=path),)
    if not isinstance(root, MappingNode):
        return (_no_mapping(root, path),)
    builder = _Builder(path, str.casefold if _all_ascii(text) else strict_text.identity)
    value = builder.mapping(root, 1)
    if builder.nodes > MAX_NODES:
        builder.findings.append(_too_many(builder.nodes, path))
    if builder.findings:
        return tuple(sorted(builder.findings))
    return Document(path, value, lambda pointer: _locate(root, pointer))


def _all_ascii(text: str) -> bool:
    """Whether every key is ASCII, which needs no NFC; an escape may make any character."""
    return text.isascii() and "\\" not in text


class _Builder:
    """Turns nodes into values. What has no value becomes a finding, and None in its place."""

    def __init__(self, path: str, identity: Callable[[str], str]) -> None:
        self._path = path
        self._identity = identity
        self.nodes = 1
        self.findings: list[Finding] = []

    def mapping(self, node: MappingNode, depth: int) -> dict[str, Any]:
        """The value of a mapping node; `depth` is the number of collections down to it."""
        self.nodes += 2 * len(node.value)
        value = {}
        for key, child in node.value:
            name = key.value
            if type(key) is ScalarNode and (
                key.style
                or (name not in WORDS and name[0] not in NUMERIC_START)
                or isinstance(plain(name), str)
            ):
                value[name] = self._value(child, depth)
            else:
                self._refuse_key(key)
                self._value(child, depth)
        if len(set(map(self._identity, value))) < len(node.value):
            self._report_repeated(node)
        return value

    def _value(self, node: Node, depth: int) -> Any:
        if type(node) is ScalarNode:
            text = node.value
            if node.style:
                return text
            # `plain`, unrolled: most scalars are text, and a call costs more than the look.
            value: Scalar | Refused
            if text in WORDS:
                value = plain(text)
            elif text[0] in NUMERIC_START:
                value = numeric(text)
            else:
                return text
            return self._refuse(node, value) if type(value) is Refused else value
        if depth == MAX_DEPTH:
            mark = mark_of(node.start_mark)
            self.findings.append(yaml_guard.too_deep(mark, path=self._path))
            return None
        if type(node) is MappingNode:
            return self.mapping(node, depth + 1)
        self.nodes += len(node.value)
        return [self._value(child, depth + 1) for child in node.value]

    def _refuse(self, node: Node, refused: Refused) -> None:
        self._report(node, refused.code, found=refused.found, fix=refused.fix)

    def _refuse_key(self, node: Node) -> None:
        if not isinstance(node, ScalarNode):
            self._report(node, "E116", found="a collection")
            return
        key = plain(node.value)
        if isinstance(key, Refused):
            self._refuse(node, key)
        else:
            self._report(node, "E116", found=quoted(key))

    def _report_repeated(self, node: MappingNode) -> None:
        first: dict[str, Node] = {}
        for key, _ in node.value:
            if not isinstance(key, ScalarNode):
                continue
            earlier = first.setdefault(self._identity(key.value), key)
            if earlier is not key:
                line = earlier.start_mark.line + 1
                found = f"{quoted(key.value)}, and {quoted(earlier.value)} in line {line}"
                self._report(key, "E117", found=found)

    def _report(self, node: Node, code: str, *, found: str, fix: str = "") -> None:
        mark = mark_of(node.start_mark)
        self.findings.append(format_finding.at(mark, code, path=self._path, found=found, fix=fix))


def _too_many(nodes: int, path: str) -> Finding:
    limit = f"at most {MAX_NODES} keys, values and collections"
    return format_finding.at((0, 0), "E113", path=path, expected=limit, found=str(nodes))


def _no_mapping(root: Node | None, path: str) -> Finding:
    if root is None:
        return format_finding.at((1, 1), "E114", path=path, found="nothing")
    found = "a list" if isinstance(root, SequenceNode) else "a single value"
    return format_finding.at(mark_of(root.start_mark), "E114", path=path, found=found)


def _locate(root: Node, pointer: Pointer) -> Place:
    key, node = root, root
    for step in pointer:
        child = _child(node, step)
        if child is None:
            break
        key, node = child
    return Place(mark_of(key.start_mark), mark_of(node.start_mark))


def _child(node: Node, step: str | int) -> tuple[Node, Node] | None:
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None
