"""`fedfuse candidates --repo`: all that is open on GitHub and green, judged together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fedfuse.model.yaml_text import render
from tests.github.bare import Bare
from tests.github.server import Fault, LoopbackGitHub, Seen
from tests.github.store import ACTIONS, APP, Account, Check, Pull, Store, token_of
from tests.support import published_registry
from tests.support.cli_runner import Done, fedfuse
from tests.support.git_repositories import Sandbox
from tests.support.operating_registry import event, opened, propose
from tests.support.registry import RegistrySandbox, policy, shipment

pytestmark = pytest.mark.npm
TEXTGEN, EMBEDDER = "hf/textgen-lora", "gcp/embedder"


@dataclass
class Hosted:
    """A registry on a loopback GitHub, its author's clone, and a clone that knows main only."""

    github: LoopbackGitHub
    author: RegistrySandbox
    clone: Sandbox

    @property
    def store(self) -> Store:
        """What GitHub remembers."""
        return self.github.store

    def open(self, number: int, files: Mapping[str, str | bytes], verdict: str = "success") -> str:
        """Open a pull request with a verdict on its head, or none for an empty one."""
        self.store.pulls[number] = Pull(number, "", 101)
        head = self.push(number, files)
        if verdict:
            self.judge(head, verdict)
        return head

    def push(self, number: int, files: Mapping[str, str | bytes]) -> str:
        """Give a pull request another head."""
        made = {path: c.encode() if isinstance(c, str) else c for path, c in files.items()}
        self.author.clock += 60
        head = propose(self.author, made)
        self.store.git().git("fetch", "-q", str(self.author.root), head)
        self.store.move(self.store.pulls[number], head)
        return head

    def judge(self, head: str, verdict: str, *, by: Account = APP) -> None:
        """Publish a verdict."""
        fields = {"status": "completed", "conclusion": verdict, "output": {}}
        self.store.checks.append(Check(self.store.new_id(), head, "fedfuse/verdict", by, fields))

    def land(self, files: Mapping[str, str | bytes]) -> str:
        """Commit onto GitHub's main, which no clone has seen then."""
        self.author.clock += 60
        made = {path: c.encode() if isinstance(c, str) else c for path, c in files.items()}
        commit = propose(self.author, made)
        self.store.git().git("fetch", "-q", str(self.author.root), f"{commit}:main")
        return commit

    def run(self, *options: str) -> Done:
        """Run the command in the clone."""
        return fedfuse(self.clone.root, "candidates", "--repo", "acme/registry", *options)

    def found(self, code: int) -> dict[str, Any]:
        """The result as JSON."""
        done = self.run("--format", "json")
        assert (done.code, done.err) == (code, "")
        return done.json()

    def shipped(self, unit: str, version: int = 2, **facts: Any) -> dict[str, str | bytes]:
        """A better version of a unit."""
        artifacts = self.author.root / "artifacts"
        return shipment(unit, version, artifacts=artifacts, **{"quality": 0.95, **facts})


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> RegistrySandbox:
    """One release, and no test moves this clone's main."""
    root = tmp_path_factory.mktemp("candidates")
    published_registry.publish(root, releases=1)
    return opened(root)


@pytest.fixture
def hosted(
    author: RegistrySandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hosted]:
    bare = Bare(tmp_path / "acme")
    bare.git("fetch", "-q", str(author.root), "main:main", "refs/tags/*:refs/tags/*")
    clone = Sandbox.clone(bare.root, tmp_path / "clone")
    (clone.root / "artifacts").symlink_to(author.root / "artifacts")
    with LoopbackGitHub(Store(bare=bare)) as github:
        monkeypatch.setenv("GITHUB_API_URL", github.url)
        monkeypatch.setenv("GITHUB_TOKEN", token_of(ACTIONS))
        yield Hosted(github, author, clone)


def rows(found: Mapping[str, Any]) -> dict[int, tuple[str | None, bool, str]]:
    """Number to kind, whether it joins, and its first problem."""
    return {
        one["number"]: (one["kind"], one["joins"], next(iter(one["problems"]), ""))
        for one in found["candidates"]
    }


def test_the_green_ones_are_judged_together_in_the_order_of_their_numbers(hosted: Hosted) -> None:
    hosted.open(10, hosted.shipped("gcp/retrieval-eval", subject=f"{EMBEDDER}@v2"))
    head = hosted.open(9, hosted.shipped(EMBEDDER))
    hosted.open(100, event(1, kind="hold", reason="wait"))
    found = hosted.found(0)
    assert list(rows(found).items()) == [
        (9, ("manifest", True, "")),
        (10, ("manifest", True, "")),
        (100, ("event", True, "")),
    ]
    assert found["candidates"][0] | {"problems": 0} == {
        "ref": "#9",
        "number": 9,
        "url": "https://github.com/acme/registry/pull/9",
        "head": head,
        "kind": "manifest",
        "joins": True,
        "problems": 0,
    }
    assert found["together"]["release"] == "acme-ai-federated-v1.0.1"
    assert f"{EMBEDDER}@v2" in found["together"]["members"]


