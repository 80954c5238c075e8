import json
import math
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.fused_descriptor import (
    SHARES,
    WEIGHTS,
    Candidate,
    Slot,
    Thresholds,
    choose,
    descriptor,
    judge,
    render,
    score,
    shared_namespace,
)
from fedfuse.model.verdict import Verdict

LIMITS = Thresholds()
GOOD = {"quality": 0.842, "safety": 0.991, "latency_ms_p95": 180.0, "cost_per_1k_tokens": 0.9}


def textgen(id_: str = "acme/textgen-lora-v3", /, **metrics: float) -> Candidate:
    return Candidate(id_, ROLES["textgen"], f"hf://{id_}", revision="", metrics=GOOD | metrics)


def embed(**metrics: float) -> Candidate:
    timed = {"quality": 0.8, "latency_ms_p95": 40.0, "cost_per_1k_tokens": 0.1}
    uri = "gs://acme/embedder-v1"
    return Candidate("acme/embedder-v1", ROLES["embed"], uri, revision="", metrics=timed | metrics)


def chosen(*candidates: Candidate) -> str:
    slot = choose("hf", candidates, thresholds=LIMITS)
    return slot.chosen.candidate.id if slot.chosen else ""


def slots() -> list[Slot]:
    worse = textgen("acme/textgen-lora-v2", quality=0.8)
    refused = textgen("acme/textgen-lora-v1", quality=0.7)
    runtime = replace(textgen("acme/runtime-v1"), role=ROLES["runtime"])
    return [
        choose("hf", [refused, worse, textgen()], thresholds=LIMITS),
        choose("gcp", [embed()], thresholds=LIMITS),
        choose("aws", [runtime], thresholds=LIMITS),
    ]


@pytest.mark.parametrize(
    ("metric", "limit", "beyond"),
    [
        ("quality", 0.75, 0.7499),
        ("safety", 0.95, 0.9499),
        ("latency_ms_p95", 250.0, 250.1),
        ("cost_per_1k_tokens", 1.5, 1.5001),
    ],
)
def test_a_metric_at_its_limit_passes_and_one_beyond_it_is_refused_with_both_numbers(
    metric: str, limit: float, beyond: float
) -> None:
    assert judge(textgen(**{metric: limit}), LIMITS).shortfalls == ()
    (shortfall,) = judge(textgen(**{metric: beyond}), LIMITS).shortfalls
    assert shortfall.startswith(f"{metric} {beyond}, at ")
    assert shortfall.endswith(f"{limit:g}")


@pytest.mark.parametrize("metric", WEIGHTS)
def test_a_metric_that_is_no_number_never_passes(metric: str) -> None:
    assert judge(textgen(**{metric: math.nan}), LIMITS).shortfalls


def test_every_failed_gate_is_named() -> None:
    judged = judge(textgen(quality=0.1, cost_per_1k_tokens=9.0), LIMITS)
    assert judged.shortfalls == ("quality 0.1, at least 0.75", "cost_per_1k_tokens 9, at most 1.5")


def test_a_gate_reports_observed_and_limit() -> None:
    latency = judge(textgen(), LIMITS).gates[2]
    assert (latency.gate, latency.check, latency.unit) == ("latency", "p95", "ms")
    assert (latency.observed, latency.limit, latency.verdict) == (180.0, 250.0, Verdict.PASS)


def test_an_embed_artifact_without_safety_passes_on_its_own_three_metrics() -> None:
    judged = judge(embed(), LIMITS)
    assert judged.shortfalls == ()
    assert [gate.check for gate in judged.gates] == ["floor", "p95", "cost"]


def test_safety_that_an_embed_artifact_states_is_judged_but_not_scored() -> None:
    assert judge(embed(safety=0.9), LIMITS).shortfalls == ("safety 0.9, at least 0.95",)
    assert score(embed(safety=0.99), LIMITS) == score(embed(), LIMITS)


