"""Artifact uris: plain addresses under an allowed prefix, never something to be resolved.

A uri names a repository, an object or a folder at a provider this tool speaks to itself. It is no
URL: what could steer a client to another host, account or revision is refused before anything is
fetched. Which schemes there are, and their forms, say the registry's schemas and its prefixes: a
registry can take in another store without another engine.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_SCHEME = re.compile(r"[a-z][a-z0-9]{1,9}:(?://)?")
_MOST_SEGMENTS = 32
_PLAIN = "plain address, a scheme and at most 32 segments"
_REFUSED: Mapping[str, str] = {
    "@": "names a user or a branch",
    "?": "has a query, as presigned urls have",
    "#": "has a fragment",
    "%": "is percent-encoded",
    ":": "names a port",
    "\\": "has a backslash",
    "[": "holds an IP address",
}
_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._=-]{0,127}")
_IP_ADDRESS = re.compile(r"(?:0[xX][0-9a-fA-F]+|[0-9]+)(?:\.(?:0[xX][0-9a-fA-F]+|[0-9]+)){0,3}")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an artifact uri is refused."""

    code: str
    """`E324` for its form, `E329` for its place."""
    message: str
    expected: str
    fix: str


def problem(uri: str, *, prefixes: tuple[str, ...]) -> Problem | None:
    """Why a provider with these prefixes may not ship from this uri; None when it may.

    A prefix ends at a segment: `gs://acme` allows `gs://acme/x`, not `gs://acme-evil/x`, nor
    `gs://acme/` itself. Never raises, whatever the text.
    """
    scheme = _SCHEME.match(uri)
    what = _oddity(uri[scheme.end() :]) if scheme else "has no scheme"
    if what:
        return Problem("E324", f"the uri {what}", _PLAIN, f"write a {_PLAIN}")
    if any(uri.startswith(_closed(prefix)) and uri != _closed(prefix) for prefix in prefixes):
        return None
    allowed = " or ".join(prefixes) or "a prefix in registry.yaml"
    fix = "ship from there, or have the prefix added to registry.yaml first"
    return Problem("E329", "the uri lies outside the provider's prefixes", allowed, fix)


def _oddity(rest: str) -> str:
    """What the part after the scheme holds that no plain address does; empty when nothing."""
    for character, what in _REFUSED.items():
        if character in rest:
            return what
    segments = rest.removesuffix("/").split("/")
    if ".." in segments or "." in segments:
        return "leads through `.` or `..`"
    if "" in segments:
        return "has an empty segment"
    if _IP_ADDRESS.fullmatch(segments[0]):
        return "names an IP address"
    if not all(_SEGMENT.fullmatch(segment) for segment in segments):
        return "has a character or a segment that is not allowed"
    return "has too many segments" if len(segments) > _MOST_SEGMENTS else ""


def _closed(prefix: str) -> str:
    return prefix if prefix.endswith(("/", ":")) else f"{prefix}/"
