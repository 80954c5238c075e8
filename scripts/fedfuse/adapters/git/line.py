"""Whether a commit is on main, without reading all of main."""

from fedfuse.adapters.git.repository import Repository

_LOOKS = (64, 1024, 0)
"""So many commits are read at first, then, then all."""


class FirstParentLine:
    """The commits of a first-parent line as a set: what is near its tip is found at once."""

    def __init__(self, repository: Repository, until: str) -> None:
        """Takes the full id of the line's newest commit; reads nothing yet."""
        self._repository = repository
        self._until = until
        self._known: frozenset[str] = frozenset()
        self._looks = iter(_LOOKS)

    def __contains__(self, sha: object) -> bool:
        """Whether the commit is on the line. Raises GitError when git refuses to read it."""
        while sha not in self._known and self._looks_further():
            pass
        return sha in self._known

    def __len__(self) -> int:
        """How many commits the line has."""
        while self._looks_further():
            pass
        return len(self._known)

    def _looks_further(self) -> bool:
        most = next(self._looks, None)
        if most is not None:
            self._known = frozenset(self._repository.first_parent_line(self._until, most=most))
        return most is not None
