"""Brings an upgrade to people: a branch of the clone that `check` passes, and its pull request."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from fedfuse.adapters.git import local_branch, process
from fedfuse.adapters.git.commits import commit_files, store_blob
from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.github import GitHub
from fedfuse.errors import RefusedError
from fedfuse.flows.checking.check import report_on
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.operating.proposing import Proposal, Request, propose_request
from fedfuse.model.finding import Finding
from fedfuse.model.upgrade import FileChange, Upgrade
from fedfuse.report import upgrade as report


@dataclass(frozen=True, slots=True)
class Branch:
    """A local branch that holds an upgrade."""

    tip: str
    conflicts: Mapping[str, str]
    """Path of what is still left to people, to the blob that holds both sides; empty for none."""
    findings: tuple[Finding, ...]
    """What `check` refuses of it."""


def make(main_state: MainState, upgrade: Upgrade) -> Branch:
    """Make the branch of an upgrade, or leave it as it is when it holds that already.

    A branch that an earlier run left for an older main is replaced; one with people's commits on
    top of this very upgrade stays. Branches that are checked out and work trees stay as they are.
    Raises RefusedError for a branch with people's commits on anything else.
    """
    repository = main_state.ledger.repository
    files = {one.path: one.data for one in upgrade.changes}
    made = commit_files(repository, files, parent=main_state.commit, message=upgrade.title)
    there = local_branch.tip(repository, upgrade.branch)
    if not (there and _holds(main_state, there, made)):
        if there and not _is_ours(main_state, there, upgrade):
            raise RefusedError(
                f"{upgrade.branch} holds commits of yours, and is not on top of this upgrade",
                fix=f"rename it, then run this again: git branch -m {upgrade.branch} mine",
            )
        local_branch.move(repository, upgrade.branch, made, instead_of=there)
        there = made
    open_ones = [one for one in upgrade.conflicts if _is_open(main_state, one, there)]
    marked = {
        one.path: store_blob(repository, one.marked) if one.marked else "" for one in open_ones
    }
    return Branch(there, marked, report_on(main_state, there).all_findings)


def propose(
    main_state: MainState, upgrade: Upgrade, branch: Branch, remote: Remote, github: GitHub | None
) -> Proposal:
    """Push the branch and open its pull request, as `proposing.propose_request` does.

    A branch of the remote that holds people's commits stays as it is.
    """
    body = report.body(upgrade, tuple(branch.conflicts))
    request = Request(
        branch=upgrade.branch,
        title=upgrade.title,
        make=lambda: branch.tip,
        stays=partial(_stays, main_state, upgrade, branch),
        body=lambda _: body,
        shows=lambda text, _: body in text.replace("\r\n", "\n"),
    )
    return propose_request(main_state, request, remote, github)


def _stays(main_state: MainState, upgrade: Upgrade, branch: Branch, there: str) -> bool:
    if not main_state.ledger.repository.changes(there, branch.tip):  # maybe somebody else's run
        return True
    if _holds(main_state, branch.tip, there):  # the clone's is the newer one
        return False
    return _holds(main_state, there, branch.tip) or not _is_ours(main_state, there, upgrade)


def _holds(main_state: MainState, commit: str, other: str) -> bool:
    """Whether a commit is another one, or was made on top of it."""
    return main_state.ledger.repository.merge_base(other, commit) == other


def _is_ours(main_state: MainState, commit: str, upgrade: Upgrade) -> bool:
    """Whether a commit is as the tool made it, on any commit of main.

    Its dates are its parent's, which no commit or amendment of people's has.
    """
    repository = main_state.ledger.repository
    shown = process.output(repository.git_dir, ["log", "-1", "--format=%P%n%at %ct%n%s", commit])
    parents, dates, title = shown.decode("utf-8", "replace").split("\n")[:3]
    if " " in parents or not parents or title != upgrade.title:
        return False
    moment = int(repository.committed_at(parents).timestamp())
    return dates == f"{moment} {moment}" and _holds(main_state, main_state.commit, parents)


def _is_open(main_state: MainState, conflict: FileChange, tip: str) -> bool:
    """Whether people have left a conflict as the upgrade's commit has it."""
    return main_state.ledger.repository.read_at(tip, conflict.path) == conflict.data
