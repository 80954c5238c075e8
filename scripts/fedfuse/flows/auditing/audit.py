"""Re-proves a clone: tags, chain, add-only trees, events, promoted records, and the fold itself."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import chain

from fedfuse import engine
from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.engine.interface import Snapshot
from fedfuse.flows.auditing import event_audit
from fedfuse.flows.auditing.audit_files import FileAudit
from fedfuse.flows.auditing.audit_history import accept
from fedfuse.flows.auditing.audit_tags import TagAudit
from fedfuse.flows.history import event_files, main_clock, serving_history, snapshots
from fedfuse.flows.history.ledger import Ledger, fold_history
from fedfuse.flows.history.serving_history import History
from fedfuse.flows.history.tags import TaggedReleases
from fedfuse.model import evaluation, tool_lock, version
from fedfuse.model.audit import AuditReport
from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.change import data_file
from fedfuse.model.document import Document
from fedfuse.model.event_kinds import KINDS
from fedfuse.model.finding import Finding


def audit(
    repository: Repository,
    *,
    until: str,
    remote: Remote | None,
    replay: bool = False,
    present: datetime | None = None,
) -> AuditReport:
    """Prove everything git alone can prove about main up to a commit.

    That is: each release tag carries a sound record of a commit of main, on top of the very tag
    before it, and is what the remote has; no add-only file has changed since it was added; each
    commit has a legal shape, and none is of the future; events land in turn and in their windows;
    each admitted manifest obeys the schema of today; each promoted record is its tag's.

    The newest release is always computed anew, and so is everything from the oldest tag on that
    looks wrong. When history does not confirm the oldest of these, twice as many are. Records below
    are believed, not judged again: a chain that was forged from one tag up to the newest, on the
    remote too, is refuted by `replay` alone, which believes nothing. What an earlier audit of this
    clone proved about files is not proven again. `present` is as for `MainState.at`.

    Raises GitError for a shallow clone, RemoteError when the remote cannot be read.
    """
    tip = repository.resolve(until)
    snapshot = snapshots.of(CommitTree(repository, tip))
    line = repository.first_parent_line(tip)
    tags = _tags(snapshot, repository, frozenset(line), remote)
    found = (*tags.structure(), *tags.chain())
    doubted = len(tags.tagged.refs) if replay else tags.doubted(found)
    ledger, refuted = _recompute(repository, tip, tags, doubted)
    found = (*found, *refuted)
    files = FileAudit(repository, snapshot, tip, _admitted(ledger))
    findings = (
        *found,
        *tags.remote(ledger, named=frozenset(f.path for f in found)),
        *files.prove(frozenset(line), anew=replay),
        *_promoted_findings(snapshot, tags.tagged),
        *event_audit.late_promotions(ledger, tip),
        *_broken_policy(ledger, tip),
        *filter(None, (main_clock.ahead(ledger, present),)),
    )
    return AuditReport(
        commits=len(line),
        releases=len(tags.tagged.refs),
        replayed=len(ledger.computed),
        findings=tuple(sorted(set(findings))),
        refused=files.refused,
        revoked=_revoked(ledger),
        void_events=_void_events(serving_history.of_ledger(ledger, tip), snapshot),
    )


def _recompute(
    repository: Repository, tip: str, tags: TagAudit, doubted: int
) -> tuple[Ledger, tuple[Finding, ...]]:
    """The fold that computes the newest `doubted` releases anew, and the tags it refutes."""
    names = tuple(tags.tagged.refs)
    believed = frozenset(names[doubted:])
    ledger = fold_history(repository, tip, believes=lambda one: one.tag in believed)
    refuted = tuple(tags.records(ledger))
    if believed and refuted:
        oldest = names[doubted - 1]
        if not tags.tagged.get(oldest) or any(found.path == oldest for found in refuted):
            return _recompute(repository, tip, tags, 2 * doubted)
    return ledger, refuted


def _tags(
    snapshot: Snapshot, repository: Repository, line: frozenset[str], remote: Remote | None
) -> TagAudit:
    tagged = TaggedReleases.of(repository, snapshot.registry().release_name)
    there = _there(snapshot, remote)
    return TagAudit(tagged, line, there, partial(_doubt_about, snapshot))


def _doubt_about(snapshot: Snapshot, number: int) -> str:
    """Why this tool's engine may not be the one that cut a registry's tags; empty when it is."""
    data = snapshot.tree.read(tool_lock.PATH)
    if data is None:
        edited = f"this tool is not the one that cut it: its engine {number} was edited"
        return "" if engine.is_as_listed(number) else edited
    document = snapshot.document(data, tool_lock.PATH, kind="lock")
    pinned = isinstance(document, Document) and tool_lock.from_document(document.value).engines
    if pinned and pinned.get(number) == engine.digest(number):
        return ""
    return f"this tool is not the one that cut it: {tool_lock.PATH} pins another engine {number}"


def _there(snapshot: Snapshot, remote: Remote | None) -> dict[str, str] | None:
    if remote is None:
        return None
    name = snapshot.registry().release_name
    tags = remote.tags(f"{name}-v").items()
    return {tag: oid for tag, oid in tags if version.of_tag(tag, name)}


def _admitted(ledger: Ledger) -> frozenset[str]:
    """The refs of all manifests that history admitted, and the paths of its valid Evaluations."""
    evaluations = (
        one.path(ref) for ref, outcomes in ledger.state.evaluations.items() for one in outcomes
    )
    admissions = ledger.state.admissions.items()
    manifests = (f"{unit}@v{n}" for unit, known in admissions for n in known.newest_first())
    return frozenset(chain(evaluations, manifests))


def _broken_policy(ledger: Ledger, tip: str) -> Iterator[Finding]:
    """Commits that could not be judged, of what was folded; a later one has mended main."""
    accepted = ledger.snapshot(tip).registry().accepted_commits
    for commit, what in ledger.broken.items():
        if commit not in accepted:
            said = f"commit {commit[:12]} could not be judged and admits nothing: {what}"
            yield Finding(commit, 0, 0, "E815", said, fix=accept(commit))


def _revoked(ledger: Ledger) -> tuple[tuple[str, str], ...]:
    said = ledger.state.evaluations
    return tuple(
        (ref, evaluation.revoking(ref, said.get(ref, ()))) for ref in sorted(ledger.state.revoked)
    )


def _promoted_findings(snapshot: Snapshot, tagged: TaggedReleases) -> Iterator[Finding]:
    for name in snapshot.tree.names("releases"):
        path, tag = f"releases/{name}", name.removesuffix(".json")
        known = data_file(path)
        if known is None or known.kind != "record":
            continue
        sound = tagged.get(tag)
        if sound is None:
            what = f"there is no sound tag {tag} beside this promoted record"
            yield Finding(path, 0, 0, "E810", what, fix="git fetch --tags")
        elif snapshot.tree.read(path) != dumps_by_key(sound.record):
            what = "the promoted record is not the one its tag carries"
            fix = f"compare with `git cat-file tag {tag}`, and find out which of the two was forged"
            yield Finding(path, 0, 0, "E810", what, fix=fix)


def _void_events(told: History, snapshot: Snapshot) -> tuple[str, ...]:
    """Paths of the events that are none, or that moved nothing when they landed."""
    counting = {event_files.path_of(event.number) for event in snapshot.engine.events(snapshot)}
    idle = {
        event_files.path_of(event.number)
        for turn in told.turns
        if turn.is_void
        for event in turn.events
        if KINDS[event.kind].moves
    }
    paths = (f"{event_files.FOLDER}/{n}" for n in snapshot.tree.names(event_files.FOLDER))
    known = (path for path in paths if data_file(path))
    return tuple(path for path in known if path not in counting or path in idle)
