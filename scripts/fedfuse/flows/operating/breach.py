"""What follows a breach of an objective: the rollback's pull request, one issue, and its merge."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.adapters.github import GitHub
from fedfuse.errors import RemoteError
from fedfuse.flows.checking import event_rules
from fedfuse.flows.checking.check import changes_of, report_on
from fedfuse.flows.history import snapshots
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.operating import events, slo
from fedfuse.flows.operating.events import Draft
from fedfuse.flows.operating.issues import open_once
from fedfuse.flows.operating.proposing import Proposal, propose
from fedfuse.flows.operating.verdict_posting import newest_verdict
from fedfuse.flows.releasing import addresses
from fedfuse.model.finding import Finding
from fedfuse.model.github import Conclusion
from fedfuse.model.pull_request import Issue, PullRequest
from fedfuse.model.serving import Event
from fedfuse.model.slo.outcome import Action, Outcome
from fedfuse.report import breach_issue as report

LABEL = "fedfuse-breach"
"""Of the issues about breaches. They are for people to close."""
_HEALS = "fedfuse slo check --open-pr, which brings the pull request up to date with main"


@dataclass(frozen=True, slots=True)
class Response:
    """What was done about a breach."""

    findings: tuple[Finding, ...] = ()
    """What refuses the rollback; nothing was pushed then."""
    proposal: Proposal | None = None
    issue: Issue | None = None
    planned: Draft | None = None
    """In a dry run the rollback that would be proposed."""
    planned_issue: str = ""
    """In a dry run the title of the issue that would be opened."""


class Merge(StrEnum):
    """What became of the pull request of a rollback."""

    MERGED = "merged"
    DUE = "would be merged"
    """In a dry run, as far as GitHub does not object."""
    EARLIER = "merged already"
    LEFT = "left to people"
    WAITS = "waits for its verdict"


@dataclass(frozen=True, slots=True)
class Merging:
    """Whether a pull request was merged, and why not."""

    step: Merge
    why: str = ""


def respond(
    main_state: MainState, outcome: Outcome, *, remote: Remote, github: GitHub | None
) -> Response:
    """Propose the rollback that an outcome asks for, and tell people of the breach in one issue.

    Each is there once however often this is run: the branch is named after the breach, and so is
    the issue, of which two runs at the very same moment may open one each. Without `github` only
    the branch is pushed. Raises RemoteError when the remote or GitHub cannot be used.
    """
    proposal = None
    if outcome.action is Action.ROLLBACK:
        made = events.draft(main_state, slo.breach_event(outcome))
        if made.findings:
            return Response(made.findings)
        proposal = propose(main_state, made, remote, github)
    if github is None or outcome.action is Action.NONE:
        return Response((), proposal)
    maintainers = {one.login for one in main_state.base.registry().maintainers}
    return Response((), proposal, _told(github, outcome, proposal, maintainers))


def rehearse(main_state: MainState, outcome: Outcome) -> Response:
    """What `respond` would propose and open; nobody is asked whether that is there already."""
    if outcome.action is Action.NONE:
        return Response()
    issue = report.title(outcome)
    if outcome.action is not Action.ROLLBACK:
        return Response(planned_issue=issue)
    made = events.draft(main_state, slo.breach_event(outcome))
    return Response(made.findings) if made.findings else Response((), None, None, made, issue)


def _told(
    github: GitHub, outcome: Outcome, proposal: Proposal | None, maintainers: Collection[str]
) -> Issue:
    """The issue; one that anybody else opened under its title does not mute the alarm."""
    title = report.title(outcome)
    return open_once(
        github,
        LABEL,
        is_it=lambda one: one.title == title and one.is_by(maintainers),
        title=title,
        body=report.body(outcome, url=proposal.url if proposal else ""),
    )


def repository_name(repository: Repository) -> str:
    """OWNER/NAME of the registry on its code host, by main's registry.yaml.

    Raises RegistryError when that is broken.
    """
    commit = repository.resolve(repository.main_ref())
    return snapshots.of(CommitTree(repository, commit)).registry().repository


def merge_if_proven(
    repository: Repository,
    github: GitHub,
    number: int,
    *,
    head: str,
    root: Path,
    remote: Remote,
    now: datetime,
    dry_run: bool = False,
) -> Merging:
    """Merge a pull request if it is the App's rollback of a breach that recomputes, and no other.

    `head` is the commit that the App pushed: the counters are the App's word, and whoever may write
    to the repository may push something else to its branch. It is judged once more, by main as it
    is here. Everything else is left to people. GitHub merges this head or nothing, by the rules of
    main. A dry run looks and does not merge. Raises RemoteError when the remote or GitHub cannot be
    used or refuses, and what `fold_history` raises.
    """
    pull = github.pull_request(number)
    if pull.is_merged:
        return Merging(Merge.EARLIER)
    main_state = MainState.at(repository, repository.main_ref(), now)
    if why := _not_ours(main_state, github, pull, head=head):
        return Merging(Merge.LEFT, why)
    remote.fetch(f"refs/pull/{number}/head")
    event = _event_of(main_state, pull.head)
    if event is None or event.kind != "rollback" or "breach_key" not in event.fields:
        return Merging(Merge.LEFT, "it is no rollback that a breach asks for")
    judged = report_on(
        main_state,
        pull.head,
        actor_id=pull.author_id,
        artifact_check=addresses.artifact_check(repository, main_state.commit, root=root),
    )
    if judged.exit_code or not judged.complete:
        return Merging(Merge.LEFT, report.refusal(judged))
    if not _is_decided(main_state, github, pull):
        return Merging(Merge.WAITS)
    return Merging(Merge.DUE) if dry_run else _merged(github, pull, event)


def _merged(github: GitHub, pull: PullRequest, event: Event) -> Merging:
    title = f"{report.merge_title(event)} (#{pull.number})"
    try:
        github.merge(pull.number, head=pull.head, title=title)
    except RemoteError as err:
        raise RemoteError(err.what, fix=err.fix or _HEALS) from err
    return Merging(Merge.MERGED)


def _not_ours(main_state: MainState, github: GitHub, pull: PullRequest, *, head: str) -> str:
    """Why a pull request is none that automation may merge; empty when it may be one."""
    if pull.head != head:
        return f"its head is no longer {head[:12]}"
    app = main_state.base.registry().app
    if app is None:
        return "registry.yaml names no App"
    if pull.author_id != app.id:
        return f"account {pull.author_id} opened it, not the App {app.login}"
    if not pull.is_from(github.name) or pull.base != "main":
        return f"it does not come from a branch of {github.name} or does not go to main"
    return "" if pull.is_open else "somebody closed it"


def _event_of(main_state: MainState, head: str) -> Event | None:
    """The one event that a commit adds to main; None when it does anything else."""
    added = event_rules.added(changes_of(main_state, head) or ())
    if len(added) != 1:
        return None
    data = main_state.ledger.repository.read_at(head, added[0]) or b""
    return main_state.base.engine.event(main_state.base, data, added[0])


def _is_decided(main_state: MainState, github: GitHub, pull: PullRequest) -> bool:
    """Whether the App's newest verdict on its head is a success; any other may pose as it."""
    app = main_state.base.registry().app
    newest = newest_verdict(github, pull.head, app) if app else None
    return newest is not None and newest.conclusion == Conclusion.SUCCESS.value
