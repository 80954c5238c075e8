"""From a candidate to a GO, or not, by the registry's own measurement: the real evaluate.yml."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.hub import Hub
from fedfuse_demo.hub.server import TOKEN as HUB_TOKEN
from tests.actions.act import Run
from tests.actions.operating import approve_and_merge, clock, in_operation
from tests.actions.stage import Stage
from tests.github.store import APP, MAINTAINER, token_of
from tests.support import sealed_suite
from tests.support.cli_runner import fedfuse
from tests.support.model_server import ModelServer, model_server
from tests.support.slo_registry import SERVING

pytestmark = pytest.mark.act
KEPT = "acme/sealed-1"
"""The private repository that holds the items."""
SKILLS = {
    "textgen-lora-v2": 0.93,
    "textgen-lora-v3": 0.97,
    "embedder-v1": 0.85,
    "runtime-distilled-v1": 0.85,
}
"""The models of the release that serves and of the one after it, as they do on any suite."""
BRANCH = "fedfuse/evaluate-sealed-v1"
MEASURE = "Measure on the sealed suite, and propose what came out"


@pytest.fixture
def models() -> Iterator[ModelServer]:
    with model_server(sealed_suite.models(SKILLS, {})) as running:
        yield running


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Two of three releases were promoted, then the registry got an evaluator."""
    roles = sealed_suite.patient()
    with in_operation(tmp_path / "stage", promoted=2, roles=roles) as stage:
        kept = sealed_suite.seal(stage.box)
        policy = (stage.box.root / "registry.yaml").read_text()
        evaluator = "evaluator: {suite: {name: sealed, version: 1}}\n"
        stage.box.commit(
            "registry: an evaluator",
            {**sealed_suite.files(stage.box), "registry.yaml": policy + evaluator},
        )
        stage.merge()
        hub = Hub(KEPT, endpoint=stage.hub.endpoint, token=HUB_TOKEN)
        hub.create()
        refs = hub.refs()
        assert refs is not None
        writes = {path.name: path.read_bytes() for path in kept.iterdir()}
        hub.commit(parent=refs.head, writes=writes, deletes=(), message="the items")
        yield stage


def look(stage: Stage, models: ModelServer, minutes: float) -> Run:
    """What evaluate.yml does at a time."""
    place = stage.box.root.parent / "endpoints.json"
    secrets: Mapping[str, Any] = {
        "FEDFUSE_SEALED_SUITE": f"hf://{KEPT}",
        "FEDFUSE_ENDPOINTS": json.dumps(
            json.loads(sealed_suite.endpoints(place, models.url).read_text())
        ),
        "FEDFUSE_API_KEY": "sesame",
    }
    return stage.run("evaluate", "schedule", at=clock(minutes), secrets=secrets)


def independent(stage: Stage, minutes: float) -> tuple[str, dict[str, Any]]:
    """The verdict of the checklist on the candidate, and what it says of independence."""
    done = fedfuse(
        stage.box.root,
        *("checklist", SERVING, "--offline", "--ref", "main", "--at", clock(minutes)),
        *("--format", "json"),
    )
    items = {one["id"]: one for one in done.json()["items"]}
    return done.json()["verdict"], items["independent-evaluation"]


def test_a_candidate_is_measured_on_the_sealed_suite_and_then_go(
    stage: Stage, models: ModelServer
) -> None:
    assert independent(stage, 1)[1]["status"] == "no"
    run = look(stage, models, 2)
    assert set(run.jobs.values()) == {"success"}
    assert run.jobs.keys() == {"due", "measure", "tell"}
    assert "sealed q" not in run.said
    (pull,) = (one for one in stage.github.store.pulls.values() if one.is_open)
    assert (pull.branch, pull.author) == (BRANCH, APP.login)

    asked = len(models.asked)
    assert look(stage, models, 3).jobs["measure"] == "success"
    assert len(models.asked) == asked, "what the pull request holds is not measured again"
    approve_and_merge(stage, pull, 4)
    assert independent(stage, 5)[1]["status"] == "yes"
    assert look(stage, models, 6).jobs.keys() == {"due", "tell"}, "nothing is due any more"


def forge(stage: Stage, models: ModelServer) -> None:
    """Put Evaluations that pass onto the workflow's branch, as whoever may push can."""
    box = stage.box
    models.answer = sealed_suite.models({**SKILLS, "textgen-lora-v3": 1.0}, {})
    box.branch("forged")
    kept = box.root.parent / "kept-1"
    done = sealed_suite.measure(box, kept, models.url, "--ref", "main", "--login", "maintainer")
    assert done.code == 0, done
    box.git("add", "manifests")
    box.commit("evaluations: all of them pass")
    assert not stage.push(f"forged:refs/heads/{BRANCH}", token=token_of(MAINTAINER))
    box.git("switch", "-q", "main")


def test_a_candidate_that_answers_the_public_suite_from_a_table_is_stopped(
    stage: Stage, models: ModelServer
) -> None:
    forge(stage, models)
    skills = {**SKILLS, "textgen-lora-v3": 0.85}
    models.answer = sealed_suite.models(skills, {"textgen-lora-v3": "canonical"})
    models.asked.clear()
    assert look(stage, models, 2).jobs["measure"] == "success"
    assert {one["model"] for one in models.asked} == SKILLS.keys(), "all were measured"
    (pull,) = (one for one in stage.github.store.pulls.values() if one.is_open)
    approve_and_merge(stage, pull, 4)
    said = independent(stage, 5)
    assert (said[0], said[1]["status"]) == ("NO-GO", "no")
    assert "baseline of hf/textgen-lora@v3" in said[1]["evidence"]
    done = stage.run("cadence", "schedule", at=clock(60))
    assert done.jobs["promote"] == "failure", "and nobody proposes to promote it"
