"""`fedfuse audit --artifacts` on folders: what serves, or may have to, is still what was judged."""

import os
import pty
import shlex
import shutil
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.auditing.full_audit import full_audit
from fedfuse.flows.releasing import addresses
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Manifest
from fedfuse.model.yaml_text import render
from tests.support import forged_tags, operating_registry
from tests.support.cli_runner import Done, fedfuse
from tests.support.published_registry import FIRST, SECOND, THIRD
from tests.support.registry import RegistrySandbox, policy

IN_USE = [
    *("aws/runtime-distilled@v1", "aws/runtime-distilled@v2", "gcp/embedder@v1"),
    *("hf/textgen-lora@v1", "hf/textgen-lora@v2"),
]
"""The members of the warm `FIRST`, of `SECOND` in production and of the candidate `THIRD`."""
WARM_ONLY = "hf/textgen-lora@v1"
WARM_MANIFEST = "manifests/hf/textgen-lora/v1.yaml"
WARM_FILE = "artifacts/hf/textgen-lora-v1/model.safetensors"


@pytest.fixture(scope="module")
def source(operated_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("in-use")
    box = operating_registry.copy(operated_original, root)
    for number, tag in enumerate((FIRST, SECOND), 1):
        operating_registry.land(box, operating_registry.promotion(box, number, tag))
    return root


@pytest.fixture
def box(source: Path, tmp_path: Path) -> RegistrySandbox:
    return operating_registry.copy(source, tmp_path)


def audit(box: RegistrySandbox, *options: str) -> Done:
    return fedfuse(box.root, "audit", "--artifacts", "--ref", "main", *options)


def audited(box: RegistrySandbox) -> dict[str, Any]:
    done = audit(box, "--format", "json")
    found = done.json()
    assert done.code == (1 if found["findings"] else 0 if found["complete"] else 3)
    assert found["complete"] == (not found["incomplete"])
    return found


def marks(box: RegistrySandbox, found: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Code, path, and the word that each finding's line in its file begins with."""
    return {
        (
            one["code"],
            one["path"],
            (box.root / one["path"])
            .read_text()
            .splitlines()[one["line"] - 1]
            .split(":")[0]
            .strip(),
        )
        for one in found["findings"]
    }


def count(box: RegistrySandbox) -> list[str]:
    """The refs that a full audit asks the real stores about, in order."""
    asked = []
    with Repository(box.root) as repository:
        stores = addresses.artifact_check(repository, "main", root=box.root)

        def check(shipped: Manifest, path: str) -> tuple[Finding, ...]:
            asked.append(shipped.ref)
            return stores(shipped, path)

        full_audit(repository, until="main", remote=None, artifacts=check)
    return asked


def test_every_artifact_in_use_is_asked_about_once(box: RegistrySandbox) -> None:
    assert count(box) == IN_USE
    done = audit(box)
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("(1 release computed anew), 5 artifacts: 0 problems\n")


def test_swapped_bytes_are_found_at_their_place_with_the_command_that_withdraws_them(
    box: RegistrySandbox,
) -> None:
    size = (box.root / WARM_FILE).stat().st_size
    (box.root / WARM_FILE).write_bytes(b"x" * size)
    found = audited(box)
    assert found["changed"] == [WARM_ONLY]
    assert [one["message"].split(": ")[1][:4] for one in found["findings"]] == ["E508", "E505"]
    assert marks(box, found) == {
        ("E814", WARM_MANIFEST, "revision"),
        ("E814", WARM_MANIFEST, "files"),
    }
    (fix,) = {one["fix"] for one in found["findings"]}
    reason = "its artifact is no longer what was judged"
    assert fix == f"fedfuse yank {WARM_ONLY} --reason '{reason}' --open-pr"


def test_the_fix_withdraws_the_version_which_is_then_left_alone(box: RegistrySandbox) -> None:
    (box.root / WARM_FILE).write_bytes(b"swapped")
    words = shlex.split(audited(box)["findings"][0]["fix"])
    assert (words[0], words[-1]) == ("fedfuse", "--open-pr")
    done = fedfuse(box.root, *words[1:-1])
    assert done.code == 0, done.err
    box.commit("releases: yank")
    operating_registry.push(box)
    found = audited(box)
    assert (found["changed"], found["artifacts"], found["findings"]) == ([], 4, [])


def test_a_deleted_file_and_a_deleted_artifact_are_found(box: RegistrySandbox) -> None:
    (box.root / WARM_FILE).unlink()
    shutil.rmtree(box.root / "artifacts/gcp/embedder-v1")
    found = audited(box)
    assert found["changed"] == ["gcp/embedder@v1", WARM_ONLY]
    said = [one["message"] for one in found["findings"]]
    assert [next(word for word in line.split() if word[:2] == "E5") for line in said] == [
        *("E502", "E508", "E503"),
    ]


def test_a_release_that_is_neither_warm_nor_newest_is_not_asked_about(box: RegistrySandbox) -> None:
    box.land("hf/textgen-lora", 3, quality=0.99)
    operating_registry.push(box)
    assert fedfuse(box.root, "release", "--quiet", "--no-mirror").code == 0
    fourth = THIRD.replace("1.0.2", "1.0.3")
    for number, tag in enumerate((THIRD, fourth), 3):
        operating_registry.land(box, operating_registry.promotion(box, number, tag))
    assert WARM_ONLY not in count(box)
    (box.root / WARM_FILE).unlink()
    assert audited(box)["changed"] == []


def test_a_release_that_main_owes_is_asked_about_before_it_is_tagged(box: RegistrySandbox) -> None:
    box.land("hf/textgen-lora", 3, quality=0.99)
    assert "hf/textgen-lora@v3" in count(box)


def test_a_store_that_is_not_there_proves_nothing_and_hides_nothing(box: RegistrySandbox) -> None:
    (box.root / "artifacts").rename(box.root.parent / "unmounted")
    done = audit(box)
    assert done.code == 3
    assert "5 artifacts: 0 problems; not complete, no answer about aws/runtime" in done.out
    assert done.err.count("error: dir:") == done.err.count("fix: mount") == len(IN_USE)

    box.git("update-ref", f"refs/tags/{FIRST}", "main")
    worse = audit(box, "--format", "json")
    found = worse.json()
    assert worse.code == 1
    assert (
        {"E801"} <= {one["code"] for one in found["findings"]} <= {"E801", "E804", "E809", "E810"}
    )
    assert (found["complete"], found["changed"]) == (False, [])
    assert {one["about"] for one in found["incomplete"]} >= set(IN_USE[1:3])
    assert worse.err.count("error: ") == len(found["incomplete"])


def test_a_registry_that_no_longer_allows_the_store_yanks_nobody(box: RegistrySandbox) -> None:
    changed = policy()
    del changed["artifact_root"]
    box.commit("registry: no folders", {"registry.yaml": render(changed)})
    operating_registry.push(box)
    found = audited(box)
    assert (found["findings"], found["changed"]) == ([], [])
    assert [one["about"] for one in found["incomplete"]] == IN_USE
    assert {one["fix"] for one in found["incomplete"]} == {"allow its store in registry.yaml again"}


def test_a_remote_that_is_gone_does_not_hide_a_changed_artifact(box: RegistrySandbox) -> None:
    (box.root / WARM_FILE).unlink()
    box.git("remote", "set-url", "origin", "../nowhere.git")
    found = audited(box)
    assert found["changed"] == [WARM_ONLY]
    assert [one["about"] for one in found["incomplete"]] == ["remote"]


def test_a_forged_newest_release_does_not_hide_what_the_true_one_holds(
    box: RegistrySandbox,
) -> None:
    (box.root / "artifacts/aws/runtime-distilled-v2/model.safetensors").unlink()
    forged_tags.forge(box, THIRD, lambda record: record["units"].pop("aws/runtime-distilled"))
    assert audited(box)["changed"] == ["aws/runtime-distilled@v2"]


def test_a_promoted_release_that_is_not_here_is_said_to_be_unknown(box: RegistrySandbox) -> None:
    unknown = THIRD.replace("1.0.2", "9.9.9")
    forged = {f"releases/{unknown}.json": b"{}\n"}
    operating_registry.land(
        box, operating_registry.event(3, kind="promote", release=unknown) | forged
    )
    found = audited(box)
    assert [one["about"] for one in found["incomplete"]] == [unknown]
    assert found["artifacts"] == len(IN_USE)


def test_an_empty_registry_has_no_artifacts_in_use(tmp_path: Path) -> None:
    empty = RegistrySandbox.create(tmp_path / "empty")
    found = audited(empty)
    assert (found["artifacts"], found["changed"], found["complete"]) == (0, [], True)


def test_before_the_first_promotion_only_the_candidate_is_asked_about(tmp_path: Path) -> None:
    young = RegistrySandbox.create(tmp_path / "young")
    young.land_first_release()
    assert audited(young)["artifacts"] == 3
    shutil.rmtree(young.root / "artifacts/gcp/embedder-v1")
    assert audited(young)["changed"] == ["gcp/embedder@v1"]


def test_without_the_option_no_store_is_asked(box: RegistrySandbox) -> None:
    (box.root / WARM_FILE).unlink()
    done = fedfuse(box.root, "audit", "--ref", "main", "--format", "json")
    assert (done.code, done.json()["artifacts"], done.json()["changed"]) == (0, None, [])


def test_asking_stores_and_no_server_at_once_is_a_mistake(box: RegistrySandbox) -> None:
    assert audit(box, "--offline").is_error(2)


def test_quiet_prints_findings_and_nothing_else(box: RegistrySandbox) -> None:
    assert audit(box, "--quiet") == Done(0, "", "")
    (box.root / WARM_FILE).unlink()
    done = audit(box, "--quiet")
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith(f"{WARM_MANIFEST}:")
    assert done.out.endswith("--open-pr\n")


def test_markdown_holds_a_list_of_what_is_wrong(box: RegistrySandbox) -> None:
    (box.root / WARM_FILE).unlink()
    lines = audit(box, "--format", "markdown").out.splitlines()
    assert lines[0].startswith("### Audit: ")
    assert [line[:3] for line in lines if line[:1].isdigit()] == ["1. ", "2. "]
    fixes = [line for line in lines if line.startswith("   **Fix:** ")]
    assert len(fixes) == 2
    assert all("fedfuse yank" in line and WARM_ONLY in line for line in fixes)


def test_a_progress_bar_is_shown_on_a_terminal_only(box: RegistrySandbox) -> None:
    code = "from fedfuse.cli.main import main; main()"
    command = [sys.executable, "-c", code, "audit", "--artifacts", "--ref", "main"]
    here, there = pty.openpty()
    termios.tcsetwinsize(there, (24, 80))
    done = subprocess.run(command, cwd=box.root, stdout=subprocess.PIPE, stderr=there, check=False)
    shown = os.read(here, 10_000)
    os.close(there)
    os.close(here)
    assert (done.returncode, b"/5" in shown, b"artifact" in shown) == (0, True, True), shown
    assert b"%|" not in done.stdout
