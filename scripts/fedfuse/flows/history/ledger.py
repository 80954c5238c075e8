"""Folds main's first-parent history into releases. Pure of side effects: it only reads."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fedfuse import engine
from fedfuse.adapters.git.line import FirstParentLine
from fedfuse.adapters.git.repository import Commit, Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.engine.interface import Engine, Snapshot, Tree
from fedfuse.errors import RegistryError
from fedfuse.flows.history import event_files, snapshots, tags
from fedfuse.flows.history.tags import Release, TaggedReleases
from fedfuse.model.change import Change, Shape
from fedfuse.model.finding import Finding
from fedfuse.model.judgement import Judged, Judgement
from fedfuse.model.manifest import Manifest
from fedfuse.model.registry import REGISTRY_PATH
from fedfuse.model.serving import Serving
from fedfuse.model.state import State, Waiting


@dataclass(frozen=True, slots=True)
class Refused:
    """A manifest that is on main though it did not pass, or an Evaluation that is no valid one."""

    commit: str
    judged: Judged


@dataclass(frozen=True, slots=True)
class Illegal:
    """A commit on main of no legal shape. It admits nothing."""

    commit: str
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Ledger:
    """The fold in progress: state, and what came up on the way."""

    repository: Repository
    tagged: TaggedReleases
    line: FirstParentLine
    """The commits of main's first-parent line."""
    rules: Engine = field(default_factory=engine.oldest)
    """The engine that judges the next commit."""
    state: State = field(default_factory=State)
    computed: list[Release] = field(default_factory=list)
    """Releases computed by this fold, oldest first."""
    refused: list[Refused] = field(default_factory=list)
    illegal: list[Illegal] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    """Commit to the broken policy that kept it from being judged or composed."""
    withheld: dict[str, str] = field(default_factory=dict)
    """Commit to the reason why its composed set cut no release, though it differs."""
    missing_roles: tuple[str, ...] = ()
    """Required roles that no member fills after the newest commit."""
    resumed_from: Release | None = None
    """The newest sound and believed tag: what this fold went on from."""
    clock_commit: str = ""
    """The commit whose date the clock shows; that of `resumed_from` before any later one."""
    cache: dict[tuple[str, str], Any] = field(default_factory=dict)

    def snapshot(self, commit: str) -> Snapshot:
        """The registry as of a commit."""
        return snapshots.of(CommitTree(self.repository, commit), self.cache)

    def serving(self, commit: str) -> Serving:
        """Which release serves after a commit."""
        snapshot = self.snapshot(commit)
        return snapshot.engine.serving(snapshot.engine.events(snapshot))

    def believed(self) -> Mapping[str, str]:
        """The refs of the tags this fold builds on, newest first: none after `resumed_from`."""
        return self.tagged.down_from(self.resumed_from.tag) if self.resumed_from else {}

    def carried(self) -> Iterator[Release]:
        """The releases on main that those tags carry, newest first; read one by one."""
        found = (self.tagged.get(tag) for tag in self.believed())
        return (one for one in found if one and one.commit in self.line)

    def release(self, tag: str) -> Release | None:
        """A release on main by its tag: computed by this fold, or carried by the tag."""
        mine = next((one for one in self.computed if one.tag == tag), None)
        if mine or tag not in self.believed():
            return mine
        found = self.tagged.get(tag)
        return found if found and found.commit in self.line else None

    def shipped(self, release: Release) -> tuple[Manifest, ...]:
        """The manifests of a release's members, as its own commit holds them."""
        snapshot = self.snapshot(release.commit)
        found = (snapshot.manifest(unit, n) for unit, n in members(release.record).items())
        return tuple(one for one in found if one)

    def production(self, commit: str) -> Mapping[str, int]:
        """The member versions of the release in production after a commit."""
        tag = self.serving(commit).production
        found = self.release(tag) if tag else None
        return members(found.record) if found else {}

    def judge(
        self, changes: tuple[Change, ...], *, head: Tree, base: str, now: datetime
    ) -> Judgement:
        """Judge a change on top of a commit of main that this ledger has folded."""
        snapshot = self.snapshot(base)
        return snapshot.engine.judge(
            changes,
            head=head,
            base=snapshot,
            state=self.state,
            production=self.production(base),
            now=now,
        )

    def advance(self, commit: Commit) -> None:
        """Fold one commit in: the engine before it judges, its own composes.

        Where policy is broken, nothing can be judged by it or composed: such a commit admits
        nothing, or cuts nothing. Raises FedfuseError for an engine that this tool does not have.
        """
        self.state = self.rules.tick(self.state, commit.committed_at)
        if self.state.clock == commit.committed_at:
            self.clock_commit = commit.sha
        for step in (self._take_in, self._compose):
            try:
                step(commit)
            except RegistryError as err:
                self.broken[commit.sha] = err.what

    def _take_in(self, commit: Commit) -> None:
        findings = self.rules.shape_findings(commit.changes)
        shape = self.rules.shape_of(commit.changes)
        if findings:
            self.illegal += [Illegal(commit.sha, findings)] if commit.changes else []
        elif shape is Shape.MANIFEST:
            self._admit(commit)
        elif shape is Shape.EVENT:
            self._apply_events(commit)

    def earlier(self, unit: str) -> tuple[Waiting, ...]:
        """The versions of a unit that were members of earlier releases, newest first."""
        found: dict[int, str] = {}
        for one in (*reversed(self.computed), *self.carried()):
            raw = one.record["units"].get(unit)
            if raw is not None and raw["member"] is not None:
                found.setdefault(raw["member"], raw["report"] or "")
        return tuple(Waiting(v, report) for v, report in sorted(found.items(), reverse=True))

    def _admit(self, commit: Commit) -> None:
        if not commit.parent:
            return
        head, now = CommitTree(self.repository, commit.sha), self.state.clock or commit.committed_at
        judged = self.judge(commit.changes, head=head, base=commit.parent, now=now)
        shipped = self.snapshot(commit.sha).manifest
        self.state = self.rules.admit(self.state, judged, earlier=self.earlier, shipped=shipped)
        self.refused += [Refused(commit.sha, one) for one in judged.added if not one.admitted]

    def _apply_events(self, commit: Commit) -> None:
        snapshot = self.snapshot(commit.sha)
        added = (event_files.read_event(snapshot, c.path) for c in commit.changes)
        for event in added:
            if event is not None:
                self.state = self.rules.apply(
                    self.state, event, earlier=self.earlier, shipped=snapshot.manifest
                )

    def _compose(self, commit: Commit) -> None:
        snapshot = self.snapshot(commit.sha)
        if not snapshot.tree.digest(REGISTRY_PATH):
            return
        snapshot.registry()  # broken policy composes nothing
        self.rules = snapshot.engine
        composition = self.rules.compose(self.state, snapshot)
        self.state, self.missing_roles = composition.state, composition.missing_roles
        if composition.missing_roles or not self.rules.next_release(composition, snapshot):
            return
        gate = self.rules.judge_set(composition, snapshot)
        if not gate.verdict.admits:
            self.withheld[commit.sha] = gate.reason
            return
        rendered = self.rules.record(
            composition, snapshot, commit=commit.sha, created=commit.committed_at
        )
        if too_large := self.rules.oversize(rendered):
            self.withheld[commit.sha] = too_large
            return
        found = tags.of_record(rendered)
        self.computed.append(found)
        self.state = self.rules.resume(found.record, found.oid)


