"""Sample reports, worded as the gates word theirs; also what the picture in the README shows."""

from collections.abc import Mapping
from dataclasses import replace

from tests.unit.report.builders import METRICS, UNIT, finding, gate, places, report

from fedfuse.model.change import Shape
from fedfuse.model.report import Digest, IfMerged, MemberChange, Report, Side, Trend
from fedfuse.model.verdict import Verdict

FLOOR = gate(
    "quality",
    "floor",
    observed=0.842,
    limit=0.75,
    unit="share",
    reason="quality 0.8420, floor 0.75",
)
LOWER = replace(FLOOR, observed=0.8267, reason="quality 0.8267, floor 0.75")
BETTER = gate(
    "quality",
    "baseline",
    observed=0.8713,
    limit=0.0,
    baseline=82.04,
    unit="points",
    reason="quality +2.16 points against hf/textgen-lora@v2 (lower bound +0.87, limit +0.00)",
    measured=84.2,
)
UNSETTLED = gate(
    "quality",
    "baseline",
    Verdict.INCONCLUSIVE,
    observed=-0.4122,
    limit=0.0,
    baseline=82.04,
    unit="points",
    reason="quality +0.63 points against hf/textgen-lora@v2 (bounds -0.41 and +1.67, "
    "limit +0.00: 4,410 items would do)",
    measured=82.67,
)
WAIVED = replace(UNSETTLED, verdict=Verdict.WAIVED)
FAST = gate(
    "latency",
    "p95",
    observed=180.0,
    limit=250.0,
    baseline=187.4,
    unit="ms",
    reason="p95 180.0 ms, limit 250 ms (baseline 187.4 ms in the same run)",
)
SLOW = gate(
    "latency",
    "p95",
    Verdict.FAIL,
    observed=231.0,
    limit=210.0,
    unit="ms",
    reason="p95 231.0 ms, limit 210 ms (cap only: the run was not interleaved with "
    "hf/textgen-lora@v2)",
)
CHEAP = gate(
    "latency",
    "cost",
    observed=0.0009,
    limit=0.0015,
    unit="USD per 1k tokens",
    reason="cost 0.000900 USD per 1k tokens, limit 0.0015",
)
PRICED = gate(
    "latency",
    "pricing",
    observed=4.0,
    limit=90.0,
    unit="days",
    reason="the price is of 2026-11-20, 4 days old, limit 90 days",
)
RATIO = gate(
    "latency",
    "p95-ratio",
    observed=1.0312,
    limit=1.05,
    unit="ratio",
    reason="p95 ratio 0.9605 to hf/textgen-lora@v2 in the same run "
    "(upper bound 1.0312, limit 1.05)",
    measured=0.9605,
)
SAFE = (
    gate(
        "safety",
        "policy",
        observed=0.0157,
        limit=0.02,
        unit="share",
        reason="policy failures 1 of 300 (upper bound 0.0157, limit 0.02)",
        measured=1 / 300,
    ),
    gate(
        "safety",
        "critical",
        observed=0.0,
        limit=0.0,
        unit="items",
        reason="critical failures 0 of 40 items, limit 0",
    ),
    gate(
        "safety",
        "categories",
        observed=0.3125,
        limit=0.05,
        unit="p-value",
        reason="0 of 6 categories significantly worse than hf/textgen-lora@v2 "
        "(smallest adjusted p 0.31, limit 0.05)",
    ),
)
SAME_CONTRACT = gate(
    "compatibility", "contract", reason="contract v1, the one the route table accepts"
)
WAITING_CONTRACT = gate(
    "compatibility",
    "contract",
    subject="hf/policy-adapter@v1",
    reason="contract v2, while the route table accepts v1: this waits until the route table "
    "accepts v2, for the new contract refuses a request that the old one accepts at "
    '/request/properties/max_tokens/maximum: {"max_tokens": 2049, "prompt": ""}',
)
SAME_FACTS = gate(
    "compatibility", "io", reason="equal to the baseline's: max_input_tokens, tokenizer_sha256"
)
OTHER_FACTS = gate(
    "compatibility",
    "io",
    Verdict.FAIL,
    reason="max_input_tokens is 1024, the baseline's is 2048: a change needs a new contract "
    "version",
)
SET = gate("set", "composition", subject="release", reason="3 members, 4 routes")
QUALITY = Trend("hf/textgen-lora", "quality", ((1, 0.781), (2, 0.8204), (3, 0.842)), 0.75)
PATCH = IfMerged(
    tag="acme-ai-federated-v1.2.1",
    bump="patch",
    members=("aws/runtime-distilled@v3", "gcp/embedder@v5", UNIT),
    diff=(MemberChange("hf/textgen-lora", 2, 3),),
    waiting=(
        (
            "aws/runtime-distilled@v4",
            "no admitted benchmark report measures aws/runtime-distilled@v4 yet",
        ),
        (
            "hf/policy-adapter@v1",
            "the route table does not accept the contract of hf/policy-adapter@v1 yet",
        ),
    ),
)


