"""The voting rule: k of n distinct base models, and nothing but a full quorum of `allow` allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Vote(StrEnum):
    """What became of one voter's ballot; only the first two count for anything."""

    ALLOW = "allow"
    REFUSE = "refuse"
    ERROR = "error"
    TIMEOUT = "timeout"
    INVALID = "invalid"
    """An answer that was cut, or is no vote."""


class Outcome(StrEnum):
    """What a vote came to. A client is told no difference between the last two."""

    ALLOW = "allow"
    REFUSE = "refuse"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who votes and how many must agree."""

    voters: Mapping[str, str]
    """Unit to the base model that it stands on: units on one base model are wrong together."""
    quorum: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome and the count that led to it."""

    outcome: Outcome
    reason: str


def rule_of(record: Mapping[str, Any]) -> Rule | None:
    """The voting rule that the record of a release holds; None without one.

    A voter's base model is an id, whatever the revision; a unit that stands on none is its own.
    """
    voting, units = record["fusion"]["voting"], record["units"]
    if not voting:
        return None
    bases = {unit: units[unit]["artifact"]["base_model"] for unit in voting["voters"]}
    named = {unit: base["id"] if base else unit for unit, base in bases.items()}
    return Rule(named, voting["quorum"])


def verdict(rule: Rule, votes: Mapping[str, Vote]) -> Verdict | None:
    """What the votes so far come to; None while those that are missing can change the outcome.

    Each base model has one vote. It refuses as soon as any of its units does, allows when all of
    them allow, and is void in every other case. `quorum` refusals refuse; else `quorum` allowances
    allow; else the vote is escalated. Never raises; with a vote of each voter never None.
    """
    cast = [_of_base(rule, base, votes) for base in sorted(set(rule.voters.values()))]
    refuses, allows = cast.count({Vote.REFUSE}), cast.count({Vote.ALLOW})
    most_refuse = sum(Vote.REFUSE in one for one in cast)
    most_allow = sum(Vote.ALLOW in one for one in cast)
    count = f"{allows} allow, {refuses} refuse of {len(cast)} base models, quorum {rule.quorum}"
    if refuses >= rule.quorum:
        return Verdict(Outcome.REFUSE, count)
    if most_refuse >= rule.quorum or allows < rule.quorum <= most_allow:
        return None
    return Verdict(Outcome.ALLOW if allows >= rule.quorum else Outcome.ESCALATE, count)


def _of_base(rule: Rule, base: str, votes: Mapping[str, Vote]) -> set[Vote | None]:
    """Every vote that a base model may still come to; None is a void one."""
    units = [unit for unit, stands_on in rule.voters.items() if stands_on == base]
    known = [votes[unit] for unit in units if unit in votes]
    if Vote.REFUSE in known:
        return {Vote.REFUSE}
    all_allow = all(vote is Vote.ALLOW for vote in known)
    end: Vote | None = Vote.ALLOW if all_allow else None
    return {end} if len(known) == len(units) else {Vote.REFUSE, None, end}
