"""Gives every release tag its page on GitHub: draft, attachments, then published. Idempotent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from fedfuse.adapters import yaml_strict
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.github import GitHub
from fedfuse.errors import DivergedError, RemoteError
from fedfuse.flows.history.ledger import Ledger, fold_history, members
from fedfuse.flows.history.tags import Release
from fedfuse.model.bundle import RECORD, SUMS, sums_of
from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.document import Document
from fedfuse.model.release_page import HostedRelease, ReleasePage, departure
from fedfuse.report import bundle_pages, release_notes

_TRIES = 20
"""Writes for one page; an undisturbed run needs six."""


@dataclass(frozen=True, slots=True)
class HostedReport:
    """What one run found and did."""

    repository: str
    published: tuple[str, ...]
    """Tags whose page this run finished, or would finish, oldest first."""
    there: tuple[str, ...]
    """Tags whose page was there before, oldest first."""


def reconcile(
    repository: Repository,
    github: GitHub,
    *,
    until: str,
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> HostedReport:
    """Publish a page for each sound release tag on main that has none, oldest first.

    What is published already is compared by its `fused.json` and left alone. Nothing depends on
    an earlier run: killed at any request and run again, the end state is the same.

    Raises RemoteError when a tag is not on GitHub yet or GitHub cannot be used, DivergedError
    when a tag or a page there holds something else; every other page is published first.
    """
    ledger = fold_history(repository, repository.resolve(until))
    sound = [*ledger.carried()][::-1]
    listed = github.releases() if sound else ()
    published = {one.tag: one for one in listed if not one.is_draft}
    lacking = [one for one in sound if one.tag not in published]
    if not dry_run:
        for one in lacking:
            _prove_tag(github, one)
            _publish(github, _page(ledger, one), listed, is_newest=one is sound[-1])
            progress(f"published {one.tag}")
        for stray in (one for one in listed if one.is_our_draft and one.tag in published):
            github.delete_release(stray.id)
    _refuse_departures(github, [(one, published[one.tag]) for one in sound if one.tag in published])
    return HostedReport(
        github.name,
        published=tuple(one.tag for one in lacking),
        there=tuple(one.tag for one in sound if one.tag in published),
    )


def _prove_tag(github: GitHub, one: Release) -> None:
    """Publishing a page whose tag is missing would make GitHub create one, lightweight."""
    there = github.tag_object(one.tag)
    if not there:
        raise RemoteError(f"the tag {one.tag} is not on {github.name} yet", fix="fedfuse release")
    if there != one.oid:
        raise DivergedError(
            f"the tag {one.tag} on {github.name} is object {there}, here it is {one.oid}",
            fix="run `fedfuse audit`; a release tag never moves, so someone forged one",
        )


def _publish(
    github: GitHub, page: ReleasePage, listed: Sequence[HostedRelease], *, is_newest: bool
) -> None:
    there = tuple(one for one in listed if one.tag == page.tag)
    for _ in range(_TRIES):
        if any(not one.is_draft for one in there):
            return
        drafts = [one for one in there if one.is_our_draft]
        for superfluous in drafts[:-1]:
            github.delete_release(superfluous.id)
        found = _advance(github, page, drafts[-1] if drafts else None, is_newest=is_newest)
        if found is None:
            there = tuple(one for one in github.releases() if one.tag == page.tag)
        else:
            there = (found,)
    raise RemoteError(
        f"{github.name}: gave up on the page of {page.tag} after {_TRIES} writes",
        fix="run the same command again later",
    )


def _advance(
    github: GitHub, page: ReleasePage, draft: HostedRelease | None, *, is_newest: bool
) -> HostedRelease | None:
    """Do the next thing; the page after it, or None when only another look can tell."""
    if draft is None:
        fields = {"tag_name": page.tag, "target_commitish": page.commit, "name": page.tag}
        return github.create_release({**fields, "body": page.body, "draft": True}).value
    unwanted = page.unwanted(draft)
    for asset in unwanted:
        github.delete_asset(asset.id)
    draft = replace(draft, assets=tuple(one for one in draft.assets if one not in unwanted))
    if names := page.missing(draft):
        attached = github.upload(draft, names[0], page.files[names[0]]).value
        return replace(draft, assets=(*draft.assets, attached)) if attached else None
    return github.publish_release(
        draft.id,
        {
            "name": page.tag,
            "body": page.body,
            "draft": False,
            "make_latest": "true" if is_newest else "false",
        },
    ).value


def _page(ledger: Ledger, one: Release) -> ReleasePage:
    record = one.record
    before = ledger.tagged.get(record["previous"]["release"]) if record["previous"] else None
    notes = release_notes.notes(
        record,
        before.record if before else None,
        tag_object=one.oid,
        submitters=dict(_submitters(ledger, one)),
    )
    files: Mapping[str, bytes] = {
        RECORD: dumps_by_key(record),
        "checklist.md": bundle_pages.checklist(record),
        "report.md": release_notes.gates(record).encode("utf-8"),
    }
    return ReleasePage(one.tag, one.commit, notes, {**files, SUMS: sums_of(files)})


def _submitters(ledger: Ledger, one: Release) -> Iterator[tuple[str, str]]:
    """Member to the login that its manifest says submitted it: a claim, for people."""
    tree = ledger.snapshot(one.commit).tree
    for unit, version in members(one.record).items():
        path = f"manifests/{unit}/v{version}.yaml"
        document = yaml_strict.load(tree.read(path) or b"", path=path)
        if isinstance(document, Document):
            yield f"{unit}@v{version}", str(document.value["submitted_by"]["login"])


def _refuse_departures(github: GitHub, pages: Sequence[tuple[Release, HostedRelease]]) -> None:
    found = [
        f"{one.tag}: {problem}"
        for one, page in pages
        if (problem := departure(page, dumps_by_key(one.record)))
    ]
    if found:
        raise DivergedError(
            f"{github.name} holds other release pages: {'; '.join(found)}",
            fix="find out who changed them, delete those pages, then: fedfuse github-release",
        )
