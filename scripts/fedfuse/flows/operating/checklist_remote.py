"""The go/no-go checks that ask what main's history cannot know: stores, mirror, other clones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fedfuse.adapters.git.remote import Remote
from fedfuse.errors import FedfuseError, RemoteError
from fedfuse.flows.auditing.audit import audit
from fedfuse.flows.checking import release_checklist
from fedfuse.flows.checking.checklist_answers import Subject
from fedfuse.flows.checking.remote_side import ArtifactCheck, PromotionCheck
from fedfuse.flows.history import serving_history
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.history.tags import Release
from fedfuse.flows.operating import slo
from fedfuse.flows.operating.slo import SliReader
from fedfuse.flows.releasing import addresses, publish
from fedfuse.flows.releasing.mirror_target import BundleSource
from fedfuse.model.checklist import Answer, Checklist, Item, Status
from fedfuse.model.finding import Finding
from fedfuse.model.mirror import departures
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
        cls,
        main_state: MainState,
        *,
        root: Path,
        remote: str = "origin",
        counters: Counters | None = None,
    ) -> "Outside":
        """Whom registry.yaml names, a remote by its name if the clone has it, and the counters.

        `dir:` addresses are relative to `root`.
        """
        repository, hub = main_state.ledger.repository, main_state.base.registry().hub
        where = repository.remote(remote)
        return cls(
            addresses.artifact_check(repository, main_state.commit, root=root),
            lambda: addresses.mirror(hub, root=root),
            Remote(repository.git_dir, where) if where else None,
            counters,
        )

    def answer(self, subject: Subject, item: Item) -> Answer:
        """Answer one item. What cannot be reached is an error, and never a yes."""
        asked: Mapping[str, Callable[[], Answer]] = {
            "audit": lambda: self._audit(subject.main_state),
            "artifacts": lambda: self._artifacts(subject),
            "mirror": lambda: self._mirrored(subject),
            "warm": lambda: self._warm(subject),
            "slo": lambda: self._objectives(subject.main_state),
        }
        try:
            return asked[item.check]()
        except RemoteError as err:
            return Answer(Status.ERROR, err.what, err.fix or "try again later")

    def _audit(self, main_state: MainState) -> Answer:
        report = audit(main_state.ledger.repository, until=main_state.commit, remote=self.remote)
        if report.findings:
            return Answer(Status.NO, _quoted(report.findings), "fedfuse audit")
        proven = f"{report.commits} commits and {report.releases} releases are proven"
        return Answer(Status.YES, proven)

    def _artifacts(self, subject: Subject) -> Answer:
        found = self._changed(subject.main_state, subject.release)
        if found:
            fix = "restore the artifact, or withdraw the version: fedfuse yank"
            return Answer(Status.NO, _quoted(found), fix)
        return Answer(Status.YES, f"{len(subject.refs)} artifacts are what was judged")

    def _mirrored(self, subject: Subject) -> Answer:
        mirror = self.mirror()
        problem = _unmirrored(subject.main_state, subject.release, mirror)
        if problem:
            return Answer(Status.NO, problem, "fedfuse mirror")
        return Answer(Status.YES, f"{mirror.name} holds it byte for byte")

    def _warm(self, subject: Subject) -> Answer:
        main_state = subject.main_state
        behind = main_state.base.engine.warm_behind(main_state.serving, subject.release.tag)
        if not behind:
            return Answer(Status.YES, "no release would be warm behind it, so there is no way back")
        unhealthy = {tag: main_state.why_unhealthy(tag) for tag in behind}
        for tag in behind:
            problem = "" if unhealthy[tag] else self._unready(main_state, tag)
            if problem:
                return Answer(Status.NO, f"{tag} cannot be verified: {problem}", "fedfuse mirror")
        said = [why_unhealthy or f"{tag} is verified" for tag, why_unhealthy in unhealthy.items()]
        return Answer(Status.YES, "; ".join(said))

    def _objectives(self, main_state: MainState) -> Answer:
        """Whether what serves keeps its objectives. A breach alone does not keep a cure from it."""
        if not main_state.serving.production:
            return Answer(Status.YES, "nothing serves yet")
        if not of_registry(main_state.base.registry().slo):
            return Answer(Status.YES, "registry.yaml asks for none")
        if self.counters is None:
            fix = "say where the counters are: --source prometheus:URL"
            return Answer(Status.NOT_CHECKED, "nobody said where the counters are", fix)
        try:
            return _kept(main_state, self.counters())
        except FedfuseError as err:
            return Answer(Status.ERROR, err.what, err.fix or "try again later")

    def _unready(self, main_state: MainState, tag: str) -> str:
        """Why a healthy release could not serve at once; empty when it could."""
        release = main_state.ledger.release(tag)
        if release is None:
            return "its tag is missing here"
        found = self._changed(main_state, release)
        return _quoted(found) if found else _unmirrored(main_state, release, self.mirror())

    def _changed(self, main_state: MainState, release: Release) -> tuple[Finding, ...]:
        shipped = main_state.ledger.shipped(release)
        return tuple(found for one in shipped for found in self.artifacts(one, one.path))


def promotion_check(
    root: Path, *, remote: str = "origin", counters: Counters | None = None
) -> PromotionCheck:
    """What answers the whole checklist of a release, asking whom `Outside.of` names."""

    def check(main_state: MainState, tag: str) -> Checklist:
        outside = Outside.of(main_state, root=root, remote=remote, counters=counters)
        return release_checklist.judge(main_state, tag, outside=outside.answer)

    return check


def _kept(main_state: MainState, counters: SliReader | tuple[Finding, ...]) -> Answer:
    """What the counters say of the release that serves."""
    if isinstance(counters, tuple):
        return Answer(Status.ERROR, _quoted(counters), "mend the counters")
    past = serving_history.of_ledger(main_state.ledger, main_state.commit)
    found = slo.check(past, counters, release="", now=main_state.now)
    if found.breach:
        what = f"{found.activation.release}: {sentence(found.breach)}"
        return Answer(Status.NO, what, "fedfuse slo check says what has to follow")
    if found.silent:
        what = f"{counters.place} has no recent counters of {', '.join(found.silent)}"
        return Answer(Status.ERROR, what, "let the nodes expose them, as fedfuse slo --help says")
    return Answer(Status.YES, f"{found.activation.release} keeps them, as {counters.place} counts")


def _unmirrored(main_state: MainState, release: Release, mirror: BundleSource) -> str:
    """How the mirror's copy of a release departs from git's; empty when it is equal."""
    refs = mirror.refs()
    if refs is None or release.tag not in refs.tags:
        return f"{mirror.name} does not have it"
    bundle = publish.bundle_of(main_state.ledger.repository, release)
    paths = departures(mirror.tree(refs.tags[release.tag]), bundle.files)
    return f"{mirror.name} holds other files at {', '.join(paths)}" if paths else ""


def _quoted(found: tuple[Finding, ...]) -> str:
    named = [f"{one.place}: {one.code} {one.message}" for one in found[:_MOST_NAMED]]
    more = len(found) - len(named)
    return "; ".join((*named, f"and {more} more") if more else named)
