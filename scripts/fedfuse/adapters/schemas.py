"""JSON Schemas of the registry: whether a document has its kind's fields, and where it has not."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fedfuse.adapters.json_strict import load_json
from fedfuse.adapters.schema_accept import REFERENCE, Acceptor
from fedfuse.errors import RegistryError
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding

if TYPE_CHECKING:
    from fedfuse.adapters.schema_judge import Judge

__all__ = ["Validator", "load_json", "problems"]


class Validator:
    """One schema, ready to judge any number of documents."""

    def __init__(self, schema: bytes, *, path: str = "a schema of this registry") -> None:
        """Takes a well-formed schema. Raises RegistryError when it is no JSON object."""
        try:
            raw = json.loads(schema)
            expanded = _expanded(raw, raw.get("$defs", {}) if isinstance(raw, dict) else {}, {})
        except (ValueError, RecursionError) as err:
            raise RegistryError(f"{path} is not JSON", fix="restore it on main") from err
        if not isinstance(raw, dict):
            raise RegistryError(f"{path} is not a JSON object", fix="restore it on main")
        self._path = path
        self._schema = expanded
        self._acceptor = Acceptor(expanded)
        self._judge: Judge | None = None

    def findings(self, document: Document) -> tuple[Finding, ...]:
        """Everything the schema refuses about a document, in order of place; empty when valid.

        Raises RegistryError when the schema itself does not work.
        """
        if self._acceptor.accepts(document.value):
            return ()
        if self._judge is None:
            from fedfuse.adapters.schema_judge import Judge  # noqa: PLC0415 - loads jsonschema

            self._judge = Judge(self._schema, path=self._path)
        return self._judge.findings(document)


def problems(schema: Document) -> tuple[Finding, ...]:
    """What keeps a file from being a JSON Schema (2020-12), in order of place.

    Slow (about 0.2 s for a large one): for files that change, not for every judgement.
    """
    from fedfuse.adapters import schema_judge  # noqa: PLC0415 - loads jsonschema

    return schema_judge.problems(schema)


def _expanded(schema: Any, definitions: Mapping[str, Any], done: dict[str, Any]) -> Any:
    """The schema with its references written out, which halves the time of judging.

    `done` holds the definitions that are written out, so that each is once, and None for those
    that are being: what leads back to one of them keeps its reference.
    """
    if isinstance(schema, list):
        return [_expanded(part, definitions, done) for part in schema]
    if not isinstance(schema, dict):
        return schema
    name = str(schema.get("$ref", "")).removeprefix(REFERENCE)
    if name in definitions and name not in done:
        done[name] = None
        done[name] = _expanded(definitions[name], definitions, done)
    target = done.get(name)
    kept = {"$ref"} if isinstance(target, dict) else set()
    own = {
        key: part if key == "$defs" else _expanded(part, definitions, done)
        for key, part in schema.items()
        if key not in kept
    }
    return {**target, **own} if isinstance(target, dict) else own
