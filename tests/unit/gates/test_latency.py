import math
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from tests.unit.gates.builders import (
    LATENCY,
    NOW,
    case,
    evidence,
    items,
    manifest,
    policy,
    suite,
    with_rows,
)

from fedfuse.engine.v1.gates import latency
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.gates.latency import LatencyPolicy
from fedfuse.model.judgement import Measured
from fedfuse.model.verdict import GateResult, Verdict

SUITE = suite(items("quality", 200), items("policy", 20))
TEXTS = suite(
    tuple(
        replace(item, size_bytes=120 + 240 * (at % 2))
        for at, item in enumerate(SUITE.items(("quality",)))
    ),
    SUITE.items(("policy",)),
)
"""The same suite, but with texts of 240 bytes in the mean."""
METRICS = {"latency_ms_p95": 120.0, "cost_per_1k_tokens": 0.45}
CAPS = LatencyPolicy(**LATENCY)


def shipment(
    latencies_ms: Sequence[float] = (),
    baseline_ms: Sequence[float] = (),
    *,
    errors: int = 0,
    against: str = "",
    priced_on: date = date(2026, 11, 20),
    per_hour: float = 0.8,
) -> Measured:
    """A shipment whose quality items took these times; the first `errors` of them failed."""
    found = evidence(SUITE)
    rows = list(found.rows)
    for number, latency_ms in enumerate(latencies_ms):
        rows[number] = replace(rows[number], latency_ms=latency_ms)
    for number in range(errors):
        rows[number] = replace(rows[number], ok=False, score=0.0)
    if baseline_ms:
        padded = [*baseline_ms, *[100.0] * (len(rows) - len(baseline_ms))]
        rows = [replace(r, baseline_latency_ms=b) for r, b in zip(rows, padded, strict=True)]
    shipped = manifest()
    assert shipped.evaluation is not None
    evaluation = replace(
        shipped.evaluation, baseline=against, priced_on=priced_on, per_hour=per_hour
    )
    return Measured(
        replace(shipped, metrics=METRICS, evaluation=evaluation),
        replace(found, rows=tuple(rows)),
    )


def baseline() -> Measured:
    return Measured(manifest(version=2), replace(evidence(SUITE), sha256="b" * 64))


def judged(of: Case, check: str) -> GateResult:
    return {result.check: result for result in latency.judge(of)}[check]


def test_latency_gate_passes_a_fast_and_cheap_shipment_and_says_when_only_caps_count() -> None:
    results = latency.judge(case(shipment(), SUITE))
    assert [(r.check, r.verdict) for r in results] == [
        ("p95", Verdict.PASS),
        ("cost", Verdict.PASS),
        ("pricing", Verdict.PASS),
    ]
    assert results[0].reason == "p95 120.0 ms, limit 250 ms (cap only: there is no baseline)"


@pytest.mark.parametrize(("slow", "verdict"), [(10, Verdict.PASS), (11, Verdict.FAIL)])
def test_latency_gate_judges_the_nearest_rank_so_that_5_percent_may_be_slower(
    slow: int, verdict: Verdict
) -> None:
    found = judged(case(shipment([251.0] * slow), SUITE), "p95")
    assert found.verdict is verdict


def test_latency_gate_lets_a_p95_of_exactly_the_cap_pass() -> None:
    assert judged(case(shipment([250.0] * 200), SUITE), "p95").verdict is Verdict.PASS


@pytest.mark.parametrize(("errors", "verdict"), [(10, Verdict.PASS), (11, Verdict.FAIL)])
def test_latency_gate_counts_an_error_as_infinitely_late(errors: int, verdict: Verdict) -> None:
    found = judged(case(shipment(errors=errors), SUITE), "p95")
    assert (found.verdict, found.observed) == (verdict, 120.0 if errors == 10 else None)


def test_latency_gate_looks_at_the_primary_part_only_for_p95() -> None:
    found = shipment([120.0] * 200 + [9000.0] * 20)
    assert judged(case(found, SUITE), "p95").verdict is Verdict.PASS


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_latency_gate_blocks_a_manifest_that_does_not_report_a_metric(metric: str) -> None:
    found = shipment()
    kept = {name: value for name, value in METRICS.items() if name != metric}
    silent = replace(found, manifest=replace(found.manifest, metrics=kept))
    refused = [r for r in latency.judge(case(silent, SUITE)) if r.verdict is Verdict.FAIL]
    assert [r.reason for r in refused] == [f"the manifest reports no {metric}"]