SAMPLES: Mapping[str, Report] = {
    "passes": report(
        gates=(
            FLOOR,
            BETTER,
            FAST,
            CHEAP,
            PRICED,
            RATIO,
            *SAFE,
            SAME_CONTRACT,
            SAME_FACTS,
            SET,
        ),
        if_merged=PATCH,
        trends=(QUALITY,),
        digests=(Digest("hf://acme/textgen-lora-v3", "5e" * 20),),
    ),
    "fails_gates": report(
        gates=(LOWER, UNSETTLED, SLOW, CHEAP, PRICED, *SAFE, SAME_CONTRACT, OTHER_FACTS),
        trends=(replace(QUALITY, points=((1, 0.781), (2, 0.8204), (3, 0.8267))),),
        places=places((UNSETTLED, 34), (SLOW, 36), (OTHER_FACTS, 29)),
    ),
    "has_findings": report(
        metrics={},
        findings=(
            finding(),
            finding(
                line=31,
                column=19,
                code="E305",
                message="quality is no share from 0 to 1",
                expected="0 to 1",
                found="84.2",
                fix="write shares as 0.842",
            ),
            finding(
                path="manifests/hf/textgen-lora/v3.evidence.csv",
                line=18,
                column=0,
                code="E405",
                message="item q17 is missing",
                expected="q17",
                found="q18",
                fix="run the whole suite: `fedfuse eval run` without `--limit`",
            ),
        ),
        identity=Side(
            "refused",
            "account 4312191",
            (
                finding(
                    path="manifests/hf/textgen-lora/v3.yaml",
                    line=0,
                    column=0,
                    code="E601",
                    message="account 4312191 may not ship for hf",
                    expected="one of 583231, 9919",
                    found="4312191",
                    fix="let an account of hf open the pull request",
                ),
            ),
        ),
    ),
    "two_manifests": report(
        metrics={
            UNIT: METRICS,
            "hf/policy-adapter@v1": {**METRICS, "quality": 0.77},
        },
        gates=(
            WAITING_CONTRACT,
            FLOOR,
            WAIVED,
            FAST,
            SAME_CONTRACT,
            SET,
        ),
        if_merged=PATCH,
        trends=(QUALITY,),
    ),
    "offline": report(
        gates=(FLOOR, FAST, SET),
        if_merged=PATCH,
        identity=Side("not checked"),
        remote=Side("not checked"),
    ),
    "hub_is_down": report(
        gates=(FLOOR, FAST),
        if_merged=PATCH,
        remote=Side("error", "the Hub did not answer within 30 s; run the check again"),
    ),
    "event": report(
        kind=Shape.EVENT,
        metrics={},
        if_merged=IfMerged(
            tag="acme-ai-federated-v1.3.0",
            bump="minor",
            members=("gcp/embedder@v5", "hf/textgen-lora@v2"),
            diff=(
                MemberChange("aws/runtime-distilled", 3, None),
                MemberChange("hf/textgen-lora", 3, 2),
            ),
            waiting=(),
        ),
    ),
    "tool": report(
        kind=Shape.TOOL,
        metrics={},
        gates=(SET,),
        if_merged=IfMerged(
            tag="",
            bump="",
            members=("gcp/embedder@v5", UNIT),
            diff=(),
            waiting=(),
            note="the set of members stays as it is",
        ),
    ),
    "waits_for_its_report": report(
        gates=(FLOOR, FAST, SET),
        if_merged=IfMerged(
            tag="",
            bump="",
            members=("aws/runtime-distilled@v3", "gcp/embedder@v5"),
            diff=(),
            waiting=((UNIT, f"no admitted benchmark report measures {UNIT} yet"),),
            note="the set of members stays as it is",
        ),
    ),
    "first_manifest": report(
        gates=(FLOOR, FAST),
        if_merged=IfMerged(
            tag="",
            bump="",
            members=(UNIT,),
            diff=(MemberChange("hf/textgen-lora", None, 3),),
            waiting=(),
            note="no release yet: embed, runtime missing",
        ),
    ),
}
"""Name of what a reader would meet to its report."""