def test_the_score_is_the_documented_weighted_sum() -> None:
    assert score(textgen(), LIMITS) == pytest.approx(
        0.5 * 0.842 + 0.3 * 0.991 + 0.1 * (1 - 180 / 250) + 0.1 * (1 - 0.9 / 1.5)
    )
    assert score(embed(), LIMITS) == pytest.approx(
        (0.5 * 0.8 + 0.1 * (1 - 40 / 250) + 0.1 * (1 - 0.1 / 1.5)) / 0.7, abs=1e-6
    )


def test_the_best_passing_artifact_is_chosen_though_a_refused_one_scores_higher() -> None:
    unsafe = textgen("acme/textgen-lora-v4", quality=0.99, safety=0.94)
    worse = textgen("acme/textgen-lora-v2", quality=0.8)
    slot = choose("hf", [unsafe, worse, textgen()], thresholds=LIMITS)
    assert slot.chosen is not None
    assert slot.chosen.candidate.id == "acme/textgen-lora-v3"
    assert [one.candidate.id for one in slot.outranked] == ["acme/textgen-lora-v2"]
    assert [one.candidate.id for one in slot.refused] == ["acme/textgen-lora-v4"]


def test_equal_scores_are_decided_by_the_first_id_in_any_order() -> None:
    twins = [textgen("acme/c"), textgen("acme/a"), textgen("acme/b", quality=0.8420000001)]
    assert {chosen(*order) for order in permutations(twins)} == {"acme/a"}


def test_nothing_is_chosen_when_nothing_passes() -> None:
    assert chosen(textgen(quality=0.1)) == ""


def better(metric: str, value: float, step: float) -> float:
    return min(1.0, value + step) if metric in SHARES else max(0.0, value - step)


@given(
    metric=st.sampled_from(sorted(WEIGHTS)),
    value=st.floats(0, 1),
    scale=st.sampled_from([1.0, 10.0, 1000.0]),
    step=st.floats(0, 500),
)
def test_a_better_metric_never_lowers_the_score_nor_turns_pass_into_fail(
    metric: str, value: float, scale: float, step: float
) -> None:
    before = value if metric in SHARES else value * scale
    worse, improved = textgen(**{metric: before}), textgen(**{metric: better(metric, before, step)})
    assert score(improved, LIMITS) >= score(worse, LIMITS)
    assert not (judge(improved, LIMITS).shortfalls and not judge(worse, LIMITS).shortfalls)


def test_the_namespace_is_what_all_chosen_ids_share() -> None:
    assert shared_namespace(slots()) == "acme"
    other = choose("hf", [textgen("zenith/textgen-lora-v3")], thresholds=LIMITS)
    assert shared_namespace([other, *slots()[1:]]) == ""
    assert shared_namespace([choose("hf", [textgen("bare")], thresholds=LIMITS)]) == ""


def test_the_descriptor_holds_choice_gates_refused_and_inputs_in_sorted_order() -> None:
    described = descriptor(slots(), namespace="acme", thresholds=LIMITS, inputs={"hf": "a" * 64})
    data = render(described)
    document = json.loads(data)
    textgen_role = document["roles"]["textgen"]
    assert document["name"] == "acme-ai-federated"
    assert document["inputs"] == {"hf": {"sha256": "a" * 64}}
    assert textgen_role["artifact"]["id"] == "acme/textgen-lora-v3"
    assert textgen_role["artifact"]["metrics"] == GOOD
    assert [gate["limit"] for gate in textgen_role["artifact"]["gates"]] == [0.75, 0.95, 250.0, 1.5]
    assert [one["id"] for one in textgen_role["outranked"]] == ["acme/textgen-lora-v2"]
    assert textgen_role["refused"][0]["reasons"] == ["quality 0.7, at least 0.75"]
    assert data == (json.dumps(document, sort_keys=True, indent=2) + "\n").encode()


def test_a_descriptor_without_namespace_has_a_name_all_the_same() -> None:
    assert descriptor([], namespace="", thresholds=LIMITS, inputs={})["name"] == "ai-federated"
