"""The voting rule of a release beside its best single voter."""

from dataclasses import asdict
from typing import Any

from fedfuse.model.voting_figures import Tally, VotingFigures
from fedfuse.report.blocks import Block, Code, Heading, Lines, Paragraph, Table, Words, counted

_LIMITS = Lines(
    (
        "It informs and decides nothing: no item of the list asks for it.",
        "The best voter is chosen on the same items. An escalated item counts as refused.",
        "The difference is in points that the rule is right more often: two one-sided 95 % bounds.",
    )
)


def blocks(figures: VotingFigures | None) -> tuple[Block, ...]:
    """The rule, each kind of item, and what the figures are worth; nothing without a rule."""
    if figures is None:
        return ()
    rule = f"Voting: {figures.quorum} of {counted(figures.bases, 'base model')}"
    voters: tuple[Words, ...] = tuple(map(Code, figures.voters))
    on: Words = ("By the evidence on", Code(figures.suite), "that they shipped with:", *voters)
    if not figures.tallies:
        return Heading(rule), Paragraph(on), Paragraph(_nothing(figures))
    best = ("Best single voter:", Code(figures.best))
    columns = (
        "items",
        "the rule is wrong",
        "the best voter is wrong",
        "item by item",
        "difference",
        "escalated",
    )
    rows = [_row(one) for one in figures.tallies]
    return (
        Heading(rule),
        Paragraph(on),
        Paragraph(best),
        Table(columns, rows),
        Paragraph(_LIMITS),
    )


def fields(figures: VotingFigures | None) -> dict[str, Any] | None:
    """The same as JSON values; `bounds` are shares, null where `obstacle` says why."""
    if figures is None:
        return None
    return {
        "decides": False,
        "quorum": figures.quorum,
        "voters": dict(figures.voters),
        "suite": figures.suite,
        "best_voter": figures.best or None,
        "items": [asdict(one) for one in figures.tallies],
        "missing": list(figures.missing),
    }


def _nothing(figures: VotingFigures) -> Words:
    if figures.missing:
        return "Nothing to compare: no evidence there by", *map(Code, figures.missing)
    return "Nothing to compare: no item that a vote is about has a row of every voter"


def _row(one: Tally) -> tuple[Words, ...]:
    return (
        f"{one.items:,} {one.kind}",
        f"rule wrong {_rate(one.rule_fails, one.items)}",
        f"voter wrong {_rate(one.voter_fails, one.items)}",
        f"won {one.won:,}, lost {one.lost:,}",
        one.obstacle if one.bounds is None else "{:+.1f} to {:+.1f}".format(*_points(one.bounds)),
        f"{one.escalated:,} escalated",
    )


def _points(bounds: tuple[float, float]) -> tuple[float, float]:
    return 100 * bounds[0], 100 * bounds[1]


def _rate(fails: int, items: int) -> str:
    return f"{fails:,} ({100 * fails / items:.1f} %)"
