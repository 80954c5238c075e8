"""Pull requests and issues as the code host has them."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What matters of a pull request."""

    number: int
    head: str
    """Commit at its tip."""
    branch: str
    """The branch it comes from."""
    source: str
    """OWNER/NAME of the repository that holds the branch; empty when that was deleted."""
    base: str
    """The branch it goes to."""
    author_id: int
    """Numeric account id."""
    is_open: bool
    is_draft: bool
    is_merged: bool
    url: str
    """Its page."""
    body: str = ""
    """What its author wrote."""

    def is_from(self, repository: str) -> bool:
        """Whether its branch is in a repository OWNER/NAME, in which case does not count."""
        return self.source.lower() == repository.lower()


@dataclass(frozen=True, slots=True)
class Issue:
    """What matters of an issue."""

    number: int
    title: str
    body: str
    author: str
    """Login."""
    is_open: bool
    url: str
    """Its page."""

    def is_by(self, maintainers: Collection[str]) -> bool:
        """Whether a maintainer or an App opened it: the name of no person ends so."""
        return self.author.endswith("[bot]") or self.author in maintainers
