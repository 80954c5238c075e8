"""A fusion API contract: what nodes and models agree on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ContractDocument:
    """One fusion API contract: `schemas/contract/<role>/v<version>.json`."""

    version: int
    sha256: str
    document: Mapping[str, Any]
    """`{request: JSON Schema, response: JSON Schema}` beside the fields that name it."""
