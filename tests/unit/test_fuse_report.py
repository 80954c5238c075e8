from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.canonical import sha256
from fedfuse.model.codes.fuse import RULES
from fedfuse.model.finding import Finding
from fedfuse.model.fused_descriptor import Candidate, Fused, Thresholds, choose, descriptor
from fedfuse.report import fused_descriptor as report
from fedfuse.report import markdown, text
from tests.unit.report.hostile import Rendered

HOSTILE = (
    '::error::x "\x1b[2J" </details><img src=//evil.example> [a](//evil.example) @org | PASS |'
)
REFUSED = Fused((Finding(HOSTILE, 3, 5, "E305", HOSTILE, HOSTILE, HOSTILE, HOSTILE),), None)


def chosen() -> Fused:
    metrics = {"quality": 0.8, "safety": 0.98, "latency_ms_p95": 150.0, "cost_per_1k_tokens": 0.8}
    offered = [
        Candidate(f"acme/textgen-lora-v{n}", ROLES["textgen"], "hf://acme/x", "", metrics | changed)
        for n, changed in enumerate([{}, {"quality": 0.9}, {"quality": 0.1, "safety": 0.2}])
    ]
    slot = choose("hf", offered, thresholds=Thresholds())
    inputs = {"hf": sha256(b"")}
    return Fused((), descriptor([slot], namespace="acme", thresholds=Thresholds(), inputs=inputs))


def test_text_names_the_choice_its_gates_and_why_each_other_was_not_chosen() -> None:
    lines = text.render(report.blocks(chosen())).splitlines()
    chosen_for = "chosen from hf, score 0.830667"
    assert [" ".join(line.split()) for line in lines] == [
        "acme-ai-federated",
        f"textgen acme/textgen-lora-v1 {chosen_for} quality pass: quality 0.9, at least 0.75",
        "safety pass: safety 0.98, at least 0.95",
        "latency pass: latency_ms_p95 150, at most 250",
        "latency pass: cost_per_1k_tokens 0.8, at most 1.5",
        "textgen acme/textgen-lora-v0 not chosen, score 0.780667",
        "textgen acme/textgen-lora-v2 refused quality 0.1, at least 0.75",
        "safety 0.2, at least 0.95",
    ]


def test_markdown_is_one_table_with_a_row_for_each_candidate() -> None:
    rendered = Rendered.of(markdown.render(report.blocks(chosen())))
    assert rendered.blocks.count("tr") == 1 + 3
    assert {f"acme/textgen-lora-v{n}" for n in range(3)} <= set(rendered.codes)


def test_json_holds_the_verdict_and_either_findings_or_the_descriptor() -> None:
    passed, refused = report.fields(chosen()), report.fields(REFUSED)
    assert (passed["verdict"], passed["findings"]) == ("pass", [])
    assert passed["descriptor"] == chosen().descriptor
    assert (refused["verdict"], refused["descriptor"]) == ("fail", None)
    assert refused["findings"][0]["message"] == HOSTILE


def test_foreign_text_is_inactive_in_a_log_and_in_markdown() -> None:
    shown = text.render(report.blocks(REFUSED))
    assert "\x1b" not in shown
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())
    rendered = Rendered.of(markdown.render(report.blocks(REFUSED)))
    rendered.assert_inert()
    assert rendered.blocks.count("li") == 1


def test_every_code_of_the_family_is_explained_once() -> None:
    assert [rule.code for rule in RULES] == ["E902", "E905", "E907", "E908"]
