"""The releases that this clone's tags carry, read only as far as needed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import dropwhile
from typing import Any

from fedfuse import engine
from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import FedfuseError
from fedfuse.model import release, version


@dataclass(frozen=True, slots=True)
class Release:
    """A fused release: its record, and the annotated tag object that carries it."""

    record: Mapping[str, Any]
    body: bytes
    """The tag object, byte for byte."""
    oid: str

    @property
    def tag(self) -> str:
        """The release tag's name."""
        return str(self.record["release"])

    @property
    def commit(self) -> str:
        """The commit the tag points at."""
        return str(self.record["commit"])


def of_record(record: Mapping[str, Any]) -> Release:
    """The release a record makes; its tag object follows from the record alone."""
    body = release.tag_bytes(record)
    return Release(record, body, release.object_id("tag", body))


@dataclass(slots=True)
class TaggedReleases:
    """The release tags of a clone, newest version first."""

    repository: Repository
    refs: dict[str, str]
    """Tag name to object id, newest version first."""
    _read: dict[str, Release | None] = field(default_factory=dict)
    _down: dict[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, repository: Repository, release_name: str) -> "TaggedReleases":
        """List the tags whose names are release versions of this registry."""
        local = repository.local_tags(f"{release_name}-v")
        return cls(
            repository, {tag: local[tag] for tag in version.newest_first(local, release_name)}
        )

    def get(self, tag: str) -> Release | None:
        """The release under a tag name; None when there is none or its structure is unsound.

        Sound: its record renders to exactly its bytes, under its own name, and holds a state.
        """
        if tag not in self._read:
            self._read[tag] = self._load(tag)
        return self._read[tag]

    def down_from(self, tag: str) -> Mapping[str, str]:
        """The refs from a tag on, as `refs`; none for a tag that is not among them."""
        if tag not in self._down:
            self._down[tag] = dict(dropwhile(lambda ref: ref[0] != tag, self.refs.items()))
        return self._down[tag]

    def sound(self) -> Iterator[Release]:
        """The sound releases whose chain holds here, newest version first, read one by one.

        It holds for one made on top of the very object that the older tag names here, and for a
        first one that is the oldest tag. A broken chain throws doubt on both of its ends: either
        may be the forged one, so history has to compute both anew.
        """
        doubted: set[str] = set()
        for tag in self.refs:
            one = self.get(tag)
            if one and not self._is_chained(one):
                doubted.add(_previous_tag(one))
            elif one and tag not in doubted:
                yield one

    def kind(self, tag: str) -> str:
        """What a ref points at: `tag`, or `commit` for a lightweight tag; empty when absent."""
        info = self.repository.objects.info(self.refs[tag])
        return info.kind if info else ""

    def record(self, tag: str) -> Mapping[str, Any] | None:
        """The record of the tag object under a ref, also of one that has another name in it."""
        body = self._body(tag)
        return release.record_of_tag(body) if body else None

    def _is_chained(self, one: Release) -> bool:
        previous = one.record["previous"]
        if previous is None:
            return one.tag == next(reversed(self.refs))
        here = self.refs.get(_previous_tag(one))
        return here is not None and here == previous.get("tag_object")

    def _load(self, tag: str) -> Release | None:
        body = self._body(tag) if tag in self.refs else None
        record = release.record_of_tag(body) if body else None
        if body is None or record is None or record["release"] != tag or not _holds_state(record):
            return None
        return Release(record, body, self.refs[tag])

    def _body(self, tag: str) -> bytes | None:
        info = self.repository.objects.info(self.refs[tag])
        if info is None or info.kind != "tag" or info.size > 2 * release.MAX_RECORD_BYTES:
            return None
        return self.repository.objects.read(info.oid)


def _previous_tag(one: Release) -> str:
    """The tag a release says it was made on top of; empty for a first one."""
    return str((one.record["previous"] or {}).get("release", ""))


_READ_AS = {
    "bump": str,
    "bundle": dict,
    "content_id": str,
    "digests": dict,
    "metrics": dict,
    "previous": dict | None,
    "reasons": list,
    "verdicts": dict,
}
"""Types of what is read from a record beside the state."""
_FUSION = {"distillation", "router", "routes", "voting"}
_ROUTE = {"role", "contract", "unit", "fallback"}


def _holds_state(record: Mapping[str, Any]) -> bool:
    """Whether the fold can go on from the record: a forged one may hold anything."""
    try:
        engine.engine(record["engine"]).resume(record, "")
        routes = record["fusion"]["routes"].values()
        return (
            all(isinstance(record[key], kind) for key, kind in _READ_AS.items())
            and record["fusion"].keys() == _FUSION
            and all({"role", "contract"} <= route.keys() <= _ROUTE for route in routes)
            and all(isinstance(route.get("unit", ""), str) for route in routes)
            and all(isinstance(n, str) for route in routes for n in route.get("fallback", ()))
        )
    except (FedfuseError, ValueError, KeyError, TypeError, AttributeError):
        return False
