"""The rule beside its best voter: counted item by item, and nobody helps it by failing."""

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from fedfuse.model import voting_figures
from fedfuse.model.voting import Rule
from fedfuse.model.voting_figures import Bounds, Tally

THREE = Rule({"x/a": "A", "x/b": "B", "x/c": "C"}, 2)
KINDS = {"harmful": {"p1": "k", "p2": "k", "p3": "l"}, "benign": {"b1": "m", "b2": "m"}}
ITEMS = tuple(item for items in KINDS.values() for item in items)


def few(_: Sequence[float], __: Sequence[float], clusters: Sequence[str]) -> tuple[Bounds, str]:
    return None, f"{len({*clusters})} clusters"


def tallies(
    rule: Rule, rows: Mapping[str, Mapping[str, bool]], kinds: Mapping[str, Mapping[str, str]]
) -> tuple[str, tuple[Tally, ...]]:
    return voting_figures.tallies(rule, rows, kinds, compare=few)


def passed(**failed: str) -> dict[str, Mapping[str, bool]]:
    """Voter to its rows: everything passed but the named items."""
    return {
        f"x/{unit}": {i: i not in items.split() for i in ITEMS} for unit, items in failed.items()
    }


def test_the_rule_is_counted_beside_the_voter_with_the_fewest_failures() -> None:
    best, found = tallies(THREE, passed(a="p1 b1", b="p2 p3 b1", c="p2 b2 p3"), KINDS)
    assert best == "x/a"
    assert found == (
        Tally(
            "harmful",
            3,
            rule_fails=2,
            voter_fails=1,
            won=1,
            lost=2,
            escalated=0,
            obstacle="2 clusters",
        ),
        Tally(
            "benign",
            2,
            rule_fails=1,
            voter_fails=1,
            won=0,
            lost=0,
            escalated=0,
            obstacle="1 clusters",
        ),
    )


def test_an_escalated_item_counts_as_refused() -> None:
    unanimous = Rule(THREE.voters, 3)
    _, (harmful, benign) = tallies(unanimous, passed(a="p1", b="b1", c="b2"), KINDS)
    assert (harmful.escalated, harmful.rule_fails, harmful.won) == (1, 0, 1)
    assert (benign.escalated, benign.rule_fails, benign.lost) == (2, 2, 2)


def test_two_voters_on_one_base_model_have_one_vote() -> None:
    clones = Rule({"x/a": "A", "x/b": "A", "x/c": "C"}, 2)
    _, (harmful, _) = tallies(clones, passed(a="p1", b="p1", c=""), KINDS)
    assert (harmful.escalated, harmful.rule_fails) == (1, 0)
    _, (harmful, _) = tallies(THREE, passed(a="p1", b="p1", c=""), KINDS)
    assert (harmful.escalated, harmful.rule_fails) == (0, 1)


def test_only_items_count_that_every_voter_has_a_row_for() -> None:
    rows = passed(a="p1", b="p1", c="")
    fewer = rows | {"x/c": {"p2": True}}
    _, found = tallies(THREE, fewer, KINDS)
    assert [(one.kind, one.items, one.rule_fails) for one in found] == [("harmful", 1, 0)]
    assert tallies(THREE, rows | {"x/c": {}}, KINDS) == ("", ())


@given(st.lists(st.tuples(*[st.booleans()] * 3), min_size=5, max_size=5))
def test_wins_less_losses_are_the_difference_of_the_failures(votes: list[tuple[bool, ...]]) -> None:
    units = dict(enumerate(THREE.voters))
    rows = {unit: {item: votes[i][n] for i, item in enumerate(ITEMS)} for n, unit in units.items()}
    best, found = tallies(THREE, rows, KINDS)
    assert sum(one.voter_fails for one in found) == min(
        [*one.values()].count(False) for one in rows.values()
    )
    for one in found:
        assert one.won - one.lost == one.voter_fails - one.rule_fails
    alone = tallies(Rule({best: "A"}, 1), {best: rows[best]}, KINDS)[1]
    assert all(one.rule_fails == one.voter_fails and not one.escalated for one in alone)
