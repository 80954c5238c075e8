"""Issues on GitHub that are there once, however often and by however many they are asked for."""

from collections.abc import Callable

from fedfuse.adapters.github import GitHub
from fedfuse.errors import RemoteError
from fedfuse.model.pull_request import Issue

_TRIES = 5
"""Lost answers that one issue survives."""


def oldest(github: GitHub, label: str, *, is_it: Callable[[Issue], bool]) -> Issue | None:
    """The oldest issue of a label that is meant, so that a copy somebody makes never is it."""
    listed = github.issues(label, state="all")
    return min(filter(is_it, listed), key=lambda one: one.number, default=None)


def open_once(
    github: GitHub, label: str, *, is_it: Callable[[Issue], bool], title: str, body: str
) -> Issue:
    """The oldest issue that is meant, else a new one.

    A lost answer is looked up before anything is sent again. Of two that runs open at the very same
    moment the younger is closed. Raises RemoteError when GitHub cannot be used.
    """
    for _ in range(_TRIES):
        if there := oldest(github, label, is_it=is_it):
            return there
        made = github.create_issue(title, body, label=label).value
        if made is not None:
            return _elder(github, made, oldest(github, label, is_it=is_it))
    raise RemoteError(
        f"{github.name} keeps losing the issue", fix="run the same command again later"
    )


def _elder(github: GitHub, made: Issue, there: Issue | None) -> Issue:
    """The issue that stays, of the one just made and the oldest that is listed after it."""
    if there is None or there.number >= made.number:
        return made
    github.edit_issue(made.number, state="closed")
    return there