def test_latency_gate_never_passes_a_latency_that_is_no_number() -> None:
    found = judged(case(shipment([math.nan] * 200), SUITE), "p95")
    assert (found.verdict, found.observed) == (Verdict.FAIL, None)


def test_latency_gate_recomputes_the_cost_over_all_rows() -> None:
    # 220 rows of 120 ms at 0.8 per hour; the mean quality item has 240 bytes, so 60 tokens
    found = judged(case(shipment(), TEXTS), "cost")
    assert found.observed == pytest.approx(0.8 * 0.120 / 3600 / 60 * 1000)
    assert found.unit == "USD per 1k tokens"


def test_latency_gate_refuses_a_cost_over_the_cap() -> None:
    found = judged(case(shipment(per_hour=3000.0), TEXTS), "cost")
    assert found.verdict is Verdict.FAIL
    assert found.reason == "cost 1.666667 USD per 1k tokens, limit 1.5"


@pytest.mark.parametrize("tokens", [0, 1, 9_999_999])
def test_token_counts_that_the_provider_wrote_down_change_no_cost(tokens: int) -> None:
    found = shipment()
    rows = tuple(replace(r, input_tokens=tokens, output_tokens=tokens) for r in found.rows)
    told = judged(case(with_rows(found, rows), TEXTS), "cost")
    assert told == judged(case(found, TEXTS), "cost")


@pytest.mark.parametrize(
    ("days_old", "verdict"),
    [(0, Verdict.PASS), (30, Verdict.PASS), (31, Verdict.FAIL), (-1, Verdict.PASS),
     (-2, Verdict.FAIL)],
)  # fmt: skip
def test_latency_gate_refuses_old_prices_and_prices_of_a_day_to_come(
    days_old: int, verdict: Verdict
) -> None:
    found = shipment(priced_on=NOW.date() - timedelta(days=days_old))
    assert judged(case(found, SUITE), "pricing").verdict is verdict


