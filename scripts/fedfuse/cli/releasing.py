"""Prints what `fedfuse release` found and did."""

import typer

from fedfuse.cli.options import Format
from fedfuse.cli.reporting import print_json
from fedfuse.flows.releasing.release import Cut, ReleaseReport


def print_releases(
    report: ReleaseReport, output: Format, *, dry_run: bool = False, quiet: bool = False
) -> None:
    """Print a release run on standard output, its warnings on standard error unless `quiet`."""
    for warning in () if quiet else report.warnings:
        typer.echo(f"warning: {warning}", err=True)
    if output is Format.JSON:
        print_json(
            {
                "releases": [_fields(cut) for cut in report.cuts],
                "warnings": list(report.warnings),
                "note": report.note,
            }
        )
        return
    for cut in report.cuts:
        state = "exists" if cut.exists else "would be cut" if dry_run else "cut"
        record = cut.release.record
        typer.echo(
            f"{cut.release.tag}  {state}  {record['bump']}  tag object {cut.release.oid}  "
            f"commit {cut.release.commit[:12]}"
        )
    if report.note:
        typer.echo(report.note)


def _fields(cut: Cut) -> dict[str, object]:
    record = cut.release.record
    return {
        "tag": cut.release.tag,
        "version": record["version"],
        "commit": cut.release.commit,
        "tag_object": cut.release.oid,
        "content_id": record["content_id"],
        "bump": record["bump"],
        "exists": cut.exists,
    }
