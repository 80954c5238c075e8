"""Puts forged release tags into a clone: structurally perfect ones, and clumsy ones."""

from collections.abc import Callable
from typing import Any

from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.release import record_of_tag, tag_bytes
from tests.support.git_repositories import Sandbox

Edit = Callable[[dict[str, Any]], None]


def record_of(box: Sandbox, tag: str) -> dict[str, Any]:
    """The record a release tag carries."""
    record = record_of_tag(f"{box.git('cat-file', 'tag', tag)}\n".encode())
    assert record is not None
    return dict(record)


def forge(box: Sandbox, tag: str, edit: Edit, *, source: str = "") -> str:
    """Point a tag at a perfect tag object whose record was edited; returns the object's id.

    `source` is the tag whose record is taken, by default the tag itself. Whatever the edit makes of
    it, header and title follow the record, as a forger who knows the format would have it.
    """
    record = record_of(box, source or tag)
    edit(record)
    return point(box, tag, box.git("mktag", stdin=tag_bytes(record)))


def retarget(box: Sandbox, tag: str, commit: str) -> None:
    """Move a tag: the same record in a tag object that points at another commit."""
    record = record_of(box, tag)
    body = tag_bytes(record).replace(record["commit"].encode(), commit.encode(), 1)
    point(box, tag, box.git("mktag", stdin=body))


def point(box: Sandbox, tag: str, oid: str) -> str:
    """Make the ref of a tag name an object, as `git update-ref` lets anybody."""
    box.git("update-ref", f"refs/tags/{tag}", oid)
    return oid


def promote(box: Sandbox, number: int, tag: str, *, edit: Edit = lambda _: None) -> str:
    """Land an event that promotes a release, with the record of its tag; returns the commit."""
    record = record_of(box, tag)
    edit(record)
    event = f"apiVersion: fedfuse/v1\nkind: promote\nnumber: {number}\nrelease: {tag}\n"
    files: dict[str, str | bytes] = {
        f"releases/events/{number:04}.yaml": event,
        f"releases/{tag}.json": dumps_by_key(record),
    }
    return box.commit(f"releases: promote {tag}", files)
