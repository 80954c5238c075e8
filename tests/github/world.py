"""A loopback GitHub with a git repository, to be asked request by request."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.github.bare import Bare
from tests.github.server import LoopbackGitHub
from tests.github.store import APP, Account, Check, Store, token_of
from tests.support.git_repositories import Sandbox

BRANCH = "fedfuse/event-1"
ASK = {"head": BRANCH, "base": "main", "title": "rollback", "body": "why"}
"""What opens a pull request from the branch."""


@dataclass
class World:
    """A GitHub with a main and a branch that is one commit ahead, and a clone to push from."""

    github: LoopbackGitHub
    clone: Sandbox

    @property
    def store(self) -> Store:
        """What the server remembers."""
        return self.github.store

    @property
    def main(self) -> str:
        """The tip of main."""
        return self.store.git().heads()["main"]

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        by: Account = APP,
        of: str = "acme/registry",
    ) -> tuple[int, Any]:
        """Status and body of one answer about a repository."""
        said = httpx2.request(
            method,
            f"{self.github.url}/repos/{of}{path}",
            headers={"Authorization": f"Bearer {token_of(by)}"},
            json=body,
            trust_env=False,
        )
        return said.status_code, said.json() if said.content else {}

    def numbers(self, query: str = "") -> list[int]:
        """The pull requests of a list."""
        _, found = self.ask("GET", f"/pulls?{query}")
        return [one["number"] for one in found]

    def push(self, branch: str, *, by: Account = APP) -> str:
        """Commit in the clone and make a branch of the server that commit."""
        made = self.clone.commit("more")
        self.store.git().git("fetch", "-q", str(self.clone.root), f"+HEAD:refs/heads/{branch}")
        self.github.pushed(by.login)
        return made

    def opened(self, *, by: Account = APP, **fields: Any) -> int:
        """Open a pull request from the branch; its number."""
        status, made = self.ask("POST", "/pulls", {**ASK, **fields}, by=by)
        assert status == 201, made
        number: int = made["number"]
        return number

    def judged(self, number: int, conclusion: str, *, by: Account = APP) -> str:
        """Publish the verdict on a pull request; its head."""
        head = self.store.pulls[number].head
        fields = {"status": "completed", "conclusion": conclusion, "output": {}}
        new = self.store.new_id()
        self.store.checks.append(Check(new, head, "fedfuse/verdict", by, fields))
        return head

    def merge(self, number: int, *, by: Account = APP, **body: str) -> tuple[int, Any]:
        """Try to squash."""
        return self.ask("PUT", f"/pulls/{number}/merge", {"merge_method": "squash", **body}, by=by)

    def change(self, number: int, *, by: Account = APP, **fields: str) -> None:
        """Change a pull request."""
        assert self.ask("PATCH", f"/pulls/{number}", fields, by=by)[0] == 200


@contextmanager
def begun(root: Path) -> Iterator[World]:
    """A main, and a branch one commit ahead; leaving fails if GitHub's description was broken."""
    clone = Sandbox(root / "clone")
    clone.commit("begin")
    bare = Bare(root / "bare")
    bare.git("fetch", "-q", str(clone.root), "main:main")
    with LoopbackGitHub(Store(bare=bare)) as github:
        world = World(github, clone)
        clone.write("event.yaml", "kind: rollback\n")
        world.push(BRANCH)
        yield world
