"""`fedfuse upgrade`: move a registry to this tool, on a branch that people review."""

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fedfuse import __version__
from fedfuse.cli.events import OpenPr, RemoteName
from fedfuse.cli.init import Tool
from fedfuse.cli.options import HERE, DryRun, Format, MainRef, OutputFormat, Quiet, Root
from fedfuse.errors import UsageError

if TYPE_CHECKING:
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.flows.operating.proposing import Proposal
    from fedfuse.flows.registry.upgrade_branch import Branch
    from fedfuse.model.upgrade import Upgrade

To = Annotated[str, typer.Option(metavar="VERSION", help="The version to move to; this tool's.")]
Engine = Annotated[
    int, typer.Option(min=0, metavar="N", help="Judge by engine N from now on; change only that.")
]
RenderedTo = Annotated[
    Path | None,
    typer.Option(hidden=True, help="Only write what this tool renders for main; DIR is new."),
]


def upgrade(
    *,
    to: To = "",
    engine: Engine = 0,
    tool: Tool = "",
    open_pr: OpenPr = False,
    remote: RemoteName = "origin",
    root: Root = HERE,
    ref: MainRef = "",
    output: OutputFormat = Format.TEXT,
    dry_run: DryRun = False,
    quiet: Quiet = False,
    rendered_to: RenderedTo = None,
) -> None:
    """Move the registry to this tool: a branch in which your edits stay, ready to be reviewed."""
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.flows.registry import organisation
    from fedfuse.flows.registry import upgrade as flow

    place = organisation.tool_place(tool) if tool else None
    with Repository(root) as repository:
        main = repository.tip(ref)
        if rendered_to:
            _write(repository, main, rendered_to)
            return
        _refuse_other_version(repository, main, to)
        planned = (
            flow.raise_engine(repository, main, engine)
            if engine
            else flow.plan(repository, main, tool_at=place)
        )
        branch, proposal = None, None
        if planned.changes and not dry_run:
            branch, proposal = _deliver(repository, main, planned, remote if open_pr else "")
    _print(planned, branch, proposal, output)
    if not quiet:
        _say_what_follows(planned, branch, proposal, remote)
    raise typer.Exit(1 if branch and branch.findings else 0)


def _write(repository: "Repository", main: str, folder: Path) -> None:
    from fedfuse.adapters.files import write_below
    from fedfuse.flows.registry.upgrade import rendered

    write_below(folder, rendered(repository, main))


def _refuse_other_version(repository: "Repository", main: str, to: str) -> None:
    """Raises UsageError when another version is wanted than the one that runs."""
    from fedfuse.adapters.git.tree import CommitTree
    from fedfuse.flows.history import snapshots
    from fedfuse.flows.registry.upgrade import pinned

    if to in {"", __version__}:
        return
    lock = pinned(snapshots.of(CommitTree(repository, main)))
    source = f"git+{lock.clone_url if lock else 'https://github.com/OWNER/NAME'}@v{to}"
    raise UsageError(
        f"this is fedfuse {__version__}, and only {to!r:.40} itself can upgrade to it",
        fix=f"pipx run --spec {shlex.quote(source)} fedfuse upgrade",
    )


def _deliver(
    repository: "Repository", main: str, planned: "Upgrade", remote: str
) -> "tuple[Branch, Proposal | None]":
    """The branch, and its pull request where a remote is named and `check` passes the branch."""
    from fedfuse.cli.remotes import git_remote, github_with_token
    from fedfuse.flows.history.main_state import MainState
    from fedfuse.flows.registry.upgrade_branch import make, propose

    there = git_remote(repository, remote) if remote else None
    main_state = MainState.at(repository, main, datetime.now(UTC))
    branch = make(main_state, planned)
    if there is None or branch.findings:
        return branch, None
    with github_with_token(main_state.base.registry().repository) as github:
        return branch, propose(main_state, planned, branch, there, github)


def _print(
    planned: "Upgrade", branch: "Branch | None", proposal: "Proposal | None", output: Format
) -> None:
    from fedfuse.cli.eventing import proposal_fields
    from fedfuse.cli.reporting import print_blocks, print_findings, print_json
    from fedfuse.report.upgrade import blocks

    if output is not Format.JSON:
        if planned.changes:
            print_blocks(blocks(planned), output)
        print_findings(branch.findings if branch else (), output)
        return
    print_json(
        {
            "from": planned.before or None,
            "to": planned.after,
            "engine": {"now": planned.engine, "then": planned.raised, "newest": planned.newest},
            "changes": [
                {"path": one.path, "effect": one.effect.name.lower()} for one in planned.changes
            ],
            "branch": planned.branch if planned.changes else None,
            "commit": branch.tip if branch else None,
            "conflicts": branch.conflicts if branch else None,
            "findings": branch.findings if branch else (),
            "pull_request": proposal_fields(proposal),
        }
    )


def _say_what_follows(
    planned: "Upgrade", branch: "Branch | None", proposal: "Proposal | None", remote: str
) -> None:
    from fedfuse.report.upgrade import engine_line

    if not planned.changes:
        typer.echo(f"up to date: fedfuse {planned.after}, engine {planned.engine}", err=True)
    for path, blob in (branch.conflicts if branch else {}).items():
        shown = f"git show {blob} > {shlex.quote(path)}" if blob else "the new tool has none"
        typer.echo(f"conflict in {path}, yours stays; to merge on the branch: {shown}", err=True)
    if branch and branch.findings:
        typer.echo(f"{planned.branch} is refused: nothing was made or pushed", err=True)
    elif proposal:
        typer.echo(f"pull request: {proposal.step.value}: {proposal.url}", err=True)
    elif branch:
        typer.echo(f"next: git push {remote} {planned.branch}, or --open-pr", err=True)
    elif planned.changes:
        typer.echo(f"would be the branch {planned.branch}", err=True)
    if line := engine_line(planned):
        typer.echo(line, err=True)
