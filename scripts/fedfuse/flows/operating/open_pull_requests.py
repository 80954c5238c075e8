"""Judges the open pull requests of a repository on GitHub together: those that are green."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.adapters.github import GitHub
from fedfuse.errors import RemoteError
from fedfuse.flows.checking.candidates import judge_together
from fedfuse.flows.history import snapshots
from fedfuse.flows.operating.verdict_posting import newest_verdict
from fedfuse.flows.releasing import addresses
from fedfuse.model.candidates import Candidate, Candidates
from fedfuse.model.github import CHECK_NAME, Conclusion
from fedfuse.model.pull_request import PullRequest
from fedfuse.model.registry import Person

_MAIN = "main"


def judge_open(
    repository: Repository,
    github: GitHub,
    remote: Remote,
    *,
    base: str = "",
    at: datetime | None = None,
    root: Path,
) -> Candidates:
    """Judge what is open and green as if merged together; the rest is listed with its reason.

    Green is a head whose newest verdict is a success: the App's where registry.yaml names one,
    since another workflow may use the name. Heads are fetched from the remote as objects; no ref
    of the clone moves. `base` is by default the remote's main as it is now, `at` is as for
    `judge_together`, `dir:` artifacts lie below `root`. Raises RemoteError when GitHub or the
    remote cannot be used, and what `judge_together` raises.
    """
    commit = repository.resolve(base) if base else _fetched_main(remote)
    app = snapshots.of(CommitTree(repository, commit)).registry().app
    pulls = sorted(github.pull_requests(), key=lambda pull: pull.number)
    reasons = {pull.number: _not_green(github, pull, app) for pull in pulls}
    green = [pull for pull in pulls if not reasons[pull.number]]
    remote.fetch(*(f"refs/pull/{pull.number}/head" for pull in green))
    here = [pull for pull in green if repository.objects.info(pull.head) is not None]
    found = judge_together(
        repository,
        base=commit,
        heads={_label(pull): pull.head for pull in here},
        at=at,
        artifact_check=addresses.artifact_check(repository, commit, root=root),
    )
    judged = {one.ref: one for one in found.candidates}
    told = (_told(pull, judged, why=reasons[pull.number]) for pull in pulls)
    return replace(found, candidates=tuple(told))


def _fetched_main(remote: Remote) -> str:
    commit = remote.branch(_MAIN)
    if not commit:
        raise RemoteError(
            f"{remote.name} has no branch {_MAIN}", fix="name the commit to merge into with --base"
        )
    remote.fetch(commit)
    return commit


def _not_green(github: GitHub, pull: PullRequest, app: Person | None) -> str:
    """Why a pull request is no candidate; empty for a green one."""
    if pull.is_draft:
        return "it is a draft"
    newest = newest_verdict(github, pull.head, app)
    if newest is None:
        by = f" by {app.login}" if app else ""
        return f"its head has no {CHECK_NAME}{by} yet"
    if newest.conclusion == Conclusion.SUCCESS.value:
        return ""
    return f"its {CHECK_NAME} is {newest.conclusion or 'still running'}"


def _told(pull: PullRequest, judged: Mapping[str, Candidate], *, why: str) -> Candidate:
    label = _label(pull)
    why = why or "its head moved while it was read"
    told = judged.get(label) or Candidate(label, pull.head, None, (f"not green: {why}",))
    return replace(told, number=pull.number, url=pull.url)


def _label(pull: PullRequest) -> str:
    return f"#{pull.number}"
