"""`fedfuse audit --artifacts` on a Hub: gone, swapped, refused, down; raced, killed; all inert."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest

from fedfuse_demo.hub.server import TOKEN, Fault, Seen
from tests.e2e.test_mirror_killed import Killer
from tests.support import mirrored_registry
from tests.support.cli_runner import Done, start
from tests.support.hub_artifacts import hosted, uploaded
from tests.support.mirrored_registry import NOBODY, Stage
from tests.support.registry import RegistrySandbox

HOSTED = "hf/textgen-lora@v3"
MANIFEST = "manifests/hf/textgen-lora/v3.yaml"
REPO = "acme/textgen-lora-v3"
IN_FOLDERS = ["aws/runtime-distilled@v1", "gcp/embedder@v1"]
EVERYTHING = ("audit", "--replay", "--hub", "--artifacts", "--format", "json")
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


class Plan:
    """What happens before the Hub answers; nothing unless a test says so."""

    def __init__(self) -> None:
        self.fault: Callable[[Seen], Fault | None] = lambda _: None

    def __call__(self, seen: Seen) -> Fault | None:
        """The fault of this request."""
        return self.fault(seen)


@pytest.fixture
def plan() -> Plan:
    return Plan()


@pytest.fixture
def stage(
    originals: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plan: Plan
) -> Iterator[Stage]:
    """A mirrored registry whose newest textgen lies on the Hub, all else in folders."""
    with mirrored_registry.hub_stage(originals["hub"], tmp_path, monkeypatch, faults=plan) as made:
        assert made.rig.hub is not None
        upload = hosted(made.rig.hub, made.box.root / "artifacts")
        made.box.land("hf/textgen-lora", 3, quality=0.99, edit=upload)
        made.box.git("push", "-q", "origin", "main")
        done = made.run("release", "--quiet")
        assert done.code == 0, done.err
        yield made


def answers(done: Done) -> dict[str, Any]:
    found = done.json()
    assert done.code == (1 if found["findings"] else 0 if found["complete"] else 3), done
    return found


def audited(stage: Stage, *options: str) -> dict[str, Any]:
    return answers(stage.run("audit", "--artifacts", "--format", "json", *options))


def unknown(found: dict[str, Any]) -> list[str]:
    return [one["about"] for one in found["incomplete"]]


def break_a_folder(box: RegistrySandbox) -> None:
    shutil.rmtree(box.root / "artifacts/gcp/embedder-v1")


def test_an_artifact_on_the_hub_that_is_what_was_judged_is_no_finding(stage: Stage) -> None:
    found = audited(stage, "--hub")
    assert (found["artifacts"], found["changed"], found["complete"]) == (3, [], True)


@pytest.mark.parametrize("again", [{}, {"model.safetensors": b"swapped"}, {"other.bin": b"x"}])
def test_a_repository_that_is_gone_or_made_anew_is_found(
    stage: Stage, again: dict[str, bytes]
) -> None:
    hub = stage.rig.hub
    assert hub is not None
    (folder,) = stage.landing.parent.glob(f"hub/**/{REPO.split('/')[1]}*")
    shutil.rmtree(folder)
    if again:
        uploaded(hub, REPO, again)
    found = audited(stage)
    assert (found["changed"], found["complete"]) == ([HOSTED], True)
    (one,) = found["findings"]
    assert (one["code"], one["path"], "E502" in one["message"]) == ("E814", MANIFEST, True)
    line = (stage.box.root / MANIFEST).read_text().splitlines()[one["line"] - 1]
    assert line.strip().startswith("revision:")


@pytest.mark.parametrize("status", [401, 403, 429, 500, 0])
def test_a_hub_that_refuses_or_breaks_off_proves_nothing_and_hides_nothing(
    stage: Stage, plan: Plan, status: int
) -> None:
    plan.fault = lambda seen: Fault(status, done=False) if REPO in seen.path else None
    found = audited(stage, "--hub")
    assert (found["changed"], unknown(found)) == ([], [HOSTED])
    break_a_folder(stage.box)
    worse = audited(stage, "--hub")
    assert (worse["changed"], unknown(worse)) == (["gcp/embedder@v1"], [HOSTED])


def test_a_token_that_is_no_longer_valid_proves_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", f"{TOKEN}_expired")
    found = audited(stage)
    assert (found["changed"], unknown(found)) == ([], [HOSTED])
    assert "(401)" in found["incomplete"][0]["what"]


def test_a_hub_that_is_down_leaves_two_questions_open_and_answers_the_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_a_folder(stage.box)
    monkeypatch.setenv("HF_ENDPOINT", NOBODY)
    done = stage.run("audit", "--hub", "--artifacts", "--format", "json")
    found = answers(done)
    assert (found["changed"], unknown(found)) == (["gcp/embedder@v1"], ["mirror", HOSTED])
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["error", "fix"] * 2


def everything(box: RegistrySandbox) -> dict[str, bytes]:
    """Every file around the clone, its upstream and the Hub included; not the audit's memory."""
    top = box.root.parent
    return {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file() and ".git/fedfuse/" not in path.as_posix()
    }


def test_audits_at_once_agree_and_write_nothing_but_their_memory(stage: Stage) -> None:
    break_a_folder(stage.box)
    before = everything(stage.box)
    racers = [start(stage.box.root, *EVERYTHING) for _ in range(4)]
    for racer in racers:
        racer.join()
    assert [racer.exitcode for racer in racers] == [1] * 4
    assert everything(stage.box) == before
    memory = stage.box.root / ".git/fedfuse"
    assert {path.name for path in memory.iterdir()} == {"audit.json", "mirror.json"}


def test_an_audit_killed_at_any_request_to_the_hub_changes_nothing_and_the_next_says_the_same(
    stage: Stage, plan: Plan
) -> None:
    hub = stage.rig.hub
    assert hub is not None
    break_a_folder(stage.box)
    before, asked = everything(stage.box), len(hub.seen)
    undisturbed = stage.run(*EVERYTHING)
    requests = len(hub.seen) - asked
    assert requests > 3
    for number in range(1, requests + 1):
        killer = Killer(len(hub.seen) + number, "before")
        plan.fault = killer
        assert killer.watch(start(stage.box.root, *EVERYTHING)) == -SIGKILL
        assert everything(stage.box) == before
    plan.fault = lambda _: None
    assert stage.run(*EVERYTHING) == undisturbed
    assert everything(stage.box) == before
