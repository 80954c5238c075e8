"""The half of a report that asks others: the stores of artifacts, and a promotion's checklist."""

from collections.abc import Callable

from fedfuse.adapters.stores import roster
from fedfuse.errors import RemoteError
from fedfuse.flows.checking import release_checklist
from fedfuse.flows.history import event_files
from fedfuse.flows.history.main_state import MainState
from fedfuse.model.checklist import Checklist
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Manifest
from fedfuse.model.report import NOT_CHECKED, Side
from fedfuse.model.serving import Event

ArtifactCheck = Callable[[Manifest, str], tuple[Finding, ...]]
"""Compares an artifact with its store; findings name the manifest path. Raises RemoteError."""
PromotionCheck = Callable[[MainState, str], Checklist]
"""Answers the whole checklist of a release tag, also what lies outside main's history."""


def of_promotion(main_state: MainState, event: Event, check: PromotionCheck | None) -> Side:
    """What the checklist of a promoted release asks outside."""
    if check is None:
        return NOT_CHECKED
    path = event_files.path_of(event.number)
    return release_checklist.outside_of(check(main_state, event.fields["release"]), path)


def of_artifacts(manifests: tuple[Manifest, ...], check: ArtifactCheck | None) -> Side:
    """What the stores say. Each is asked: one that does not answer hides no refusal by another."""
    if check is None:
        return NOT_CHECKED
    found: list[Finding] = []
    unanswered: dict[str, None] = {}
    declared = 0
    for manifest in manifests:
        try:
            differences = check(manifest, manifest.path)
        except RemoteError as err:
            unanswered[f"{err.what}; {err.fix}" if err.fix else err.what] = None
            continue
        found += differences
        store = roster.of_uri(manifest.artifact.uri)
        declared += not differences and store is not None and store.provider_declares
    refused = tuple(sorted(found))
    if unanswered:
        return Side("error", "; ".join(unanswered), refused)
    return Side("refused" if found else "ok", _compared(len(manifests), declared), refused)


def _compared(artifacts: int, declared: int) -> str:
    counted = "1 artifact compared" if artifacts == 1 else f"{artifacts} artifacts compared"
    return f"{counted}, {declared} by a provider-declared sha256" if declared else counted
