"""Doctor on this machine: each thing that is missing is named, with what mends it."""

import os
import re
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from fedfuse.cli.main import main
from fedfuse.flows.registry.doctor import examine
from fedfuse.model.diagnosis import Diagnosis, Health
from fedfuse.model.registry import Person
from fedfuse.model.release_app import ACTIONS
from fedfuse.model.yaml_text import render
from fedfuse_demo.hub.server import LoopbackHub
from tests.support.registry import RegistrySandbox, policy


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    box = RegistrySandbox.create(tmp_path_factory.mktemp("here") / "registry")
    box.land("hf/textgen-lora")
    return box.root


@pytest.fixture
def root(registry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work tree of its own; nothing of the machine's own logins is seen."""
    shutil.copytree(registry, tmp_path / "registry")
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_x")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "none"))
    return tmp_path / "registry"


def look(root: Path) -> dict[str, Diagnosis]:
    return {one.subject: one for one in examine(root)}


def with_policy(root: Path, **changes: Any) -> None:
    (root / "registry.yaml").write_text(render(policy(**changes)))


def test_a_sound_machine_and_registry_are_well_but_for_a_hub_that_is_not_made_yet(
    root: Path,
) -> None:
    found = look(root)
    assert set(found) == {
        *("python", "git", "GITHUB_TOKEN", "clone", "registry", "suite"),
        *("checklist", "release App", "hub", "tool"),
    }
    assert {k: one.health for k, one in found.items() if one.health is not Health.OK} == {
        "checklist": Health.NOTE,
        "hub": Health.NOTE,
        "release App": Health.NOTE,
        "tool": Health.NOTE,
    }
    assert found["suite"].message == "canonical v1, 840 items"
    assert found["hub"].fix == "fedfuse mirror"


def test_a_shallow_clone_is_named_with_the_command_that_deepens_it(root: Path) -> None:
    (root / ".git/shallow").write_text("0" * 40 + "\n")
    found = look(root)["clone"]
    assert (found.health, found.fix) == (Health.DIFFERS, "git fetch --unshallow --tags")


def test_a_checklist_that_is_missing_or_broken_is_named(root: Path) -> None:
    missing = look(root)["checklist"]
    assert (missing.health, missing.fix) == (Health.NOTE, "write releases/checklist.yaml")
    (root / "releases").mkdir(exist_ok=True)
    (root / "releases/checklist.yaml").write_text("items: []\n")
    found = look(root)
    assert "checklist" not in found
    assert found["registry"].message.endswith("the first in releases/checklist.yaml:1:1")


@pytest.mark.parametrize(
    ("app", "said"),
    [
        (None, "start no checks and are refused, so people open every rollback and promotion"),
        (ACTIONS.bot, "start no checks, so every rollback and promotion waits until a person"),
    ],
)
def test_without_an_app_it_says_what_is_weaker_and_how_to_name_one(
    root: Path, app: Person | None, said: str
) -> None:
    with_policy(root, **({"app": {"login": app.login, "id": app.id}} if app else {}))
    found = look(root)["release App"]
    assert (found.health, said in found.message) == (Health.NOTE, True)
    assert found.fix.startswith("fedfuse app SLUG:APP_ID:BOT_ID")


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (9001, "acme-release[bot]"),
        (15368, "registry.yaml names acme-release[bot], the rulesets name GitHub Actions"),
        (9_000_000_900, "the rulesets wait for App 9000000900, which belongs to nobody"),
    ],
)
def test_the_app_is_well_when_the_rulesets_name_it_too(
    root: Path, number: int, message: str
) -> None:
    with_policy(root, app={"login": "acme-release[bot]", "id": 5001})
    file = root / ".github/rulesets/main-verdict.json"
    file.parent.mkdir(parents=True)
    file.write_text(f'{{"integration_id": {number}}}\n')
    found = look(root)["release App"]
    assert found.message == message
    assert (found.health is Health.OK) == (number == 9001)


def test_a_missing_token_is_a_note_with_the_command_that_gets_one(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    found = look(root)["GITHUB_TOKEN"]
    assert (found.health, found.fix) == (Health.NOTE, "export GITHUB_TOKEN=$(gh auth token)")


def test_a_folder_that_is_no_registry_differs(tmp_path: Path) -> None:
    found = look(tmp_path)
    assert found["registry"].health is Health.DIFFERS
    assert "hub" not in found


def test_a_broken_manifest_is_named_and_validate_says_the_rest(root: Path) -> None:
    manifest = root / "manifests/hf/textgen-lora/v1.yaml"
    manifest.write_text(manifest.read_text() + "extra: 1\n")
    found = look(root)["registry"]
    assert found.health is Health.DIFFERS
    assert found.message.startswith("1 problem, the first in manifests/hf/textgen-lora/v1.yaml:")
    assert found.fix == "fedfuse validate"


def test_a_missing_suite_differs(root: Path) -> None:
    shutil.rmtree(root / "schemas/suites")
    assert look(root)["suite"].health is Health.DIFFERS


@pytest.fixture
def old_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git on PATH that says it is old."""
    shim = tmp_path / "bin" / "git"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\necho git version 2.30.2\n")
    shim.chmod(shim.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{shim.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.usefixtures("old_git")
def test_an_old_git_differs(root: Path) -> None:
    found = look(root)["git"]
    assert (found.health, found.message) == (Health.DIFFERS, "2.30 is too old")
    assert found.fix == "install git 2.38 or newer"


def test_a_machine_without_git_differs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(root))
    assert look(root)["git"].message == "git is not installed"


def test_a_hub_that_answers_is_well_and_a_missing_login_is_noted(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LoopbackHub(tmp_path / "hub") as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        with_policy(root, hub="hf://acme/federated")
        found = look(root)
        assert found["HF_TOKEN"].health is Health.NOTE
        assert found["hub"].message == "hf://acme/federated does not exist yet"
        monkeypatch.setenv("HF_TOKEN", "hf_test")
        assert look(root)["HF_TOKEN"].health is Health.OK


def test_a_hub_that_does_not_answer_differs(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LoopbackHub(tmp_path / "hub") as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    with_policy(root, hub="hf://acme/federated")
    found = look(root)["hub"]
    assert found.health is Health.DIFFERS
    assert "cannot be reached" in found.message


@pytest.mark.parametrize(("breaks", "code"), [(False, 0), (True, 1)])
def test_the_command_exits_with_one_when_something_differs(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    breaks: bool,  # noqa: FBT001 - a parameter of the test
    code: int,
) -> None:
    if breaks:
        (root / "schemas/suites/canonical/v1/suite.yaml").unlink()
    monkeypatch.setattr(sys, "argv", ["fedfuse", "doctor", f"--root={root}"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == code
    printed = capsys.readouterr().out
    assert re.search(r"^ok +git ", printed, re.MULTILINE)
    assert ("differs  suite" in printed) == breaks
