"""What comes back from a model and from the node, as values."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from fedfuse.node.release import Member


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request was not carried out; `status` is HTTP's word for it."""

    status: int
    message: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a member answered."""

    raw: bytes = b""
    """The answer as it was sent; empty for a stream."""
    body: Mapping[str, Any] | None = None
    """The answer, read; None for a stream."""
    chunks: AsyncIterator[bytes] | None = None
    """The bytes of a stream, the first of which has come; None for a whole answer."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a member did not answer, without a word of what it said."""

    reason: str
    problem: Problem | None = None
    """What to tell the client, when asking another member would not help it."""


Call: TypeAlias = Callable[[Member, Mapping[str, Any], bool], Awaitable[Reply | Failure]]
"""Asks a member; the flag asks for a stream."""
