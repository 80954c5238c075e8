"""Brings a drafted event to people: a branch on the remote, and a pull request to merge it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from fedfuse.adapters.git.commits import commit_files
from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.github import GitHub
from fedfuse.errors import RemoteError
from fedfuse.flows.events import Draft
from fedfuse.flows.scene import Scene
from fedfuse.model.pulls import PullRequest
from fedfuse.report import proposal

_CODE_HOST = "https://github.com"
_TRIES = 5
"""Lost races and lost answers that one proposal survives."""


class Step(StrEnum):
    """What became of a pull request."""

    OPENED = "opened"
    THERE = "open already"
    DECLINED = "closed by somebody"
    """It stays closed until main moves, or its branch is deleted."""
    ASKED = "to be opened by you"
    """Without a token only the branch was pushed."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A branch that adds an event to main, and its pull request."""

    branch: str
    commit: str
    step: Step
    url: str
    """The page of the pull request, or the one that opens it."""
    number: int = 0
    """Of the pull request; 0 while there is none."""


def propose(scene: Scene, made: Draft, remote: Remote, github: GitHub | None) -> Proposal:
    """Push a branch with a draft's files on top of main, and open its pull request.

    A branch that does so already is left alone, one that main has left behind is replaced. Nothing
    is ever opened twice: killed anywhere and run again, the end state is the same. Work tree and
    branches of the clone stay as they are. Without `github` the pull request is left to the user.
    Raises RemoteError when the remote or GitHub cannot be used.
    """
    commit = _push(scene, made, remote)
    if github is None:
        return Proposal(
            made.branch, commit, Step.ASKED, compare_url(_repository(scene), made.branch)
        )
    for _ in range(_TRIES):
        listed = github.pull_requests(branch=made.branch, state="all")
        if pull := next((one for one in listed if one.is_open), None):
            return _of(pull, Step.THERE)
        if pull := next((one for one in listed if one.head == commit and not one.is_merged), None):
            return _of(pull, Step.DECLINED)
        body = proposal.body(made.kind, made.files[made.path], branch=made.branch)
        done = github.create_pull_request(made.branch, title=made.title, body=body)
        if done.value is not None:
            return _of(done.value, Step.OPENED)
    raise RemoteError(
        f"{github.name}: gave up on the pull request of {made.branch}",
        fix="run the same command again later",
    )


def compare_url(repository: str, branch: str) -> str:
    """The page of the code host that opens a pull request from a branch of OWNER/NAME to main."""
    return f"{_CODE_HOST}/{repository}/compare/main...{quote(branch, safe='/')}?expand=1"


def _repository(scene: Scene) -> str:
    return scene.base.registry().repository


def _of(pull: PullRequest, step: Step) -> Proposal:
    return Proposal(pull.branch, pull.head, step, pull.url, pull.number)


def _push(scene: Scene, made: Draft, remote: Remote) -> str:
    """Make the branch add the event to the newest main; the commit that it is then."""
    wanted = ""
    for _ in range(_TRIES):
        there = remote.branch(made.branch)
        if there and _adds(scene, there, made.files, remote):
            return there
        wanted = wanted or commit_files(
            scene.ledger.repository, made.files, parent=scene.commit, message=made.title
        )
        if remote.push_branch(made.branch, wanted, instead_of=there) == wanted:
            return wanted
    raise RemoteError(
        f"{remote.name}: somebody else keeps moving {made.branch}",
        fix="run the same command again later",
    )


def _adds(scene: Scene, commit: str, files: Mapping[str, bytes], remote: Remote) -> bool:
    """Whether a commit of the remote adds just such files to main as it is in the scene."""
    repository = scene.ledger.repository
    remote.fetch(commit)
    if repository.merge_base(scene.commit, commit) != scene.commit:
        return False
    changes = repository.changes(scene.commit, commit)
    return {(one.status, one.path) for one in changes} == {("A", path) for path in files}
