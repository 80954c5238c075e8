"""`fedfuse pull`: fetch one release and prove it byte for byte."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fedfuse.cli.options import HERE, DryRun, Format, OutputFormat, Quiet, Root

if TYPE_CHECKING:
    from fedfuse.flows.pull import PullReport


def pull(
    what: Annotated[
        str,
        typer.Argument(metavar="TAG|CHANNEL", help="Or a channel: candidate, production, warm."),
    ],
    to: Annotated[Path, typer.Option("--to", help="Folder that gets <tag>/ and channels.lock.")],
    source: Annotated[
        str, typer.Option("--from", help="hf://OWNER/NAME, dir:PATH or git (this clone).")
    ] = "",
    expect: Annotated[str, typer.Option("--expect", help="Tag object id you know.")] = "",
    registry: Annotated[
        str, typer.Option("--registry", help="Git url or path that knows the tag object id.")
    ] = "",
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Fetch a release and verify every byte."""
    from fedfuse.cli.reporting import finding_fields, print_findings, print_json
    from fedfuse.flows import pulling

    act = pulling.rehearse if dry_run else pulling.pull_release
    report = act(what, to=to, source=source, expect=expect, registry=registry, root=root)
    if output is Format.JSON:
        print_json(
            {
                "source": report.source,
                "tag": report.tag,
                "tag_object": report.tag_object,
                "folder": str(report.folder) if report.folder else None,
                "anchored": report.anchored or None,
                "files": report.files,
                "findings": [finding_fields(f) for f in report.findings],
            }
        )
    else:
        print_findings(report.findings)
        if not quiet or report.folder is None:
            typer.echo(_line(report, dry_run=dry_run))
    raise typer.Exit(1 if report.findings else 0)


def _line(report: "PullReport", *, dry_run: bool) -> str:
    if report.folder is None:
        return f"{report.tag}: refused, nothing was written"
    done = "verified, would be written to" if dry_run else "verified in"
    return f"{report.tag}: {report.files} files {done} {report.folder}; {report.trust}"
