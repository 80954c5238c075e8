"""The servers that a command may write to: a remote of the clone, and GitHub."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.github import GitHub
from fedfuse.adapters.github_http import Session
from fedfuse.errors import UsageError


def git_remote(repository: Repository, name: str) -> Remote:
    """A remote of the clone. Raises UsageError when it has none of that name."""
    if repository.remote(name) is None:
        raise UsageError(
            f"this clone has no remote {name!r:.100}", fix="name one with --remote NAME"
        )
    return Remote(repository.git_dir, name)


@contextmanager
def github(name: str) -> Iterator[GitHub]:
    """The repository OWNER/NAME on GitHub, as GITHUB_TOKEN may use it."""
    with Session.of_environment() as session:
        yield GitHub(name, session)


@contextmanager
def github_with_token(name: str) -> Iterator[GitHub | None]:
    """The same where GITHUB_TOKEN is set; None where it is not."""
    if not os.environ.get("GITHUB_TOKEN", "").strip():
        yield None
        return
    with github(name) as there:
        yield there
