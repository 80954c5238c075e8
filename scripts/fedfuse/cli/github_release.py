"""`fedfuse github-release`: a release page on GitHub for every release tag."""

from typing import Annotated

import typer

from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.git.tree import CommitTree
from fedfuse.adapters.github import GitHub
from fedfuse.adapters.github_http import Session
from fedfuse.cli.options import HERE, DryRun, Format, MainRef, OutputFormat, Quiet, Root
from fedfuse.cli.reporting import show
from fedfuse.flows.history import snapshots
from fedfuse.flows.releasing.github_release import HostedReport, reconcile
from fedfuse.report.blocks import Paragraph, counted


def github_release(
    repo: Annotated[
        str,
        typer.Option(
            "--repo", metavar="OWNER/NAME", help="Where they go; default registry.yaml's."
        ),
    ] = "",
    root: Root = HERE,
    ref: MainRef = "",
    output: OutputFormat = Format.TEXT,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Publish a GitHub release with notes and attachments for each release tag that has none."""
    with Repository(root) as repository, Session.of_environment() as session:
        main = repository.resolve(ref or repository.main_ref())
        place = repo or snapshots.of(CommitTree(repository, main)).registry().repository
        report = reconcile(
            repository,
            GitHub(place, session),
            until=main,
            dry_run=dry_run,
            progress=lambda line: None if quiet else typer.echo(line, err=True),
        )
    show(output, (Paragraph(_line(report, dry_run=dry_run)),), report)


def _line(report: HostedReport, *, dry_run: bool) -> str:
    done = ", ".join(report.published)
    if done:
        return f"{report.repository}: {'would publish' if dry_run else 'published'} {done}"
    return f"{report.repository}: up to date, {counted(len(report.there), 'release')}"
