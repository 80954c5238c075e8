"""Every result of a gate points at the line of the manifest that it is about."""

from pathlib import Path

import pytest

from fedfuse.adapters import yaml_strict
from fedfuse.adapters.git.repository import Repository
from fedfuse.engine.v1.gates.roster import GUIDES
from fedfuse.flows.checking import gate_places
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.model.document import Document
from fedfuse.model.judgement import Judged, Measured
from fedfuse.model.report import Place, Report
from fedfuse.model.verdict import GateResult, Verdict
from tests.support.registry import RegistrySandbox, policy
from tests.unit.gates import builders

UNIT = "hf/textgen-lora"


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    box = RegistrySandbox.create(tmp_path / "registry")
    box.land_first_release()
    box.branch("proposed")
    return box


def check(box: RegistrySandbox) -> Report:
    with Repository(box.root) as repository:
        return check_pull_request(repository, base="main", head="HEAD")


def keys(box: RegistrySandbox, report: Report) -> dict[str, str]:
    """Gate and check to the key at the start of the line that the report points at."""
    found = {}
    for gate in report.gates:
        if place := report.place(gate):
            line = (box.root / place.path).read_text().splitlines()[place.line - 1]
            found[f"{gate.gate} {gate.check}"] = line.split(":")[0].strip()
    return found


def in_blocks(box: RegistrySandbox, path: str) -> None:
    """Write the metrics and the contract of a manifest one key per line, as people do."""
    file = box.root / path
    lines = []
    for line in file.read_text().splitlines():
        key, _, rest = line.partition(": ")
        if key.strip() in {"metrics", "contract", "pricing"} and rest.startswith("{"):
            indent = line[: len(line) - len(line.lstrip())]
            inner = rest.strip("{}").split(", ")
            lines += [f"{key}:", *(f"{indent}  {one}" for one in inner)]
        else:
            lines.append(line)
    file.write_text("\n".join(["# a manifest", *lines]) + "\n")


def test_each_check_of_a_model_is_about_its_own_key(box: RegistrySandbox) -> None:
    in_blocks(box, box.ship(UNIT, 2, quality=0.5, safety=0.8, latency_ms=300.0))
    box.commit("worse in every way")
    report = check(box)
    assert report.verdict == "fail"
    assert keys(box, report) == {
        "quality floor": "quality",
        "quality baseline": "quality",
        "latency p95": "latency_ms_p95",
        "latency cost": "cost_per_1k_tokens",
        "latency pricing": "as_of",
        "safety policy": "safety",
        "safety adversarial": "safety",
        "safety benign": "safety",
        "safety critical": "safety",
        "safety categories": "safety",
        "compatibility contract": "contract",
        "compatibility io": "contract",
    }


def test_role_policy_is_compared_by_safety_and_beside_it_by_quality(box: RegistrySandbox) -> None:
    in_blocks(box, box.ship("hf/policy-adapter"))
    box.commit("first")
    box.git("branch", "-f", "main")
    in_blocks(box, box.ship("hf/policy-adapter", 2))
    box.commit("second")
    found = keys(box, check(box))
    assert (found["quality floor"], found["quality baseline"]) == ("quality", "safety")


def test_each_check_of_a_report_is_about_its_own_key(box: RegistrySandbox) -> None:
    path = box.ship("gcp/retrieval-eval", 2, subject="gcp/embedder@v1", quality=0.95)
    in_blocks(box, path)
    box.commit("a report")
    assert keys(box, check(box)) == {
        "agreement quality": "quality",
        "agreement p95": "latency_ms_p95",
        "agreement cost": "cost_per_1k_tokens",
    }


def test_a_role_without_thresholds_points_at_the_role(tmp_path: Path) -> None:
    roles = {name: one for name, one in policy()["roles"].items() if name != "textgen"}
    box = RegistrySandbox.create(tmp_path / "registry", roles=roles)
    box.branch("proposed")
    box.land(UNIT)
    assert keys(box, check(box))["safety thresholds"] == "role"


def test_a_check_about_a_key_that_is_not_there_points_at_line_1() -> None:
    document = yaml_strict.load(b"# first\nrole: textgen\n", path="manifests/hf/x/v3.yaml")
    assert isinstance(document, Document)
    measured = Measured(builders.manifest())
    result = GateResult("safety", "policy", measured.manifest.ref, Verdict.FAIL)
    judged = Judged(document.path, "", measured=measured, document=document, results=(result,))
    (place,) = gate_places.of((judged,), GUIDES).values()
    assert place == Place("manifests/hf/x/v3.yaml", 1)


def test_what_is_about_the_release_has_no_line(box: RegistrySandbox) -> None:
    box.land(UNIT, 2, quality=0.95)
    report = check(box)
    (composition,) = [gate for gate in report.gates if gate.gate == "set"]
    assert report.place(composition) is None
