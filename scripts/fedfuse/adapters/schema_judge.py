"""Finds out with jsonschema what a schema refuses about a document."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import UnknownType
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from fedfuse.adapters import schema_finding
from fedfuse.adapters.schema_accept import has_repetition, is_integer, is_number
from fedfuse.errors import RegistryError
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding


class Judge:
    """One schema, ready to find what is wrong with any number of documents."""

    def __init__(self, schema: Mapping[str, Any], *, path: str) -> None:
        """Takes a schema whose references are written out as far as they can be."""
        self._path = path
        # An empty registry of schemas: a reference never leads out of the file or to the network.
        self._validator = _STRICT(schema, registry=Registry())

    def findings(self, document: Document) -> tuple[Finding, ...]:
        """Everything the schema refuses about a document, in order of place; empty when valid.

        Raises RegistryError when the schema itself does not work.
        """
        try:
            return schema_finding.render(self._validator.iter_errors(document.value), document)
        except (Unresolvable, UnknownType, re.error) as err:
            raise RegistryError(f"{self._path} does not work: {err}", fix="repair it") from err


def problems(schema: Document) -> tuple[Finding, ...]:
    """What keeps a file from being a JSON Schema (2020-12), in order of place."""
    meta = Draft202012Validator(
        Draft202012Validator.META_SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return schema_finding.render(meta.iter_errors(schema.value), schema)


def _required(_: object, names: list[str], value: object, __: object) -> Iterator[ValidationError]:
    """One error for all missing fields, where the library has one for each."""
    if isinstance(value, dict) and not value.keys() >= set(names):
        yield ValidationError("fields are missing")


def _unique_items(
    _: object, wanted: object, value: object, __: object
) -> Iterator[ValidationError]:
    """In linear time, which the library's own is not."""
    if wanted and isinstance(value, list) and has_repetition(value):
        yield ValidationError("an entry is repeated")


_STRICT = extend(  # type: ignore[no-untyped-call] # its stubs give it no types
    Draft202012Validator,
    validators={"required": _required, "uniqueItems": _unique_items},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"number": lambda _, value: is_number(value), "integer": lambda _, value: is_integer(value)}
    ),
)
"""JSON Schema as Python sees it, but NaN is no number and 3.0 no integer."""
