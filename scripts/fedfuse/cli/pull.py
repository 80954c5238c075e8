"""`fedfuse pull`: fetch one release and prove it byte for byte."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from fedfuse.cli.options import HERE, DryRun, Format, OutputFormat, Quiet, Root
from fedfuse.cli.reporting import show
from fedfuse.errors import UsageError
from fedfuse.flows.node.pull import PullReport
from fedfuse.flows.node.pull_options import Pulling
from fedfuse.flows.node.warm_releases import WarmReleases
from fedfuse.report.blocks import Block, Lines, Paragraph
from fedfuse.report.findings import problems


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
        str,
        typer.Option("--registry", help="Git URL or path of the registry: proves tag and channel."),
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
    pulling = Pulling(to=to, source=source, registry=registry, root=root, quiet=quiet)
    if warm:
        if what not in {"", "production"} or expect:
            raise UsageError(
                "--warm follows production, and does not go with --expect",
                fix="anchor it with --registry URL",
            )
        standing = pulling.rehearse_warm() if dry_run else pulling.warm()
        _print_warm(standing, output, quiet=quiet, dry_run=dry_run)
        raise typer.Exit(1 if standing.findings else 0)
    if not what:
        raise UsageError("nothing to pull", fix="name a release tag or a channel")
    act = pulling.rehearse if dry_run else pulling.release
    report = act(what, expect=expect)
    show(output, _blocks((report,), quiet=quiet, dry_run=dry_run), _fields(report))
    raise typer.Exit(1 if report.findings else 0)


def _print_warm(standing: WarmReleases, output: Format, *, quiet: bool, dry_run: bool) -> None:
    current = f"current {'would be' if dry_run else 'is'} {standing.switched_to}"
    blocks = (
        problems(standing.unlinked),
        *_blocks(standing.reports, quiet=quiet, dry_run=dry_run),
        Paragraph("" if quiet or not standing.switched_to else current),
    )
    releases = [_fields(report) for report in standing.reports]
    current_is = {"current": standing.switched_to or None, "unlinked": standing.unlinked}
    show(output, blocks, {**current_is, "releases": releases})


def _blocks(reports: Sequence[PullReport], *, quiet: bool, dry_run: bool) -> tuple[Block, ...]:
    """The problems, then a line for each release; those that were refused even if `quiet`."""
    shown = (one for one in reports if not quiet or one.folder is None)
    lines = tuple(_line(one, dry_run=dry_run) for one in shown)
    return problems(found for one in reports for found in one.findings), Paragraph(Lines(lines))


def _fields(report: PullReport) -> dict[str, Any]:
    return {
        "source": report.source,
        "tag": report.tag,
        "tag_object": report.tag_object,
        "folder": str(report.folder) if report.folder else None,
        "anchored": report.anchored or None,
        "channels_from": report.main or None,
        "files": report.files,
        "findings": report.findings,
    }


def _line(report: PullReport, *, dry_run: bool) -> str:
    if report.folder is None:
        return f"{report.tag}: refused, nothing was written"
    done = "verified, would be written to" if dry_run else "verified in"
    is_anchored = report.anchored and (report.main or report.channels is None)
    more = "" if is_anchored else " (--registry URL anchors it)"
    return f"{report.tag}: {report.files} files {done} {report.folder}; {report.trust}{more}"
