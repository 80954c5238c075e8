"""Numbers as people read them."""

import math

import pytest
from tests.unit.report import builders, samples

from fedfuse.report import gate_figures


@pytest.mark.parametrize(
    ("unit", "observed", "baseline", "limit", "cells"),
    [
        ("ms", 231.04, 200.0, 210.0, ("231 ms", "200 ms", "210 ms", "+31 ms (+15.5 %)")),
        ("share", 0.84204, 0.82, 0.75, ("0.842", "0.82", "0.75", "+2.2 points")),
        ("points", 0.5, None, 2.0, ("0.5 points", "", "2 points", "")),
        ("ratio", 1.1, 1.0, 1.25, ("1.1x", "1x", "1.25x", "")),
        ("ratio", 1.03124, None, 1.05, ("1.031x", "", "1.05x", "")),
        ("items", 3.0, None, 0.0, ("3 items", "", "0 items", "")),
        ("items", 15361.0, None, 1600.0, ("15,361 items", "", "1,600 items", "")),
        ("p-value", 0.3125, None, 0.05, ("p 0.3125", "", "p 0.05", "")),
        (
            "USD per 1k tokens",
            0.0009,
            0.001,
            0.0015,
            ("0.0009", "0.001", "0.0015", "-0.0001 (-10.0 %)"),
        ),
        ("days", 0.0, 0.0, 90.0, ("0 days", "0 days", "90 days", "+0 days")),
        ("", -0.0, None, None, ("0", "", "", "")),
        ("ms", math.inf, 200.0, 250.0, ("inf ms", "200 ms", "250 ms", "+inf ms (+inf %)")),
        ("share", math.nan, None, 0.75, ("nan", "", "0.75", "")),
        ("ms", 1e300, None, None, ("1e+300 ms", "", "", "")),
        ("", None, None, None, ("", "", "", "")),
    ],
)
def test_cells_are_rounded_for_their_unit(
    unit: str,
    observed: float | None,
    baseline: float | None,
    limit: float | None,
    cells: tuple[str, str, str, str],
) -> None:
    result = builders.gate(
        "gate", "check", observed=observed, baseline=baseline, limit=limit, unit=unit
    )
    assert gate_figures.cells(result) == cells


@pytest.mark.parametrize(
    ("measured", "observed", "limit", "cells"),
    [
        (
            84.2,
            0.8713,
            0.0,
            ("0.842", "0.8204", "delta > 0", "+2.16 points (>= +0.87)"),
        ),
        (
            82.04,
            -1.5,
            -2.0,
            ("0.8204", "0.8204", "delta > -2", "+0 points (>= -1.5)"),
        ),
        (82.04, None, 0.0, ("0.8204", "0.8204", "delta > 0", "+0 points")),
        (None, 0.8713, 0.0, ("", "0.8204", "delta > 0", ">= +0.87 points")),
        (None, None, None, ("", "0.8204", "", "")),
        (
            math.nan,
            0.8713,
            0.0,
            ("nan", "0.8204", "delta > 0", "+nan points (>= +0.87)"),
        ),
    ],
)
def test_a_paired_comparison_shows_both_levels_and_the_bound_of_their_difference(
    measured: float | None,
    observed: float | None,
    limit: float | None,
    cells: tuple[str, str, str, str],
) -> None:
    result = builders.gate(
        "quality",
        "baseline",
        observed=observed,
        baseline=82.04,
        limit=limit,
        unit="points",
        measured=measured,
    )
    assert gate_figures.cells(result) == cells


def test_a_bound_stands_beside_the_figure_that_it_is_a_bound_of() -> None:
    policy, *_ = samples.SAFE
    assert gate_figures.cells(policy) == ("0.0033 (<= 0.0157)", "", "0.02", "")
    assert gate_figures.cells(samples.RATIO) == ("0.961x (<= 1.031x)", "", "1.05x", "")


def test_a_long_unit_stands_once_beside_the_check() -> None:
    assert gate_figures.label(samples.CHEAP) == "latency cost (USD per 1k tokens)"
    assert gate_figures.label(samples.FAST) == "latency p95"
