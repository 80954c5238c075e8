"""`fedfuse release`: cut the releases that main's history owes."""

from typing import Annotated

import typer

from fedfuse.adapters.git.remote import Remote
from fedfuse.adapters.git.repository import Repository
from fedfuse.cli.mirror import mirror_releases
from fedfuse.cli.options import HERE, DryRun, Format, MainRef, Offline, OutputFormat, Quiet, Root
from fedfuse.cli.reporting import after_the_answer, show
from fedfuse.errors import RemoteError, UsageError
from fedfuse.flows.releasing import addresses
from fedfuse.flows.releasing.release import Cut, ReleaseReport, reconcile
from fedfuse.report.blocks import Code, Paragraph, Table

_ORIGIN = "origin"


def release(
    root: Root = HERE,
    ref: MainRef = "",
    remote: Annotated[
        str, typer.Option("--remote", help="Remote that gets the tags; '' for this clone only.")
    ] = _ORIGIN,
    output: OutputFormat = Format.TEXT,
    mirror: Annotated[
        bool, typer.Option("--mirror/--no-mirror", help="Publish the releases on the Hub too.")
    ] = True,
    dry_run: DryRun = False,
    offline: Offline = False,
    quiet: Quiet = False,
) -> None:
    """Tag the releases that main owes, then mirror them."""
    with Repository(root) as repository:
        where, main = repository.remote(remote), ref or repository.main_ref()
        if where is None and remote not in {"", _ORIGIN}:
            raise UsageError(f"there is no remote {remote!r:.100}", fix="git remote lists them")
        report = reconcile(
            repository,
            until=main,
            remote=Remote(repository.git_dir, where) if where and not offline else None,
            artifact_check=None
            if offline
            else addresses.artifact_check(repository, main, root=root),
            dry_run=dry_run,
            progress=lambda line: None if quiet else typer.echo(line, err=True),
        )
    _print(report, output, dry_run=dry_run, quiet=quiet)
    if not mirror or dry_run or offline:
        return
    with after_the_answer():
        try:
            mirror_releases(root, ref=ref, quiet=quiet)
        except RemoteError as err:
            what = f"the tags are in place, the mirror is not up to date: {err.what}"
            raise RemoteError(what, fix=f"{err.fix}, then: fedfuse mirror") from err


def _print(report: ReleaseReport, output: Format, *, dry_run: bool, quiet: bool) -> None:
    """The releases on standard output, warnings on standard error unless `quiet`."""
    for warning in () if quiet else report.warnings:
        typer.echo(f"warning: {warning}", err=True)
    rows = [
        (
            Code(cut.release.tag),
            "exists" if cut.exists else "would be cut" if dry_run else "cut",
            str(cut.release.record["bump"]),
            ("tag object", Code(cut.release.oid)),
            ("commit", Code(cut.release.commit[:12])),
        )
        for cut in report.cuts
    ]
    blocks = Table(("release", "state", "bump", "tag", "made from"), rows), Paragraph(report.note)
    fields = {"releases": [_fields(cut) for cut in report.cuts], "warnings": report.warnings}
    show(output, blocks, {**fields, "note": report.note})


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
