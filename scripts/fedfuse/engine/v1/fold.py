"""How one judged commit, and one withdrawal, move the state."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from fedfuse.engine.interface import Earlier, Shipped
from fedfuse.engine.v1.artifact_bytes import core, holds
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


def admit(state: State, judgement: Judgement, *, earlier: Earlier, shipped: Shipped) -> State:
    """Take in all that is admitted: models, then the reports about these, then Evaluations.

    So what an Evaluation revokes is revoked with all that lands beside it; `earlier` and
    `shipped` are as `withdraw` needs them.
    """
    admitted = [
        (manifest, one.results)
        for one in judgement.manifests
        if one.admitted and (manifest := one.manifest)
    ]
    for manifest, results in sorted(admitted, key=lambda pair: pair[0].role.is_report):
        state = admit_manifest(state, manifest, results)
    for said in judgement.evaluations:
        if said.record and said.outcome:
            subject = said.record.subject
            state = evaluate(state, subject, said.outcome, earlier=earlier, shipped=shipped)
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


def withdraw(state: State, ref: str, *, earlier: Earlier, shipped: Shipped) -> State:
    """Take a yanked version out; its unit falls back to an earlier member that still counts.

    Versions with its bytes go with it. `earlier` lists, newest first, the versions of a unit that
    were members of earlier releases, with the reports that covered them; `shipped` reads a
    manifest on main. A member whose report is yanked is uncovered again.
    """
    state = replace(state, yanked=state.yanked | {ref})
    refs = {ref, *_same_bytes(state, ref, earlier=earlier, shipped=shipped)}
    return _take_out(replace(state, yanked=state.yanked | refs), refs, earlier=earlier)


def evaluate(
    state: State,
    subject: str,
    outcome: Outcome,
    *,
    earlier: Earlier,
    shipped: Shipped,
) -> State:
    """Take in what an Evaluation of a version came to.

    A failing one by the registry or by the unit's own provider revokes the version, as if it were
    yanked, and a provider's word takes no other provider's versions with it. Any other Evaluation
    is only recorded. `earlier` and `shipped` are as for `withdraw`.
    """
    known = (*state.evaluations.get(subject, ()), outcome)
    state = replace(state, evaluations={**state.evaluations, subject: known})
    if outcome.verdict is not Verdict.FAIL or not outcome.binds(subject):
        return state
    state = replace(state, revoked=state.revoked | {subject})
    refs = {subject, *_same_bytes(state, subject, earlier=earlier, shipped=shipped)}
    return _take_out(replace(state, revoked=state.revoked | refs), refs, earlier=earlier)


def _same_bytes(state: State, ref: str, *, earlier: Earlier, shipped: Shipped) -> Iterator[str]:
    """What else has the core of a withdrawn version, and is in use, waits or was a member."""
    gone = shipped(*split_ref(ref))
    for name, unit in state.units.items() if gone else ():
        if not state.binds(ref, name):
            continue
        known = (*unit.waiting, *earlier(name))
        numbers = {*(one.version for one in known), *([unit.member] if unit.member else [])}
        for number in numbers:
            other = shipped(name, number)
            if gone and other and holds(other.artifact, gone.artifact):
                yield f"{name}@v{number}"


def _take_out(state: State, refs: Iterable[str], *, earlier: Earlier) -> State:
    units = dict(state.units)
    for ref in sorted(refs):
        name, version = split_ref(ref)
        units = {unit: _uncover(unit_state, ref) for unit, unit_state in units.items()}
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
