"""What a store says of an artifact."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stored:
    """One file as the store holds it."""

    size: int
    """Bytes."""
    sha256: str = ""
    """Empty when the store does not publish one."""


@dataclass(frozen=True, slots=True)
class Held:
    """The files a store holds at a revision, as far as the manifest lists them."""

    files: Mapping[str, Stored]
    revision: str
    """The revision these files really are."""
    not_plain: tuple[str, ...] = ()
    """Paths that are links or special files."""
    publish: str = ""
    """The command that publishes a file's sha256 where one is missing.

    `{path}` is the file and `{sha256}` the digest that the manifest lists.
    """
