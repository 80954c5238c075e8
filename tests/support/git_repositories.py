"""Real git repositories in a temporary folder, driven by the git command itself."""

import os
import subprocess
from pathlib import Path

_IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
}
START = 1_790_000_000
"""Committer date of the first commit, seconds since the epoch."""


class Sandbox:
    """A repository whose commits are a minute apart, so that every run makes the same shas."""

    def __init__(self, root: Path, *, bare: bool = False) -> None:
        self.root = root
        self.clock = START
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *(["--bare"] if bare else []))

    @classmethod
    def clone(cls, source: Path, root: Path) -> "Sandbox":
        """A clone of another repository with `origin` set."""
        subprocess.run(
            ["git", "clone", "-q", str(source), str(root)],
            check=True,
            env={**os.environ, **_IDENTITY},
        )
        copy = cls.__new__(cls)
        copy.root, copy.clock = root, START
        return copy

    def git(self, *arguments: str, stdin: bytes | None = None) -> str:
        """Run git here and return what it printed; fails the test when git fails."""
        date = f"{self.clock} +0000"
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            input=stdin,
            capture_output=True,
            check=False,
            env={
                **os.environ,
                **_IDENTITY,
                "GIT_AUTHOR_DATE": date,
                "GIT_COMMITTER_DATE": date,
            },
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, path: str, content: str | bytes) -> None:
        """Write a file below the root."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, message: str, files: dict[str, str | bytes] | None = None) -> str:
        """Write files, commit everything, advance the clock by a minute, return the sha."""
        for path, content in (files or {}).items():
            self.write(path, content)
        self.clock += 60
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.head()

    def head(self) -> str:
        """The sha of HEAD."""
        return self.git("rev-parse", "HEAD")

    def commit_tree(self, entries: dict[str, tuple[str, str]], *, parent: str) -> str:
        """A commit whose tree is made entry by entry, so that illegal names are possible.

        `entries` maps a path to its mode and content (or object id for mode 160000). The rest of
        the tree is the parent's.
        """
        self.git("read-tree", parent)
        listing = self.git("ls-tree", "-r", "-z", "--full-tree", parent).split("\0")
        lines = [line for line in listing if line and line.partition("\t")[2] not in entries]
        for path, (mode, content) in entries.items():
            oid = content
            if mode != "160000":
                oid = self.git("hash-object", "-w", "--stdin", stdin=content.encode())
            kind = "commit" if mode == "160000" else "blob"
            lines.append(f"{mode} {kind} {oid}\t{path}")
        tree = self._tree(lines)
        self.clock += 60
        self.git("read-tree", "HEAD")
        return self.git("commit-tree", tree, "-p", parent, "-m", "made by hand")

    def _tree(self, lines: list[str]) -> str:
        folders: dict[str, list[str]] = {}
        own = []
        for line in lines:
            meta, path = line.split("\t", 1)
            head, slash, rest = path.partition("/")
            if slash:
                folders.setdefault(head, []).append(f"{meta}\t{rest}")
            else:
                own.append(line)
        own += [f"040000 tree {self._tree(sub)}\t{name}" for name, sub in folders.items()]
        data = b"".join(line.encode("utf-8", "surrogateescape") + b"\0" for line in own)
        return self.git("mktree", "-z", stdin=data)
