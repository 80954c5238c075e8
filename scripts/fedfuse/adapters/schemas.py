"""JSON Schemas of the registry: whether a document has its kind's fields, and where it has not."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import UnknownType
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from fedfuse.adapters import schema_finding
from fedfuse.adapters.document import Document
from fedfuse.adapters.json_strict import load_json
from fedfuse.errors import RegistryError
from fedfuse.model.finding import Finding

__all__ = ["Validator", "load_json", "problems"]

_REFERENCE = "#/$defs/"


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
        # An empty registry of schemas: a reference never leads out of the file or to the network.
        self._validator = _STRICT(expanded, registry=Registry())

    def findings(self, document: Document) -> tuple[Finding, ...]:
        """Everything the schema refuses about a document, in order of place; empty when valid.

        Raises RegistryError when the schema itself does not work.
        """
        try:
            return schema_finding.render(self._validator.iter_errors(document.value), document)
        except (Unresolvable, UnknownType, re.error) as err:
            raise RegistryError(f"{self._path} does not work: {err}", fix="repair it") from err


def problems(schema: Document) -> tuple[Finding, ...]:
    """What keeps a file from being a JSON Schema (2020-12), in order of place.

    Slow (about 0.2 s for a large one): for files that change, not for every judgement.
    """
    meta = Draft202012Validator(
        Draft202012Validator.META_SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return schema_finding.render(meta.iter_errors(schema.value), schema)


def _expanded(schema: Any, definitions: Mapping[str, Any], done: dict[str, Any]) -> Any:
    """The schema with its references written out, which halves the time of judging.

    `done` holds the definitions that are written out, so that each is once, and None for those
    that are being: what leads back to one of them keeps its reference.
    """
    if isinstance(schema, list):
        return [_expanded(part, definitions, done) for part in schema]
    if not isinstance(schema, dict):
        return schema
    name = str(schema.get("$ref", "")).removeprefix(_REFERENCE)
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


def _is_number(_: object, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)


def _is_integer(_: object, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _required(_: object, names: list[str], value: object, __: object) -> Iterator[ValidationError]:
    """One error for all missing fields, where the library has one for each."""
    if isinstance(value, dict) and not value.keys() >= set(names):
        yield ValidationError("fields are missing")


def _unique_items(
    _: object, wanted: object, value: object, __: object
) -> Iterator[ValidationError]:
    """In linear time, which the library's own is not. Collections are left to `items`."""
    if not wanted or not isinstance(value, list):
        return
    scalars = [(type(item), item) for item in value if not isinstance(item, dict | list)]
    if len(set(scalars)) < len(scalars):
        yield ValidationError("an entry is repeated")


_STRICT = extend(  # type: ignore[no-untyped-call] # its stubs give it no types
    Draft202012Validator,
    validators={"required": _required, "uniqueItems": _unique_items},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"number": _is_number, "integer": _is_integer}
    ),
)
"""JSON Schema as Python sees it, but NaN is no number and 3.0 no integer."""
