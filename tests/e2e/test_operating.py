"""Operating a registry from the command line: promote, roll back, hold, lift, yank, waive, look."""

import os
from pathlib import Path

import pytest

from fedfuse.adapters import yaml_strict
from fedfuse.model.canonical import dumps_by_key, sha256
from fedfuse.model.document import Document
from tests.support import operating_registry
from tests.support.cli_runner import Done, fedfuse
from tests.support.forged_tags import record_of
from tests.support.operating_registry import push
from tests.support.published_registry import FIRST, SECOND, THIRD
from tests.support.registry import RegistrySandbox

NOW = "--at=2026-09-24T10:00:00Z"
BRANCH = f"fedfuse/promote-{FIRST}"


@pytest.fixture(scope="module")
def source(operated_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("operating")
    box = operating_registry.copy(operated_original, root)
    box.git("config", "user.name", "Grace")
    box.git("config", "user.email", "grace@example.org")
    return root


@pytest.fixture
def box(source: Path, tmp_path: Path) -> RegistrySandbox:
    return operating_registry.copy(source, tmp_path)


def run(box: RegistrySandbox, *words: str) -> Done:
    return fedfuse(box.root, *words, NOW)


def land(box: RegistrySandbox, *words: str) -> Done:
    """Write an event and land it, as a merged pull request would."""
    done = run(box, *words)
    assert done.code == 0, done.out + done.err
    box.commit(" ".join(words))
    push(box)
    return done


def read(box: RegistrySandbox, path: str) -> dict[str, object]:
    loaded = yaml_strict.load((box.root / path).read_bytes(), path=path)
    assert isinstance(loaded, Document), loaded
    return loaded.value


def changed(box: RegistrySandbox) -> list[str]:
    """The paths that differ from main, new ones included."""
    return [line[3:] for line in box.git("status", "--porcelain", "-uall").splitlines()]


def test_promote_writes_the_event_and_the_record_of_the_tag(box: RegistrySandbox) -> None:
    done = run(box, "promote", FIRST)
    event, record = "releases/events/0001.yaml", f"releases/{FIRST}.json"
    assert (done.code, done.out.split()) == (0, [event, record])
    assert read(box, event) == {
        "apiVersion": "fedfuse/v1",
        "kind": "promote",
        "number": 1,
        "release": FIRST,
    }
    assert (box.root / record).read_bytes() == dumps_by_key(record_of(box, FIRST))
    assert done.err.startswith(f"GO {FIRST}")
    assert done.err.splitlines()[-1].startswith(f"next: git switch -c {BRANCH} && git add releases")
    assert done.err.endswith("&& git push -u origin HEAD\n")


def test_what_promote_writes_is_what_check_admits(box: RegistrySandbox) -> None:
    run(box, "promote", FIRST)
    box.git("switch", "-q", "-c", "promotion")
    box.commit("promotion")
    done = fedfuse(
        box.root, "check", "--base", "main", "--head", "HEAD", "--actor-id", "1", "--offline", NOW
    )
    assert done.code == 0, done.out


def test_a_dry_run_shows_the_event_and_writes_nothing(box: RegistrySandbox) -> None:
    done = run(box, "promote", FIRST, "--dry-run")
    assert (done.code, done.out.splitlines()[-1]) == (0, f"release: {FIRST}")
    files = f"releases/events/0001.yaml, releases/{FIRST}.json"
    assert done.err.splitlines()[-1] == f"would be written: {files}"
    assert run(box, "promote", FIRST, "--dry-run", "--open-pr").code == 0
    assert changed(box) == []
    assert "fedfuse/" not in box.git("ls-remote", "origin")


def test_a_refused_event_is_explained_and_nothing_is_written(box: RegistrySandbox) -> None:
    for words, code in (
        (("promote", "acme-ai-federated-v9.9.9"), "E703"),
        (("promote", "--offline", "words"), "E304"),
        (("lift", "7"), "E707"),
        (("yank", "hf/textgen-lora@v9", "--reason", "x"), "E708"),
        (("hold", "--reason", "one\ntwo"), "E304"),
    ):
        done = run(box, *words)
        assert (done.code, code in done.out, "Traceback" in done.err) == (1, True, False), done
        assert "fix:" in done.out
    assert changed(box) == []


def test_a_release_that_is_no_go_is_not_promoted(box: RegistrySandbox) -> None:
    (box.root.parent / "hub/tags" / FIRST).rename(box.root.parent / "away")
    done = run(box, "promote", FIRST)
    assert done.code == 1
    assert done.out.startswith(f"NO-GO {FIRST}")
    assert "fix: fedfuse mirror" in done.out
    fields = run(box, "promote", FIRST, "--format", "json").json()
    assert [f["code"] for f in fields["findings"]] == ["E713"]
    assert fields["checklist"]["verdict"] == "NO-GO"
    assert changed(box) == []


def test_without_the_outside_only_history_is_asked(box: RegistrySandbox) -> None:
    (box.root.parent / "hub").rename(box.root.parent / "away")
    assert run(box, "promote", FIRST, "--offline").code == 0


def test_a_mirror_out_of_reach_is_no_verdict(
    box: RegistrySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    path = box.root / "registry.yaml"
    path.write_text(path.read_text().replace("dir:../hub", "hf://acme/federated"))
    box.commit("a mirror on the Hub")
    push(box)
    done = run(box, "promote", FIRST)
    assert (done.code, "error" in done.out) == (3, True)


def test_a_rollback_goes_by_itself_to_the_newest_healthy_release(box: RegistrySandbox) -> None:
    for tag in (FIRST, SECOND, THIRD):
        land(box, "promote", tag)
    assert run(box, "rollback", "--to", FIRST, "--reason", "slow").code == 1
    run(box, "rollback", "--reason", "slow")
    assert read(box, "releases/events/0004.yaml") == {
        "apiVersion": "fedfuse/v1",
        "kind": "rollback",
        "number": 4,
        "from": THIRD,
        "to": SECOND,
        "reason": "slow",
    }


def test_nothing_is_rolled_back_before_anything_serves(box: RegistrySandbox) -> None:
    done = run(box, "rollback", "--reason", "slow")
    assert done.is_error(1)
    assert "nothing is in production" in done.err


def test_after_a_rollback_a_lift_frees_promotions_but_never_the_bad_release(
    box: RegistrySandbox,
) -> None:
    land(box, "promote", FIRST)
    land(box, "promote", SECOND)
    land(box, "rollback", "--reason", "errors: 30 %")
    refused = run(box, "promote", THIRD)
    assert (refused.code, "E705" in refused.out) == (1, True)
    land(box, "lift", "3")
    again = run(box, "promote", SECOND)
    assert (again.code, "E704" in again.out) == (1, True)
    land(box, "promote", THIRD)
    status = fedfuse(box.root, "status", "--format", "json").json()
    history = fedfuse(box.root, "history", "--format", "json").json()
    for key in ("production", "warm", "holds", "quarantined"):
        assert history["turns"][-1][key] == status[key]
    assert (status["production"], status["warm"]) == (THIRD, [FIRST])
    assert status["quarantined"] == [SECOND]


def test_a_promotion_of_what_is_older_than_what_serves_says_so(box: RegistrySandbox) -> None:
    land(box, "promote", SECOND)
    said = f"warning: {FIRST} is older than {SECOND}, which serves; fedfuse rollback"
    for more in ((), ("--dry-run",), ("--format", "json"), ("--open-pr",)):
        done = run(box, "promote", FIRST, *more)
        warnings = [line for line in done.err.splitlines() if line.startswith("warning: ")]
        assert (done.code, [line.startswith(said) for line in warnings]) == (0, [True]), done
    assert "warning: " not in run(box, "promote", THIRD, "--dry-run").err


def test_hold_and_yank_take_a_reason_that_stays(box: RegistrySandbox) -> None:
    land(box, "hold", "--reason", "an audit")
    land(box, "yank", "hf/textgen-lora@v2", "--reason", "it leaks")
    assert read(box, "releases/events/0001.yaml")["reason"] == "an audit"
    assert read(box, "releases/events/0002.yaml")["version"] == "hf/textgen-lora@v2"


def test_a_waiver_binds_the_bytes_of_a_manifest_and_its_unit(box: RegistrySandbox) -> None:
    path = box.ship("hf/textgen-lora", 3, quality=0.9)
    data = (box.root / path).read_bytes()
    words = ("waive", "--manifest", path, "--gate", "quality", "--reason", "worth it")
    assert run(box, *words, "--until", "2026-09-20").code == 1
    assert run(box, *words, "--until", "2026-10-20").code == 0
    assert read(box, "releases/events/0001.yaml") == {
        "apiVersion": "fedfuse/v1",
        "kind": "waive",
        "number": 1,
        "gate": "quality",
        "unit": "hf/textgen-lora",
        "manifest_sha256": sha256(data),
        "reason": "worth it",
        "expires": "2026-10-20T00:00:00Z",
    }


def test_safety_is_not_even_a_choice(box: RegistrySandbox) -> None:
    words = ("--gate", "safety", "--until", "2026-10-20", "--reason", "x")
    done = run(box, "waive", "--manifest", "x", *words)
    assert (done.code, "safety" in done.err) == (2, True)


def test_a_waiver_needs_a_manifest(box: RegistrySandbox) -> None:
    words = ("--gate", "quality", "--until", "2026-10-20", "--reason", "x")
    assert run(box, "waive", "--manifest", "nowhere.yaml", *words).is_error(2)
    done = run(box, "waive", "--manifest", "registry.yaml", *words)
    assert (done.code, "registry.yaml" in done.out) == (1, True)


def test_open_pr_pushes_a_branch_of_exactly_these_files(box: RegistrySandbox) -> None:
    (box.root / "draft.txt").write_text("unsaved work")
    before = box.git("for-each-ref", "refs/heads")
    done = run(box, "promote", FIRST, "--open-pr")
    assert done.code == 0, done.err
    assert done.out == (f"https://github.com/acme/registry/compare/main...{BRANCH}?expand=1\n")
    box.git("fetch", "-q", "origin", BRANCH)
    diff = box.git("diff", "--name-status", "main", "FETCH_HEAD").splitlines()
    assert diff == [f"A\treleases/{FIRST}.json", "A\treleases/events/0001.yaml"]
    assert box.git("log", "-1", "--format=%an %ae %s", "FETCH_HEAD") == (
        f"Grace grace@example.org releases: promote {FIRST} (event 0001)"
    )
    assert changed(box) == ["draft.txt"]
    assert box.git("for-each-ref", "refs/heads") == before


def test_open_pr_again_changes_nothing(box: RegistrySandbox) -> None:
    first = run(box, "hold", "--reason", "x", "--open-pr")
    there = box.git("ls-remote", "origin")
    again = run(box, "hold", "--reason", "said otherwise", "--open-pr")
    assert (again.code, again.out) == (0, first.out)
    assert box.git("ls-remote", "origin") == there


def test_open_pr_replaces_a_branch_that_main_has_left_behind(box: RegistrySandbox) -> None:
    run(box, "promote", FIRST, "--open-pr")
    land(box, "hold", "--reason", "x")
    land(box, "lift", "1")
    done = run(box, "promote", FIRST, "--open-pr", "--format", "json").json()
    assert done["number"] == 3
    box.git("fetch", "-q", "origin", BRANCH)
    assert box.git("rev-parse", "FETCH_HEAD") == done["pull_request"]["head"]
    diff = box.git("diff", "--name-status", "main", "FETCH_HEAD").splitlines()
    assert diff == [f"A\treleases/{FIRST}.json", "A\treleases/events/0003.yaml"]


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose git does not know who works there."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


@pytest.mark.usefixtures("nobody")
def test_open_pr_says_what_it_lacks(box: RegistrySandbox) -> None:
    box.git("config", "--unset", "user.name")
    done = run(box, "hold", "--reason", "x", "--open-pr")
    assert done.is_error(2)
    assert "git config user.name" in done.err
    box.git("config", "user.name", "Grace")
    box.git("remote", "remove", "origin")
    assert run(box, "hold", "--reason", "x", "--open-pr").is_error(2)
    box.git("remote", "add", "origin", str(box.root / "nowhere"))
    assert run(box, "hold", "--reason", "x", "--open-pr").is_error(3)


def test_the_same_event_twice_is_the_same_file(box: RegistrySandbox) -> None:
    assert run(box, "hold", "--reason", "x").code == run(box, "hold", "--reason", "x").code == 0
    assert run(box, "hold", "--reason", "y").is_error(1)


def test_what_was_written_is_also_a_document_for_programs(box: RegistrySandbox) -> None:
    fields = run(box, "hold", "--reason", "x", "--format", "json").json()
    assert (fields["number"], fields["kind"]) == (1, "hold")
    assert fields["files"] == ["releases/events/0001.yaml"]
    assert (fields["pull_request"], fields["findings"]) == (None, [])
