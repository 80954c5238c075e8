"""A labelled mutation of a contract: what one change means for requests and for responses.

Every row is judged twice. On the request side old values must stay accepted, on the response
side new values must have been allowed, so most rows break exactly one side.
"""

from dataclasses import dataclass
from typing import Any

from fedfuse.engine.v1.contract import Outcome

OK, BREAKS, UNPROVEN = Outcome.COMPATIBLE, Outcome.BREAKING, Outcome.UNPROVEN


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of a schema and its verdict on either side."""

    name: str
    old: Any
    new: Any
    request: Outcome
    response: Outcome


def row(name: str, old: Any, new: Any, *labels: Outcome) -> Mutation:
    request, response = labels
    return Mutation(name, old, new, request, response)


def wider(name: str, old: Any, new: Any) -> Mutation:
    """The new schema accepts more than the old one."""
    return Mutation(name, old, new, OK, BREAKS)


def narrower(name: str, old: Any, new: Any) -> Mutation:
    """The new schema accepts less than the old one."""
    return Mutation(name, old, new, BREAKS, OK)


def same(name: str, old: Any, new: Any) -> Mutation:
    """Both accept the same values."""
    return Mutation(name, old, new, OK, OK)


def shifted(name: str, old: Any, new: Any) -> Mutation:
    """Each accepts a value that the other refuses."""
    return Mutation(name, old, new, BREAKS, BREAKS)


def closed(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return opened(properties, *required) | {"additionalProperties": False}


def opened(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


ANYTHING, NOTHING = True, False
TEXT, NUMBER, WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer"}
NEVER = {"type": "string", "minLength": 2, "maxLength": 1}
"""A schema that accepts nothing without saying so."""


def whole(low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return _bounded("integer", "minimum", low, "maximum", high)


def number(low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return _bounded("number", "minimum", low, "maximum", high)


def text(low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return _bounded("string", "minLength", low, "maxLength", high)


def array(items: Any, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return _bounded("array", "minItems", low, "maxItems", high) | {"items": items}


def _bounded(
    kind: str, low_name: str, low: float | None, high_name: str, high: float | None
) -> dict[str, Any]:
    bounds = {low_name: low, high_name: high}
    return {"type": kind} | {name: bound for name, bound in bounds.items() if bound is not None}
