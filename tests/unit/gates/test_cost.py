"""Cost per 1,000 tokens, by the machine's price and the suite's own words."""

import math

import pytest

from fedfuse.engine.v1.metrics import cost_per_1k_tokens
from fedfuse.model.evidence import Machine, Row
from fedfuse.model.suite import Item

MACHINE = Machine(per_hour=3.6, concurrency=2)
ROW = Row("q1", ok=True, score=1.0, latency_ms=1000.0, input_tokens=9, output_tokens=9)


def item(size_bytes: int) -> Item:
    return Item("q1", "quality", "echo", "echo-1", size_bytes=size_bytes)


def test_no_rows_and_no_items_cost_without_end() -> None:
    assert cost_per_1k_tokens((), MACHINE, primary=(item(40),)) == math.inf
    assert cost_per_1k_tokens((ROW,), MACHINE, primary=()) == math.inf


def test_a_row_counts_as_the_mean_item_and_as_one_token_at_least() -> None:
    assert cost_per_1k_tokens((ROW,), MACHINE, primary=(item(40),)) == pytest.approx(0.05)
    assert cost_per_1k_tokens((ROW,), MACHINE, primary=(item(1),)) == pytest.approx(0.5)
