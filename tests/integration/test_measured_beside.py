"""A release is measured beside what it would replace, and a report beside its subject."""

from copy import deepcopy
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.history.ledger import fold_history
from tests.support.changes import check
from tests.support.registry import RegistrySandbox, policy

UNIT, FIRST = "hf/textgen-lora", "hf/textgen-lora@v1"
SERVER = "aws/runtime-distilled@v1"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> RegistrySandbox:
    """A first release, in a registry whose policy says nothing of `interleaved`."""
    roles = deepcopy(policy()["roles"])
    for role in roles.values():
        role.get("latency", {}).pop("interleaved", None)
    box = RegistrySandbox.create(tmp_path_factory.mktemp("beside"), roles=roles)
    box.land_first_release()
    return box


@pytest.fixture
def box(released: RegistrySandbox) -> RegistrySandbox:
    """The same, on a branch of its own."""
    released.git("switch", "-q", "-C", "proposal", "main")
    return released


def verdicts(box: RegistrySandbox, gate: str, base: str = "main") -> dict[str, tuple[str, str]]:
    """Verdict and reason of each check of a gate about what the branch adds."""
    gates = check(box, box.head(), base=base).gates
    return {one.check: (str(one.verdict), one.reason) for one in gates if one.gate == gate}


def slower(factor: float) -> dict[str, Any]:
    return {"quality": 0.95, "latency_ms": 120.0 * factor}


def test_a_release_that_leaves_its_baseline_out_is_not_admitted(box: RegistrySandbox) -> None:
    """At 1.9 times the latency, and still under the cap, it passed by not being compared."""
    box.land(UNIT, 2, **slower(1.9))
    found = verdicts(box, "latency")
    assert {name: one[0] for name, one in found.items()} == {
        "p95": "pass",
        "cost": "pass",
        "pricing": "pass",
        "p95-ratio": "no-evidence",
    }
    assert f"--baseline {FIRST}" in found["p95-ratio"][1]
    with Repository(box.root) as repository:
        assert not fold_history(repository, box.head()).state.is_admitted(f"{UNIT}@v2")


@pytest.mark.parametrize(("factor", "verdict"), [(1.0, "pass"), (1.9, "fail")])
def test_a_release_is_held_to_the_latency_of_what_it_replaces(
    box: RegistrySandbox, factor: float, verdict: str
) -> None:
    box.land(UNIT, 2, **slower(factor), baseline=FIRST)
    assert verdicts(box, "latency")["p95-ratio"][0] == verdict


def test_an_older_version_than_the_baseline_does_not_do(box: RegistrySandbox) -> None:
    second = box.land(UNIT, 2, quality=0.95, baseline=FIRST)
    box.land(UNIT, 3, quality=0.98, baseline=FIRST)
    found = verdicts(box, "latency", base=second)["p95-ratio"]
    assert found[0] == "no-evidence"
    assert f"interleaved with {UNIT}@v2:" in found[1]


def test_an_experiment_is_compared_only_where_it_was_measured_in_turn(box: RegistrySandbox) -> None:
    box.land(UNIT, 2, **slower(1.9), track="experiment")
    assert "p95-ratio" not in verdicts(box, "latency")


def elsewhere(document: dict[str, Any]) -> None:
    document["evaluation"]["hardware"]["accelerator"] = "1xL4"


def test_an_honest_report_of_another_machine_agrees(box: RegistrySandbox) -> None:
    box.land(
        "aws/inference-benchmark", 2, subject=SERVER, latency_ms=40.0, salt="2", edit=elsewhere
    )
    found = verdicts(box, "agreement")
    assert {name: one[0] for name, one in found.items()} == {"quality": "pass", "timing": "pass"}
    assert found["timing"][1] == (
        f"ran on 1xL4 with 1 in flight, {SERVER} itself on 2 cores with 1 in flight: not compared"
    )


def test_a_report_of_the_same_machine_agrees_in_time(box: RegistrySandbox) -> None:
    box.land("aws/inference-benchmark", 2, subject=SERVER, latency_ms=40.0, salt="2")
    found = verdicts(box, "agreement")
    assert (found["p95"][0], found["cost"][0]) == ("fail", "fail")
