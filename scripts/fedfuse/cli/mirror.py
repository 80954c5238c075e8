"""`fedfuse mirror`: make the Hub equal to git."""

from pathlib import Path
from typing import Annotated

import typer

from fedfuse.adapters.clone_memory import MirrorMemory
from fedfuse.adapters.git.repository import Repository
from fedfuse.cli.options import HERE, DryRun, Format, MainRef, OutputFormat, Quiet, Root
from fedfuse.cli.reporting import show
from fedfuse.flows.releasing import mirror as flow
from fedfuse.flows.releasing import publish
from fedfuse.flows.releasing.mirror import MirrorReport
from fedfuse.flows.releasing.mirror_height import MainHeight
from fedfuse.flows.releasing.publish import Wanted
from fedfuse.model.mirror import CHANNELS
from fedfuse.report.blocks import Paragraph, counted
from fedfuse.report.findings import problems


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
    """Make the Hub equal to the release tags."""
    wanted = wanted_of(root, ref=ref)
    if dry_run:
        _print_differences(wanted, root, output)
        return
    _warn_of_untagged(wanted, quiet=quiet)
    report = _reconcile(wanted, root, reread=reread)
    show(output, (Paragraph(_line(report, wanted)),), report)


def mirror_releases(root: Path, *, ref: str, quiet: bool) -> None:
    """Mirror what the tags of this clone carry; say on standard error what came of it."""
    wanted = wanted_of(root, ref=ref)
    report = _reconcile(wanted, root)
    if not quiet:
        typer.echo(_line(report, wanted), err=True)


def wanted_of(root: Path, *, ref: str) -> Wanted:
    """What the mirror of the registry at a folder must hold."""
    with Repository(root) as repository:
        return publish.wanted(repository, until=ref or repository.main_ref())


def _reconcile(wanted: Wanted, root: Path, *, reread: bool = False) -> MirrorReport:
    with Repository(root) as repository:
        memory = MirrorMemory(repository.git_dir)
        seen = set() if reread else memory.recall()
        report = flow.reconcile(
            wanted.target(root),
            wanted.bundles,
            wanted.channels,
            seen=seen,
            main_height=MainHeight(repository, wanted.commit, wanted.release_prefix).known,
        )
        memory.keep(seen)
        return report


def _print_differences(wanted: Wanted, root: Path, output: Format) -> None:
    target, findings = wanted.target(root), wanted.differences(root)
    summary = f"{target.name}: {counted(len(findings), 'difference')}; nothing was changed"
    fields = {"target": target.name, "findings": findings}
    show(output, (problems(findings), Paragraph(summary)), fields)


def _warn_of_untagged(wanted: Wanted, *, quiet: bool) -> None:
    if wanted.untagged and not quiet:
        typer.echo(
            f"warning: no tag here, so not mirrored: {', '.join(wanted.untagged)}\n"
            "fix: git fetch --tags, or fedfuse release",
            err=True,
        )


def _line(report: MirrorReport, wanted: Wanted) -> str:
    if not wanted.bundles:
        return f"{report.target}: there is no release to mirror yet"
    did = "brought its main up to date" if report.rewrote_main else "up to date"
    parts = [f"{report.target}: "]
    parts.append(f"published {', '.join(report.created)}" if report.created else did)
    if report.restored:
        parts.append(f"; overwrote hand edits of {', '.join(report.restored)}")
    if CHANNELS in report.restored:
        parts.append(", unless main was moved back behind an event: compare fedfuse history")
    if report.unknown:
        parts.append(f"; tags git does not know: {', '.join(report.unknown)}")
    if report.overtaken:
        parts.append("; a runner with a newer main was here first")
    return "".join(parts)
