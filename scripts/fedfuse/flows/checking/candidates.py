"""Judges pull requests together, as if all of them were merged: what conflicts, what they make.

The order in which they are named changes nothing. Events count first, since a waiver lands before
its manifest, then manifests, then tool changes: manifests are judged by the rules of the base.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree, Overlay
from fedfuse.engine.interface import Snapshot
from fedfuse.flows.checking import event_rules, tool_rules
from fedfuse.flows.checking.check import changes_of, report_on
from fedfuse.flows.checking.if_merged import if_merged
from fedfuse.flows.checking.remote_side import ArtifactCheck
from fedfuse.flows.history import event_files, snapshots
from fedfuse.flows.history.main_state import MainState
from fedfuse.model.candidates import Candidate, Candidates
from fedfuse.model.change import Change, Shape
from fedfuse.model.finding import Finding
from fedfuse.model.judgement import Judgement
from fedfuse.model.report import IfMerged, Report
from fedfuse.model.verdict import GateResult
from fedfuse.report.findings import place

_NO_SUBJECT = "E328"
"""A report is refused by itself while its subject is in another pull request only."""

Problems = Mapping[str, tuple[str, ...]]
"""Ref of a pull request to why it cannot be merged with the others."""


@dataclass(frozen=True, slots=True)
class _Open:
    """An open pull request, judged alone."""

    ref: str
    report: Report
    changes: tuple[Change, ...]


def judge_together(
    repository: Repository,
    *,
    base: str,
    heads: Mapping[str, str],
    at: datetime | None = None,
    artifact_check: ArtifactCheck | None = None,
) -> Candidates:
    """Judge every head alone, leave out what is refused or in conflict, and judge the rest as one.

    `heads` maps what a pull request is called to the ref or commit of its head. `at` is the clock,
    by default the base tip's committer date. Raises UsageError for refs that name no commit and
    RegistryError when base itself is broken, or dated later than now.
    """
    commit = repository.resolve(base)
    moment = (at or repository.committed_at(commit)).astimezone(UTC)
    main_state = MainState.at(repository, commit, moment)
    commits = {ref: repository.resolve(heads[ref]) for ref in sorted(heads, key=_numbers)}
    of_events = [ref for ref, head in commits.items() if _is_event(main_state, head)]
    events = [_open(main_state, ref, commits[ref]) for ref in of_events]
    problems = _problems(events)
    main_state = _after_events(main_state, [one for one in events if one.ref not in problems])
    others = [
        _open(main_state, ref, head, artifact_check)
        for ref, head in commits.items()
        if ref not in of_events
    ]
    opened = (*events, *others)
    problems |= _problems(others)
    more, together = _settle(main_state, tuple(one for one in opened if one.ref not in problems))
    problems |= more
    candidates = tuple(
        Candidate(one.ref, one.report.head, one.report.kind, problems.get(one.ref, ()))
        for one in sorted(opened, key=lambda one: _numbers(one.ref))
    )
    return Candidates(commit, moment, candidates, together)


def _numbers(ref: str) -> tuple[int | str, ...]:
    """What a ref is sorted by: `#10` comes after `#7`. Words and numbers alternate."""
    parts = re.split(r"([0-9]{1,9})", ref)
    return tuple(int(part) if n % 2 else part for n, part in enumerate(parts))


def _is_event(main_state: MainState, head: str) -> bool:
    changes = changes_of(main_state, head)
    return main_state.base.engine.shape_of(changes or ()) is Shape.EVENT


def _problems(opened: Iterable[_Open]) -> dict[str, tuple[str, ...]]:
    """What is refused alone, and what of the rest is in conflict with another."""
    opened = tuple(opened)
    alone = {one.ref: found for one in opened if (found := _alone(one.report))}
    return {**alone, **_conflicts(one for one in opened if one.ref not in alone)}


def _after_events(main_state: MainState, opened: Iterable[_Open]) -> MainState:
    """Main as it is for everybody else once these events have landed."""
    ledger, repository = main_state.ledger, main_state.ledger.repository
    state = ledger.state
    for one in opened:
        head = snapshots.of(CommitTree(repository, one.report.head), ledger.cache)
        for path in event_rules.added(one.changes):
            if event := event_files.read_event(head, path):
                state = main_state.base.engine.apply(
                    state, event, earlier=ledger.earlier, shipped=main_state.base.manifest
                )
    return replace(main_state, ledger=replace(ledger, state=state))


def _open(
    main_state: MainState, ref: str, head: str, artifact_check: ArtifactCheck | None = None
) -> _Open:
    report = report_on(main_state, head, artifact_check=artifact_check)
    return _Open(ref, report, changes_of(main_state, head) or ())


def _alone(report: Report) -> tuple[str, ...]:
    """Why a pull request cannot be merged whatever the others are."""
    found = report.all_findings
    if {finding.code for finding in found} == {_NO_SUBJECT}:
        found = ()
    error = (report.remote.message,) if report.remote.status == "error" else ()
    return (*map(_finding, found), *_refusals(report.gates), *error)


def _conflicts(opened: Iterable[_Open]) -> Problems:
    """Pull requests that give one path different content: no order of merging suits both."""
    contents: dict[str, dict[str, list[str]]] = {}
    for one in opened:
        for change in one.changes:
            contents.setdefault(change.path, {}).setdefault(change.new_oid, []).append(one.ref)
    found: dict[str, tuple[str, ...]] = {}
    for path, versions in sorted(contents.items()):
        for oid, refs in versions.items():
            rivals = (r for other, rs in versions.items() if other != oid for r in rs)
            others = sorted(rivals, key=_numbers)
            for ref in refs if others else ():
                said = f"conflict: {path} is another file in {', '.join(others)}"
                found[ref] = (*found.get(ref, ()), said)
    return found


def _settle(main_state: MainState, opened: tuple[_Open, ...]) -> tuple[Problems, IfMerged]:
    """Judge pull requests as one; without those that it refuses, and again, until none is."""
    manifests = [one for one in opened if one.report.kind is Shape.MANIFEST]
    tools = [one for one in opened if one.report.kind is Shape.TOOL]
    landing = [one for one in opened if one not in tools]
    landed, merged = _over(main_state, landing), _over(main_state, (*landing, *tools))
    changes = tuple(change for one in manifests for change in one.changes)
    ledger = main_state.ledger
    judged = ledger.judge(changes, head=landed.tree, base=main_state.commit, now=_clock(main_state))
    refused = _refused(manifests, judged) or _refused_tools(landed, merged, tools)
    if refused:
        rest = tuple(one for one in opened if one.ref not in refused)
        more, together = _settle(main_state, rest)
        return {**refused, **more}, together
    state = main_state.base.engine.admit(
        ledger.state, judged, earlier=ledger.earlier, shipped=landed.manifest
    )
    return {}, if_merged(merged.engine.compose(state, merged), merged)


def _clock(main_state: MainState) -> datetime:
    newest = main_state.ledger.state.clock
    return max(main_state.now, newest) if newest else main_state.now


def _over(main_state: MainState, opened: Iterable[_Open]) -> Snapshot:
    """The registry with the changes of pull requests on top of it."""
    repository = main_state.ledger.repository
    tree: CommitTree | Overlay = CommitTree(repository, main_state.commit)
    for one in opened:
        tree = Overlay(tree, CommitTree(repository, one.report.head), one.changes)
    return snapshots.of(tree, main_state.ledger.cache)


def _refused(opened: Iterable[_Open], judged: Judgement) -> Problems:
    by_path = {one.path: one for one in judged.added if not one.admitted}
    found: dict[str, tuple[str, ...]] = {}
    for one in opened:
        for path in sorted(by_path.keys() & {change.path for change in one.changes}):
            refused = by_path[path]
            said = (*map(_finding, refused.findings), *_refusals(refused.results))
            found[one.ref] = (*found.get(one.ref, ()), *said)
    return found


def _refused_tools(landed: Snapshot, merged: Snapshot, opened: Iterable[_Open]) -> Problems:
    """Tool changes that would break what lands together with them: all, as they act together."""
    opened = tuple(opened)
    changes = tuple(change for one in opened for change in one.changes)
    found = tool_rules.findings(landed, merged, changes) if opened else ()
    return {one.ref: tuple(map(_finding, found)) for one in opened} if found else {}


def _finding(finding: Finding) -> str:
    fix = f" (fix: {finding.fix})" if finding.fix else ""
    return f"{place(finding)}: {finding.code}: {finding.message}{fix}"


def _refusals(results: Iterable[GateResult]) -> tuple[str, ...]:
    return tuple(
        f"{one.subject}: {one.gate} {one.verdict}: {one.reason}"
        for one in results
        if not one.verdict.admits
    )
