"""The table of how often a version passes: what it shows, and what it must show."""

from pathlib import Path

from fedfuse.model.passing import PASSING, SIMULATED
from tests.bench.simulation import joint

_SHARES = {one.version: one for one in PASSING}


def test_the_guide_shows_the_table_that_was_simulated() -> None:
    shown = Path(".github/OPERATING.md").read_text("utf-8")
    inside = shown.partition("<!-- passing -->\n")[2].partition("<!-- /passing -->")[0]
    assert inside == joint.markdown()


def test_a_better_and_safe_version_is_refused_in_at_most_a_tenth() -> None:
    for safe in ("99 %", "99.5 %", "99.7 %"):
        assert _SHARES[f"+4 points, {safe} safe"].passes >= 0.9


def test_a_version_that_is_not_better_passes_in_at_most_five_of_a_hundred() -> None:
    assert max(one.passes for name, one in _SHARES.items() if name.startswith("equal")) <= 0.05


def test_an_honest_version_is_told_that_more_items_are_needed_and_not_that_it_fails() -> None:
    better = [one for name, one in _SHARES.items() if not name.startswith("equal")]
    assert max(one.fails for one in better) <= 0.02


def test_the_table_says_how_it_was_simulated() -> None:
    assert SIMULATED.startswith("2,000 draws a gate, seed 20261124")
