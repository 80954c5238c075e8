"""What a mirror must hold: every tagged release as a bundle, and the channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.errors import GitError
from fedfuse.flows.history import serving_history
from fedfuse.flows.history.ledger import Ledger, fold_history
from fedfuse.flows.history.tags import Release
from fedfuse.flows.releasing import addresses, mirror_audit
from fedfuse.flows.releasing.mirror_target import MirrorTarget
from fedfuse.model import bundle
from fedfuse.model.bundle import CARD, CHECKLIST, Bundle
from fedfuse.model.canonical import sha256
from fedfuse.model.channel import Channels, Pointer
from fedfuse.model.finding import Finding
from fedfuse.model.serving import Serving
from fedfuse.report import bundle_pages


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the registry's mirror must hold."""

    address: str
    """The registry's `hub`."""
    commit: str
    """The commit of main that all of it was computed from."""
    release_prefix: str
    """What the names of release tags begin with."""
    bundles: tuple[Bundle, ...]
    channels: Channels
    untagged: tuple[str, ...]
    """Releases that main's history makes and this clone has no tag of: they are not mirrored."""

    def target(self, root: Path) -> MirrorTarget:
        """The mirror itself; `dir:` is relative to the registry's root."""
        return addresses.mirror(self.address, root=root)

    def differences(self, root: Path) -> tuple[Finding, ...]:
        """How the mirror differs from this; reads only."""
        return mirror_audit.audit(self.target(root), self.bundles, self.channels)


def wanted(repository: Repository, *, until: str) -> Wanted:
    """What the mirror must hold after a commit of main.

    Raises GitError when the clone lacks what a tag's record pins.
    """
    commit = repository.resolve(until)
    ledger = fold_history(repository, commit)
    registry = ledger.snapshot(commit).registry()
    return Wanted(
        address=registry.hub,
        commit=commit,
        release_prefix=f"{registry.release_name}-v",
        bundles=bundles(ledger),
        channels=channels(ledger, commit=commit),
        untagged=tuple(one.tag for one in ledger.computed),
    )


def bundles(ledger: Ledger) -> tuple[Bundle, ...]:
    """The bundles of all releases that tags carry, oldest first.

    Raises GitError when a file that a record pins is missing from the clone or has other bytes.
    """
    newest_first = tuple(ledger.carried())
    return tuple(bundle_of(ledger.repository, one) for one in reversed(newest_first))


def bundle_of(repository: Repository, release: Release) -> Bundle:
    """The bundle of one release, its pinned files read from the release's own commit.

    Raises GitError for a record that only a forger makes.
    """
    record, tree = release.record, CommitTree(repository, release.commit)
    try:
        return bundle.build(
            record,
            pinned={path: _pinned(tree, path, pin) for path, pin in record["bundle"].items()},
            pages={
                CARD: bundle_pages.model_card(record),
                CHECKLIST: bundle_pages.checklist(record),
            },
        )
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise GitError(
            f"{release.tag} carries a record that no page can be made of: {err!r:.100}",
            fix="run `fedfuse audit`; the tag is forged or damaged",
        ) from err


def channels(ledger: Ledger, *, commit: str) -> Channels:
    """What the channels point at after a commit of main, and since when.

    Nothing of it is judged: a ledger that was only opened will do.
    """
    turns, newest = serving_history.of_ledger(ledger, commit).turns, ledger.resumed_from
    serving = turns[-1].state if turns else Serving()
    moves = [turn.commit for turn in turns if _serves(turn.state) != _serves(turn.previous)]
    return Channels(
        serial=_height(ledger, commit, [*moves[-1:], *([newest.commit] if newest else [])]),
        candidate=Pointer(newest.tag) if newest else None,
        production=Pointer(serving.production) if serving.production else None,
        warm=tuple(Pointer(tag) for tag in serving.warm),
    )


def _serves(state: Serving) -> tuple[str, ...]:
    return state.production, *state.warm


def _height(ledger: Ledger, commit: str, among: Sequence[str]) -> int:
    """The first-parent height of the newest of some commits of main; 0 for none."""
    line = ledger.repository.first_parent_line(commit)
    return len(line) - min((line.index(one) for one in among), default=len(line))


def _pinned(tree: CommitTree, path: str, pin: str) -> bytes:
    data = tree.read(path)
    if data is None or sha256(data) != pin:
        raise GitError(
            f"{path} at {tree.commit[:12]} is not what the release pins",
            fix="run `fedfuse audit`; the clone or the record is damaged",
        )
    return data
