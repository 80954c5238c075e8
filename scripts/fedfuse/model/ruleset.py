"""Compares a ruleset as it is written down with the one that a code host enforces."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

COMPARED = ("target", "enforcement", "conditions", "rules", "bypass_actors")
"""What a ruleset file decides; the host adds ids, links and dates of its own."""
_NAMES = ("type", "context", "actor_type", "actor_id")
"""Fields by which an entry of a list is found again."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the host enforces something else."""

    where: str
    """Such as `rules.required_status_checks.parameters`."""
    expected: str
    found: str


def differences(wanted: Mapping[str, Any], live: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Every place where `live` departs from what `wanted` says.

    A field that `wanted` leaves out may be anything, as the host fills in defaults; an entry of a
    list that it leaves out may not be there, since one more bypass actor opens everything. The
    order of lists says nothing. Never raises.
    """
    chosen = {key: wanted[key] for key in COMPARED if key in wanted}
    return tuple(_compare(chosen, live, ()))


def required_check(ruleset: Mapping[str, Any], context: str) -> Mapping[str, Any] | None:
    """The required status check of that name in a ruleset; None when it requires no such check."""
    for rule in ruleset.get("rules") or ():
        checks = (rule.get("parameters") or {}).get("required_status_checks") or ()
        for check in checks:
            if check.get("context") == context:
                return dict(check)
    return None


def _compare(wanted: Any, live: Any, where: tuple[str, ...]) -> Iterator[Difference]:
    if isinstance(wanted, Mapping) and isinstance(live, Mapping):
        for key, value in wanted.items():
            yield from _compare(value, live.get(key), (*where, key))
    elif isinstance(wanted, list) and isinstance(live, list):
        yield from _compare_lists(wanted, live, where)
    elif wanted != live:
        yield Difference(".".join(where), _shown(wanted), _shown(live))


def _compare_lists(
    wanted: Sequence[Any], live: Sequence[Any], where: tuple[str, ...]
) -> Iterator[Difference]:
    expected, found = ({_name(one): one for one in side} for side in (wanted, live))
    for name in sorted({*expected, *found}):
        if name not in found:
            yield Difference(".".join((*where, name)), "there", "missing")
        elif name not in expected:
            yield Difference(".".join((*where, name)), "not there", "there")
        else:
            yield from _compare(expected[name], found[name], (*where, name))


def _name(entry: Any) -> str:
    if isinstance(entry, Mapping):
        said = [str(entry[key]) for key in _NAMES if entry.get(key) is not None]
        return " ".join(said) or _shown(entry)
    return str(entry)


def _shown(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, sort_keys=True)
