"""Issues on GitHub that are there once, however often they are asked for."""

from collections.abc import Callable, Sequence

from fedfuse.adapters.github import GitHub
from fedfuse.errors import RemoteError
from fedfuse.model.pulls import Issue

_TRIES = 5
"""Lost answers that one issue survives."""


def open_once(
    github: GitHub,
    label: str,
    *,
    find: Callable[[Sequence[Issue]], Issue | None],
    title: str,
    body: str,
) -> Issue:
    """The issue that `find` picks from those with a label, else a new one.

    A lost answer is looked up before anything is sent again. Two runs at the very same moment may
    open one each. Raises RemoteError when GitHub cannot be used.
    """
    for _ in range(_TRIES):
        if there := find(github.issues(label, state="all")):
            return there
        done = github.create_issue(title, body, label=label)
        if done.value is not None:
            return done.value
    raise RemoteError(
        f"{github.name} keeps losing the issue", fix="run the same command again later"
    )
