"""`fedfuse audit`: re-prove this clone, the Hub, and the artifacts in use."""

from typing import Annotated

import typer

from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.cli.options import HERE, Format, MainRef, Offline, OutputFormat, Quiet, Root
from fedfuse.cli.reporting import show
from fedfuse.errors import UsageError
from fedfuse.flows.auditing.full_audit import full_audit
from fedfuse.flows.releasing import addresses, publish
from fedfuse.report import audit as audit_report


def audit(
    root: Root = HERE,
    ref: MainRef = "",
    replay: Annotated[
        bool, typer.Option("--replay", help="Compute every release again, from the first commit.")
    ] = False,
    hub: Annotated[
        bool, typer.Option("--hub", help="Also compare the Hub with git; only reads.")
    ] = False,
    artifacts: Annotated[
        bool, typer.Option("--artifacts", help="Also check the artifacts of the releases in use.")
    ] = False,
    output: OutputFormat = Format.TEXT,
    offline: Offline = False,
    quiet: Quiet = False,
) -> None:
    """Prove the history, the tags and the events again."""
    if offline and (hub or artifacts):
        asking = "--hub" if hub else "--artifacts"
        raise UsageError(
            f"{asking} asks servers, which --offline forbids", fix="leave one of them out"
        )
    with Repository(root) as repository:
        where, main = None if offline else repository.remote("origin"), ref or repository.main_ref()
        report = full_audit(
            repository,
            until=main,
            remote=Remote(repository.git_dir, where) if where else None,
            mirror=(lambda: publish.wanted(repository, until=main).differences(root))
            if hub
            else None,
            artifacts=addresses.artifact_check(repository, main, root=root) if artifacts else None,
            replay=replay,
            quiet=quiet,
        )
    is_page = output is Format.MARKDOWN
    blocks = audit_report.blocks(report, quiet=quiet, is_page=is_page)
    show(output, blocks, audit_report.fields(report))
    for one in report.unanswered:
        typer.echo(f"error: {one.what}\nfix: {one.fix}", err=True)
    raise typer.Exit(report.exit_code)
