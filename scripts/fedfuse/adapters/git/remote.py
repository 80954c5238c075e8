"""Talks to a git remote: which tags it has, and pushing tags that must be new and branches."""

from dataclasses import dataclass
from pathlib import Path

from fedfuse.adapters.git import process
from fedfuse.errors import DivergedError, RemoteError

_TRIES = 5
_TAGS = "refs/tags/"
_DENIED = (b"Authentication failed", b"Permission denied", b"could not read Username", b"or: 403")
_REJECTED = b"[remote rejected]"
"""How git tells, to programs, that the remote heard of a push and does not want it."""

FETCH = (
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-recurse-submodules",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
)
"""How git is asked for objects, and for nothing else."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote: by its configured name in a local repository, or by url without one."""

    git_dir: Path | None
    name: str

    def tags(self, prefix: str) -> dict[str, str]:
        """Tag name to object id on the remote, for names with the prefix.

        Raises RemoteError when the remote cannot be read.
        """
        found, where = self._refs(f"{_TAGS}{prefix}*").items(), len(_TAGS)
        return {ref[where:]: oid for ref, oid in found if ref.startswith(_TAGS)}

    def push_new_tag(self, tag: str, oid: str) -> None:
        """Create a tag on the remote; a racing creation of the same object is success.

        Raises DivergedError when it names another object there, RemoteError when it is refused.
        """
        there = self._set(f"{_TAGS}{tag}", oid, instead_of="")
        if there != oid:
            raise DivergedError(
                f"the tag {tag} on {self.name} is object {there}, computed here: {oid}",
                fix="run `fedfuse audit`; a release tag never moves, so someone forged one",
            )

    def branch(self, name: str) -> str:
        """The commit that a branch is on the remote; empty when there is no such branch.

        Raises RemoteError when the remote cannot be read.
        """
        ref = f"refs/heads/{name}"
        return self._refs(ref).get(ref, "")

    def fetch(self, *refs: str) -> None:
        """Bring the objects of full refs or commits of the remote here; no ref of the clone moves.

        Raises RemoteError when the remote does not have all of them, or cannot be read, GitError
        when the clone cannot be written.
        """
        if not refs:  # git would take the configured ones then
            return
        done = process.run(
            self.git_dir,
            [
                *FETCH,
                "--refmap=",  # else a branch moves its remote-tracking ref
                "--",
                self.name,
                *refs,
            ],
            own_config=True,
        )
        if done.returncode != 0:
            raise process.unwritable("fetch", done.stderr) or unreachable(self.name, done.stderr)

    def push_branch(self, name: str, commit: str, *, instead_of: str) -> str:
        """Make a branch a commit, unless it is no longer `instead_of`; what it is afterwards.

        Empty means that there must be no such branch yet. Raises RemoteError when it is refused.
        """
        return self._set(f"refs/heads/{name}", commit, instead_of=instead_of)

    def _set(self, ref: str, oid: str, *, instead_of: str) -> str:
        """Push a ref that must be as expected; what it names then: `oid`, or a rival's object."""
        for _ in range(_TRIES):
            done = process.run(
                self.git_dir,
                [
                    "push",
                    "--porcelain",
                    "--no-verify",
                    f"--force-with-lease={ref}:{instead_of}",
                    "--",
                    self.name,
                    f"{oid}:{ref}",
                ],
                own_config=True,
            )
            if done.returncode == 0:
                return oid
            there = self._refs(ref).get(ref, "")
            if there != instead_of:
                return there
        if _REJECTED not in done.stdout:
            raise unreachable(self.name, done.stderr)
        fix = f"see what rules {self.name} has for this ref, and who may push it"
        raise RemoteError(f"{self.name} refuses {ref}: {_reason(done.stderr)}", fix=fix)

    def _refs(self, pattern: str) -> dict[str, str]:
        """Ref to object id on the remote. Raises RemoteError when it cannot be read."""
        done = process.run(
            self.git_dir,
            ["ls-remote", "--refs", "--", self.name, pattern],
            own_config=True,
            bounds=process.Bounds(),
        )
        if done.returncode != 0:
            raise unreachable(self.name, done.stderr)
        pairs = (line.split("\t", 1) for line in done.stdout.decode().splitlines())
        return {ref: oid for oid, ref in pairs}


def unreachable(name: str, stderr: bytes) -> RemoteError:
    """The error for a remote that did not answer, or refused."""
    reason = _reason(stderr)
    if any(word in stderr for word in _DENIED):
        return RemoteError(
            f"{name} refused the credentials: {reason}",
            fix=f"check that you may push: git push --dry-run {name}",
        )
    return RemoteError(f"{name} cannot be reached: {reason}", fix="try again later")


def _reason(stderr: bytes) -> str:
    """The line by which git or the remote says what is wrong, whatever bytes it holds."""
    text = process.said(stderr)
    said = next((line for line in text if line.startswith(("fatal:", "remote:"))), text[-1])
    return "".join(char if char.isprintable() else "?" for char in said)
