"""Makes a folder a repository."""

import os
from pathlib import Path

from fedfuse.adapters.git import process


def create(root: Path, *, message: str, fallback: tuple[str, str]) -> str:
    """Make a folder a repository whose branch `main` has one commit with every file in it.

    The commit is the user's where git knows their name and mail, else that of `fallback` (name and
    mail). Ignore rules do not apply. Returns its sha. Raises GitError when git refuses.
    """
    git_dir = root / ".git"
    process.output(git_dir, ["init", "--quiet", "--initial-branch=main", "--template="])
    process.output(
        git_dir,
        [f"--work-tree={root}", *_config("core.attributesFile", os.devnull), "add", "-A", "-f"],
    )
    own = process.own_setting(git_dir, "user.name"), process.own_setting(git_dir, "user.email")
    name, mail = own if all(own) else fallback
    identity = [*_config("user.name", name), *_config("user.email", mail)]
    process.output(git_dir, [*identity, "commit", "--quiet", "--no-verify", "-m", message])
    return process.output(git_dir, ["rev-parse", "HEAD"]).decode("ascii").strip()


def _config(key: str, value: str) -> tuple[str, str]:
    return "-c", f"{key}={value}"
