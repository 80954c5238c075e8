"""Dry runs before a Hub, and what a refusal is for those who read JSON."""

from pathlib import Path

import pytest

from tests.support.cli_runner import fedfuse
from tests.support.command_lines import everything
from tests.support.mirrored_registry import Stage
from tests.support.published_registry import SECOND
from tests.support.registry import RegistrySandbox

WRITES = ("/commit/", "/tag/", "/repos/create")
"""Parts of the paths by which a Hub is changed; it is read with POST too."""

FORMS = ("text", "markdown")


def written(stage: Stage) -> list[str]:
    """The requests so far that may have changed the Hub."""
    assert stage.rig.hub
    asked = (f"{one.method} {one.path}" for one in stage.rig.hub.seen)
    return [one for one in asked if any(part in one for part in WRITES)]


@pytest.mark.parametrize("is_there", [False, True])
def test_a_dry_run_writes_nothing_to_the_hub(
    hub_stage: Stage, tmp_path: Path, *, is_there: bool
) -> None:
    if is_there:
        hub_stage.mirror()
    before, sent = everything(tmp_path), written(hub_stage)
    for words in (("mirror",), ("mirror", "--all"), ("release",)):
        done = hub_stage.run(*words, "--dry-run", "--quiet", "--format=json")
        assert (done.code, done.err, bool(done.json())) == (0, "", True)
    pull = hub_stage.pull(SECOND, "--dry-run", "--quiet", "--format=json")
    assert (pull.code, bool(pull.out)) == ((0, True) if is_there else (1, True))
    assert (everything(tmp_path), written(hub_stage)) == (before, sent)
    hub_stage.box.land("hf/textgen-lora", 3, quality=1.0)
    assert hub_stage.run("release", "--ref=main").code == 0
    assert written(hub_stage) != sent


def test_a_refusal_is_one_json_document_too(box: RegistrySandbox) -> None:
    refused = fedfuse(box.root, "rollback", "--reason=slow", "--format=json")
    assert (refused.code, refused.json()) == (
        1,
        {"refused": "nothing is in production", "fix": "fedfuse status"},
    )
    assert refused.err == "error: nothing is in production\nfix: fedfuse status\n"
    apart = fedfuse(box.root, "rollback", "--reason=slow", "--format", "json", "--quiet")
    assert apart == refused
    as_text = fedfuse(box.root, "rollback", "--reason=slow")
    assert (as_text.out, as_text.err) == ("", refused.err)


def test_a_findings_refusal_is_json_and_quiet(box: RegistrySandbox) -> None:
    words = ("promote", "acme-ai-federated-v9.9.9", "--offline", "--quiet")
    refused = fedfuse(box.root, *words, "--format=json")
    assert (refused.code, refused.err, bool(refused.json()["findings"])) == (1, "", True)
    as_text = fedfuse(box.root, *words)
    assert (as_text.code, as_text.err) == (1, "")


def test_init_rehearses_the_refusal_of_a_folder_in_use(tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used/file").write_text("mine\n")
    words = ("used", "--namespace=other", "--repo=other/registry")
    people = ("--provider=hf=a:1", "--provider=gcp=b:2", "--provider=aws=c:3")
    done = fedfuse(tmp_path, "init", *words, *people, "--dry-run")
    assert done.is_error(1)
    assert "used exists and is not empty" in done.err


@pytest.mark.parametrize("topic", ["E302", "quality", "mirror", "release"])
def test_explain_says_the_same_in_every_format(tmp_path: Path, topic: str) -> None:
    found = fedfuse(tmp_path, "explain", topic, "--format=json").json()
    forms = [fedfuse(tmp_path, "explain", topic, f"--format={form}").out for form in FORMS]
    said = [found[key] for key in ("topic", "says", "why", "fix") if key in found]
    for one in (*said, *found.get("verdicts", {}).values()):
        assert all(_unwrapped(one) in _unwrapped(form) for form in forms)


def _unwrapped(text: str) -> str:
    return "".join(text.split())
