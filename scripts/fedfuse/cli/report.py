"""`fedfuse report`: judge a pull request and publish the verdict on GitHub."""

from typing import TYPE_CHECKING, Annotated

import typer

from fedfuse.cli.options import (
    HERE,
    At,
    DryRun,
    Format,
    OutputFormat,
    Quiet,
    Root,
    Source,
    counters,
    moment,
)

if TYPE_CHECKING:
    from fedfuse.flows.github.pull_request import Posted


def report(
    repo: Annotated[str, typer.Option("--repo", metavar="OWNER/NAME", help="Where it is.")],
    number: Annotated[int, typer.Option("--pr", min=1, help="Number of the pull request.")],
    base: Annotated[str, typer.Option("--base", help="Tip of the branch to merge into.")],
    head: Annotated[str, typer.Option("--head", help="Tip of the pull request.")],
    actor_id: Annotated[
        int,
        typer.Option("--actor-id", min=1, help="Numeric id of the author, from a trusted source."),
    ],
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    at: At = "",
    source: Source = "",
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Judge a pull request, and publish the check run and the comment with GITHUB_TOKEN."""
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.cli.remotes import github
    from fedfuse.cli.reporting import print_report
    from fedfuse.flows.checking.check import check_pull_request
    from fedfuse.flows.github.pull_request import post
    from fedfuse.flows.operating.checklist_outside import promotion_check
    from fedfuse.flows.releasing import places

    with github(repo) as there, Repository(root) as repository:
        judged = check_pull_request(
            repository,
            base=base,
            head=head,
            at=moment(at),
            actor_id=actor_id,
            artifact_check=places.artifact_check(repository, base, root=root),
            promotion_check=promotion_check(root, counters=counters(source)),
        )
        print_report(judged, output)
        posted = post(there, number, judged, actor_id=actor_id, dry_run=dry_run)
    if not quiet:
        typer.echo(f"pull request {number}: {_outcome(posted, dry_run=dry_run)}", err=True)
    raise typer.Exit(0 if posted.moved_to or posted.is_closed else judged.exit_code)


def _outcome(posted: "Posted", *, dry_run: bool) -> str:
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
