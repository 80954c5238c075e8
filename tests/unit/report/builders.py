"""One builder per type that a report holds; only the value that matters is written at the call."""

import math
from datetime import UTC, datetime
from typing import Any

from fedfuse.model.change import Shape
from fedfuse.model.finding import Finding
from fedfuse.model.report import Digest, IfMerged, MemberChange, Place, Report, Side, Trend
from fedfuse.model.verdict import GateResult, Verdict

UNIT = "hf/textgen-lora@v3"
BASE = "4b1d0f8a6c2e97350d41b8f6a7e3c92510fd8e64"
MANIFEST = "manifests/hf/textgen-lora/v3.yaml"
HEAD = "9e6c3a7d51f08b24c6e9d7a3051b8f42ce7d6a90"
AT = datetime(2026, 11, 24, 3, 7, 45, tzinfo=UTC)
REPRODUCE = f"fedfuse check \\\n  --base {BASE} \\\n  --head {HEAD} \\\n  --at 2026-11-24T03:07:45Z"
METRICS = {"quality": 0.842, "safety": 0.991, "latency_ms_p95": 180.0, "cost_per_1k_tokens": 0.0009}
OK = Side("ok")


def report(**changes: Any) -> Report:
    """A complete report that admits one manifest; keyword arguments replace its fields."""
    fields: dict[str, Any] = {
        "kind": Shape.MANIFEST,
        "base": BASE,
        "head": HEAD,
        "at": AT,
        "findings": (),
        "gates": (),
        "if_merged": None,
        "metrics": {UNIT: METRICS},
        "identity": OK,
        "remote": OK,
    }
    return Report(**{**fields, **changes})


def finding(**changes: Any) -> Finding:
    """One finding with every field filled."""
    fields: dict[str, Any] = {
        "path": "manifests/hf/textgen-lora/v3.yaml",
        "line": 14,
        "column": 3,
        "code": "E302",
        "message": "the id does not agree with the path",
        "expected": "acme/textgen-lora-v3",
        "found": "acme/textgen-lora-v2",
        "fix": "write `id: acme/textgen-lora-v3`",
    }
    return Finding(**{**fields, **changes})


def gate(name: str, check: str, verdict: Verdict = Verdict.PASS, **changes: Any) -> GateResult:
    """One gate result about the sample unit."""
    return GateResult(name, check, changes.pop("subject", UNIT), verdict, **changes)


def places(*lines: tuple[GateResult, int]) -> dict[tuple[str, str, str], Place]:
    """Each result of the sample unit at a line of its manifest."""
    return {(g.subject, g.gate, g.check): Place(MANIFEST, line) for g, line in lines}


def report_quoting(text: str) -> Report:
    """A report in which the text stands wherever a foreign string can."""
    refused = finding(path=text, code=text, message=text, expected=text, found=text, fix=text)
    gates = tuple(
        gate(
            name,
            text,
            verdict,
            subject=f"{text}@v1",
            observed=math.nan,
            limit=math.inf,
            baseline=0.0,
            unit=text,
            reason=text,
            measured=-math.inf,
        )
        for name, verdict in ((text, Verdict.FAIL), ("compatibility", Verdict.WAIVED))
    )
    merged = IfMerged(
        tag=f"{text}-v1.0.0",
        bump=text,
        members=(f"{text}@v1", f"gcp/embedder@{text}"),
        diff=(MemberChange(text, 1, None), MemberChange(f"{text}x", None, 2)),
        waiting=((text, text),),
        note=text,
    )
    return report(
        base=text,
        head=text,
        findings=(refused,),
        gates=gates,
        if_merged=merged,
        metrics={f"{text}@v1": {text: text}},
        identity=Side("refused", text, (refused,)),
        remote=Side("not checked", text),
        trends=(Trend(text, text, ((1, 0.5), (2, 0.25)), 0.1),),
        places={(f"{text}@v1", text, text): Place(text or "x", 3)},
        digests=(Digest(text, text),),
    )
