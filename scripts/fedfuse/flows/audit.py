"""Re-proves a clone: tags, chain, add-only trees, events, promoted records, and the fold itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.flows.ledger import Believe, Ledger, fold_history
from fedfuse.flows.snapshot import Snapshot
from fedfuse.flows.tags import TaggedReleases
from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.change import data_file, shape_findings
from fedfuse.model.finding import Finding
from fedfuse.model.release import record_of_tag


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit proved and what it could not."""

    commits: int
    releases: int
    replayed: int
    """Releases recomputed from history."""
    findings: tuple[Finding, ...]
    refused: tuple[str, ...]
    """Manifests on main that were not admitted; listed, no failure."""


def audit(
    repository: Repository, *, until: str, remote: Remote | None, replay: bool = False
) -> AuditReport:
    """Prove everything git alone can prove about main up to a commit.

    The newest release is always recomputed from the one before it; with `replay` every release is
    recomputed from the first commit. Raises GitError for a shallow clone, RemoteError when the
    remote cannot be read.
    """
    tip = repository.resolve(until)
    snapshot = Snapshot(CommitTree(repository, tip))
    registry = snapshot.registry()
    tagged = TaggedReleases.of(repository, registry.release_name)
    line = repository.first_parent_line(tip)
    ledger = fold_history(repository, tip, believe=Believe.NONE if replay else Believe.PREVIOUS)
    accepted = frozenset(registry.accepted_commits)
    findings = [
        *_tag_findings(tagged, frozenset(line)),
        *_chain_findings(tagged),
        *_replay_findings(ledger, tagged),
        *_history_findings(repository, tip, accepted),
        *_event_findings(snapshot),
        *_promoted_findings(snapshot, tagged),
    ]
    if remote:
        findings += _remote_findings(tagged, remote.tags(f"{registry.release_name}-v"), ledger)
    return AuditReport(
        commits=len(line),
        releases=len(tagged.refs),
        replayed=len(ledger.computed),
        findings=tuple(sorted(set(findings))),
        refused=_refused(snapshot, ledger, tagged),
    )


def _tag_findings(tagged: TaggedReleases, line: frozenset[str]) -> Iterator[Finding]:
    objects = tagged.repository.objects
    for tag, oid in tagged.refs.items():
        sound = tagged.get(tag)
        if sound and sound.commit in line:
            continue
        fix = f"git push --delete origin {tag}; git tag -d {tag}; fedfuse release"
        info = objects.info(oid)
        carried = record_of_tag(objects.read(oid)) if info and info.kind == "tag" else None
        if sound:
            what = f"the tag points at {sound.commit[:12]}, which is not on main's line"
            yield Finding(tag, 0, 0, "E803", what, fix=fix)
        elif carried:
            what = "the tag object belongs to another name"
            release = str(carried["release"])
            yield Finding(tag, 0, 0, "E802", what, tag, release, fix)
        else:
            what = "the tag carries no sound record"
            found = "annotated" if info and info.kind == "tag" else "lightweight"
            yield Finding(tag, 0, 0, "E801", what, "a record, byte for byte", found, fix)


def _chain_findings(tagged: TaggedReleases) -> Iterator[Finding]:
    newest_first = list(tagged.sound())
    for one, before in zip(newest_first, [*newest_first[1:], None], strict=True):
        previous = one.record["previous"]
        expected = {"release": before.tag, "tag_object": before.oid} if before else None
        if previous != expected:
            yield Finding(
                one.tag,
                0,
                0,
                "E804",
                "the release names another predecessor than the tag before it",
                expected=f"{before.tag} {before.oid}" if before else "no predecessor",
                found=f"{previous['release']} {previous['tag_object']}" if previous else "none",
                fix="restore the original tags from a clone that has them",
            )


def _replay_findings(ledger: Ledger, tagged: TaggedReleases) -> Iterator[Finding]:
    computed = {one.tag: one.oid for one in ledger.computed}
    for tag, oid in computed.items():
        if tagged.refs.get(tag, oid) != oid:
            what = "history computes another record for this release"
            fix = f"git push --delete origin {tag}; git tag -d {tag}; fedfuse release"
            yield Finding(tag, 0, 0, "E805", what, oid, tagged.refs[tag], fix)
    start = ledger.resumed_from
    for tag in tagged.refs:
        if start and tag == start.tag:
            return
        sound = tagged.get(tag)
        if sound and tag not in computed:
            what = "history computes no such release"
            yield Finding(tag, 0, 0, "E805", what, fix=f"git push --delete origin {tag}")


def _history_findings(
    repository: Repository, tip: str, accepted: frozenset[str]
) -> Iterator[Finding]:
    for commit in repository.first_parent(after=None, until=tip):
        if commit.sha in accepted or not commit.changes:
            continue
        for found in shape_findings(commit.changes):
            code = "E806" if found.code in {"E206", "E207"} else "E807"
            what = f"commit {commit.sha[:12]}: {found.message}"
            fix = f"git revert {commit.sha[:12]}, or list it under audit.accepted"
            yield Finding(found.path, found.line, found.column, code, what, fix=fix)


def _event_findings(snapshot: Snapshot) -> Iterator[Finding]:
    known = (data_file(f"releases/events/{n}") for n in snapshot.tree.names("releases/events"))
    numbers = [f.version for f in known if f is not None]
    for expected, number in enumerate(numbers, start=1):
        if number != expected:
            path = f"releases/events/{number:04}.yaml"
            what = "the events before this one have a gap"
            yield Finding(path, 0, 0, "E811", what, f"{expected:04}", f"{number:04}")
            return


def _promoted_findings(snapshot: Snapshot, tagged: TaggedReleases) -> Iterator[Finding]:
    for name in snapshot.tree.names("releases"):
        path = f"releases/{name}"
        known = data_file(path)
        if known is None or known.kind != "record":
            continue
        tag = name.removesuffix(".json")
        sound = tagged.get(tag)
        data = snapshot.tree.read(path) or b""
        if sound is None or data != dumps_by_key(sound.record):
            what = "the promoted record is not the one its tag carries"
            yield Finding(path, 0, 0, "E810", what, fix="revert the commit that added it")


def _remote_findings(
    tagged: TaggedReleases, there: dict[str, str], ledger: Ledger
) -> Iterator[Finding]:
    here = {**{one.tag: one.oid for one in ledger.computed}, **tagged.refs}
    for tag in sorted({*here, *there}):
        if here.get(tag) == there.get(tag):
            continue
        what = "the remote has another object under this tag"
        fix = "a person must look: a release tag never moves"
        if tag not in there:
            what, fix = "the remote lacks this release", "fedfuse release"
        if tag not in here:
            what, fix = "the remote has a tag that this clone lacks", "git fetch --tags"
        yield Finding(
            tag, 0, 0, "E809", what, here.get(tag, "absent"), there.get(tag, "absent"), fix
        )


def _refused(snapshot: Snapshot, ledger: Ledger, tagged: TaggedReleases) -> tuple[str, ...]:
    admitted = set(ledger.state.verdicts)
    for one in (*ledger.computed, *tagged.sound()):
        admitted |= set(one.record["verdicts"])
    refs = (
        f"{unit}@v{version}"
        for unit in sorted(snapshot.registry().units)
        for version in snapshot.versions(unit)
    )
    return tuple(ref for ref in refs if ref not in admitted)
