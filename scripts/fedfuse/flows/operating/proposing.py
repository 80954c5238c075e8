"""Brings a change to people: a branch on the remote, and a pull request to merge it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from urllib.parse import quote

from fedfuse.adapters.git.commits import commit_files
from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.github import GitHub
from fedfuse.errors import RemoteError
from fedfuse.flows.checking.check import report_on
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.operating import events
from fedfuse.flows.operating.events import Draft
from fedfuse.model.pull_request import PullRequest
from fedfuse.report import event_pull_request

_CODE_HOST = "https://github.com"
_TRIES = 5
"""Lost races and lost answers that one proposal survives."""


class Step(StrEnum):
    """What became of a pull request."""

    OPENED = "opened"
    THERE = "open already"
    DECLINED = "closed by somebody"
    """It stays closed until main moves; whoever changes their mind reopens it."""
    ASKED = "to be opened by you"
    """Without a token only the branch was pushed."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A branch that changes main, and its pull request."""

    branch: str
    commit: str
    step: Step
    url: str
    """The page of the pull request, or the one that opens it."""
    number: int = 0
    """Of the pull request; 0 while there is none."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of main, whatever it is about."""

    branch: str
    title: str
    make: Callable[[], str]
    """Makes the commit to push; the same one however often."""
    stays: Callable[[str], bool]
    """Whether a commit of the branch on the remote stays: it asks for the same, and still may."""
    body: Callable[[str], str]
    """The text of the pull request of a commit."""
    shows: Callable[[str, str], bool]
    """Whether a text, however people edited it, still says what it has to say of a commit."""


def propose(main_state: MainState, made: Draft, remote: Remote, github: GitHub | None) -> Proposal:
    """Propose an event as `propose_request` does: a draft's files on top of main."""
    repository = main_state.ledger.repository

    def event(commit: str) -> bytes:
        return repository.read_at(commit, made.path) or b""

    request = Request(
        branch=made.branch,
        title=made.title,
        make=lambda: commit_files(
            repository, made.files, parent=main_state.commit, message=made.title
        ),
        stays=partial(_asks_the_same, main_state, made),
        body=lambda commit: event_pull_request.body(made.kind, event(commit), branch=made.branch),
        shows=lambda text, commit: event_pull_request.shows(text, event(commit)),
    )
    return propose_request(main_state, request, remote, github)


def propose_request(
    main_state: MainState, request: Request, remote: Remote, github: GitHub | None
) -> Proposal:
    """Push a branch on top of main, and open its pull request.

    A branch that asks for the same, and still may, is left alone; any other is replaced. Nothing
    is ever opened twice: killed anywhere and run again, the end state is the same. Work tree and
    branches of the clone stay as they are. Without `github` the pull request is left to the user.
    Raises RemoteError when the remote or GitHub cannot be used, or main has moved on there.
    """
    if github is None:
        pushed = _push(main_state, request, remote)
        url = compare_url(main_state.base.registry().repository, request.branch)
        return Proposal(request.branch, pushed, Step.ASKED, url)
    pulls = github.pull_requests(branch=request.branch, state="all")
    if pull := _declined(main_state, [one for one in pulls if one.is_from(github.name)], remote):
        return Proposal(request.branch, pull.head, Step.DECLINED, pull.url, pull.number)
    commit = _push(main_state, request, remote)
    body = request.body(commit)
    for _ in range(_TRIES):
        if pull := next((o for o in pulls if o.is_open and o.is_from(github.name)), None):
            if not request.shows(pull.body, commit):
                github.edit_pull_request(pull.number, title=request.title, body=body)
            return Proposal(request.branch, commit, Step.THERE, pull.url, pull.number)
        done = github.create_pull_request(request.branch, title=request.title, body=body)
        if done.value is not None:
            return Proposal(request.branch, commit, Step.OPENED, done.value.url, done.value.number)
        pulls = github.pull_requests(branch=request.branch)
    raise RemoteError(
        f"{github.name}: gave up on the pull request of {request.branch}",
        fix="run the same command again later",
    )


def compare_url(repository: str, branch: str) -> str:
    """The page of the code host that opens a pull request from a branch of OWNER/NAME to main."""
    return f"{_CODE_HOST}/{repository}/compare/main...{quote(branch, safe='/')}?expand=1"


def _declined(
    main_state: MainState, pulls: Iterable[PullRequest], remote: Remote
) -> PullRequest | None:
    """The pull request that somebody closed since main is as it is; None while one is open."""
    newest = next(iter(pulls), None)
    if newest is None or newest.is_open or newest.is_merged:
        return None
    remote.fetch(newest.head)
    return newest if _is_on_top(main_state, newest.head) else None


def _push(main_state: MainState, request: Request, remote: Remote) -> str:
    """Make the branch ask for the change on top of the newest main; the commit that it is then."""
    if remote.branch("main") != main_state.commit:
        what = f"main of {remote.name} is not the commit that was judged here"
        raise RemoteError(what, fix=f"git fetch {remote.name} main, then the same command again")
    wanted = ""
    for _ in range(_TRIES):
        there = remote.branch(request.branch)
        if there:
            remote.fetch(there)
            if request.stays(there):
                return there
        wanted = wanted or request.make()
        if remote.push_branch(request.branch, wanted, instead_of=there) == wanted:
            return wanted
    raise RemoteError(
        f"{remote.name}: somebody else keeps moving {request.branch}",
        fix="run the same command again later",
    )


def _asks_the_same(main_state: MainState, made: Draft, commit: str) -> bool:
    """Whether a commit asks main for what a draft asks for, by the rules of now.

    The counters of a breach, for one, do not stay fresh.
    """
    if not _is_on_top(main_state, commit) or report_on(main_state, commit).exit_code:
        return False
    data = main_state.ledger.repository.read_at(commit, made.path) or b""
    event = main_state.base.engine.event(main_state.base, data, made.path)
    return event is not None and events.about(event.fields) == made.about


def _is_on_top(main_state: MainState, commit: str) -> bool:
    return main_state.ledger.repository.merge_base(main_state.commit, commit) == main_state.commit
