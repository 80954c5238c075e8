"""What a request may hold: the contract of the route that it takes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from fedfuse.adapters.schemas import Validator
from fedfuse.model.canonical import dumps
from fedfuse.model.document import Document, Place
from fedfuse.node.reply import Problem

_NOWHERE = Place((0, 0), (0, 0))


@dataclass(frozen=True, slots=True)
class Contract:
    """The request half of one fusion API contract."""

    takes: str
    """`messages` or `texts`."""
    validator: Validator

    @classmethod
    def read(cls, file: bytes, *, path: str) -> Self:
        """The contract in a file. Raises LookupError, TypeError or ValueError for none."""
        request = json.loads(file)["request"]
        takes = "texts" if "texts" in request["properties"] else "messages"
        return cls(takes, Validator(dumps(request), path=path))

    def problem(self, request: Mapping[str, Any]) -> Problem | None:
        """The first thing wrong with a request, by name; None when it may be answered."""
        document = Document("request", dict(request), lambda _: _NOWHERE)
        for found in self.validator.findings(document):
            expected = f"; expected {found.expected}" if found.expected else ""
            return Problem(400, f"{found.message}{expected}")
        return None


def takes(request: Mapping[str, Any]) -> str:
    """Which kind of contract a request is for."""
    return "texts" if "texts" in request else "messages"
