"""Judges a pull request: base decides, head is only data, the result is one report."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache

from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree, Overlay
from fedfuse.engine.interface import Snapshot
from fedfuse.flows.checking import (
    event_rules,
    gate_places,
    provenance,
    remote_side,
    tool_rules,
    trends,
)
from fedfuse.flows.checking.if_merged import if_merged
from fedfuse.flows.checking.remote_side import ArtifactCheck, PromotionCheck
from fedfuse.flows.history import event_files, snapshots
from fedfuse.flows.history.main_state import MainState
from fedfuse.model import identity
from fedfuse.model.change import (
    SUBMODULE,
    SYMLINK,
    Change,
    Shape,
    data_file,
    in_add_only_tree,
    size_limit,
)
from fedfuse.model.evaluation import effect
from fedfuse.model.finding import Finding
from fedfuse.model.judgement import Judgement
from fedfuse.model.report import IfMerged, Measurement, Report, Side
from fedfuse.model.serving import Event
from fedfuse.model.verdict import GateResult


@dataclass(frozen=True, slots=True)
class _Content:
    """What judging the content of a change gave."""

    findings: tuple[Finding, ...]
    gates: tuple[GateResult, ...] = ()
    judged: Judgement = field(default_factory=Judgement)
    if_merged: IfMerged | None = None
    event: Event | None = None
    """The event that the change adds, if it is a valid one."""


def check_pull_request(
    repository: Repository,
    *,
    base: str,
    head: str,
    at: datetime | None = None,
    present: datetime | None = None,
    actor_id: int | None = None,
    artifact_check: ArtifactCheck | None = None,
    promotion_check: PromotionCheck | None = None,
) -> Report:
    """Judge what `head` adds to `base`; the same inputs give the same report everywhere.

    `at` is the clock, by default the base tip's committer date. `present` is as for
    `MainState.at`. Without `actor_id` identity is
    not checked, without `artifact_check` artifacts are not, without `promotion_check` a promotion
    is judged by main's history alone; the report says so. Raises UsageError for refs that name no
    commit and RegistryError when base itself is broken, or dated later than the present.
    """
    base_sha, head_sha = repository.resolve(base), repository.resolve(head)
    moment = (at or repository.committed_at(base_sha)).astimezone(UTC)
    return report_on(
        MainState.at(repository, base_sha, moment, present=present),
        head_sha,
        actor_id=actor_id,
        artifact_check=artifact_check,
        promotion_check=promotion_check,
    )


def report_on(
    main_state: MainState,
    head: str,
    *,
    actor_id: int | None = None,
    artifact_check: ArtifactCheck | None = None,
    promotion_check: PromotionCheck | None = None,
) -> Report:
    """The judgement of `check_pull_request` on the commit `head`, for a state of main."""
    changes = changes_of(main_state, head)
    if changes is None:
        what = "the branch shares no history with the base"
        fix = "start a branch from main and commit the files there"
        unrelated = Finding("", 0, 0, "E211", what, fix=fix)
        return Report(
            Shape.TOOL, main_state.commit, head, main_state.now, (unrelated,), (), None, {}
        )
    shape = main_state.base.engine.shape_of(changes)
    content = _judge_content(main_state, changes, head)
    manifests = tuple(j.manifest for j in content.judged.manifests if j.manifest)
    return Report(
        kind=shape,
        base=main_state.commit,
        head=head,
        at=main_state.now,
        findings=content.findings,
        gates=content.gates,
        if_merged=content.if_merged,
        metrics={m.ref: m.metrics for m in manifests},
        identity=identity.of_actor(
            actor_id, changes, shape=shape, registry=main_state.base.registry(), event=content.event
        ),
        remote=_remote(main_state, content, artifact_check, promotion_check),
        trends=trends.of(main_state, content.judged.manifests),
        places=gate_places.of(content.judged.manifests, main_state.base.engine.GUIDES),
        measurements=_measurements(content.judged),
        digests=provenance.of(main_state.base, content.judged.manifests),
    )


def changes_of(main_state: MainState, head: str) -> tuple[Change, ...] | None:
    """What a commit changes against where it left main; None when it never did."""
    repository = main_state.ledger.repository
    fork = repository.merge_base(main_state.commit, head)
    if fork is None:
        return None
    return _seen_from(CommitTree(repository, main_state.commit), repository.changes(fork, head))


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


def _judge_content(main_state: MainState, changes: tuple[Change, ...], head: str) -> _Content:
    repository, tip = main_state.ledger.repository, main_state.base
    shape = tip.engine.shape_of(changes)
    found = (
        *tip.engine.shape_findings(changes, newest=tip.newest, names=cache(tip.tree.names)),
        *_size_findings(repository, changes),
    )
    if any(f.code in {"E201", "E209", "E210", "E216"} for f in found):
        return _Content(tuple(sorted(found)))
    legible = tuple(change for change in changes if _is_legible(change, shape))
    overlay = Overlay(
        CommitTree(repository, main_state.commit), CommitTree(repository, head), legible
    )
    if unknown := tool_rules.unknown_engine(overlay):
        return _Content(tuple(sorted((*found, unknown))))
    merged = snapshots.of(overlay, main_state.ledger.cache)
    content = _judge_shape(shape, main_state, legible, merged=merged)
    findings = tuple(sorted({*found, *_unjudged(changes), *content.findings}))
    return replace(content, findings=findings, if_merged=None if findings else content.if_merged)


def _is_legible(change: Change, shape: Shape) -> bool:
    """Whether the content of a changed path is judged: data, and no rule unless all are tools."""
    links = change.new_mode in {SYMLINK, SUBMODULE}
    return not links and (shape is Shape.TOOL or in_add_only_tree(change.path))


def _judge_shape(
    shape: Shape, main_state: MainState, changes: tuple[Change, ...], *, merged: Snapshot
) -> _Content:
    if shape is Shape.MANIFEST:
        return _judge_manifests(main_state, changes, merged=merged)
    if shape is Shape.EVENT:
        return _judge_event(main_state, changes, merged=merged)
    state = main_state.ledger.state
    found = tool_rules.findings(main_state.base, merged, changes)
    found = found or merged.engine.fixed_findings(state, merged)
    if found:
        return _Content(found)
    composition = merged.engine.compose(state, merged)
    gate = merged.engine.judge_set(composition, merged)
    return _Content((), (gate,), if_merged=if_merged(composition, merged))


def _judge_event(
    main_state: MainState, changes: tuple[Change, ...], *, merged: Snapshot
) -> _Content:
    found = event_rules.findings(main_state, changes, merged=merged)
    read = [event_files.read_event(merged, path) for path in event_rules.added(changes)]
    events = [event for event in read if event is not None]
    event = events[0] if events else None
    if found:
        return _Content(found, event=event)
    state = main_state.ledger.state
    for one in events:
        state = main_state.base.engine.apply(
            state, one, earlier=main_state.ledger.earlier, shipped=merged.manifest
        )
    composition = merged.engine.compose(state, merged)
    named = {str(one.fields.get("version", "")) for one in events}
    gone = tuple(sorted(state.yanked - main_state.ledger.state.yanked - named))
    merging = replace(if_merged(composition, merged), withdrawn=gone)
    return _Content((), if_merged=merging, event=event)


def _judge_manifests(
    main_state: MainState, changes: tuple[Change, ...], *, merged: Snapshot
) -> _Content:
    ledger = main_state.ledger
    clock = max(main_state.now, ledger.state.clock) if ledger.state.clock else main_state.now
    judged = ledger.judge(changes, head=merged.tree, base=main_state.commit, now=clock)
    results = tuple(r for one in judged.manifests for r in one.results)
    if not judged.admitted:
        return _Content(judged.findings, results, judged)
    state = main_state.base.engine.admit(
        ledger.state, judged, earlier=ledger.earlier, shipped=merged.manifest
    )
    composition = merged.engine.compose(state, merged)
    gates = (*results, merged.engine.judge_set(composition, merged))
    return _Content((), gates, judged, if_merged(composition, merged))


def _remote(
    main_state: MainState,
    content: _Content,
    artifact_check: ArtifactCheck | None,
    promotion_check: PromotionCheck | None,
) -> Side:
    if content.event and content.event.kind == "promote":
        check = None if content.findings else promotion_check
        return remote_side.of_promotion(main_state, content.event, check)
    manifests = tuple(one.manifest for one in content.judged.manifests if one.manifest)
    return remote_side.of_artifacts(manifests, artifact_check)


def _measurements(judged: Judgement) -> tuple[Measurement, ...]:
    """What the Evaluations came to, by path."""
    return tuple(
        Measurement(
            one.record.path,
            one.record.subject,
            one.outcome.verdict,
            effect(one.outcome, one.record.subject),
            one.results,
        )
        for one in judged.evaluations
        if one.record and one.outcome
    )


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
    """Evidence that no manifest and no Evaluation of the change accounts for."""
    added = {c.path for c in changes if c.status == "A"}
    found = []
    for path in sorted(added):
        known = data_file(path)
        if known is None or known.kind not in {"evidence", "evaluation-evidence"}:
            continue
        owner = f"{path.removesuffix('.csv').removesuffix('.evidence')}.yaml"
        if owner not in added:
            what = "no manifest and no Evaluation in this change uses the evidence"
            found.append(Finding(path, 0, 0, "E416", what, owner, fix=f"add {owner}"))
    return found
