"""Reads the registry's file formats for an engine."""

from dataclasses import dataclass

from fedfuse.adapters import yaml_strict
from fedfuse.adapters.json_strict import load_json
from fedfuse.adapters.schemas import Validator
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Formats:
    """Strict YAML, strict JSON and JSON Schema (`fedfuse.engine.interface.Reader`)."""

    def yaml(self, data: bytes, *, path: str) -> Document | tuple[Finding, ...]:
        """A YAML file, or everything wrong with it."""
        return yaml_strict.load(data, path=path)

    def json(self, data: bytes, *, path: str) -> Document | tuple[Finding, ...]:
        """A JSON file, or everything wrong with it."""
        return load_json(data, path=path)

    def validator(self, schema: bytes, *, path: str) -> Validator:
        """The schema in a file. Raises RegistryError when it does not work."""
        return Validator(schema, path=path)
