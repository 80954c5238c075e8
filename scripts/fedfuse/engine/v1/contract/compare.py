"""A newer contract is compatible when it takes every old request and answers nothing new."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fedfuse.engine.v1.contract.inclusion import Escape, escapes
from fedfuse.engine.v1.contract.read import ANNOTATIONS, read
from fedfuse.engine.v1.contract.value import key, unfit

_SIDES = ("request", "response")
_FREE = ANNOTATIONS | {"version", *_SIDES}
"""Top-level members that may differ (the sides are compared by what they mean)."""


class Outcome(StrEnum):
    """What is known about two contracts."""

    COMPATIBLE = "compatible"
    BREAKING = "breaking"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether a new contract may stand in for an old one, with the proof's other half."""

    outcome: Outcome
    side: str = ""
    """`request` or `response`; empty for compatible contracts and for whole documents."""
    pointer: str = ""
    """JSON pointer, within the contract documents, of the keyword at which they part."""
    counterexample: str = ""
    """Of a breaking contract, as JSON: a request that old accepts and new refuses, or a response
    that new allows and old does not."""
    reason: str = ""
    """One sentence without the counterexample; empty for compatible contracts."""


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Comparison:
    """Compatible is a proof, breaking carries a counterexample, anything else is unproven.

    Takes two contract documents as JSON gives them. The request side of `new` must accept all
    that of `old` does; the response side of `new` must allow no more than that of `old`. Unproven
    says which keyword or size stood in the way. Never raises.
    """
    if problem := _unfit(old, new):
        return Comparison(Outcome.UNPROVEN, reason=problem)
    gaps = []
    for side, inner, outer in (("request", old, new), ("response", new, old)):
        pointer = f"/{side}"
        for found in escapes(read(inner[side], pointer), read(outer[side], pointer), pointer):
            if isinstance(found, Escape):
                return _breaking(side, found)
            gaps.append(Comparison(Outcome.UNPROVEN, side, found.pointer, "", found.reason))
    return gaps[0] if gaps else Comparison(Outcome.COMPATIBLE)


def _unfit(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    for name, document in (("old", old), ("new", new)):
        if problem := unfit(document):
            return f"the {name} contract cannot be read: {problem}"
        if missing := [side for side in _SIDES if side not in document]:
            return f"the {name} contract has no {missing[0]}"
    for name in sorted((old.keys() | new.keys()) - _FREE):
        if (name in old) != (name in new) or key(old[name]) != key(new[name]):
            return f"`{name}` differs, and it is no part of the request or the response"
    return ""


def _breaking(side: str, found: Escape) -> Comparison:
    sentence = {
        "request": "the new contract refuses a request that the old one accepts",
        "response": "the new contract allows a response that the old one does not",
    }[side]
    text = json.dumps(found.value, sort_keys=True)
    return Comparison(Outcome.BREAKING, side, found.pointer, text, sentence)
