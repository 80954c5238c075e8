"""The go/no-go checks that main's history answers alone: the same answer in every clone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, dropwhile
from typing import Any

from fedfuse.flows.checking import independence
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.history.tags import Release
from fedfuse.model.checklist import Answer, Status
from fedfuse.model.release import moment
from fedfuse.model.verdict import Verdict

Outcomes = list[Mapping[str, Any]]
"""The gate outcomes of one version, as its record holds them."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The release in question, and main as it is now."""

    main_state: MainState
    release: Release

    @property
    def members(self) -> Mapping[str, Mapping[str, Any]]:
        """Unit to what the record says of it, for units with a member."""
        units = self.release.record["units"].items()
        return {unit: raw for unit, raw in sorted(units) if raw["member"] is not None}

    @property
    def refs(self) -> Mapping[str, str]:
        """Unit to its member as `provider/unit@vN`."""
        return {unit: f"{unit}@v{raw['member']}" for unit, raw in self.members.items()}


def _gates(subject: Subject) -> Answer:
    outcomes = _outcomes(subject, frozenset(subject.refs.values()))
    problems, waived, checks = [], [], 0
    for unit, ref in subject.refs.items():
        results = outcomes.get(ref, [])
        checks += len(results)
        problems += _refused(ref, results)
        for gate in sorted({r["gate"] for r in results if r["verdict"] == Verdict.WAIVED}):
            until = _waived_until(subject, unit, gate)
            waived += [f"{gate} of {ref} is waived until {until}"] if until else []
            problems += [] if until else [f"the waiver of {gate} of {ref} has expired"]
    if problems:
        fix = "ship a version that passes; its release may be promoted"
        return Answer(Status.NO, "; ".join(problems), fix)
    passed = f"{len(subject.refs)} members passed {checks} checks of their gates"
    return Answer(Status.YES, "; ".join((passed, *waived)))


def _outcomes(subject: Subject, wanted: frozenset[str]) -> Mapping[str, Outcomes]:
    """The outcomes of the members: a record holds those of the versions new in its release."""
    found: dict[str, Outcomes] = {}
    for release in _down_from(subject):
        verdicts = release.record["verdicts"]
        found |= {ref: verdicts[ref] for ref in wanted & verdicts.keys()}
        if wanted <= found.keys():
            break
    return found


def _down_from(subject: Subject) -> Iterator[Release]:
    ledger = subject.main_state.ledger
    newest_first = chain(reversed(ledger.computed), ledger.carried())
    return dropwhile(lambda one: one.tag != subject.release.tag, newest_first)


def _refused(ref: str, results: Outcomes) -> list[str]:
    if not results:
        return [f"no release on main holds a verdict on {ref}"]
    bad = sorted({r["gate"] for r in results if not Verdict(r["verdict"]).admits})
    return [f"{ref} did not pass {', '.join(bad)}"] if bad else []


def _waived_until(subject: Subject, unit: str, gate: str) -> str:
    """Until when an unexpired waiver lets a member miss a gate; empty when there is none."""
    digest = subject.members[unit]["manifest"]["sha256"]
    base = subject.main_state.base
    waivers = (event.fields for event in base.engine.events(base) if event.kind == "waive")
    ends = [
        fields["expires"]
        for fields in waivers
        if (fields["gate"], fields["manifest_sha256"]) == (gate, digest)
        and fields.get("unit", unit) == unit
        and moment(fields["expires"]) > subject.main_state.now
    ]
    return max(ends, default="")


def _coverage(subject: Subject) -> Answer:
    state, covered, problems = subject.main_state.ledger.state, [], []
    roles = subject.main_state.base.engine.ROLES
    for unit, raw in subject.members.items():
        needed = roles[raw["role"]].covered_by
        ref, report = subject.refs[unit], raw["report"]
        if needed and not report:
            problems.append(f"no {needed} covers {ref}")
        elif report and state.unusable(report):
            problems.append(f"{report}, which covers {ref}, was withdrawn")
        elif report:
            covered.append(f"{report} covers {ref}")
    if problems:
        fix = "ship a report about the member; it joins the next release"
        return Answer(Status.NO, "; ".join(problems), fix)
    return Answer(Status.YES, "; ".join(covered) or "no member needs a report")


def _contracts(subject: Subject) -> Answer:
    snapshot = subject.main_state.ledger.snapshot(subject.release.commit)
    refused = [ref for ref in subject.refs.values() if not snapshot.engine.joins(ref, snapshot)]
    if refused:
        what = f"the route table does not accept the contract of {', '.join(refused)}"
        return Answer(Status.NO, what, "promote a release whose members ship on accepted ones")
    shipped = {f"{raw['role']} v{raw['contract']}" for raw in subject.members.values()}
    return Answer(Status.YES, f"accepted: {', '.join(sorted(shipped))}")


def _withdrawn(subject: Subject) -> Answer:
    why_unhealthy = subject.main_state.why_unhealthy(subject.release.tag)
    if why_unhealthy:
        return Answer(Status.NO, why_unhealthy, "promote a release without it")
    return Answer(Status.YES, f"none of {len(subject.refs)} members was withdrawn")


def _hold(subject: Subject) -> Answer:
    holds = sorted(subject.main_state.serving.holds)
    if not holds:
        return Answer(Status.YES, "no hold stands")
    held = ", ".join(f"{number:04}" for number in holds)
    return Answer(Status.NO, f"held by event {held}", f"fedfuse lift {holds[0]}")


CHECKS: Mapping[str, Callable[[Subject], Answer]] = {
    "gates": _gates,
    "coverage": _coverage,
    "contracts": _contracts,
    "withdrawn": _withdrawn,
    "hold": _hold,
    "independent-evaluation": lambda subject: independence.answer(
        subject.main_state, tuple(subject.refs.values())
    ),
}
"""Name of a check, as `releases/checklist.yaml` writes it, to what answers it."""
