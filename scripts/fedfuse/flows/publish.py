"""What a mirror must hold: every tagged release as a bundle, and the channels."""

from itertools import islice

from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.errors import GitError
from fedfuse.flows.ledger import Ledger
from fedfuse.flows.tags import Release
from fedfuse.model import bundle
from fedfuse.model.bundle import Bundle
from fedfuse.model.canonical import dumps_by_key, sha256
from fedfuse.model.channel import Channels, Pointer
from fedfuse.report import checklist, model_card


def bundles(ledger: Ledger, *, line: frozenset[str]) -> tuple[Bundle, ...]:
    """The bundles of all sound tags on main's line, oldest first.

    Raises GitError when a file that a record pins is missing from the clone or has other bytes.
    """
    sound = [one for one in ledger.tagged.sound() if one.commit in line]
    return tuple(bundle_of(ledger.repository, one) for one in reversed(sound))


def bundle_of(repository: Repository, release: Release) -> Bundle:
    """The bundle of one release, its pinned files read from the release's own commit."""
    record = release.record
    tree = CommitTree(repository, release.commit)
    return bundle.build(
        release.tag,
        release.oid,
        dumps_by_key(record),
        pinned={path: _pinned(tree, path, pin) for path, pin in record["bundle"].items()},
        pages={
            "README.md": model_card.render(record),
            "checklist.md": checklist.render(record),
            "routes.json": dumps_by_key(record["fusion"]["routes"]),
            "voting.json": dumps_by_key(record["fusion"]["voting"] or {}),
        },
    )


def channels(ledger: Ledger, *, commit: str, line: tuple[str, ...]) -> Channels:
    """What the channels point at after a commit of main; its height is the serial."""
    serving = ledger.serving(commit)
    on_line = frozenset(line)
    sound = (one for one in ledger.tagged.sound() if one.commit in on_line)
    newest = next(islice(sound, 1), None)
    return Channels(
        serial=len(line),
        candidate=Pointer(newest.tag) if newest else None,
        production=Pointer(serving.production) if serving.production else None,
        warm=tuple(Pointer(tag) for tag in serving.warm),
    )


def _pinned(tree: CommitTree, path: str, pin: str) -> bytes:
    data = tree.read(path)
    if data is None or sha256(data) != pin:
        raise GitError(
            f"{path} at {tree.commit[:12]} is not what the release pins",
            fix="run `fedfuse audit`; the clone or the record is damaged",
        )
    return data
