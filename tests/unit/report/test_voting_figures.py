"""How the checklist shows a voting rule: what it is worth, and that it decides nothing."""

import json

from hypothesis import given
from syrupy.assertion import SnapshotAssertion
from tests.unit.report.hostile import Rendered, hostile_text

from fedfuse.model.voting_figures import Tally, VotingFigures
from fedfuse.report import markdown, text
from fedfuse.report.voting_figures import blocks, fields

VOTERS = {"hf/guard@v2": "org/a", "gcp/guard@v1": "org/b", "aws/guard@v4": "org/c"}
TALLIES = (
    Tally(
        "harmful",
        630,
        rule_fails=4,
        voter_fails=11,
        won=9,
        lost=2,
        escalated=1,
        bounds=(0.004, 0.019),
    ),
    Tally(
        "benign",
        315,
        rule_fails=6,
        voter_fails=3,
        won=0,
        lost=3,
        escalated=2,
        obstacle="20 clusters, 40 would do",
    ),
)
SHOWN = VotingFigures(VOTERS, 2, "canonical/v1", "hf/guard@v2", TALLIES)


def test_the_terminal_reads_like_this(snapshot: SnapshotAssertion) -> None:
    assert text.render(blocks(SHOWN)) == snapshot


def test_markdown_reads_like_this(snapshot: SnapshotAssertion) -> None:
    assert markdown.render(blocks(SHOWN)) == snapshot


def test_json_reads_like_this(snapshot: SnapshotAssertion) -> None:
    assert json.dumps(fields(SHOWN), indent=1) == snapshot


def test_voters_without_evidence_are_named_and_nothing_is_counted() -> None:
    figures = VotingFigures(VOTERS, 2, "canonical/v2", missing=("gcp/guard@v1",))
    shown = text.render(blocks(figures))
    assert "Nothing to compare: no evidence there by gcp/guard@v1" in shown
    assert "wrong" not in shown
    said = fields(figures)
    assert said is not None
    assert (said["best_voter"], said["items"], said["missing"]) == (None, [], ["gcp/guard@v1"])


def test_a_release_without_a_rule_shows_nothing() -> None:
    assert (blocks(None), fields(None)) == ((), None)


@given(hostile_text)
def test_nothing_foreign_acts_in_the_figures(foreign: str) -> None:
    for tallies in (TALLIES, ()):
        shown = VotingFigures({foreign: foreign}, 1, foreign, foreign, tallies, (foreign,))
        Rendered.of(markdown.render(blocks(shown))).assert_inert()
        assert all(line.isprintable() for line in text.render(blocks(shown)).splitlines())
