"""What a merge leads to: tag, Hub, release page, run by the real release.yml."""

import pytest

from fedfuse_demo.hub.server import Fault, Seen
from tests.actions.stage import ACTIONS_TOKEN, APP_TOKEN, Stage

pytestmark = pytest.mark.act
FIRST, SECOND = "acme-ai-federated-v1.0.0", "acme-ai-federated-v1.0.1"
DEAD = Fault(status=0, done=False)
LAST_STEP = {
    "plan": "Compute the tags that main owes",
    "tag": "Check the artifacts again and push the tags",
    "mirror": "Make the Hub equal to the tags",
    "publish": "Give every tag its GitHub release",
}


def steps(**results: str) -> set[tuple[str, str, str]]:
    """Every step of the given jobs of release.yml, with the result of each job's last one."""
    found = set()
    for job, result in results.items():
        tags = " with its tags" if job in {"mirror", "publish"} else ""
        found |= {(job, f"Check out main{tags}", "success"), (job, "Install the tool", "success")}
        found.add((job, LAST_STEP[job], result))
    if "tag" in results:
        found.add(("tag", "Become the release App", "success"))
    return found


def on_hub(stage: Stage) -> set[str]:
    """The releases that consumers see."""
    refs = stage.on_hub().refs()
    return set(refs.tags) if refs else set()


def pages(stage: Stage) -> set[str]:
    """The release pages that are published, drafts aside."""
    found = [page.state for page in stage.github.store.releases]
    return {page["tag_name"] for page in found if not page["draft"]}


def test_a_merge_becomes_a_tag_a_bundle_and_a_release_page_and_a_replay_nothing(
    stage: Stage,
) -> None:
    run = stage.run("release", "push")
    assert run.steps == steps(plan="success", tag="success", mirror="success", publish="success")
    tags = stage.tags()
    assert set(tags) == on_hub(stage) == pages(stage) == {FIRST}
    assert stage.on_hub().tree(FIRST).keys() >= {"fused.json", "SHA256SUMS", "README.md"}

    written, heads = list(stage.github.writes), stage.on_hub().refs()
    replay = stage.run("release", "push")
    assert replay.steps == steps(plan="success", mirror="success", publish="success")
    assert (stage.tags(), stage.github.writes, stage.on_hub().refs()) == (tags, written, heads)

    stage.box.land("hf/textgen-lora", 2, quality=0.95)
    stage.merge()
    assert set(stage.run("release", "push").jobs.values()) == {"success"}
    assert set(stage.tags()) == on_hub(stage) == pages(stage) == {FIRST, SECOND}
    assert stage.tags()[FIRST] == tags[FIRST]


def test_a_hub_that_is_down_makes_its_job_red_and_the_next_scheduled_run_heals(
    stage: Stage,
) -> None:
    stage.hub_faults = lambda _: DEAD
    run = stage.run("release", "push")
    stage.hub_faults = lambda _: None
    assert run.steps == steps(plan="success", tag="success", mirror="failure", publish="success")
    assert f"error: hf://acme/acme-ai-federated: {stage.hub.endpoint} cannot be reached" in run.said
    assert "Traceback" not in run.said
    tags = stage.tags()
    assert set(tags) == pages(stage) == {FIRST}
    assert on_hub(stage) == set()

    healed = stage.run("release", "schedule")
    assert healed.steps == steps(plan="success", mirror="success", publish="success")
    assert on_hub(stage) == {FIRST}
    assert stage.tags() == tags


def test_a_mirror_that_dies_between_its_commit_and_its_tag_is_healed_by_the_next_run(
    stage: Stage,
) -> None:
    committed: list[Seen] = []

    def die(seen: Seen) -> Fault | None:
        if seen.path.endswith("/commit/main"):
            committed.append(seen)
            return Fault(status=0, done=len(committed) == 1)
        return DEAD if committed else None

    stage.hub_faults = die
    assert stage.run("release", "push").jobs["mirror"] == "failure"
    stage.hub_faults = lambda _: None
    assert "fused.json" in stage.on_hub().tree("main")
    assert on_hub(stage) == set()

    healed = stage.run("release", "schedule")
    assert healed.steps == steps(plan="success", mirror="success", publish="success")
    assert on_hub(stage) == {FIRST}


def test_a_swapped_artifact_is_not_tagged_while_the_mirror_goes_on(stage: Stage) -> None:
    artifact = stage.box.root / "artifacts/hf/textgen-lora-v1/model.safetensors"
    artifact.write_bytes(artifact.read_bytes().swapcase())
    run = stage.run("release", "push")
    assert run.steps == steps(plan="success", tag="failure", mirror="success", publish="success")
    assert f"error: {FIRST} is not tagged" in run.said
    assert stage.tags() == {}
    assert on_hub(stage) == set()


def test_only_the_app_creates_release_tags_and_nobody_pushes_to_main(stage: Stage) -> None:
    run = stage.run("release", "push", trusted=False)
    assert run.jobs["tag"] == "failure"
    assert f"only the release App creates refs/tags/{FIRST}, not github-actions[bot]" in run.said
    assert stage.tags() == {}

    assert "immutable" not in stage.push(f"main:refs/tags/{FIRST}", token=APP_TOKEN)
    tags = stage.tags()
    assert set(tags) == {FIRST}
    for refspec in (f"+main~1:refs/tags/{FIRST}", f":refs/tags/{FIRST}"):
        assert "immutable" in stage.push(refspec, token=APP_TOKEN)
    stage.box.commit("hf: without a pull request")
    for token in (APP_TOKEN, ACTIONS_TOKEN):
        assert "through a pull request" in stage.push("main", token=token)
    assert stage.tags() == tags
