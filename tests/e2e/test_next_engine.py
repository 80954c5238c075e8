"""Rules change: a registry of engine 1 goes on with engine 2, and its history stays what it was."""

from pathlib import Path

import pytest

from fedfuse.model.yaml_text import render
from tests.support import next_engine
from tests.support.cli_runner import Done, fedfuse
from tests.support.registry import RegistrySandbox, policy

READING = (("status",), ("history",), ("release", "--no-mirror"), ("audit", "--replay"))
JUST_ABOVE_THE_FLOOR = 0.78
"""Passes engine 1, whose floor is 0.75; engine 2 wants five points more."""


@pytest.fixture(scope="module")
def tomorrow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tool with engines 1 and 2."""
    return next_engine.make(tmp_path_factory.mktemp("tomorrow"))


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    """A registry with one release of engine 1, pushed; its embedder is just above the floor."""
    box = RegistrySandbox.create(tmp_path / "clone")
    box.land("hf/textgen-lora")
    box.land("gcp/embedder", quality=JUST_ABOVE_THE_FLOOR)
    box.land("gcp/retrieval-eval", subject="gcp/embedder@v1", quality=JUST_ABOVE_THE_FLOOR)
    box.land("aws/runtime-distilled")
    box.land("aws/inference-benchmark", subject="aws/runtime-distilled@v1")
    box.git("init", "-q", "--bare", "-b", "main", str(tmp_path / "upstream.git"))
    box.git("remote", "add", "origin", "../upstream.git")
    box.git("push", "-q", "origin", "main")
    done = fedfuse(box.root, "release", "--no-mirror", "--quiet")
    assert done.code == 0, done.err
    return box


def raise_engine(box: RegistrySandbox) -> None:
    box.branch("engine-2")
    box.commit("registry: engine 2", {"registry.yaml": render(policy(engine=2))})


def merge(box: RegistrySandbox) -> None:
    box.git("switch", "-q", "main")
    box.git("merge", "-q", "--ff-only", "engine-2")
    box.git("push", "-q", "origin", "main")


def is_one_line(done: Done, *words: str) -> bool:
    return done.is_error(3) and all(word in done.err for word in words)


def test_a_tool_with_a_second_engine_reads_a_registry_of_the_first_like_before(
    box: RegistrySandbox, tomorrow: Path
) -> None:
    for words in READING:
        today, then = fedfuse(box.root, *words), next_engine.run(tomorrow, box.root, *words)
        assert (then.code, then.out) == (today.code, today.out) == (0, today.out), then.err


def test_raising_the_engine_is_a_pull_request_that_cuts_a_patch_release(
    box: RegistrySandbox, tomorrow: Path
) -> None:
    raise_engine(box)
    words = ("check", "--base", "main", "--head", "HEAD", "--offline", "--format", "json")
    report = next_engine.run(tomorrow, box.root, *words)
    assert report.code == 0, report.out
    cut = report.json()["deterministic"]["if_merged"]
    assert (cut["tag"], cut["bump"]) == ("acme-ai-federated-v1.0.1", "patch")

    merge(box)
    for name in READING:
        done = next_engine.run(tomorrow, box.root, *name)
        assert done.code == 0, (name, done.err, done.out)
    record = box.git("cat-file", "tag", "acme-ai-federated-v1.0.1")
    assert '"engine":2' in record
    assert '"engine 1 -> 2"' in record
    assert '"engine":1' in box.git("cat-file", "tag", "acme-ai-federated-v1.0.0")


def test_the_older_tool_refuses_the_newer_engine_in_one_line(
    box: RegistrySandbox, tomorrow: Path
) -> None:
    raise_engine(box)
    refused = fedfuse(box.root, "check", "--base", "main", "--head", "HEAD", "--offline")
    assert refused.code == 1
    assert "E351" in refused.out
    assert "fedfuse upgrade" in refused.out
    validated = fedfuse(box.root, "validate")
    assert (validated.code, "E351" in validated.out) == (1, True)

    merge(box)
    assert next_engine.run(tomorrow, box.root, "release", "--no-mirror").code == 0
    for words in READING:
        assert is_one_line(fedfuse(box.root, *words), "engine 2", "this tool has engine 1"), words


def floor_of(report: Done) -> str:
    """What the quality floor of the one shipment in a report says."""
    gates = report.json()["deterministic"]["gates"]
    return next(str(g["verdict"]) for g in gates if (g["gate"], g["check"]) == ("quality", "floor"))


def test_each_manifest_is_judged_by_the_engine_it_lands_under(
    box: RegistrySandbox, tomorrow: Path
) -> None:
    words = ("check", "--base", "main", "--head", "HEAD", "--offline", "--format", "json")
    box.branch("under-1")
    box.land("hf/textgen-lora", 2, quality=JUST_ABOVE_THE_FLOOR)
    assert floor_of(next_engine.run(tomorrow, box.root, *words)) == "pass"

    raise_engine(box)
    merge(box)
    assert next_engine.run(tomorrow, box.root, "release", "--no-mirror").code == 0
    box.branch("under-2")
    box.land("hf/textgen-lora", 2, quality=JUST_ABOVE_THE_FLOOR)
    assert floor_of(next_engine.run(tomorrow, box.root, *words)) == "fail"

    box.git("switch", "-q", "main")
    done = next_engine.run(tomorrow, box.root, "audit", "--replay", "--format", "json")
    assert done.code == 0, done.out
    assert done.json()["refused"] == [], "what engine 1 admitted is not judged again by engine 2"


def test_an_engine_never_goes_back(box: RegistrySandbox, tomorrow: Path) -> None:
    raise_engine(box)
    merge(box)
    box.branch("back")
    box.commit("registry: engine 1", {"registry.yaml": render(policy(engine=1))})
    report = next_engine.run(tomorrow, box.root, "check", "--base", "main", "--head", "HEAD",
                             "--offline")  # fmt: skip
    assert report.code == 1
    assert "E351" in report.out


def test_a_tool_without_an_older_engine_cannot_replay_its_history_and_says_so_in_one_line(
    box: RegistrySandbox, tomorrow: Path, tmp_path: Path
) -> None:
    raise_engine(box)
    merge(box)
    assert next_engine.run(tomorrow, box.root, "release", "--no-mirror").code == 0
    lean = next_engine.make(tmp_path / "lean", engines=(2,))
    assert next_engine.run(lean, box.root, "status").code == 0, "a sound tag vouches for the past"
    refused = next_engine.run(lean, box.root, "audit", "--replay")
    assert is_one_line(refused, "engine 1", "this tool has engine 2")


def test_a_tool_whose_rules_were_edited_says_that_it_did_not_cut_the_tag(
    box: RegistrySandbox, tmp_path: Path
) -> None:
    """The edit makes history come to another record; nobody may delete a genuine tag for that."""
    edited = next_engine.make(tmp_path / "edited", engines=(1,))
    gate = edited / "fedfuse/engine/v1/gates/quality.py"
    gate.write_text(gate.read_text().replace(next_engine.FLOOR, next_engine.RAISED))
    done = next_engine.run(edited, box.root, "audit", "--replay")
    assert (done.code, "E805" in done.out) == (1, True)
    assert "this tool is not the one that cut it: its engine 1 was edited" in done.out
    assert "git tag -d" not in done.out
    assert fedfuse(box.root, "audit", "--replay").code == 0
