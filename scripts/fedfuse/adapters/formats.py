"""Reads the registry's file formats for an engine."""

from dataclasses import dataclass
from functools import lru_cache

from fedfuse.adapters import yaml_strict
from fedfuse.adapters.json_strict import load_json
from fedfuse.adapters.schemas import Validator
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding

_KEPT = 16
"""Files of at most 64 KiB that were read last: what one command reads again, it reads soon."""


@dataclass(frozen=True, slots=True)
class Formats:
    """Strict YAML, strict JSON and JSON Schema (`fedfuse.engine.interface.Reader`)."""

    def yaml(self, data: bytes, *, path: str) -> Document | tuple[Finding, ...]:
        """A YAML file, or everything wrong with it."""
        return _yaml(data, path)

    def json(self, data: bytes, *, path: str) -> Document | tuple[Finding, ...]:
        """A JSON file, or everything wrong with it."""
        return load_json(data, path=path)

    def validator(self, schema: bytes, *, path: str) -> Validator:
        """The schema in a file. Raises RegistryError when it does not work."""
        return Validator(schema, path=path)


@lru_cache(maxsize=_KEPT)
def _yaml(data: bytes, path: str) -> Document | tuple[Finding, ...]:
    """The same bytes are parsed once. Nobody changes a document, so all may share it."""
    return yaml_strict.load(data, path=path)