def fold_history(
    repository: Repository, until: str, *, believes: Callable[[Release], bool] = lambda _: True
) -> Ledger:
    """Fold the first-parent line up to a commit of main, going on from the newest believed tag.

    Only sound tags on that line are asked about, newest first, and only until one is believed.

    Raises RegistryError for a broken registry.yaml at that commit, FedfuseError for one of another
    engine, and GitError for a shallow or partial clone.
    """
    repository.require_whole()
    ledger = open_ledger(repository, until, believes=believes)
    after = ledger.resumed_from.commit if ledger.resumed_from else None
    for commit in repository.first_parent(after=after, until=until):
        ledger.advance(commit)
    return ledger


def open_ledger(
    repository: Repository, until: str, *, believes: Callable[[Release], bool] = lambda _: True
) -> Ledger:
    """What `fold_history` begins with: the tags up to a commit of main, and no commit judged."""
    line = FirstParentLine(repository, until)
    cache: dict[tuple[str, str], Any] = {}
    registry = snapshots.of(CommitTree(repository, until), cache).registry()
    tagged = TaggedReleases.of(repository, registry.release_name)
    ledger = Ledger(repository, tagged, line, cache=cache)
    on_line = (one for one in ledger.tagged.sound() if one.commit in line)
    start = next(filter(believes, on_line), None)
    if start:
        ledger.resumed_from = start
        ledger.clock_commit = start.commit
        ledger.rules = engine.engine(start.record["engine"])
        ledger.state = ledger.rules.resume(start.record, start.oid)
    return ledger


def members(record: Mapping[str, Any]) -> Mapping[str, int]:
    """The member versions a record locks, by unit."""
    units = record["units"].items()
    return {unit: raw["member"] for unit, raw in units if raw["member"] is not None}
