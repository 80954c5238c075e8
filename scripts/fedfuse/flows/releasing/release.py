"""Makes the remote's release tags equal to what main's history says. Safe to run at any time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import DivergedError, GitError, RefusedError
from fedfuse.flows.checking.remote_side import ArtifactCheck
from fedfuse.flows.history import main_clock
from fedfuse.flows.history.ledger import Ledger, fold_history
from fedfuse.flows.history.tags import Release


@dataclass(frozen=True, slots=True)
class Cut:
    """One release and whether its tag was there before this run."""

    release: Release
    exists: bool


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """What a reconcile found and did."""

    cuts: tuple[Cut, ...]
    """Releases the remote lacked, the newest one already tagged, and those this run computed,
    oldest first."""
    warnings: tuple[str, ...]
    """Refused manifests, commits of no legal shape, sets that could not be released."""
    note: str
    """Why nothing was cut; empty when something exists or was cut."""


def reconcile(
    repository: Repository,
    *,
    until: str,
    remote: Remote | None,
    artifact_check: ArtifactCheck | None,
    dry_run: bool = False,
    present: datetime | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> ReleaseReport:
    """Compute the releases up to a commit of main and create the tags that are missing.

    Without a remote the tags are created in this clone only. Tags are created oldest first; the
    newest only when the artifacts of its members are still what was judged. Nothing depends on
    what an earlier run did: killed anywhere and run again, the end state is the same.

    Raises RegistryError when main is dated later than the `present` (by default this machine's):
    then nothing is cut until that time. Raises RefusedError when an artifact changed, RemoteError
    when the remote or a store cannot be reached, DivergedError for a tag that is another object.
    """
    ledger = fold_history(repository, repository.resolve(until))
    main_clock.require_past(ledger, present)
    name = ledger.state.release or ledger.snapshot(repository.resolve(until)).registry()
    prefix = f"{name.release_name}-v"
    there = remote.tags(prefix) if remote else repository.local_tags(prefix)
    known = _known(ledger, there)
    cuts = tuple(Cut(one, there.get(one.tag) == one.oid) for one in known)
    for cut in cuts:
        _refuse_divergence(cut.release, there)
    if not dry_run:
        for cut in cuts:
            if not cut.exists and cut.release is known[-1]:
                _check_artifacts(ledger, cut.release, artifact_check)
            _create(repository, cut.release, remote=None if cut.exists else remote)
            if not cut.exists:
                progress(f"tagged {cut.release.tag} ({cut.release.oid[:12]})")
    note = "" if cuts else f"no release yet: {', '.join(ledger.missing_roles)} missing"
    return ReleaseReport(cuts, _warnings(ledger), note)


def _known(ledger: Ledger, there: Mapping[str, str]) -> tuple[Release, ...]:
    """The sound tags of this line that the remote lacks, the newest one, and what was computed."""
    newest = ledger.resumed_from
    lacking = [tag for tag in ledger.tagged.refs if tag not in there]
    carried = [found for tag in reversed(lacking) if (found := ledger.tagged.get(tag))]
    older = [one for one in carried if one.commit in ledger.line and one != newest]
    return (*older, *((newest,) if newest else ()), *ledger.computed)


def _refuse_divergence(one: Release, there: dict[str, str]) -> None:
    if there.get(one.tag, one.oid) != one.oid:
        raise DivergedError(
            f"the tag {one.tag} exists as object {there[one.tag]}, history computes {one.oid}",
            fix="run `fedfuse audit`; a release tag never moves, so someone forged one",
        )


def _check_artifacts(ledger: Ledger, one: Release, check: ArtifactCheck | None) -> None:
    if check is None:
        return
    found = [f for shipped in ledger.shipped(one) for f in check(shipped, shipped.path)]
    if found:
        lines = "; ".join(f"{f.place}: {f.code} {f.message}" for f in sorted(found))
        raise RefusedError(
            f"{one.tag} is not tagged: {lines}",
            fix="restore the artifact, or withdraw the version with a yank event",
        )


def _create(repository: Repository, one: Release, *, remote: Remote | None) -> None:
    oid = repository.write_tag_object(one.body)
    if oid != one.oid:
        raise GitError(f"git stored {one.tag} as {oid}, computed {one.oid}")
    if remote:
        remote.push_new_tag(one.tag, oid)
    repository.create_tag(one.tag, oid)


def _warnings(ledger: Ledger) -> tuple[str, ...]:
    refused = [
        f"{one.judged.path} is on main at {one.commit[:12]} though it did not pass: "
        "its number is used, it never joins a release"
        for one in ledger.refused
    ]
    illegal = [
        f"commit {one.commit[:12]} has no legal shape and admits nothing: "
        + ": ".join(filter(None, (one.findings[0].path, one.findings[0].message)))
        for one in ledger.illegal
    ]
    withheld = [
        f"commit {commit[:12]} cuts no release: {reason}"
        for commit, reason in ledger.withheld.items()
    ]
    broken = [
        f"commit {commit[:12]} could not be judged and admits nothing: {what}"
        for commit, what in ledger.broken.items()
    ]
    return (*refused, *illegal, *broken, *withheld)
