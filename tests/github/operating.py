"""A registry in operation on the loopback GitHub: a clone of it, its counters, and fedfuse."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from signal import SIGKILL
from threading import Event, Thread, current_thread

import pytest

from fedfuse.model.slo.counters import Sample
from tests.github.bare import Bare
from tests.github.server import Fault, LoopbackGitHub, Seen
from tests.github.store import APP, Account, Check, Pull, Store, token_of
from tests.support.changes import commit_files
from tests.support.cli_runner import Done, fedfuse, start
from tests.support.registry import RegistrySandbox
from tests.support.slo_registry import (
    ACTIVATED_AT,
    WARM,
    clock,
    json_lines,
    registry_in_operation,
    traffic,
    with_others,
)

BREACH = 65
"""Minutes after the activation at which the counters prove a breach."""
ROLLBACK = "fedfuse/rollback-0003-availability"
"""The branch of what that breach asks for."""
_HOOK = """#!/bin/sh
until [ -s "$GIT_DIR/victim" ]; do :; done
kill -9 "$(cat "$GIT_DIR/victim")"
exit 1
"""


class Desk:
    """A clone whose origin is the git repository behind a loopback GitHub."""

    def __init__(
        self, box: RegistrySandbox, github: LoopbackGitHub, patch: pytest.MonkeyPatch
    ) -> None:
        self.box, self.github = box, github
        self._patch = patch
        self.samples = box.root.parent / "samples.jsonl"
        self.count(traffic(), traffic(WARM, outage_from=999, minutes=500))

    @property
    def store(self) -> Store:
        """What GitHub remembers."""
        return self.github.store

    @property
    def bare(self) -> Bare:
        """The git repository behind GitHub."""
        return self.store.git()

    @property
    def main(self) -> str:
        """The tip of main on GitHub."""
        return self.bare.heads()["main"]

    @property
    def seen(self) -> list[Seen]:
        """Every request that GitHub has got."""
        return self.github.seen

    @property
    def state(self) -> Mapping[str, object]:
        """All that outlives a command: branches, pull requests and issues, numbers aside."""
        return {
            "branches": dict(self.bare.heads()),
            "pulls": [
                (one.title, one.body, one.head, one.is_open, one.merged_as)
                for one in self.store.pulls.values()
            ],
            "issues": [(one["title"], one["labels"]) for one in self.store.issues],
        }

    def be(self, who: Account | None) -> None:
        """Hold somebody's token from now on, or none."""
        if who is None:
            self._patch.delenv("GITHUB_TOKEN", raising=False)
        else:
            self._patch.setenv("GITHUB_TOKEN", token_of(who))

    def count(self, *samples: list[Sample]) -> None:
        """Put samples into the file of counters."""
        every = with_others(one for some in samples for one in some)
        self.samples.write_text(json_lines(sorted(every, key=lambda one: one.at)))

    def run(self, *words: str) -> Done:
        """Run fedfuse in the clone."""
        return fedfuse(self.box.root, *words)

    def check_words(self, minutes: int, *more: str) -> tuple[str, ...]:
        """What judges production and proposes what follows, at a time after the activation."""
        at = clock(minutes)
        return ("slo", "check", f"--source={self.samples}", f"--at={at}", "--open-pr", *more)

    def check(self, minutes: int, *more: str) -> Done:
        """Judge production and propose what follows."""
        return self.run(*self.check_words(minutes, *more))

    def merge_words(self, number: int, minutes: int, *, head: str = "") -> tuple[str, ...]:
        """What merges a proven rollback, at a time after the activation; by default as it is."""
        self.store.now = clock(minutes)
        pull = self.store.pulls.get(number)
        tip = head or (pull.head if pull else "f" * 40)
        return ("slo", "merge", f"--pr={number}", f"--head={tip}", f"--at={clock(minutes)}")

    def merge(self, number: int, minutes: int = BREACH + 2, *, head: str = "") -> Done:
        """Merge a proven rollback."""
        return self.run(*self.merge_words(number, minutes, head=head))

    def breach(self) -> int:
        """Let production be in breach and its rollback be proposed and judged; its number."""
        done = self.check(BREACH, "--format=json")
        number: int = done.json()["response"]["pull_request"]["number"]
        self.judge(number, BREACH + 1)
        return number

    def judge(self, number: int, minutes: int) -> Done:
        """Publish the verdict on a pull request, as check.yml does."""
        self.github.pushed(APP.login)
        pull = self.store.pulls[number]
        self.box.git("fetch", "-q", "--no-tags", "origin", f"refs/pull/{number}/head")
        return self.run(
            "report",
            "--repo=acme/registry",
            f"--pr={number}",
            "--base=origin/main",
            f"--head={pull.head}",
            f"--actor-id={pull.author_id}",
            f"--at={clock(minutes)}",
            "--quiet",
        )

    def approve(self, number: int) -> None:
        """Let everything GitHub asks for be there: a green verdict and a review."""
        fields = {"status": "completed", "conclusion": "success", "output": {}}
        head = self.store.pulls[number].head
        self.store.checks.append(Check(self.store.new_id(), head, "fedfuse/verdict", APP, fields))
        self.store.reviews[number] = ["APPROVED"]

    def offer(
        self,
        files: Mapping[str, bytes],
        *,
        by: Account = APP,
        repository: str = "acme/registry",
        base: str = "main",
    ) -> int:
        """Open a pull request that adds files to main, whatever they are, and approve it."""
        number = self.store.new_id()
        head = commit_files(self.box, files, parent=self.box.git("rev-parse", "origin/main"))
        branch = f"fedfuse/rollback-{number}"
        self.push(head, branch)
        pull = Pull(number, head, by.id, by.login, repository, branch, base)
        self.store.pulls[number] = pull
        self.store.move(pull, head)
        self.approve(number)
        return number

    def push(self, commit: str, branch: str) -> None:
        """Make a branch on GitHub a commit of the clone, as a person or another run would."""
        self.box.git("push", "-q", "--force", "origin", f"{commit}:refs/heads/{branch}")
        self.github.pushed(APP.login)

    def land(self, files: Mapping[str, bytes] | None = None, *, fetch: bool = True) -> str:
        """Let main move on at GitHub, and in the clone if that is fetched."""
        given = files or {f"docs/{self.store.new_id()}.md": b"more\n"}
        parent = self.box.git("rev-parse", "origin/main")
        self.box.clock += 60
        made = commit_files(self.box, given, parent=parent)
        self.bare.git("fetch", "-q", str(self.box.root), f"{made}:refs/heads/main")
        if fetch:
            self.fetch()
        return made

    def fetch(self) -> None:
        """Let the clone hear of main."""
        self.box.git("fetch", "-q", "origin", "+main:refs/remotes/origin/main")

    def start(self, *words: str) -> BaseProcess:
        """Start fedfuse in the clone as a process of its own."""
        return start(self.box.root, *words)

    def killed_at_request(self, number: int, *, done: bool, words: tuple[str, ...]) -> None:
        """Run fedfuse and kill it at its N-th request to GitHub, before or after it is done."""
        before, known = len(self.seen), Event()
        victims, servants = list[BaseProcess](), list[Thread]()

        def kill(seen: Seen) -> Fault | None:
            if seen.number != before + number:
                return None
            known.wait()
            servants.append(current_thread())
            victims[0].kill()
            return Fault(0, done=done)

        self.faults(kill)
        victims.append(self.start(*words))
        known.set()
        victims[0].join()
        assert victims[0].exitcode == -SIGKILL
        servants[0].join()  # what is to be done is done then
        self.faults(lambda _: None)

    def killed_at_push(self, hook: str, words: tuple[str, ...]) -> None:
        """Run fedfuse and kill it in a hook of the remote: `pre-receive` or `post-receive`."""
        script = self.bare.root / "hooks" / hook
        script.write_text(_HOOK)
        script.chmod(0o755)
        victim = self.start(*words)
        (self.bare.root / "victim").write_text(str(victim.pid))
        victim.join()
        assert victim.exitcode == -SIGKILL
        script.unlink()

    def faults(self, plan: Callable[[Seen], Fault | None]) -> None:
        """Let requests go wrong. Pull requests follow their branches before each of them."""

        def heard(seen: Seen) -> Fault | None:
            self.github.pushed(APP.login)
            return plan(seen)

        self.github.faults = heard


def prepare(root: Path) -> None:
    """Make what `opened` copies."""
    box = registry_in_operation(root / "clone", app={"login": APP.login, "id": APP.id})
    Bare(root / "bare").git("fetch", "-q", str(box.root), "main:main")
    box.git("config", "user.name", "Grace")
    box.git("config", "user.email", "grace@example.org")
    box.git("remote", "add", "origin", str(root / "bare"))
    box.git("fetch", "-q", "origin")


@contextmanager
def opened(source: Path, root: Path, patch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A copy of what was prepared, with a GitHub of its own and the App's token."""
    shutil.copytree(source, root, dirs_exist_ok=True)
    box = RegistrySandbox.__new__(RegistrySandbox)
    box.root = root / "clone"
    box.clock = int(ACTIVATED_AT.timestamp())
    box.git("remote", "set-url", "origin", str(root / "bare"))
    with LoopbackGitHub(Store(bare=Bare(root / "bare"))) as github:
        patch.setenv("GITHUB_API_URL", github.url)
        desk = Desk(box, github, patch)
        desk.be(APP)
        desk.faults(lambda _: None)
        yield desk
