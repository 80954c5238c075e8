"""Brings an upgrade to people: a branch of the clone that `check` passes, and its pull request."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from fedfuse.adapters.git import local_branch
from fedfuse.adapters.git.commits import commit_files, store_blob
from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.github import GitHub
from fedfuse.errors import RefusedError
from fedfuse.flows.checking.check import report_on
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.operating.proposing import Proposal, Request, propose_request
from fedfuse.model.finding import Finding
from fedfuse.model.upgrade import Upgrade
from fedfuse.report import upgrade as report


@dataclass(frozen=True, slots=True)
class Branch:
    """A local branch that holds an upgrade, or a commit that `check` refuses to be one."""

    tip: str
    conflicts: Mapping[str, str]
    """Path of what is still left to people, to the blob that holds both sides; empty for none."""
    findings: tuple[Finding, ...]
    """What `check` refuses of it."""


def make(main_state: MainState, upgrade: Upgrade) -> Branch:
    """Make the branch of an upgrade, or leave it as it is when it holds that already.

    A commit that `check` refuses gets no branch. A branch that an earlier run left for an older
    main is replaced; one with people's commits on top of this very upgrade stays. Work trees stay
    as they are. Raises RefusedError for a branch with people's commits on anything else.
    """
    repository = main_state.ledger.repository
    main = main_state.base.tree
    files = {one.path: one.data for one in upgrade.changes if main.read(one.path) != one.data}
    made = commit_files(repository, files, parent=main_state.commit, message=upgrade.title)
    there = local_branch.tip(repository, upgrade.branch)
    tip = there if there and _holds(main_state, there, made) else made
    if there not in {"", tip} and not _is_ours(main_state, there, upgrade):
        raise RefusedError(
            f"{upgrade.branch} holds commits of yours, and is not on top of this upgrade",
            fix=f"rename it, then run this again: git branch -m {upgrade.branch} mine",
        )
    findings = report_on(main_state, tip).all_findings
    if tip != there and not findings:
        local_branch.move(repository, upgrade.branch, tip, instead_of=there)
    marked = {
        one.path: store_blob(repository, one.marked) if one.marked else ""
        for one in upgrade.conflicts
        if repository.read_at(tip, one.path) == one.data  # people have not merged it yet
    }
    return Branch(tip, marked, findings)


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
    found = repository.commit(commit)
    if len(found.parents) != 1 or found.title != upgrade.title:
        return False
    moment = repository.commit(found.parent).committed or 0
    dates = found.authored, found.committed
    return dates == (moment, moment) and _holds(main_state, main_state.commit, found.parent)
