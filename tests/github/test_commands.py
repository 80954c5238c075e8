"""The commands from the command line: what they print, what they post, how they exit."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.cli.main import main
from fedfuse.flows.releasing import release
from fedfuse.report.pull_request import MARKER
from tests.github.server import LoopbackGitHub, Seen
from tests.github.store import ACTIONS, APP, Account, Pull, Store, token_of
from tests.support.registry import ACTORS, RegistrySandbox

pytestmark = pytest.mark.npm
NUMBER = 7


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: object
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def there() -> Store:
    return Store()


@pytest.fixture
def github(there: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackGitHub]:
    """The loopback GitHub in the environment, with the release App's token."""
    with LoopbackGitHub(there) as running:
        monkeypatch.setenv("GITHUB_API_URL", running.url)
        monkeypatch.setenv("GITHUB_TOKEN", token_of(APP))
        yield running


@pytest.fixture
def run(
    github: LoopbackGitHub,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    assert github.url

    def command(*arguments: str, by: Account | None = None) -> Done:
        if by:
            monkeypatch.setenv("GITHUB_TOKEN", token_of(by))
        monkeypatch.setattr(sys, "argv", ["fedfuse", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        return Done(end.value.code, *capsys.readouterr())

    return command


@pytest.fixture
def box(tmp_path: Path, there: Store) -> RegistrySandbox:
    """A registry whose main has a release's worth of manifests, on the branch of a new one."""
    made = RegistrySandbox.create(tmp_path / "registry")
    made.land_first_release()
    made.branch("pr")
    there.pulls[NUMBER] = Pull(NUMBER, "", ACTORS["hf"])
    return made


def push(box: RegistrySandbox, there: Store, **facts: float) -> str:
    """Push a shipment to the pull request."""
    head = box.land("hf/textgen-lora", 2, **facts)
    there.pulls[NUMBER].head = head
    return head


def report(box: RegistrySandbox, head: str, *more: str) -> tuple[str, ...]:
    return (
        "report",
        "--repo=acme/registry",
        f"--pr={NUMBER}",
        "--base=main",
        f"--head={head}",
        f"--actor-id={ACTORS['hf']}",
        f"--root={box.root}",
        *more,
    )


@pytest.mark.parametrize("author", [APP, ACTIONS])
def test_an_admitted_pull_request_gets_success_and_a_comment_that_is_the_printed_report(
    box: RegistrySandbox, there: Store, run: Run, author: Account
) -> None:
    head = push(box, there, quality=0.95)
    done = run(*report(box, head, "--format=markdown"), by=author)
    assert (done.code, done.stderr) == (0, "pull request 7: check success, comment created\n")
    (check,), (comment,) = there.checks, there.comments
    assert (check.head, check.author, check.fields["conclusion"]) == (head, author, "success")
    assert comment.body.startswith(done.stdout)
    assert done.stdout.startswith(f"{MARKER}\n### ✅ fedfuse: pass")


def test_a_refused_pull_request_gets_failure_and_exit_code_one(
    box: RegistrySandbox, there: Store, run: Run
) -> None:
    head = push(box, there, quality=0.5)
    done = run(*report(box, head, "--quiet"))
    assert (done.code, done.stderr) == (1, "")
    assert done.stdout.startswith("fail: ")
    assert there.checks[0].fields["conclusion"] == "failure"


def test_a_head_that_moved_while_it_was_judged_gets_nothing_and_exit_code_zero(
    box: RegistrySandbox, there: Store, run: Run
) -> None:
    head = push(box, there, quality=0.5)
    there.pulls[NUMBER].head = "f" * 40
    done = run(*report(box, head))
    assert done.code == 0
    assert done.stderr == (
        "pull request 7: its head has moved on to ffffffffffff: nothing posted, "
        "the newer head gets a verdict of its own\n"
    )
    assert (there.checks, there.comments) == ([], [])


def test_a_head_that_moves_between_check_and_comment_is_told_apart(
    box: RegistrySandbox, there: Store, run: Run, github: LoopbackGitHub
) -> None:
    def move(seen: Seen) -> None:
        if seen.writes:
            there.pulls[NUMBER].head = "f" * 40

    github.faults = move
    done = run(*report(box, push(box, there, quality=0.5)))
    assert done.code == 0
    assert "check failure on the head that was judged" in done.stderr
    assert there.comments == []


def test_a_wrong_token_is_one_line_with_its_fix_and_is_never_shown(
    box: RegistrySandbox, there: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_somebody_elses")
    done = run(*report(box, push(box, there, quality=0.95)))
    assert done.code == 3
    assert done.stderr == (
        "error: 127.0.0.1 refuses the token (HTTP 401)\nfix: export GITHUB_TOKEN=$(gh auth token)\n"
    )
    assert "somebody" not in done.stdout


def test_without_a_token_nothing_is_judged(
    box: RegistrySandbox, there: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    done = run(*report(box, push(box, there)))
    assert (done.code, done.stdout) == (3, "")
    assert done.stderr.startswith("error: GITHUB_TOKEN is not set\n")


@pytest.mark.parametrize(
    "wrong", ["--repo=registry", "--at=yesterday", "--at=2026-11-24T03:07:45", "--pr=0"]
)
def test_words_that_make_no_sense_are_a_usage_error(
    box: RegistrySandbox, there: Store, run: Run, wrong: str
) -> None:
    done = run(*report(box, push(box, there), wrong))
    assert done.code == 2
    assert there.checks == []


def test_the_clock_can_be_given_and_is_in_the_command_that_reproduces(
    box: RegistrySandbox, there: Store, run: Run
) -> None:
    at = "2026-09-25T00:00:00Z"
    done = run(*report(box, push(box, there, quality=0.95), f"--at={at}", "--format=json"))
    assert json.loads(done.stdout)["deterministic"]["at"] == at
    assert f"--at {at}" in there.comments[0].body


def released(box: RegistrySandbox, there: Store) -> None:
    """Tag what main owes, here and on GitHub."""
    box.git("switch", "-q", "main")
    with Repository(box.root) as repository:
        release.reconcile(repository, until="main", remote=None, artifact_check=None)
    oids = box.git("for-each-ref", "--format=%(refname:strip=2) %(objectname)", "refs/tags")
    there.tags.update(dict(line.split() for line in oids.splitlines()))


def test_release_pages_go_to_the_repository_that_registry_yaml_names(
    box: RegistrySandbox, there: Store, run: Run
) -> None:
    released(box, there)
    first = run("github-release", f"--root={box.root}")
    assert (first.code, first.stderr) == (0, "published acme-ai-federated-v1.0.0\n")
    assert first.stdout == "acme/registry: published acme-ai-federated-v1.0.0\n"
    again = run("github-release", f"--root={box.root}")
    assert (again.stdout, again.stderr) == ("acme/registry: up to date, 1 release\n", "")
    as_json = run("github-release", f"--root={box.root}", "--format=json", "--quiet")
    assert json.loads(as_json.stdout) == {
        "repository": "acme/registry",
        "published": [],
        "there": ["acme-ai-federated-v1.0.0"],
    }


def test_a_dry_run_of_the_release_pages_posts_nothing(
    box: RegistrySandbox, there: Store, run: Run
) -> None:
    released(box, there)
    done = run("github-release", f"--root={box.root}", "--dry-run")
    assert done.stdout == "acme/registry: would publish acme-ai-federated-v1.0.0\n"
    assert there.releases == []


def test_a_release_page_for_a_tag_that_is_not_pushed_is_exit_code_three(
    box: RegistrySandbox, there: Store, run: Run
) -> None:
    released(box, there)
    there.tags.clear()
    done = run("github-release", f"--root={box.root}")
    assert done.code == 3
    assert done.stderr.endswith("\nfix: fedfuse release\n")


def test_doctor_on_github_exits_with_one_and_prints_the_commands(run: Run, tmp_path: Path) -> None:
    done = run("doctor", "--github=acme/registry", f"--root={tmp_path}")
    assert done.code == 1
    assert "differs  workflow token" in done.stdout
    assert (
        "fix: gh api -X PUT repos/acme/registry/actions/permissions/workflow "
        "-f default_workflow_permissions=read -F can_approve_pull_request_reviews=false\n"
    ) in done.stdout
    as_json = run("doctor", "--github=acme/registry", f"--root={tmp_path}", "--format=json")
    assert json.loads(as_json.stdout)["diagnoses"][0] == {
        "subject": "default branch",
        "health": "ok",
        "message": "main",
        "fix": "",
    }
