"""Mirrors for tests: a loopback Hub and a folder behind one face, and what each holds."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fedfuse.adapters.folder import FolderMirror
from fedfuse.adapters.hub import Hub
from fedfuse.flows.releasing.mirror import MirrorReport, reconcile
from fedfuse.flows.releasing.mirror_audit import audit
from fedfuse.flows.releasing.mirror_target import MirrorTarget
from fedfuse.model.bundle import Bundle
from fedfuse.model.channel import Channels
from fedfuse_demo.hub.server import TOKEN, Fault, LoopbackHub, Seen

REPO = "acme/federated"
CLOCK = 1_790_000_000


@dataclass
class Rig(ABC):
    """One mirror: how to speak to it, and how to look at it or change it behind its back."""

    target: Callable[[], MirrorTarget]
    """A new speaker, as every run has its own."""
    hub: LoopbackHub | None = None

    def files(self, revision: str = "main") -> dict[str, bytes]:
        """What a revision holds, the Hub's own files aside."""
        target = self.target()
        return {
            path: target.read(revision, path, limit=10**7)
            for path in target.tree(revision)
            if path != ".gitattributes"
        }

    def tags(self) -> dict[str, str]:
        """Tag to commit."""
        refs = self.target().refs()
        return dict(refs.tags) if refs else {}

    def everything(self) -> Mapping[str, object]:
        """The whole state: every tag's commit, every file of every tag and of main."""
        tags = self.tags()
        return {"tags": tags, "main": self.files(), **{tag: self.files(tag) for tag in tags}}

    def edit(self, writes: Mapping[str, bytes], deletes: Sequence[str] = ()) -> str:
        """Commit to main by hand."""
        target = self.target()
        refs = target.refs()
        assert refs is not None
        done = target.commit(parent=refs.head, writes=writes, deletes=deletes, message="by hand")
        assert not done.problem
        return done.id

    @abstractmethod
    def tag_by_hand(self, tag: str, files: Mapping[str, bytes]) -> None:
        """Put other content under a tag that exists."""


class HubRig(Rig):
    """A mirror on the loopback Hub."""

    def tag_by_hand(self, tag: str, files: Mapping[str, bytes]) -> None:
        """Move the tag on the Hub to a commit with some other files; main stays what it was."""
        assert self.hub is not None
        repository = self.hub.store.repository(REPO)
        main, forged = self.files(), {**self.files(tag), **files}
        commit = self._replace(main, forged)
        repository.delete_tag(tag)
        repository.tag(tag, commit)
        self._replace(forged, main)

    def _replace(self, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> str:
        changed = {path: body for path, body in new.items() if old.get(path) != body}
        return self.edit(changed, [path for path in old if path not in new])


class FolderRig(Rig):
    """A mirror in a folder."""

    def __init__(self, root: Path) -> None:
        super().__init__(lambda: FolderMirror(root))
        self.root = root

    def tag_by_hand(self, tag: str, files: Mapping[str, bytes]) -> None:
        """Write over the files of the tag's folder."""
        for path, body in files.items():
            place = self.root / "tags" / tag / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(body)


@contextmanager
def hub_rig(
    root: Path, faults: Callable[[Seen], Fault | None] = lambda _: None
) -> Iterator[HubRig]:
    """A rig on a loopback Hub whose same uploads give the same commits."""
    with LoopbackHub(root, clock=lambda: CLOCK, faults=faults) as hub:
        yield HubRig(lambda: Hub(REPO, endpoint=hub.endpoint, token=TOKEN), hub)


def at_once(jobs: Sequence[Callable[[], object]]) -> list[object]:
    """Run all jobs in threads that start together; an exception takes its job's place."""
    results: list[object] = [None] * len(jobs)
    start = threading.Barrier(len(jobs))

    def run(index: int) -> None:
        start.wait()
        try:
            results[index] = jobs[index]()
        except Exception as err:  # noqa: BLE001 - the test asserts what each job came to
            results[index] = err

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def mirror(
    rig: Rig,
    bundles: Sequence[Bundle],
    wanted: Channels,
    *,
    seen: set[str] | None = None,
    main: int = 0,
) -> MirrorReport:
    """Mirror from a clone that has seen so much, while there is a newer main of this height."""
    return reconcile(rig.target(), bundles, wanted, seen=seen, main_height=lambda _: main)


def codes_of(rig: Rig, bundles: Sequence[Bundle], wanted: Channels) -> list[str]:
    """The codes of what an audit of the mirror finds."""
    return [finding.code for finding in audit(rig.target(), bundles, wanted)]
