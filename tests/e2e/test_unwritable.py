"""A clone that cannot be written: every command says so in one line, and what mends it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fedfuse.adapters.git import process
from tests.support.published_registry import SECOND, THIRD
from tests.support.registry import RegistrySandbox

_HELD = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
"""Takes from root what lets it write whatever it likes."""
AS_ANYBODY = _HELD if os.geteuid() == 0 else ()
needs_anybody = pytest.mark.skipif(
    bool(AS_ANYBODY) and shutil.which("setpriv") is None,
    reason="root may write anywhere, and setpriv is not there to take that from it",
)


@pytest.fixture
def sealed(box: RegistrySandbox) -> RegistrySandbox:
    """A clone that owes a tag, and whose .git nobody may write."""
    box.git("config", "user.name", "Grace")
    box.git("config", "user.email", "grace@example.org")
    box.git("push", "-q", "origin", f":refs/tags/{THIRD}")
    box.git("tag", "-d", THIRD)
    for path in (box.root / ".git", *(box.root / ".git").rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    return box


def run(box: RegistrySandbox, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*AS_ANYBODY, sys.executable, *arguments],
        cwd=box.root,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )


@needs_anybody
@pytest.mark.parametrize(
    "words",
    [
        ("release", "--no-mirror"),
        ("hold", "--reason", "looking", "--open-pr"),
    ],
)
def test_a_clone_that_may_not_be_written_is_one_error_with_a_fix(
    sealed: RegistrySandbox, words: tuple[str, ...]
) -> None:
    done = run(sealed, "-m", "fedfuse", *words)
    error, fix = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (3, "")
    assert error.startswith("error: git ")
    assert error.endswith("cannot write into this clone: you may not")
    assert fix.startswith("fix: make its .git writable")


@needs_anybody
def test_what_only_reads_needs_no_clone_that_can_be_written(sealed: RegistrySandbox) -> None:
    for words in (("status",), ("history",), ("pull", SECOND, "--from", "git", "--to", "../node")):
        done = run(sealed, "-m", "fedfuse", *words)
        assert done.returncode == 0, done.stdout + done.stderr


@needs_anybody
def test_a_fetch_into_such_a_clone_is_not_the_remotes_fault(
    sealed: RegistrySandbox, tmp_path: Path
) -> None:
    other = RegistrySandbox.create(tmp_path / "other")
    other.commit("what the clone lacks", {"README.md": "words"})
    code = (
        "from pathlib import Path; from fedfuse.adapters.git.remote import Remote;"
        f"Remote(Path('.git'), {str(other.root)!r}).fetch('refs/heads/main')"
    )
    said = run(sealed, "-c", code).stderr.splitlines()[-1]
    assert said.endswith("GitError: git fetch cannot write into this clone: you may not")


@needs_anybody
def test_a_tag_that_cannot_be_made_is_not_said_to_be_there(sealed: RegistrySandbox) -> None:
    code = (
        "from pathlib import Path; from fedfuse.adapters.git.repository import Repository;"
        "one = Repository(Path()); one.create_tag('new', one.resolve('main'))"
    )
    said = run(sealed, "-c", code).stderr.splitlines()[-1]
    assert said.endswith("GitError: git update-ref cannot write into this clone: you may not")


@pytest.mark.parametrize(
    ("stderr", "why"),
    [
        ("fatal: unable to write loose object file: No space left on device", "the disk is full"),
        ("fatal: cannot update ref 'x': couldn't write '/x/refs/tags/x.lock'", "the disk is full"),
        (
            "error: unable to create temporary file: Read-only file system\nfatal: unable to add",
            "the file system is read-only",
        ),
        ("fatal: cannot lock ref: Unable to create '/x/y.lock': Permission denied", "you may not"),
    ],
)
def test_what_git_says_of_a_disk_is_said_plainly(stderr: str, why: str) -> None:
    said = process.refusal("mktag", stderr.encode())
    assert said.what == f"git mktag cannot write into this clone: {why}"
    assert said.fix


@pytest.mark.parametrize(
    "stderr",
    [
        "remote: fatal: unable to write loose object file: No space left on device",
        "fatal: Unable to create '/x/y.lock': File exists.",
        "fatal: bad object",
    ],
)
def test_other_refusals_are_told_as_git_tells_them(stderr: str) -> None:
    assert process.refusal("push", stderr.encode()).what == f"git push failed: {stderr}"
