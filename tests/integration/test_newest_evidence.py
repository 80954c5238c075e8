"""What a next version is compared with: evidence on the canonical suite, the registry's first."""

from pathlib import Path
from typing import Any

import pytest

from fedfuse.model.canonical import sha256
from fedfuse.model.report import Report
from fedfuse.model.verdict import GateResult, Verdict
from fedfuse.model.yaml_text import render
from tests.support.changes import check, released_registry
from tests.support.evaluations import evaluate
from tests.support.registry import RegistrySandbox, policy
from tests.support.small_suite import suite_files

V1 = "hf/textgen-lora@v1"


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    return released_registry(tmp_path / "registry")


def move_to_the_next_suite(box: RegistrySandbox) -> None:
    """The same items under the next version, which registry.yaml makes the canonical one."""
    files = {f"schemas/suites/canonical/v2/{name}": data for name, data in suite_files().items()}
    files["schemas/suites/canonical/v2/suite.yaml"] = _next_suite()
    settings = render(policy(suite={"name": "canonical", "version": 2}))
    box.commit("registry: the next suite", {"registry.yaml": settings, **files})


def _next_suite() -> bytes:
    return suite_files()["suite.yaml"].replace(b"version: 1", b"version: 2")


def on_the_next_suite(document: dict[str, Any]) -> None:
    suite = {"name": "canonical", "version": 2, "sha256": sha256(_next_suite())}
    document["evaluation"]["suite"] = suite


def proposed(box: RegistrySandbox, quality: float, **facts: Any) -> Report:
    """What check says of a second version of this quality."""
    box.branch(f"mine-{box.head()[:9]}")
    box.land("hf/textgen-lora", 2, quality=quality, **facts)
    head = box.head()
    box.git("switch", "-q", "main")
    return check(box, head)


def compared(report: Report) -> GateResult:
    """The comparison with the baseline."""
    (found,) = (r for r in report.gates if (r.gate, r.check) == ("quality", "baseline"))
    return found


def points(report: Report) -> float:
    """The quality of the baseline that a version was compared with, in points."""
    baseline = compared(report).baseline
    assert baseline is not None
    return round(baseline, 1)


def test_a_baseline_without_evidence_on_the_next_suite_asks_for_an_evaluation(
    box: RegistrySandbox,
) -> None:
    move_to_the_next_suite(box)
    report = proposed(box, 0.95, edit=on_the_next_suite)
    assert (report.verdict, compared(report).verdict) == ("no-evidence", Verdict.NO_EVIDENCE)
    reasons = [gate.reason for gate in report.gates if gate.verdict is Verdict.NO_EVIDENCE]
    assert all(f"fedfuse new --evaluates {V1}" in reason for reason in reasons)


@pytest.mark.parametrize(("by", "verdict"), [("registry", "pass"), ("hf", "pass"), ("aws", None)])
def test_an_evaluation_by_the_registry_or_the_provider_is_that_evidence(
    box: RegistrySandbox, by: str, verdict: str | None
) -> None:
    move_to_the_next_suite(box)
    evaluate(box, V1, by=by, edit=on_the_next_suite)
    report = proposed(box, 0.95, edit=on_the_next_suite)
    assert report.verdict == (verdict or "no-evidence")


def test_an_evaluation_on_the_suite_before_is_no_evidence_on_the_next(
    box: RegistrySandbox,
) -> None:
    evaluate(box, V1, by="registry")
    move_to_the_next_suite(box)
    assert compared(proposed(box, 0.95, edit=on_the_next_suite)).verdict is Verdict.NO_EVIDENCE


def test_a_passing_evaluation_replaces_the_evidence_of_the_manifest(box: RegistrySandbox) -> None:
    before = points(proposed(box, 0.95))
    evaluate(box, V1, by="registry", quality=0.86)
    assert points(proposed(box, 0.95)) > before


def test_of_several_by_the_registry_the_one_that_landed_last_counts(box: RegistrySandbox) -> None:
    before = points(proposed(box, 0.95))
    evaluate(box, V1, by="registry", quality=0.84)
    assert points(proposed(box, 0.95)) < before
    evaluate(box, V1, by="hf", quality=0.85)
    assert points(proposed(box, 0.95)) < before
    evaluate(box, V1, by="registry", number=2, quality=0.85)
    assert points(proposed(box, 0.95)) == before


@pytest.mark.parametrize("quality", [0.78, 0.835, 0.86, 0.99])
def test_a_provider_cannot_move_the_mark_for_its_next_version(
    box: RegistrySandbox, quality: float
) -> None:
    """All keep the floor; the outer two contradict what the same provider said before."""
    before = points(proposed(box, 0.95))
    evaluate(box, V1, by="hf", quality=quality)
    assert points(proposed(box, 0.95)) == before


def test_a_provider_cannot_move_it_on_the_next_suite_either(box: RegistrySandbox) -> None:
    move_to_the_next_suite(box)
    evaluate(box, V1, by="hf", edit=on_the_next_suite)
    before = points(proposed(box, 0.95, edit=on_the_next_suite))
    evaluate(box, V1, by="hf", number=2, quality=0.835, edit=on_the_next_suite)
    assert points(proposed(box, 0.95, edit=on_the_next_suite)) == before


def test_what_does_not_settle_replaces_no_evidence(box: RegistrySandbox) -> None:
    def priced_long_ago(document: dict[str, Any]) -> None:
        document["evaluation"]["pricing"]["as_of"] = "2020-01-01"

    before = points(proposed(box, 0.95))
    evaluate(box, V1, by="registry", quality=0.86, edit=priced_long_ago)
    assert points(proposed(box, 0.95)) == before
