"""Whether somebody else than its provider measured every member, and found it as good."""

from dataclasses import dataclass

from fedfuse.flows.checking import sealed_answer
from fedfuse.flows.history.main_state import MainState
from fedfuse.model import evaluation
from fedfuse.model.checklist import Answer, Status
from fedfuse.model.evaluation import Outcome, provider_of
from fedfuse.model.identity import independent_maintainers


@dataclass(frozen=True, slots=True)
class _Said:
    """What others than its provider say of one member now."""

    ref: str
    failing: tuple[str, ...]
    """Paths of their Evaluations that it failed."""
    passing: tuple[str, ...]
    """Paths of those it passed on the canonical suite."""


def answer(main_state: MainState, refs: tuple[str, ...]) -> Answer:
    """Yes when every member passed an independent Evaluation on the canonical suite.

    In a registry with an evaluator, when each passed on the sealed suite instead, and compares
    well with what serves. Of each measurer the newest Evaluation that says anything counts. One
    that fails is a no that vetoes: it is in the way whether or not the list requires the item.
    """
    said = [_said(main_state, ref) for ref in refs]
    failing = [f"{one.ref} fails {path}" for one in said for path in one.failing]
    if failing:
        fix = "ship a version that passes, or let the same measurer measure again"
        return Answer(Status.NO, "; ".join(failing), fix, vetoes=True)
    if main_state.base.registry().evaluator_path:
        return sealed_answer.of(main_state, refs)
    missing = [one.ref for one in said if not one.passing]
    if missing:
        what = f"nobody but its provider measured {', '.join(missing)} on the canonical suite"
        return Answer(Status.NO, what, _fix(main_state, missing[0], more=len(missing) - 1))
    passing = "; ".join(f"{one.ref} passes {one.passing[-1]}" for one in said)
    return Answer(Status.YES, passing)


def _fix(main_state: MainState, ref: str, *, more: int) -> str:
    """The command that ships an independent Evaluation of a member, and how many more lack one."""
    people = independent_maintainers(main_state.base.registry(), provider_of(ref))
    by = evaluation.REGISTRY if people else "PROVIDER"
    login = "" if len(people) == 1 else " --login LOGIN"
    lack = "1 more member lacks" if more == 1 else f"{more} more members lack"
    rest = f" # {lack} one" if more else ""
    return f"fedfuse new --evaluates {ref} --by {by}{login} --evidence FILE.csv{rest}"


def _said(main_state: MainState, ref: str) -> _Said:
    outcomes = evaluation.standing(main_state.ledger.state.evaluations.get(ref, ()))
    others = [one for one in outcomes if one.by in _measurers(main_state, ref)]
    return _Said(
        ref,
        tuple(one.path(ref) for one in others if not one.verdict.admits),
        tuple(
            one.path(ref) for one in others if one.verdict.admits and _counts(main_state, ref, one)
        ),
    )


def _measurers(main_state: MainState, ref: str) -> frozenset[str]:
    """Who is independent of a version's provider; one that registry.yaml lists no more is not."""
    return frozenset(
        {evaluation.REGISTRY, *main_state.base.registry().providers} - {provider_of(ref)}
    )


def _counts(main_state: MainState, ref: str, one: Outcome) -> bool:
    """Whether it was measured on the suite that is canonical now."""
    record = main_state.base.evaluation(one.path(ref))
    return record is not None and record.evaluation.suite_sha256 == main_state.base.suite().sha256
