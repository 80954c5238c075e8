"""Asks the tool that a registry pins what it renders for that registry.

This is how copier and cruft find the base of a three-way merge. The files cannot come from the last
upgrade's commit: they hold people's edits, and pull requests are squashed.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from fedfuse.adapters import tool
from fedfuse.adapters.git import process
from fedfuse.errors import DivergedError, FedfuseError, RemoteError
from fedfuse.model.tool_lock import ToolLock


def rendered(lock: ToolLock, root: Path, commit: str) -> Mapping[str, bytes]:
    """What the pinned tool renders for the registry at `root`, as of a commit, by path.

    The tool is fetched into a temporary folder, and runs only when its files have the pinned
    digest. Raises RemoteError when it cannot be fetched, DivergedError for other files,
    FedfuseError when it does not render.
    """
    with TemporaryDirectory(prefix="fedfuse-") as folder:
        there, made = Path(folder, "tool"), Path(folder, "made")
        _fetch(lock, Path(folder, "tool.git"), there)
        if tool.digest(there / "scripts" / "fedfuse") != lock.digest:
            raise DivergedError(
                f"{lock.repository} at {lock.commit[:12]} is not the tool that fedfuse.lock pins",
                fix="compare the lock with its history: git log -p fedfuse.lock",
            )
        _render(lock, there / "scripts", root, commit, made)
        found = (path for path in made.rglob("*") if path.is_file())
        return {path.relative_to(made).as_posix(): path.read_bytes() for path in found}


def _fetch(lock: ToolLock, git_dir: Path, into: Path) -> None:
    into.mkdir()
    process.output(git_dir, ["init", "--quiet", "--bare"])
    fetch = ["fetch", "--quiet", "--depth=1", "--no-tags", "--", lock.clone_url, lock.commit]
    done = process.run(git_dir, fetch, own_config=True)
    if done.returncode != 0:
        why = f"from {lock.clone_url}: {process.said(done.stderr)[-1]}"
        fix = f"see that this works: git ls-remote {lock.clone_url}"
        raise RemoteError(f"the pinned tool cannot be fetched {why}", fix=fix)
    there = f"--work-tree={into}"
    process.output(git_dir, [there, "checkout", "--quiet", "--force", lock.commit, "--", "."])


def _render(lock: ToolLock, package: Path, root: Path, commit: str, made: Path) -> None:
    words = ("upgrade", "--root", str(root.resolve()), "--ref", commit, "--rendered-to", str(made))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "fedfuse", *words],
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(package),
            "PYTHONPATH": str(package),
        },
        cwd=package,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise FedfuseError(
            f"fedfuse {lock.version}, which fedfuse.lock pins, does not render here: "
            f"{process.said(done.stderr)[0]}",
            fix=f'see what it says: pipx run --spec "{lock.requirement}" fedfuse validate',
        )
