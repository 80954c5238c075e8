"""`fedfuse pull`: fetch one release and prove it byte for byte."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fedfuse.cli.options import HERE, DryRun, Format, OutputFormat, Quiet, Root

if TYPE_CHECKING:
    from fedfuse.flows.pulling.pull import PullReport
    from fedfuse.flows.pulling.standby import Standby


def pull(
    *,
    what: Annotated[
        str,
        typer.Argument(metavar="TAG|CHANNEL", help="Or a channel: candidate, production, warm."),
    ] = "",
    to: Annotated[Path, typer.Option("--to", help="Folder that gets <tag>/ and channels.lock.")],
    source: Annotated[
        str, typer.Option("--from", help="hub, hf://OWNER/NAME, dir:PATH or git (this clone).")
    ] = "",
    expect: Annotated[str, typer.Option("--expect", help="Tag object id it must have.")] = "",
    registry: Annotated[
        str, typer.Option("--registry", help="Git URL or path of the registry: proves the tag.")
    ] = "",
    warm: Annotated[
        bool, typer.Option("--warm", help="Production and all warm releases; switch TO/current.")
    ] = False,
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Fetch a release and verify every byte."""
    from fedfuse.cli.reporting import print_findings, print_json
    from fedfuse.errors import UsageError
    from fedfuse.flows.pulling import request as pulling

    if warm:
        if what not in {"", "production"} or expect:
            raise UsageError(
                "--warm follows production, and does not go with --expect",
                fix="anchor it with --registry URL",
            )
        stand_by = pulling.rehearse_standby if dry_run else pulling.stand_by
        standing = stand_by(to=to, source=source, registry=registry, root=root, quiet=quiet)
        _print_standby(standing, output, quiet=quiet, dry_run=dry_run)
        raise typer.Exit(1 if standing.findings else 0)
    if not what:
        raise UsageError("nothing to pull", fix="name a release tag or a channel")
    act = pulling.rehearse if dry_run else pulling.pull_release
    report = act(
        what, to=to, source=source, expect=expect, registry=registry, root=root, quiet=quiet
    )
    if output is Format.JSON:
        print_json(_fields(report))
    else:
        print_findings(report.findings)
        if not quiet or report.folder is None:
            typer.echo(_line(report, dry_run=dry_run))
    raise typer.Exit(1 if report.findings else 0)


def _print_standby(standing: "Standby", output: Format, *, quiet: bool, dry_run: bool) -> None:
    from fedfuse.cli.reporting import print_findings, print_json

    if output is Format.JSON:
        releases = [_fields(report) for report in standing.reports]
        print_json({"current": standing.switched_to or None, "releases": releases})
        return
    print_findings(standing.findings)
    for report in standing.reports:
        if not quiet or report.folder is None:
            typer.echo(_line(report, dry_run=dry_run))
    if standing.switched_to and not quiet:
        typer.echo(f"current {'would be' if dry_run else 'is'} {standing.switched_to}")


def _fields(report: "PullReport") -> dict[str, Any]:
    from fedfuse.cli.reporting import finding_fields

    return {
        "source": report.source,
        "tag": report.tag,
        "tag_object": report.tag_object,
        "folder": str(report.folder) if report.folder else None,
        "anchored": report.anchored or None,
        "files": report.files,
        "findings": [finding_fields(f) for f in report.findings],
    }


def _line(report: "PullReport", *, dry_run: bool) -> str:
    if report.folder is None:
        return f"{report.tag}: refused, nothing was written"
    done = "verified, would be written to" if dry_run else "verified in"
    more = "" if report.anchored else " (--registry URL anchors it)"
    return f"{report.tag}: {report.files} files {done} {report.folder}; {report.trust}{more}"
