"""`fedfuse mirror`: make the Hub equal to git."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fedfuse.cli.options import HERE, DryRun, Format, MainRef, OutputFormat, Quiet, Root

if TYPE_CHECKING:
    from fedfuse.flows.mirror import MirrorReport
    from fedfuse.model.finding import Finding


def mirror(
    root: Root = HERE,
    ref: MainRef = "",
    reread: Annotated[
        bool, typer.Option("--all", help="Compare every mirrored release again.")
    ] = False,
    output: OutputFormat = Format.TEXT,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Publish every release tag as a bundle, and the channels, on the registry's Hub."""
    if dry_run:
        from fedfuse.cli.reporting import print_findings

        print_findings(hub_findings(root, ref=ref))
        return
    mirror_releases(root, ref=ref, quiet=quiet, reread=reread, output=output)


def mirror_releases(
    root: Path,
    *,
    ref: str,
    quiet: bool,
    reread: bool = False,
    output: Format | None = None,
) -> None:
    """Mirror what the tags of this clone carry; print to stdout only with an `output` format."""
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.cli.reporting import print_json
    from fedfuse.flows import mirror as flow
    from fedfuse.flows import publish

    with Repository(root) as repository:
        wanted = publish.wanted(repository, until=ref or repository.main_ref())
    report = flow.reconcile(wanted.target(root), wanted.bundles, wanted.channels, reread=reread)
    if output is Format.JSON:
        print_json(_fields(report))
    elif output is not None or not quiet:
        typer.echo(_line(report), err=output is None)


def hub_findings(root: Path, *, ref: str) -> "tuple[Finding, ...]":
    """How the registry's mirror differs from git; reads only."""
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.flows import mirror_audit, publish

    with Repository(root) as repository:
        wanted = publish.wanted(repository, until=ref or repository.main_ref())
    return mirror_audit.audit(wanted.target(root), wanted.bundles, wanted.channels)


def _fields(report: "MirrorReport") -> dict[str, object]:
    return {
        "target": report.target,
        "created": list(report.created),
        "restored": list(report.restored),
        "unknown": list(report.unknown),
        "rewrote_main": report.rewrote_main,
        "overtaken": report.overtaken,
    }


def _line(report: "MirrorReport") -> str:
    parts = [f"{report.target}: "]
    parts.append(f"published {', '.join(report.created)}" if report.created else "up to date")
    if report.restored:
        parts.append(f"; overwrote hand edits of {', '.join(report.restored)}")
    if report.unknown:
        parts.append(f"; tags git does not know: {', '.join(report.unknown)}")
    if report.overtaken:
        parts.append("; a runner with a newer main was here first")
    return "".join(parts)
