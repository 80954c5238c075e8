"""Talks to a git remote: which tags it has, and pushing one that must be new."""

from dataclasses import dataclass
from pathlib import Path

from fedfuse.adapters.git import process
from fedfuse.errors import DivergedError, GitError, RemoteError

_TRIES = 5
_DENIED = (b"Authentication failed", b"Permission denied", b"could not read Username", b"403")


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote: by its configured name in a local repository, or by url without one."""

    git_dir: Path | None
    name: str

    def tags(self, prefix: str) -> dict[str, str]:
        """Tag name to object id on the remote, for names with the prefix.

        Raises RemoteError when the remote cannot be read.
        """
        done = process.run(
            self.git_dir,
            ["ls-remote", "--refs", "--tags", "--", self.name, f"refs/tags/{prefix}*"],
            own_config=True,
        )
        if done.returncode != 0:
            raise self._unreachable(done.stderr)
        pairs = (line.split("\t", 1) for line in done.stdout.decode().splitlines())
        return {ref.removeprefix("refs/tags/"): oid for oid, ref in pairs}

    def push_new_tag(self, tag: str, oid: str) -> None:
        """Create a tag on the remote; a racing creation of the same object is success.

        Raises DivergedError when the tag names another object there, RemoteError when the remote
        keeps refusing.
        """
        stderr = b""
        for _ in range(_TRIES):
            done = process.run(
                self.git_dir,
                [
                    "push",
                    "--porcelain",
                    "--no-verify",
                    f"--force-with-lease=refs/tags/{tag}:",
                    "--",
                    self.name,
                    f"{oid}:refs/tags/{tag}",
                ],
                own_config=True,
            )
            if done.returncode == 0:
                return
            stderr = done.stderr
            there = self.tags(tag).get(tag)
            if there == oid:
                return
            if there is not None:
                raise DivergedError(
                    f"the tag {tag} on {self.name} is object {there}, computed here: {oid}",
                    fix="run `fedfuse audit`; a release tag never moves, so someone forged one",
                )
        raise self._unreachable(stderr)

    def _unreachable(self, stderr: bytes) -> GitError | RemoteError:
        text = stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]
        reason = next((line for line in text if line.startswith(("fatal:", "remote:"))), text[-1])
        if any(word in stderr for word in _DENIED):
            return RemoteError(
                f"{self.name} refused the credentials: {reason}",
                fix=f"check that you may push: git push --dry-run {self.name}",
            )
        return RemoteError(f"{self.name} cannot be reached: {reason}", fix="try again later")
