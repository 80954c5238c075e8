"""Asks the stores again for the artifacts of every release that serves, or may have to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tqdm import tqdm

from fedfuse.adapters import yaml_strict
from fedfuse.adapters.git.repository import Repository
from fedfuse.engine.interface import Snapshot
from fedfuse.errors import RemoteError
from fedfuse.flows.checking.remote_side import ArtifactCheck
from fedfuse.flows.history.ledger import Ledger, fold_history
from fedfuse.flows.history.tags import Release
from fedfuse.model.audit import AuditReport, Unanswered
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Manifest

_INCOMPARABLE = frozenset({"E506", "E501"})
"""Codes that say nothing about the bytes."""
_REASON = "its artifact is no longer what was judged"
"""One for all, so that everybody who follows a fix proposes the same event."""
_FIELDS = {"E502": "revision", "E508": "revision"}
"""The field of the artifact that a code is about, where it is not `files`."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What its store says of one version's artifact."""

    shipped: Manifest
    differences: tuple[Finding, ...] = ()
    """What proves that it is not what was judged, as the artifact check words it."""
    unanswered: tuple[Unanswered, ...] = ()


def recheck(
    report: AuditReport,
    repository: Repository,
    *,
    until: str,
    check: ArtifactCheck,
    quiet: bool = False,
) -> AuditReport:
    """An audit's report with what the stores say now of the artifacts in use.

    In use are the members of the newest release, of production and of the warm releases. Each is
    asked about once. A yanked or revoked version is not, since nothing is left to be done about
    it. Where a store cannot be asked, its versions stay unanswered and all others are asked. Tags
    that the audit found fault with are not gone on from. Shows progress on a terminal.
    """
    tip = repository.resolve(until)
    doubted = {finding.path for finding in report.findings}
    ledger = fold_history(repository, tip, believes=lambda one: one.tag not in doubted)
    releases = {tag: ledger.release(tag) for tag in _in_use(ledger, tip)}
    versions = _versions(ledger, filter(None, releases.values()))
    shown = tqdm(versions, unit="artifact", disable=quiet or None, leave=False)
    answers = tuple(_ask(one, check) for one in shown)
    found = tuple(one for answer in answers for one in _findings(answer, ledger.snapshot(tip)))
    return replace(
        report,
        findings=tuple(sorted((*report.findings, *found))),
        artifacts=len(versions),
        changed=tuple(one.shipped.ref for one in answers if one.differences),
        unanswered=(
            *report.unanswered,
            *(_missing(tag) for tag, release in releases.items() if release is None),
            *(one for answer in answers for one in answer.unanswered),
        ),
    )


def _in_use(ledger: Ledger, commit: str) -> tuple[str, ...]:
    """The tags of the newest release, of production and of the warm releases; each once."""
    computed, serving = ledger.computed, ledger.serving(commit)
    newest = computed[-1] if computed else ledger.resumed_from
    tags = (newest.tag if newest else "", serving.production, *serving.warm)
    return tuple(dict.fromkeys(filter(None, tags)))


def _versions(ledger: Ledger, releases: Iterable[Release]) -> tuple[Manifest, ...]:
    """The members of releases that are not withdrawn, by name; each once."""
    shipped = {one.ref: one for release in releases for one in ledger.shipped(release)}
    unusable = ledger.state.unusable
    return tuple(shipped[ref] for ref in sorted(shipped) if not unusable(ref))


def _ask(shipped: Manifest, check: ArtifactCheck) -> _Answer:
    try:
        found = check(shipped, shipped.path)
    except RemoteError as err:
        unanswered = Unanswered(shipped.ref, err.what, err.fix or "try again later")
        return _Answer(shipped, unanswered=(unanswered,))
    return _Answer(
        shipped,
        differences=tuple(one for one in found if one.code not in _INCOMPARABLE),
        unanswered=tuple(_incomparable(shipped, one) for one in found if one.code in _INCOMPARABLE),
    )


def _incomparable(shipped: Manifest, found: Finding) -> Unanswered:
    allow = "allow its store in registry.yaml again"  # since the manifest can never change
    fix = allow if found.code == "E501" else found.fix
    return Unanswered(shipped.ref, f"{shipped.ref}: {found.code} {found.message}", fix)


def _findings(answer: _Answer, main: Snapshot) -> Iterator[Finding]:
    ref, path = answer.shipped.ref, answer.shipped.path
    for one in answer.differences:
        yield Finding(
            path,
            *_mark(main, path, _FIELDS.get(one.code, "files")),
            "E814",
            f"the artifact of {ref} is no longer what was judged: {one.code} {one.message}",
            expected=one.expected,
            found=one.found,
            fix=f"fedfuse yank {ref} --reason '{_REASON}' --open-pr",
        )


def _mark(main: Snapshot, path: str, field: str) -> tuple[int, int]:
    """Where a manifest on main names a fact of its artifact; zeros when it cannot be read."""
    document = yaml_strict.load(main.tree.read(path) or b"", path=path)
    return document.key_mark(("artifact", field)) if isinstance(document, Document) else (0, 0)


def _missing(tag: str) -> Unanswered:
    what = f"there is no sound release {tag} here, so its artifacts cannot be named"
    return Unanswered(tag, what, "git fetch --tags")
