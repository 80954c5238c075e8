"""A parsed file: its value, and where in the file each part of the value stands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from fedfuse.model.finding import Finding

Pointer: TypeAlias = tuple[str | int, ...]
"""A place in a document: keys and list indexes from the root, which is `()`."""
Mark: TypeAlias = tuple[int, int]
"""Line and column, both 1-based; columns count characters."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key and its value begin. For the root and for list items both are the value's."""

    key: Mark
    value: Mark


@dataclass(frozen=True, slots=True)
class Document:
    """A file that obeys every rule of its format. Nothing in it is judged yet."""

    path: str
    """Repository path, for findings."""
    value: dict[str, Any]
    locate: Callable[[Pointer], Place]
    """The place of a part, or of the deepest part on the way to it that exists."""

    def mark(self, pointer: Pointer = ()) -> Mark:
        """Where the value at the pointer begins; looked up only now, so good files pay nothing."""
        return self.locate(pointer).value

    def key_mark(self, pointer: Pointer) -> Mark:
        """Where the key of the value at the pointer begins."""
        return self.locate(pointer).key

    def finding(
        self,
        code: str,
        pointer: Pointer,
        *,
        message: str,
        expected: str = "",
        found: str = "",
        fix: str = "",
        at_key: bool = False,
    ) -> Finding:
        """A finding about one part of this file, at its value or at its key."""
        line, column = self.key_mark(pointer) if at_key else self.mark(pointer)
        return Finding(self.path, line, column, code, message, expected, found, fix)
