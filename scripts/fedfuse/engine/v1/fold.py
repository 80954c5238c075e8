"""How one judged commit, and one withdrawal, move the state."""

from dataclasses import replace
from datetime import datetime

from fedfuse.engine.interface import Earlier
from fedfuse.engine.v1.artifact_bytes import core
from fedfuse.engine.v1.record import outcome
from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.admissions import ANCHOR, EXPERIMENT, RELEASE, mark
from fedfuse.model.canonical import dumps, sha256
from fedfuse.model.evaluation import Outcome
from fedfuse.model.judgement import Judgement
from fedfuse.model.manifest import Manifest
from fedfuse.model.state import State, UnitState, Waiting
from fedfuse.model.verdict import GateResult, Verdict
from fedfuse.model.version import split_ref

MAX_WAITING = 64
"""Of a unit's versions so many, the newest, may wait: a record has no room for any number."""


def tick(state: State, moment: datetime) -> State:
    """Move the clock, never backwards."""
    return replace(state, clock=max(moment, state.clock) if state.clock else moment)


def admit(state: State, judgement: Judgement, *, earlier: Earlier) -> State:
    """Take in all that is admitted: Evaluations, then models, then the reports about these.

    `earlier` lists a unit's earlier members, as `withdraw` needs them.
    """
    for one in judgement.evaluations:
        if one.record and one.outcome:
            state = evaluate(state, one.record.subject, one.outcome, earlier=earlier)
    admitted = [
        (manifest, one.results)
        for one in judgement.manifests
        if one.admitted and (manifest := one.manifest)
    ]
    for manifest, results in sorted(admitted, key=lambda pair: pair[0].role.is_report):
        state = admit_manifest(state, manifest, results)
    return state


def admit_manifest(state: State, manifest: Manifest, results: tuple[GateResult, ...]) -> State:
    """Take in a manifest whose gates all pass or are waived.

    Experiments are only recorded, and so is a version that was withdrawn before it landed.
    """
    state = _remember(state, manifest, results)
    if manifest.track != "release" or state.unusable(manifest.ref):
        return state
    unit = state.unit(manifest.unit, manifest.role.name)
    if not manifest.role.is_report:
        waiting = (*unit.waiting, Waiting(manifest.version))[-MAX_WAITING:]
        unit = replace(unit, waiting=waiting)
    state = state.with_unit(manifest.unit, unit)
    state = replace(state, verdicts={**state.verdicts, manifest.ref: results})
    return _cover(state, manifest) if manifest.subject else state


def _remember(state: State, manifest: Manifest, results: tuple[GateResult, ...]) -> State:
    """Note that a version was admitted, how, and with which bytes."""
    kind = RELEASE if manifest.track == "release" else EXPERIMENT
    if kind == RELEASE and not manifest.role.is_report and _sets_anchor(results):
        kind = ANCHOR
    known = state.admitted(manifest.unit)
    known = known.adding(manifest.version, kind, mark(min(core(manifest.artifact))))
    said = dumps([state.judged, manifest.ref, [outcome(one) for one in results]])
    admissions = {**state.admissions, manifest.unit: known}
    return replace(state, admissions=admissions, judged=sha256(said))


def withdraw(state: State, ref: str, *, earlier: Earlier) -> State:
    """Take a yanked version out; its unit falls back to an earlier member that still counts.

    `earlier` lists, newest first, the versions of a unit that were members of earlier releases,
    with the reports that covered them. A member whose report is yanked is uncovered again.
    """
    return _take_out(replace(state, yanked=state.yanked | {ref}), ref, earlier=earlier)


def evaluate(
    state: State,
    subject: str,
    outcome: Outcome,
    *,
    earlier: Earlier,
) -> State:
    """Take in what an Evaluation of a version came to.

    A failing one by the registry or by the unit's own provider revokes the version, as if it were
    yanked: `earlier` is as for `withdraw`. Any other is only recorded.
    """
    known = (*state.evaluations.get(subject, ()), outcome)
    state = replace(state, evaluations={**state.evaluations, subject: known})
    if outcome.verdict is not Verdict.FAIL or not outcome.binds(subject):
        return state
    return _take_out(replace(state, revoked=state.revoked | {subject}), subject, earlier=earlier)


def _take_out(state: State, ref: str, *, earlier: Earlier) -> State:
    name, version = split_ref(ref)
    units = {unit: _uncover(unit_state, ref) for unit, unit_state in state.units.items()}
    if name in units:
        units[name] = _drop(units[name], version)
    lost = [unit for unit, one in units.items() if one != state.units[unit] and one.member is None]
    state = replace(state, units=units)
    for unit in lost:
        if not ROLES[units[unit].role].is_report:
            state = state.with_unit(unit, _fall_back(state, unit, earlier(unit)))
    return state


def _uncover(unit: UnitState, report: str) -> UnitState:
    waiting = tuple(replace(w, report="") if w.report == report else w for w in unit.waiting)
    if unit.report != report or unit.member is None:
        return replace(unit, waiting=waiting)
    return replace(unit, member=None, report="", waiting=(Waiting(unit.member), *waiting))


def _drop(unit: UnitState, version: int) -> UnitState:
    waiting = tuple(w for w in unit.waiting if w.version != version)
    if unit.member == version:
        return replace(unit, member=None, report="", waiting=waiting)
    return replace(unit, waiting=waiting)


def _fall_back(state: State, name: str, earlier: tuple[Waiting, ...]) -> UnitState:
    unit = state.units[name]
    uncovered = {w.version for w in unit.waiting}
    for past in earlier:
        usable = not state.unusable(f"{name}@v{past.version}") and past.version not in uncovered
        if usable and past.report not in state.yanked:
            return replace(unit, member=past.version, report=past.report)
    return unit


def _sets_anchor(results: tuple[GateResult, ...]) -> bool:
    """Whether the shipment is provably better than its baseline, or had none (bootstrap)."""
    return any(
        r.check == "baseline"
        and r.gate == "quality"
        and r.verdict is Verdict.PASS
        and (r.observed is None or r.observed > 0)
        for r in results
    )


def _cover(state: State, report: Manifest) -> State:
    unit_name, version = split_ref(report.subject)
    unit = state.units.get(unit_name)
    if unit is None or ROLES[unit.role].covered_by != report.role.name:
        return state
    waiting = tuple(
        replace(w, report=report.ref) if w.version == version else w for w in unit.waiting
    )
    covering = report.ref if unit.member == version else unit.report
    return state.with_unit(unit_name, replace(unit, waiting=waiting, report=covering))
