"""The corpus: one YAML file a case, in the format of `tests/corpus/README.md`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from fedfuse.adapters import yaml_strict
from fedfuse.adapters.schemas import load_json
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding

CORPUS = Path(__file__).parents[1] / "corpus"
FOLDERS = ("check", "endpoints", "evidence", "schema", "yaml")
JSON_KINDS = ("contract", "fused-release", "router")
"""Documents of these kinds are JSON files in a registry; all others are YAML."""


@dataclass(frozen=True, slots=True)
class CorpusCase:
    """One file of the corpus: a bad input, the findings it must give, and its good twin."""

    bad: Any
    expect: tuple[str, ...]
    good: Any


class _Loader(yaml.CSafeLoader):
    """Refuses a key that occurs twice, of which PyYAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.YAMLError(f"the key {min(map(str, twice))} occurs twice")
        return super().construct_mapping(node, deep)


def cases(*folders: str) -> list[Path]:
    """The files of all cases in folders of the corpus."""
    return [path for folder in folders for path in sorted((CORPUS / folder).rglob("*.yaml"))]


def name(path: Path) -> str:
    """The folder and the name of a case, as test ids show them."""
    return f"{path.parent.name}-{path.stem}"


def read(path: Path) -> CorpusCase:
    """The case in a file; a file that is no case raises ValueError, which names the file."""
    try:
        return _case(yaml.load(path.read_bytes(), Loader=_Loader))  # noqa: S506 - a safe loader
    except (yaml.YAMLError, TypeError, ValueError) as err:
        raise ValueError(f"{path}: {err}") from err


def _case(fields: Any) -> CorpusCase:
    keys = set(fields) if isinstance(fields, dict) else set()
    if keys not in ({"bad", "expect", "good"}, {"replace", "expect", "good"}):
        raise ValueError("a case has the fields bad (or replace), expect and good, and no other")
    expect, good = fields["expect"], fields["good"]
    if not isinstance(expect, list) or not expect or not all(isinstance(e, str) for e in expect):
        raise ValueError("expect must be a list of findings")
    bad = fields["bad"] if "bad" in fields else _replaced(text(good), fields["replace"])
    if repr(bad) == repr(good):  # 3 and 3.0 are different input
        raise ValueError("bad and good are the same")
    return CorpusCase(bad, tuple(expect), good)


def _replaced(document: str, changes: Mapping[str, Any]) -> str:
    for old, new in changes.items():
        if document.count(old) != 1:
            raise ValueError(f"good holds {old!r} {document.count(old)} times, not once")
        document = document.replace(old, text(new))
    return document


def text(value: Any) -> str:
    """A text, as it is written or as `{repeat: TEXT, times: N}`; a list is a text in parts."""
    if isinstance(value, list):
        return "".join(map(text, value))
    if isinstance(value, dict) and value.keys() == {"repeat", "times"}:
        return text(value["repeat"]) * int(value["times"])
    if not isinstance(value, str):
        raise TypeError(f"this is no text: {value!r}")
    return value


def content(value: Any) -> bytes:
    """The bytes of a text; in `{bytes: TEXT}` each character stands for one byte."""
    if isinstance(value, dict) and value.keys() == {"bytes"}:
        return text(value["bytes"]).encode("latin-1")
    return text(value).encode()


def load(path: Path, value: Any) -> Document | tuple[Finding, ...]:
    """What the strict loader makes of a document in the case `schema/KIND/NAME.yaml`."""
    strict = load_json if path.parent.name in JSON_KINDS else yaml_strict.load
    return strict(content(value), path=path.name)
