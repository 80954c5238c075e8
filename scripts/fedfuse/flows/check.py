"""Judges a pull request: base decides, head is only data, the result is one report."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from fedfuse.adapters.git.overlay import Overlay
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.errors import RemoteError
from fedfuse.flows import composing, event_files, event_rules, judge, tool_rules
from fedfuse.flows.composing import Composed
from fedfuse.flows.judge import Judged
from fedfuse.flows.ledger import Ledger, differs, fold_history
from fedfuse.flows.snapshot import Snapshot
from fedfuse.fusion import fold, record
from fedfuse.fusion.state import State
from fedfuse.model import identity
from fedfuse.model.change import (
    Change,
    Shape,
    data_file,
    in_add_only_tree,
    shape_findings,
    shape_of,
    size_limit,
)
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Manifest
from fedfuse.model.report import NOT_CHECKED, IfMerged, MemberChange, Report, Side
from fedfuse.model.verdict import GateResult

ArtifactCheck = Callable[[Manifest, str], tuple[Finding, ...]]
"""Compares an artifact with its store; findings name the manifest path. Raises RemoteError."""


@dataclass(frozen=True, slots=True)
class _Content:
    """What judging the content of a change gave."""

    findings: tuple[Finding, ...]
    gates: tuple[GateResult, ...] = ()
    judged: tuple[Judged, ...] = ()
    if_merged: IfMerged | None = None


def check_pull_request(
    repository: Repository,
    *,
    base: str,
    head: str,
    at: datetime | None = None,
    actor_id: int | None = None,
    artifact_check: ArtifactCheck | None = None,
) -> Report:
    """Judge what `head` adds to `base`; the same inputs give the same report everywhere.

    `at` is the clock, by default the base tip's committer date. Without `actor_id` identity is
    not checked, without `artifact_check` artifacts are not; the report says so. Raises
    UsageError for refs that name no commit and RegistryError when base itself is broken.
    """
    base_sha, head_sha = repository.resolve(base), repository.resolve(head)
    ledger = fold_history(repository, base_sha)
    moment = (at or repository.committed_at(base_sha)).astimezone(UTC)
    fork = repository.merge_base(base_sha, head_sha)
    if fork is None:
        what = "the branch shares no history with the base"
        fix = "start a branch from main and commit the files there"
        unrelated = Finding("", 0, 0, "E211", what, fix=fix)
        return Report(Shape.TOOL, base_sha, head_sha, moment, (unrelated,), (), None, {})
    changes = _seen_from(CommitTree(repository, base_sha), repository.changes(fork, head_sha))
    content = _judge_content(ledger, changes, base_sha, head_sha, moment)
    manifests = tuple(j.manifest for j in content.judged if j.manifest)
    return Report(
        kind=shape_of(changes),
        base=base_sha,
        head=head_sha,
        at=moment,
        findings=content.findings,
        gates=content.gates,
        if_merged=content.if_merged,
        metrics={m.ref: m.metrics for m in manifests},
        identity=identity.of_actor(
            actor_id, changes, registry=ledger.snapshot(base_sha).registry()
        ),
        remote=_remote(manifests, artifact_check),
    )


def _seen_from(tip: CommitTree, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The changes as the base tip sees them: what landed meanwhile is no addition any more."""
    seen = []
    for change in changes:
        here = tip.digest(change.path) if in_add_only_tree(change.path) else ""
        if change.status == "A" and here and here != change.new_oid:
            seen.append(replace(change, status="M", old_oid=here))
        elif change.status != "A" or not here:
            seen.append(change)
    return tuple(seen)


def _judge_content(
    ledger: Ledger, changes: tuple[Change, ...], base: str, head: str, moment: datetime
) -> _Content:
    repository = ledger.repository
    shape = shape_of(changes)
    tip = ledger.snapshot(base)
    found = (*shape_findings(changes, newest=tip.newest), *_size_findings(repository, changes))
    if any(f.code in {"E201", "E209", "E210"} for f in found):
        return _Content(tuple(sorted(found)))
    overlay = Overlay(CommitTree(repository, base), CommitTree(repository, head), changes)
    merged = Snapshot(overlay, ledger.cache)
    content = _judge_shape(shape, ledger, changes, merged=merged, base=base, moment=moment)
    findings = tuple(sorted({*found, *content.findings}))
    return _Content(
        findings, content.gates, content.judged, None if findings else content.if_merged
    )


def _judge_shape(
    shape: Shape,
    ledger: Ledger,
    changes: tuple[Change, ...],
    *,
    merged: Snapshot,
    base: str,
    moment: datetime,
) -> _Content:
    if shape is Shape.MANIFEST:
        return _judge_manifests(ledger, changes, merged=merged, base=base, moment=moment)
    if shape is Shape.EVENT:
        found = event_rules.findings(ledger, changes, merged=merged, base=base, moment=moment)
        return _Content(found, if_merged=None if found else _after_event(ledger, changes, merged))
    found = tool_rules.findings(ledger.snapshot(base), merged, changes)
    if found:
        return _Content(found)
    composed = composing.compose(ledger.state, merged)
    return _Content((), (composed.set_gate,), (), _if_merged(composed, merged))


