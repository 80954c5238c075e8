"""Whether the registry's own Evaluations on its sealed suite let a release be promoted."""

from collections.abc import Iterator

from fedfuse.flows.history.main_state import MainState
from fedfuse.model.checklist import Answer, Status
from fedfuse.model.judgement import Sealed

_MEASURE = "run the workflow evaluate, or by hand: fedfuse eval release --items FOLDER"
_BETTER = "ship a version that is better on items it has never seen"


def of(main_state: MainState, refs: tuple[str, ...]) -> Answer:
    """Yes when every member passed, and is to what serves as its role's policy demands.

    Anything else is in the way, even where the list does not require the item.
    """
    judged = {ref: _judged(main_state, ref) for ref in refs}
    unmeasured = list(dict.fromkeys(what for one in judged.items() for what in _missing(*one)))
    if unmeasured:
        what = f"no Evaluation by the registry on the sealed suite: {', '.join(unmeasured)}"
        return Answer(Status.NO, what, _MEASURE, vetoes=True)
    worse = [what for one in judged.items() for what in _worse(*one)]
    if worse:
        return Answer(Status.NO, "; ".join(worse), _BETTER, vetoes=True)
    return Answer(Status.YES, "; ".join(_said(*one) for one in judged.items()))


def _judged(main_state: MainState, ref: str) -> Sealed:
    base, ledger = main_state.base, main_state.ledger
    return base.engine.sealed(
        ref,
        base=base,
        state=ledger.state,
        production=ledger.production(main_state.commit),
        now=main_state.now,
    )


def _missing(ref: str, one: Sealed) -> Iterator[str]:
    if not one.passed:
        yield ref
    if one.serves and not one.serves_path:
        yield f"{one.serves}, which serves"


def _worse(ref: str, one: Sealed) -> Iterator[str]:
    for result in one.results:
        if not result.verdict.admits:
            yield f"{one.path}: {result.check} of {ref} is {result.verdict.value}: {result.reason}"


def _said(ref: str, one: Sealed) -> str:
    against = f", and beside {one.serves}" if one.serves else ""
    return f"{ref} passes {one.path}{against}"
