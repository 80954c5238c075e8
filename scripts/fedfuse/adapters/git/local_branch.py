"""The branches of a clone, moved without touching any work tree."""

from fedfuse.adapters.git import process
from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import RefusedError
from fedfuse.model.change import ABSENT


def tip(repository: Repository, name: str) -> str:
    """The commit of a local branch; empty when there is none."""
    return _at(repository, name, "%(objectname)")


def move(repository: Repository, name: str, commit: str, *, instead_of: str) -> None:
    """Make a branch a commit, unless it is no longer `instead_of` (empty: not there yet).

    A rival that made it the same commit is success. Raises RefusedError for a branch that a work
    tree has checked out, GitError when git refuses.
    """
    where = _at(repository, name, "%(worktreepath)")
    if where:
        raise RefusedError(f"{name} is checked out, and would be replaced", fix="git switch main")
    ref = f"refs/heads/{name}"
    done = process.run(repository.git_dir, ["update-ref", ref, commit, instead_of or ABSENT])
    if done.returncode != 0 and tip(repository, name) != commit:
        raise process.refusal("update-ref", done.stderr)


def _at(repository: Repository, name: str, field: str) -> str:
    found = process.output(
        repository.git_dir, ["for-each-ref", f"--format={field}", f"refs/heads/{name}"]
    )
    return found.decode("utf-8", "replace").strip()