def _judge_manifests(
    ledger: Ledger,
    changes: tuple[Change, ...],
    *,
    merged: Snapshot,
    base: str,
    moment: datetime,
) -> _Content:
    clock = max(moment, ledger.state.clock) if ledger.state.clock else moment
    judged = ledger.judge(base, clock).manifests(changes, head=merged.tree)
    results = tuple(r for one in judged for r in one.results)
    found = (*judge.findings_of(judged), *_unjudged(changes))
    if found or not all(one.admitted for one in judged):
        return _Content(found, results, judged)
    state = admit_all(ledger.state, judged)
    composed = composing.compose(state, merged)
    return _Content((), (*results, composed.set_gate), judged, _if_merged(composed, merged))


def admit_all(state: State, judged: tuple[Judged, ...]) -> State:
    """Take in every admitted shipment, models before the reports that may cover them."""
    manifests = [(one.manifest, one.results) for one in judged if one.admitted and one.manifest]
    for manifest, results in sorted(manifests, key=lambda pair: pair[0].role.is_report):
        state = fold.admit(state, manifest, results)
    return state


def _after_event(ledger: Ledger, changes: tuple[Change, ...], merged: Snapshot) -> IfMerged:
    state = ledger.state
    for change in changes:
        event = event_files.read_event(merged, change.path)
        if event is not None:
            state = event_files.apply(state, event, earlier=ledger.earlier)
    return _if_merged(composing.compose(state, merged), merged)


def _if_merged(composed: Composed, merged: Snapshot) -> IfMerged:
    composition, registry = composed.composition, merged.registry()
    before = composition.state.release.members if composition.state.release else {}
    after = composition.members
    cut = composed.cuts_release and differs(composition, registry)
    kind, _ = fold.bump(composition.state, composition, fold.fusion_section(registry.fusion))
    version = record.next_version(composition.state, kind)
    return IfMerged(
        tag=f"{registry.release_name}-v{version}" if cut else "",
        bump=kind.value if cut else "",
        members=tuple(f"{unit}@v{v}" for unit, v in sorted(after.items())),
        diff=tuple(
            MemberChange(unit, before.get(unit), after.get(unit))
            for unit in sorted({*before, *after})
            if before.get(unit) != after.get(unit)
        ),
        waiting=tuple((wait.ref, wait.reason) for wait in composition.waits),
        note="" if cut else _no_release(composed),
    )


def _no_release(composed: Composed) -> str:
    missing = composed.composition.missing_roles
    if missing or not composed.set_gate.verdict.admits:
        return composed.set_gate.reason
    return "the set of members stays as it is"


def _size_findings(repository: Repository, changes: tuple[Change, ...]) -> list[Finding]:
    found = []
    for change in changes:
        limit = size_limit(change.path)
        info = repository.objects.info(change.new_oid) if limit and change.status != "D" else None
        if limit and info and info.size > limit:
            what = f"the file has {info.size:,} bytes"
            fix = "ship metrics and evidence only; raw data stays with the provider"
            found.append(Finding(change.path, 0, 0, "E210", what, f"at most {limit:,}", fix=fix))
    return found


def _unjudged(changes: tuple[Change, ...]) -> list[Finding]:
    """Added files that no manifest of the change accounts for, and that nothing else judges."""
    added = {c.path for c in changes if c.status == "A"}
    found = []
    for path in sorted(added):
        known = data_file(path)
        if known is None or known.kind == "manifest":
            continue
        manifest = f"manifests/{known.owner}/{known.unit}/v{known.version}.yaml"
        if known.kind == "evidence" and manifest not in added:
            what = "no manifest in this change uses the evidence"
            found.append(Finding(path, 0, 0, "E416", what, manifest, fix=f"add {manifest}"))
        if known.kind.startswith("evaluation"):
            what = "engine 1 does not judge Evaluation records yet"
            fix = "ship the new evidence with the unit's next version"
            found.append(Finding(path, 0, 0, "E418", what, fix=fix))
    return found


def _remote(manifests: tuple[Manifest, ...], artifact_check: ArtifactCheck | None) -> Side:
    if artifact_check is None:
        return NOT_CHECKED
    found: list[Finding] = []
    try:
        for manifest in manifests:
            found += artifact_check(manifest, manifest.path)
    except RemoteError as err:
        return Side("error", f"{err.what}; {err.fix}" if err.fix else err.what)
    status = "refused" if found else "ok"
    compared = "1 artifact" if len(manifests) == 1 else f"{len(manifests)} artifacts"
    return Side(status, f"{compared} compared", tuple(sorted(found)))
