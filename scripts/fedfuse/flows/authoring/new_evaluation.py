"""New: an Evaluation of a version that is on main, made from the evidence of a run."""

from pathlib import Path, PurePosixPath

from fedfuse.engine.interface import Snapshot
from fedfuse.errors import UsageError
from fedfuse.flows.authoring.new import Draft, read_bytes, read_run, text_of
from fedfuse.flows.authoring.new_document import Run, ask_for_missing, measurement, submitter
from fedfuse.flows.authoring.options import NewOptions
from fedfuse.flows.history.draft_tree import DraftTree
from fedfuse.model import evaluation
from fedfuse.model.evaluation import REGISTRY
from fedfuse.model.identity import independent_maintainers
from fedfuse.model.registry import Person
from fedfuse.model.state import State


def draft(
    base: Snapshot,
    subject: str,
    *,
    by: str,
    options: NewOptions,
    evidence: Path | None,
    state: State | None = None,
) -> Draft:
    """Make the next Evaluation of a version, and judge it as `check` will, but for the gates.

    Without the state of main nobody knows which versions were withdrawn.
    Raises UsageError for words that do not fit the registry, RefusedError for evidence that gives
    no metrics, RegistryError for a broken registry.
    """
    people = _people(base, by, subject, login=options.login)
    suite = base.sealed_suite() if options.sealed else base.suite()
    if suite is None or (options.sealed and by != REGISTRY):
        what = "only a registry with an evaluator measures on a sealed suite, in its own name"
        raise UsageError(what, fix=f"name a suite in `evaluator` of registry.yaml; --by {REGISTRY}")
    shipped = base.subject(subject)
    if shipped is None:
        fix = "name a version of a model on main, as provider/unit@v3"
        raise UsageError(f"there is no model version {subject!r:.100} to measure", fix=fix)
    if evidence is None:
        what = "an Evaluation is made from --evidence FILE"
        raise UsageError(what, fix="measure with `fedfuse eval run`")
    data = read_bytes(evidence)
    run = read_run(data, evidence, options, shipped.role, base, suite=suite)
    if not isinstance(run, Run):
        return Draft("", {}, run)
    number = base.next_evaluation(by, subject)
    stem = evaluation.stem(by, subject, number)
    name = f"{PurePosixPath(stem).name}.csv"
    document = {
        "apiVersion": "fedfuse/v1",
        "kind": "Evaluation",
        "by": by,
        "subject": subject,
        "number": number,
        **measurement(options, run, path=name, currency=base.registry().currency),
        "submitted_by": submitter(options, by, people),
    }
    ask_for_missing(document, f"the run of {subject}")
    written = {f"{stem}.csv": data, f"{stem}.yaml": text_of(document, f"{stem}.yaml")}
    head = DraftTree(base.tree, written)
    unusable = state.unusable if state else lambda _: False
    judged = base.engine.read_evaluation(f"{stem}.yaml", head=head, base=base, unusable=unusable)
    return Draft(f"{stem}.yaml", written, judged.findings)


def _people(base: Snapshot, by: str, subject: str, *, login: str) -> tuple[Person, ...]:
    """The accounts that may submit; for the registry none that ships what is measured."""
    settings = base.registry()
    if by == REGISTRY and settings.app and login == settings.app.login:
        return (settings.app,)
    if by == REGISTRY:
        free = independent_maintainers(settings, evaluation.provider_of(subject))
        if not free:
            what = f"every maintainer ships for the provider of {subject:.100}"
            fix = "name one in registry.yaml who does not, or use --by PROVIDER"
            raise UsageError(what, fix=fix)
        return free
    if by not in settings.providers:
        known = ", ".join((REGISTRY, *settings.providers))
        raise UsageError(f"nobody named {by!r:.100} measures here", fix=f"use --by: {known}")
    return settings.providers[by].actors
