"""`fedfuse check` and `fedfuse report`: judge a pull request; publish the verdict on GitHub."""

from pathlib import Path
from typing import Annotated

import typer

from fedfuse.adapters.git.repository import Repository
from fedfuse.cli.options import (
    HERE,
    At,
    DryRun,
    Format,
    Offline,
    OutputFormat,
    Quiet,
    Root,
    Source,
    counters,
    moment,
)
from fedfuse.cli.remotes import github
from fedfuse.cli.reporting import after_the_answer, print_report
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.flows.operating.checklist_remote import promotion_check
from fedfuse.flows.operating.verdict_posting import Posted, post
from fedfuse.flows.releasing import addresses
from fedfuse.model.report import Report

Base = Annotated[str, typer.Option("--base", help="Tip of the branch to merge into.")]
Head = Annotated[str, typer.Option("--head", help="Tip of the pull request.")]
ActorId = typer.Option("--actor-id", min=1, help="Numeric id of the author, from a trusted source.")


def check(
    base: Base,
    head: Head,
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    at: At = "",
    actor_id: Annotated[int | None, ActorId] = None,
    source: Source = "",
    offline: Offline = False,
    _quiet: Quiet = False,
) -> None:
    """Judge a pull request and print the report."""
    with Repository(root) as repository:
        judged = _judge(
            repository, root, (base, head), actor_id, at=at, source=source, offline=offline
        )
    print_report(judged, output)
    raise typer.Exit(judged.exit_code)


def report(
    repo: Annotated[str, typer.Option("--repo", metavar="OWNER/NAME", help="Where it is.")],
    number: Annotated[int, typer.Option("--pr", min=1, help="Number of the pull request.")],
    base: Base,
    head: Head,
    actor_id: Annotated[int, ActorId],
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    at: At = "",
    source: Source = "",
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Judge a pull request, and publish the check run and the comment with GITHUB_TOKEN."""
    with github(repo) as there, Repository(root) as repository:
        judged = _judge(repository, root, (base, head), actor_id, at=at, source=source)
        print_report(judged, output)
        with after_the_answer():
            posted = post(there, number, judged, actor_id=actor_id, dry_run=dry_run)
    if not quiet:
        typer.echo(f"pull request {number}: {_outcome(posted, dry_run=dry_run)}", err=True)
    raise typer.Exit(0 if posted.moved_to or posted.is_closed else judged.exit_code)


def _judge(
    repository: Repository,
    root: Path,
    change: tuple[str, str],
    actor_id: int | None,
    *,
    at: str,
    source: str,
    offline: bool = False,
) -> Report:
    base, head = change
    return check_pull_request(
        repository,
        base=base,
        head=head,
        at=moment(at),
        actor_id=actor_id,
        artifact_check=None if offline else addresses.artifact_check(repository, base, root=root),
        promotion_check=None if offline else promotion_check(root, counters=counters(source)),
    )


def _outcome(posted: Posted, *, dry_run: bool) -> str:
    if posted.is_closed:
        return "it is closed: nothing posted"
    if posted.left_to:
        return f"its head gets the verdict of pull request {posted.left_to}: nothing posted"
    if dry_run and not posted.moved_to:
        return f"check {posted.check} and the comment would be posted"
    if not posted.moved_to:
        return f"check {posted.check}, comment {posted.comment}"
    moved = f"its head has moved on to {posted.moved_to[:12]}"
    if posted.check:
        return f"check {posted.check} on the head that was judged; {moved}: no comment"
    return f"{moved}: nothing posted, the newer head gets a verdict of its own"
