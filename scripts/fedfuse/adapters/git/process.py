"""Runs git with an environment in which neither the machine nor the repository can steer it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from fedfuse.errors import GitError, RemoteError

_CONFIG = (
    ("safe.bareRepository", "explicit"),
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("core.quotePath", "false"),
    ("core.warnAmbiguousRefs", "true"),
    ("core.useReplaceRefs", "false"),
    ("core.commitGraph", "false"),  # it repeats what commits say, and may say something else
    ("core.multiPackIndex", "false"),
    ("protocol.ext.allow", "never"),
)
_LOCAL = (("protocol.allow", "never"),)  # a partial clone would ask its remote for what it lacks
_FIXED = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_FLUSH": "0",  # else git writes each commit of a list to the pipe by itself
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
    "TZ": "UTC",
}
_OWN_CONFIG = ("GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL")
_TRANSPORT = ("GIT_SSH", "GIT_ASKPASS", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_SSL")
_FULL = "the disk is full", "free some space, then run it again"
_DENIED = "you may not", "make its .git writable for you, or work in a clone of your own"
_UNWRITABLE = {
    b"No space left on device": _FULL,
    b"Disk quota exceeded": _FULL,
    b"couldn't write '": _FULL,  # what git says of a lock file that the disk has no room for
    b"Read-only file system": ("the file system is read-only", "work in a clone on another one"),
    b"insufficient permission for adding an object": _DENIED,
    b".lock': Permission denied": _DENIED,
}
"""How git tells that it cannot write, why that is, and what mends it."""
MINIMUM = (2, 38)
"""Oldest git with `safe.bareRepository` and `cat-file --batch-command`."""


def environment(*, own_config: bool = False) -> dict[str, str]:
    """The environment of one git call.

    No setting of the machine, and none of the clone that could change an answer, has a say: two
    clones of one history answer alike. With `own_config` (talking to a remote, and only then) the
    user's own git configuration and credential settings apply; hooks and fsmonitor stay off.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    fixed = dict(_FIXED)
    if own_config:
        fixed = {k: v for k, v in _FIXED.items() if k not in _OWN_CONFIG}
        kept |= {k: v for k, v in os.environ.items() if k.startswith(_TRANSPORT)}
    settings = _CONFIG if own_config else _CONFIG + _LOCAL
    config = {"GIT_CONFIG_COUNT": str(len(settings))}
    for index, (key, value) in enumerate(settings):
        config |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
    return kept | fixed | config


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one git call may take of this machine."""

    seconds: float = 900
    """By the clock."""
    file_bytes: int = 1024**3
    """Of each file that it writes; not held on Windows."""


@contextmanager
def _no_larger_files(size: int) -> Iterator[None]:
    """Let no process that is started now write a longer file: the system ends it there."""
    import resource  # noqa: PLC0415 - Windows has no such module

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    most = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def run(
    git_dir: Path | None,
    arguments: Sequence[str],
    *,
    stdin: bytes | None = None,
    own_config: bool = False,
    bounds: Bounds | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run git on a repository (None: on none) and return what it said, whatever its exit code.

    Raises GitError when there is no git to run, RemoteError when it took longer than its bounds.
    """
    where = [f"--git-dir={git_dir}"] if git_dir else []
    posix = sys.platform != "win32"
    try:
        with _no_larger_files(bounds.file_bytes) if bounds and posix else nullcontext():
            return subprocess.run(
                ["git", *where, *arguments],
                input=stdin,
                capture_output=True,
                env=environment(own_config=own_config),
                timeout=bounds.seconds if bounds else None,
                check=False,
            )
    except subprocess.TimeoutExpired as err:
        what = f"git took more than {err.timeout:g} seconds"
        raise RemoteError(what, fix="try again later, or see why the registry is so slow") from err
    except FileNotFoundError as err:
        raise _absent() from err


def start(
    git_dir: Path, arguments: Sequence[str], *, stdin: int, stderr: int | IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start git on a repository. Raises GitError when there is no git to run."""
    try:
        return subprocess.Popen(
            ["git", f"--git-dir={git_dir}", *arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment(),
        )
    except FileNotFoundError as err:
        raise _absent() from err


class Started:
    """A git process that works while its caller does something else."""

    def __init__(self, git_dir: Path, arguments: Sequence[str]) -> None:
        """Start it. Raises GitError when there is no git to run."""
        self._command = arguments[0]
        self._process = start(git_dir, arguments, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def output(self) -> bytes:
        """Wait for its standard output; only once. Raises GitError when git refuses."""
        stdout, stderr = self._process.communicate()
        if self._process.returncode != 0:
            raise refusal(self._command, stderr)
        return stdout

    def end(self) -> None:
        """End it, whether anybody wanted its output or not."""
        if self._process.returncode is None:
            self._process.kill()
            self._process.communicate()


def output(git_dir: Path, arguments: Sequence[str], *, stdin: bytes | None = None) -> bytes:
    """Run git and return its standard output. Raises GitError when git refuses."""
    done = run(git_dir, arguments, stdin=stdin)
    if done.returncode != 0:
        raise refusal(arguments[0], done.stderr)
    return done.stdout


def own_setting(git_dir: Path, key: str) -> str:
    """What the user's own configuration or the repository's says; empty when neither does."""
    done = run(git_dir, ["config", "--get", key], own_config=True)
    return done.stdout.decode("utf-8", "replace").strip()


def refusal(command: str, stderr: bytes) -> GitError:
    """The error for a git call that failed, naming what a person can mend where git tells."""
    return unwritable(command, stderr) or _refused(command, stderr)


def unwritable(command: str, stderr: bytes) -> GitError | None:
    """The error for a git call that could not write into this clone; None for any other.

    What a remote says of itself is not about the clone.
    """
    own = [line for line in stderr.splitlines() if not line.startswith(b"remote:")]
    for sign, (why, fix) in _UNWRITABLE.items():
        if any(sign in line for line in own):
            return GitError(f"git {command} cannot write into this clone: {why}", fix=fix)
    return None


def _refused(command: str, stderr: bytes) -> GitError:
    found = version()
    if found < MINIMUM:
        return GitError(
            f"git {found[0]}.{found[1]} is too old", fix="install git 2.38 or newer (git --version)"
        )
    if b"promisor remote" in stderr:
        return partial()
    return GitError(
        f"git {command} failed: {said(stderr)[-1]}", fix="git fsck tells what is wrong here"
    )


def said(stderr: bytes) -> list[str]:
    """The lines of a standard error, at least one."""
    return stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]


def _absent() -> GitError:
    return GitError("git is not installed", fix="install git 2.38 or newer")


def partial() -> GitError:
    """The error for a clone that leaves out files: nothing can be proven from it."""
    return GitError("this clone is partial", fix="clone it again without --filter")


def version() -> tuple[int, int]:
    """Major and minor version of the git on PATH. Raises GitError when there is none."""
    numbers = run(None, ["version"]).stdout.decode("ascii", "replace").split()[2].split(".")
    return int(numbers[0]), int(numbers[1])
