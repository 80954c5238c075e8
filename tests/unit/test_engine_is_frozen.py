"""Engine 1 is frozen: the same history gives these very numbers, for ever.

A change that fails here is a new engine, or a mistake. Never edit an expectation of engine 1.
"""

import math
from dataclasses import replace
from datetime import UTC, datetime

from fedfuse.engine.v1.gates import roster
from fedfuse.engine.v1.record import Provenance, Shipped, outcome, render
from fedfuse.model.canonical import dumps, dumps_by_key, sha256
from fedfuse.model.release import tag_object_id
from fedfuse.model.verdict import GateResult, Verdict
from tests.unit.gates import builders
from tests.unit.test_fold import FULL, composed, registry, shipment

GATES = "d183ac23186e27b12d36e9c7730b03c90965a71a2c82a4467f47d0d43802b21d"
RECORD = "e42deb66580516e889deab23fc1ed08badcb2ade9fd81e5222705f731afc73dc"
TAG_OBJECT = "05d255ac52c30da5cb96a4d03c6a4261dfd3ff68"
MOMENT = datetime(2026, 11, 24, 3, 7, 45, tzinfo=UTC)


def test_the_numbers_of_every_gate_are_those_of_engine_1() -> None:
    suite = builders.suite(
        builders.items("quality", 400, cluster_size=2, categories=("a", "b")),
        builders.items("policy", 300),
        builders.items("adversarial", 300),
        builders.items("benign", 300),
    )
    scores = [float((n * 7919) % 100 < 84) for n in range(400)]
    better = [float((n * 7919) % 100 < 92) for n in range(400)]
    before = builders.measured(suite, {"quality": scores}, version=2)
    shipped = builders.measured(suite, {"quality": better, "policy": [0.0] * 4 + [1.0] * 296})
    case = replace(builders.case(shipped, suite), baseline=before)
    results = [outcome(result) for result in roster.judge(case)]
    assert sha256(dumps(results)) == GATES


def test_a_number_that_is_not_finite_stands_as_a_word_in_the_record() -> None:
    late = GateResult("latency", "p95", "a/b@v1", Verdict.FAIL, observed=math.inf, limit=2.5)
    assert (outcome(late)["observed"], outcome(late)["limit"]) == ("inf", "2.5")


def test_the_record_and_its_tag_object_are_those_of_engine_1() -> None:
    composition = composed(FULL)
    members = {
        unit: Shipped(shipment(f"{unit}@v{version}"), "a" * 40, "b" * 64)
        for unit, version in composition.members.items()
    }
    provenance = Provenance(
        commit="c" * 40,
        created=MOMENT,
        policy="d" * 64,
        contracts={"textgen/v1": "e" * 64},
        suites={"canonical/v1": "f" * 64},
        bundle={},
    )
    record = render(composition, registry(), shipped=members, provenance=provenance)
    assert sha256(dumps_by_key(record)) == RECORD
    assert tag_object_id(record) == TAG_OBJECT