def test_what_is_not_green_is_left_out_with_its_reason_and_is_no_failure(hosted: Hosted) -> None:
    hosted.open(7, hosted.shipped(TEXTGEN))
    hosted.open(8, hosted.shipped(EMBEDDER), "failure")
    hosted.open(9, hosted.shipped(EMBEDDER), "")
    found = hosted.found(0)
    assert rows(found) == {
        7: ("manifest", True, ""),
        8: (None, False, "not green: its fedfuse/verdict is failure"),
        9: (None, False, "not green: its head has no fedfuse/verdict yet"),
    }
    assert [one["unit"] for one in found["together"]["diff"]] == [TEXTGEN]


def test_a_green_draft_is_left_out(hosted: Hosted) -> None:
    hosted.open(7, hosted.shipped(TEXTGEN))
    hosted.store.pulls[7].draft = True
    (one,) = hosted.found(0)["candidates"]
    assert one["problems"] == ["not green: it is a draft"]


def test_green_ones_that_claim_one_version_are_exit_code_one(hosted: Hosted) -> None:
    hosted.open(9, hosted.shipped(TEXTGEN))
    hosted.open(10, hosted.shipped(TEXTGEN, quality=0.96), "failure")
    assert hosted.found(0)["together"]["release"]
    hosted.judge(hosted.store.pulls[10].head, "success")
    done = hosted.run()
    assert done.code == 1
    assert any("#9 " in line and "left out" in line for line in done.out.splitlines())
    assert "is another file in #10" in done.out


def test_a_head_pushed_after_its_verdict_is_not_green(hosted: Hosted) -> None:
    hosted.open(7, hosted.shipped(TEXTGEN))
    hosted.push(7, hosted.shipped(TEXTGEN, quality=0.96))
    assert rows(hosted.found(0))[7][0] is None


def test_a_head_that_moves_while_it_is_read_is_not_judged(hosted: Hosted) -> None:
    hosted.open(7, hosted.shipped(TEXTGEN))

    def push(seen: Seen) -> Fault | None:
        if seen.path.endswith("/check-runs"):
            hosted.push(7, hosted.shipped(TEXTGEN, quality=0.96))
        return None

    hosted.github.faults = push
    found = rows(hosted.found(0))
    assert found == {7: (None, False, "not green: its head moved while it was read")}


def test_the_newest_verdict_of_the_app_counts_and_no_other_workflows(hosted: Hosted) -> None:
    app = {"login": APP.login, "id": APP.id}
    hosted.land({"registry.yaml": render(policy(app=app))})
    head = hosted.open(7, hosted.shipped(TEXTGEN), "failure")
    hosted.judge(head, "success", by=ACTIONS)
    assert rows(hosted.found(0))[7][2] == "not green: its fedfuse/verdict is failure"
    hosted.judge(head, "success")
    assert rows(hosted.found(0))[7] == ("manifest", True, "")
    forged = hosted.open(8, hosted.shipped(EMBEDDER), "")
    hosted.judge(forged, "success", by=ACTIONS)
    by = f"by {APP.login} yet"
    assert rows(hosted.found(0))[8][2] == f"not green: its head has no fedfuse/verdict {by}"


def test_main_is_githubs_and_no_ref_of_the_clone_moves(hosted: Hosted) -> None:
    landed = hosted.land(event(1, kind="hold", reason="wait"))
    hosted.open(7, event(1, kind="hold", reason="me too"))
    hosted.open(8, hosted.shipped(TEXTGEN))
    before = hosted.clone.git("for-each-ref")
    found = hosted.found(1)
    assert found["base"] == landed
    assert "E206" in rows(found)[7][2]
    assert rows(found)[8] == ("manifest", True, "")
    assert hosted.clone.git("for-each-ref") == before
    older = hosted.run("--base", "origin/main", "--format", "json").json()
    assert (older["base"], rows(older)[7][1]) == (hosted.clone.head(), True)


def test_nothing_open_is_exit_code_zero(hosted: Hosted) -> None:
    done = hosted.run()
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("No pull request into main is open.\n")
    assert hosted.found(0)["candidates"] == []


def test_without_a_token_the_error_says_how_to_get_one(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    done = hosted.run("--post")
    assert done.is_error(3)
    assert done.err.endswith("fix: export GITHUB_TOKEN=$(gh auth token)\n")
    assert hosted.github.seen == []


def test_a_remote_without_the_heads_or_without_main_is_exit_code_three(
    hosted: Hosted, tmp_path: Path
) -> None:
    hosted.open(7, hosted.shipped(TEXTGEN))
    empty = Sandbox(tmp_path / "empty", bare=True)
    hosted.clone.git("remote", "add", "empty", str(empty.root))
    done = hosted.run("--remote", "empty")
    assert done.is_error(3)
    assert "empty has no branch main" in done.err
    done = hosted.run("--remote", "empty", "--base", "main")
    assert done.is_error(3)
    assert "refs/pull/7/head" in done.err
    assert hosted.run("--remote", "nowhere").is_error(2)


@pytest.mark.parametrize(
    "words",
    [
        ("candidates",),
        ("candidates", "main", "--repo", "acme/registry"),
        ("candidates", "main", "--post"),
        ("candidates", "--repo", "acme/registry", "--offline"),
        ("candidates", "--repo", "acme"),
    ],
)
def test_words_that_make_no_sense_together_are_usage_errors(
    hosted: Hosted, words: tuple[str, ...]
) -> None:
    assert fedfuse(hosted.clone.root, *words).is_error(2)
    assert hosted.github.seen == []
