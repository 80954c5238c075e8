"""The git repository behind the loopback GitHub, changed as GitHub does: without a push."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tests.support.git_repositories import Sandbox

_HEADS = "refs/heads/"


class Bare(Sandbox):
    """A bare repository."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, bare=True)

    def heads(self) -> Mapping[str, str]:
        """Branch to its commit."""
        return self.refs(_HEADS)

    def refs(self, below: str) -> Mapping[str, str]:
        """What follows a prefix such as `refs/tags/`, to the object that the ref names."""
        words = self.git("for-each-ref", "--format=%(refname) %(objectname)", below).split()
        names = (name.removeprefix(below) for name in words[::2])
        return dict(zip(names, words[1::2], strict=True))

    def has(self, ancestor: str, *, within: str) -> bool:
        """Whether a commit is another one or stands in its history."""
        return not self.git("rev-list", "--max-count=1", ancestor, f"^{within}")

    def set(self, ref: str, commit: str) -> None:
        """Make a full ref a commit."""
        self.git("update-ref", ref, commit)

    def delete(self, ref: str) -> None:
        """Delete a full ref."""
        self.git("update-ref", "-d", ref)

    def squash(self, head: str, base: str, *, message: str, at: str) -> str:
        """Put the tree of a commit on a branch that the commit holds; the new commit.

        `at` is its date, ISO 8601.
        """
        self.clock = int(datetime.fromisoformat(at).timestamp())
        onto = f"{_HEADS}{base}"
        made = self.git("commit-tree", f"{head}^{{tree}}", "-p", onto, "-m", message)
        self.set(onto, made)
        return made
