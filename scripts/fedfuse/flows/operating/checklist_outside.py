"""The go/no-go checks that ask what main's history cannot know: stores, mirror, other clones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fedfuse.adapters.git.remote import Remote
from fedfuse.errors import FedfuseError, RemoteError
from fedfuse.flows.auditing.audit import audit
from fedfuse.flows.checking.check import ArtifactCheck, PromotionCheck
from fedfuse.flows.folding import checklist, history
from fedfuse.flows.folding.checklist_history import Subject
from fedfuse.flows.folding.scene import Scene
from fedfuse.flows.folding.tags import Release
from fedfuse.flows.operating import slo
from fedfuse.flows.operating.slo import SliReader
from fedfuse.flows.releasing import places, publish
from fedfuse.flows.releasing.mirror_target import BundleSource
from fedfuse.model.checklist import Answer, Checklist, Item, Status
from fedfuse.model.finding import Finding
from fedfuse.model.mirrored import differing
from fedfuse.model.slo.objective import of_registry
from fedfuse.model.slo.wording import sentence

Counters = Callable[[], SliReader | tuple[Finding, ...]]
"""Opens the counters of what serves; findings for a file of them that is wrong."""

_MOST_NAMED = 3
"""Problems that an answer quotes; more are counted."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Whom to ask: stores, mirror, the remote with everybody's tags, and what serves."""

    artifacts: ArtifactCheck
    mirror: Callable[[], BundleSource]
    """Opened only when it is asked."""
    remote: Remote | None
    """None where the clone has none: its own tags are all there are then."""
    counters: Counters | None
    """None where nobody said where the counters of what serves are."""

    @classmethod
    def of(
        cls, scene: Scene, *, root: Path, remote: str = "origin", counters: Counters | None = None
    ) -> "Outside":
        """Whom registry.yaml names, a remote by its name if the clone has it, and the counters.

        `dir:` addresses are relative to `root`.
        """
        repository, hub = scene.ledger.repository, scene.base.registry().hub
        where = repository.remote(remote)
        return cls(
            places.artifact_check(repository, scene.commit, root=root),
            lambda: places.mirror(hub, root=root),
            Remote(repository.git_dir, where) if where else None,
            counters,
        )

    def answer(self, subject: Subject, item: Item) -> Answer:
        """Answer one item. What cannot be reached is an error, and never a yes."""
        asked: Mapping[str, Callable[[], Answer]] = {
            "audit": lambda: self._audit(subject.scene),
            "artifacts": lambda: self._artifacts(subject),
            "mirror": lambda: self._mirrored(subject),
            "warm": lambda: self._warm(subject),
            "slo": lambda: self._objectives(subject.scene),
        }
        try:
            return asked[item.check]()
        except RemoteError as err:
            return Answer(Status.ERROR, err.what, err.fix or "try again later")

    def _audit(self, scene: Scene) -> Answer:
        report = audit(scene.ledger.repository, until=scene.commit, remote=self.remote)
        if report.findings:
            return Answer(Status.NO, _quoted(report.findings), "fedfuse audit")
        proven = f"{report.commits} commits and {report.releases} releases are proven"
        return Answer(Status.YES, proven)

    def _artifacts(self, subject: Subject) -> Answer:
        found = self._changed(subject.scene, subject.release)
        if found:
            fix = "restore the artifact, or withdraw the version: fedfuse yank"
            return Answer(Status.NO, _quoted(found), fix)
        return Answer(Status.YES, f"{len(subject.refs)} artifacts are what was judged")

    def _mirrored(self, subject: Subject) -> Answer:
        mirror = self.mirror()
        problem = _unmirrored(subject.scene, subject.release, mirror)
        if problem:
            return Answer(Status.NO, problem, "fedfuse mirror")
        return Answer(Status.YES, f"{mirror.name} holds it byte for byte")

    def _warm(self, subject: Subject) -> Answer:
        scene = subject.scene
        behind = scene.base.engine.warm_behind(scene.serving, subject.release.tag)
        if not behind:
            return Answer(Status.YES, "no release would be warm behind it, so there is no way back")
        ailments = {tag: scene.ailment(tag) for tag in behind}
        for tag in behind:
            problem = "" if ailments[tag] else self._unready(scene, tag)
            if problem:
                return Answer(Status.NO, f"{tag} cannot be verified: {problem}", "fedfuse mirror")
        said = [ailment or f"{tag} is verified" for tag, ailment in ailments.items()]
        return Answer(Status.YES, "; ".join(said))

    def _objectives(self, scene: Scene) -> Answer:
        """Whether what serves keeps its objectives. A breach alone does not keep a cure from it."""
        if not scene.serving.production:
            return Answer(Status.YES, "nothing serves yet")
        if not of_registry(scene.base.registry().slo):
            return Answer(Status.YES, "registry.yaml asks for none")
        if self.counters is None:
            fix = "say where the counters are: --source prometheus:URL"
            return Answer(Status.NOT_CHECKED, "nobody said where the counters are", fix)
        try:
            return _kept(scene, self.counters())
        except FedfuseError as err:
            return Answer(Status.ERROR, err.what, err.fix or "try again later")

    def _unready(self, scene: Scene, tag: str) -> str:
        """Why a healthy release could not serve at once; empty when it could."""
        release = scene.ledger.release(tag)
        if release is None:
            return "its tag is missing here"
        found = self._changed(scene, release)
        return _quoted(found) if found else _unmirrored(scene, release, self.mirror())

    def _changed(self, scene: Scene, release: Release) -> tuple[Finding, ...]:
        shipped = scene.ledger.shipped(release)
        return tuple(found for one in shipped for found in self.artifacts(one, one.path))


def promotion_check(
    root: Path, *, remote: str = "origin", counters: Counters | None = None
) -> PromotionCheck:
    """What answers the whole checklist of a release, asking whom `Outside.of` names."""

    def check(scene: Scene, tag: str) -> Checklist:
        outside = Outside.of(scene, root=root, remote=remote, counters=counters)
        return checklist.judge(scene, tag, outside=outside.answer)

    return check


def _kept(scene: Scene, counters: SliReader | tuple[Finding, ...]) -> Answer:
    """What the counters say of the release that serves."""
    if isinstance(counters, tuple):
        return Answer(Status.ERROR, _quoted(counters), "mend the counters")
    past = history.of_ledger(scene.ledger, scene.commit)
    found = slo.check(past, counters, release="", now=scene.now)
    if found.breach:
        what = f"{found.activation.release}: {sentence(found.breach)}"
        return Answer(Status.NO, what, "fedfuse slo check says what has to follow")
    return Answer(Status.YES, f"{found.activation.release} keeps them, as {counters.place} counts")


def _unmirrored(scene: Scene, release: Release, mirror: BundleSource) -> str:
    """In what the mirror lacks a release; empty when it holds every byte that git proves."""
    refs = mirror.refs()
    if refs is None or release.tag not in refs.tags:
        return f"{mirror.name} does not have it"
    bundle = publish.bundle_of(scene.ledger.repository, release)
    paths = differing(mirror.tree(refs.tags[release.tag]), bundle.proven)
    return f"{mirror.name} holds other bytes at {', '.join(paths)}" if paths else ""


def _quoted(found: tuple[Finding, ...]) -> str:
    named = [f"{one.place}: {one.code} {one.message}" for one in found[:_MOST_NAMED]]
    more = len(found) - len(named)
    return "; ".join((*named, f"and {more} more") if more else named)