def test_latency_gate_takes_the_day_of_the_clock_in_utc() -> None:
    late = datetime(2026, 12, 21, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    of = replace(case(shipment(priced_on=date(2026, 11, 20)), SUITE), now=late)
    assert judged(of, "pricing").observed == 30
    assert judged(replace(of, now=late.astimezone(UTC)), "pricing").observed == 30


def test_latency_gate_has_no_evidence_where_an_item_was_not_measured() -> None:
    found = shipment()
    partial = with_rows(found, found.rows[1:])
    results = latency.judge(case(partial, SUITE))
    assert [(r.check, r.verdict) for r in results] == [("p95", Verdict.NO_EVIDENCE)]


def test_latency_gate_has_no_evidence_in_a_manifest_without_an_evaluation() -> None:
    found = shipment()
    bare = replace(found, manifest=replace(found.manifest, evaluation=None))
    results = latency.judge(case(bare, SUITE))
    assert [r.verdict for r in results] == [Verdict.NO_EVIDENCE]


def test_latency_gate_says_nothing_for_a_role_without_thresholds() -> None:
    assert latency.judge(case(shipment(), SUITE, policy(latency=None))) == ()


NOT_INTERLEAVED = pytest.mark.parametrize(
    ("against", "paired"), [("", True), ("hf/textgen-unit@v1", True), ("hf/textgen-unit@v2", False)]
)
REQUIRED = policy(latency={k: v for k, v in LATENCY.items() if k != "interleaved"})


@NOT_INTERLEAVED
def test_latency_gate_has_no_evidence_where_the_run_was_not_interleaved_with_this_baseline(
    against: str,
    paired: bool,  # noqa: FBT001 - a parametrized fact, not an option
) -> None:
    found = shipment(baseline_ms=[100.0] * 200 if paired else (), against=against)
    result = judged(case(found, SUITE, REQUIRED, baseline=baseline()), "p95-ratio")
    assert result.verdict is Verdict.NO_EVIDENCE
    assert result.reason == (
        "the run was not interleaved with hf/textgen-unit@v2: fedfuse eval run --endpoint URL "
        "--model MODEL --role textgen --baseline-endpoint URL --baseline-model MODEL --to FILE.csv "
        "asks both in turn, then fedfuse new hf/textgen-unit --evidence FILE.csv "
        "--baseline hf/textgen-unit@v2"
    )


@NOT_INTERLEAVED
def test_latency_gate_judges_caps_only_where_the_policy_makes_the_comparison_optional(
    against: str,
    paired: bool,  # noqa: FBT001 - a parametrized fact, not an option
) -> None:
    found = shipment(baseline_ms=[100.0] * 200 if paired else (), against=against)
    results = latency.judge(case(found, SUITE, baseline=baseline()))
    assert [r.check for r in results] == ["p95", "cost", "pricing"]
    assert "cap only: the run was not interleaved with hf/textgen-unit@v2" in results[0].reason


def test_latency_gate_asks_no_experiment_and_no_first_version_for_a_comparison() -> None:
    found = shipment()
    experiment = replace(found, manifest=replace(found.manifest, track="experiment"))
    first = case(found, SUITE, REQUIRED)
    for of in (case(experiment, SUITE, REQUIRED, baseline=baseline()), first):
        assert [r.check for r in latency.judge(of)] == ["p95", "cost", "pricing"]


def test_latency_gate_compares_with_a_baseline_that_was_measured_on_another_suite_before() -> None:
    of = interleaved(noisy(1, 80.0), noisy(2, 100.0))
    elsewhere = replace(of, baseline=Measured(manifest(version=2)), baseline_gap="another suite")
    assert judged(elsewhere, "p95-ratio").verdict is Verdict.PASS


def interleaved(ours_ms: Sequence[float], theirs_ms: Sequence[float]) -> Case:
    found = shipment(ours_ms, theirs_ms, against="hf/textgen-unit@v2")
    return case(found, SUITE, baseline=baseline())


def noisy(seed: int, middle_ms: float) -> list[float]:
    draw = random.Random(seed)  # noqa: S311 - a reproducible draw, no secret
    return [round(draw.uniform(0.8, 1.2) * middle_ms, 1) for _ in range(200)]


def test_latency_gate_passes_what_is_faster_than_its_baseline_in_the_same_run() -> None:
    of = interleaved(noisy(1, 80.0), noisy(2, 100.0))
    found = judged(of, "p95-ratio")
    assert (found.verdict, found.limit) == (Verdict.PASS, 1.05)
    assert found.observed is not None
    assert found.observed < 0.9
    assert "in the same run" in judged(of, "p95").reason


def test_latency_gate_refuses_what_is_slower_than_its_baseline_though_under_the_cap() -> None:
    of = interleaved(noisy(1, 120.0), noisy(2, 100.0))
    assert judged(of, "p95").verdict is Verdict.PASS
    assert judged(of, "p95-ratio").verdict is Verdict.FAIL


def test_latency_gate_neither_passes_nor_fails_a_ratio_by_luck() -> None:
    spread = [50.0] * 180 + [100.0 + 2.0 * n for n in range(20)]
    found = judged(interleaved(spread, spread[::-1]), "p95-ratio")
    assert (found.verdict, found.measured) == (Verdict.INCONCLUSIVE, 1.0)
    assert found.reason == (
        "p95 ratio 1.0000 to hf/textgen-unit@v2 in the same run (bounds 0.8793 and 1.1373, "
        "limit 1.05: about 1,390 items would do)"
    )


def test_latency_gate_is_inconclusive_below_40_clusters() -> None:
    few = suite(items("quality", 200, cluster_size=6), items("policy", 20))
    of = replace(interleaved([80.0] * 200, [100.0] * 200), suite=few)
    found = judged(of, "p95-ratio")
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "34 clusters, 40 clusters would do" in found.reason


def test_latency_gate_refuses_a_ratio_to_a_baseline_that_took_no_time() -> None:
    found = judged(interleaved([80.0] * 200, [0.0] * 200), "p95-ratio")
    assert (found.verdict, found.observed) == (Verdict.FAIL, None)
