"""`fedfuse candidates`: what open pull requests make together."""

from contextlib import nullcontext
from typing import Annotated

import typer

from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.cli import remotes
from fedfuse.cli.options import HERE, At, DryRun, Format, Offline, OutputFormat, Quiet, Root, moment
from fedfuse.cli.reporting import after_the_answer, show
from fedfuse.errors import UsageError
from fedfuse.flows.checking.candidates import judge_together
from fedfuse.flows.history import snapshots
from fedfuse.flows.operating import candidates_issue
from fedfuse.flows.operating.candidates_issue import Posted
from fedfuse.flows.operating.open_pull_requests import judge_open
from fedfuse.flows.releasing import addresses
from fedfuse.report import candidates as report

Heads = Annotated[
    list[str] | None, typer.Argument(metavar="HEAD...", help="Tips of pull requests, in any order.")
]
Repo = Annotated[
    str,
    typer.Option(metavar="OWNER/NAME", help="Judge the green open pull requests there instead."),
]


def candidates(
    heads: Heads = None,
    repo: Repo = "",
    post: Annotated[
        bool, typer.Option("--post", help="Keep the answer in one issue there.")
    ] = False,
    base: Annotated[str, typer.Option(help="Tip to merge into; default: main.")] = "",
    remote: Annotated[str, typer.Option(help="Remote that has the branches of --repo.")] = "origin",
    root: Root = HERE,
    at: At = "",
    output: OutputFormat = Format.TEXT,
    offline: Offline = False,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Judge pull requests as if they were merged together."""
    _refuse_contradictions(heads or [], repo, post=post, offline=offline)
    now = moment(at)
    with Repository(root) as repository, remotes.github(repo) if repo else nullcontext() as there:
        if there:
            heads_at = remotes.git_remote(repository, remote)
            found = judge_open(repository, there, heads_at, base=base, at=now, root=root)
        else:
            tip = base or repository.main_ref()
            check = None if offline else addresses.artifact_check(repository, tip, root=root)
            named = {head: head for head in heads or ()}
            found = judge_together(repository, base=tip, heads=named, at=now, artifact_check=check)
        show(output, report.blocks(found), report.fields(found))
        if there and post:
            with after_the_answer():
                tree = CommitTree(repository, found.base)
                people = {one.login for one in snapshots.of(tree).registry().maintainers}
                posted = candidates_issue.post(there, found, maintainers=people, dry_run=dry_run)
                _say(posted, dry_run=dry_run, quiet=quiet)
    raise typer.Exit(found.exit_code)


def _refuse_contradictions(heads: list[str], repo: str, *, post: bool, offline: bool) -> None:
    if bool(heads) == bool(repo):
        problem = "both HEADs and --repo are given" if repo else "no pull request is named"
        raise UsageError(
            problem, fix="name the tips, as in fedfuse candidates HEAD HEAD, or --repo OWNER/NAME"
        )
    if post and not repo:
        raise UsageError("--post has no place to post to", fix="add --repo OWNER/NAME")
    if repo and offline:
        raise UsageError("--repo asks GitHub, which --offline forbids", fix="leave out one of them")


def _say(posted: Posted, *, dry_run: bool, quiet: bool) -> None:
    if not quiet:
        would = "would be " if dry_run else ""
        where = f": {posted.url}" if posted.url else ""
        typer.echo(f"issue: {would}{posted.step.value}{where}", err=True)
