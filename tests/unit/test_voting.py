"""The voting rule against the table it is written as, over every combination of votes."""

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.model.voting import Outcome, Rule, Vote, verdict

FLAT = {3: Rule({unit: unit.upper() for unit in "abc"}, 2)}
FLAT[5] = Rule({unit: unit.upper() for unit in "abcde"}, 3)
SHAPES = [
    Rule(dict(zip("abcde"[: len(bases)], bases, strict=True)), quorum)
    for bases in ("ABC", "AAB", "AAA", "ABCDE", "AABCD", "AABBC", "AAABC")
    for quorum in range(1, len(set(bases)) + 1)
]


def table(rule: Rule, votes: Mapping[str, Vote]) -> Outcome:
    """The table of the rule, word by word."""
    by_base: dict[str, list[Vote]] = {}
    for unit, base in rule.voters.items():
        by_base.setdefault(base, []).append(votes[unit])
    refuse = sum(any(vote == "refuse" for vote in cast) for cast in by_base.values())
    allow = sum(all(vote == "allow" for vote in cast) for cast in by_base.values())
    if refuse >= rule.quorum:
        return Outcome.REFUSE
    return Outcome.ALLOW if allow >= rule.quorum else Outcome.ESCALATE


def states(rule: Rule) -> Iterator[dict[str, Vote]]:
    for votes in product(Vote, repeat=len(rule.voters)):
        yield dict(zip(rule.voters, votes, strict=True))


@pytest.mark.parametrize("rule", SHAPES, ids=lambda rule: f"{rule.voters}-{rule.quorum}")
def test_every_combination_of_votes_comes_to_what_the_table_says(rule: Rule) -> None:
    for votes in states(rule):
        held = verdict(rule, votes)
        assert held is not None
        assert held.outcome == table(rule, votes), votes


@pytest.mark.parametrize("rule", [rule for rule in SHAPES if len(rule.voters) == 3])
def test_a_vote_is_decided_exactly_when_no_missing_vote_can_change_it(rule: Rule) -> None:
    for partial in product([*Vote, None], repeat=3):
        known = {u: v for u, v in zip(rule.voters, partial, strict=True) if v is not None}
        ends = {table(rule, votes) for votes in states(rule) if votes | known == votes}
        held = verdict(rule, known)
        assert ({held.outcome} if held else None) == (ends if len(ends) == 1 else None), known


@pytest.mark.parametrize("voters", [3, 5])
def test_whatever_is_no_vote_never_helps_to_allow(voters: int) -> None:
    rule = FLAT[voters]
    for votes in states(rule):
        held = verdict(rule, votes)
        allows = sum(vote is Vote.ALLOW for vote in votes.values())
        assert (held is not None and held.outcome is Outcome.ALLOW) == (allows >= rule.quorum)


@given(st.lists(st.sampled_from(Vote), min_size=3, max_size=3), st.integers(1, 4), st.data())
def test_clones_of_a_voter_never_add_a_vote(
    cast: list[Vote], clones: int, data: st.DataObject
) -> None:
    votes = dict(zip("abc", cast, strict=True))
    copied = data.draw(st.sampled_from("abc"))
    more = {f"{copied}{n}": votes[copied] for n in range(clones)}
    rule = Rule({**FLAT[3].voters, **dict.fromkeys(more, copied.upper())}, 2)
    assert verdict(rule, votes | more) == verdict(FLAT[3], votes)


def test_a_reason_counts_base_models_and_not_units() -> None:
    held = verdict(Rule({"a": "A", "b": "A", "c": "C"}, 2), dict.fromkeys("ab", Vote.ALLOW))
    assert held is None
    held = verdict(Rule({"a": "A", "b": "A"}, 1), dict.fromkeys("ab", Vote.ALLOW))
    assert held is not None
    assert held.reason == "1 allow, 0 refuse of 1 base models, quorum 1"
