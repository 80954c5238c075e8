"""`fedfuse promote`, `rollback`, `hold`, `lift`, `yank`, `waive`: write the next event."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fedfuse.cli.clock import Now, moment
from fedfuse.cli.counters import Source, counters
from fedfuse.cli.eventing import Desk, run
from fedfuse.cli.options import HERE, DryRun, Format, MainRef, Offline, OutputFormat, Quiet, Root


class Gate(StrEnum):
    """What may be waived."""

    QUALITY = "quality"
    LATENCY = "latency"


Reason = Annotated[str, typer.Option("--reason", help="Why, in one line; it stays for ever.")]
OpenPr = Annotated[bool, typer.Option("--open-pr", help="Push a branch and open its pull request.")]
RemoteName = Annotated[str, typer.Option("--remote", help="Where --open-pr pushes.")]


def promote(
    tag: Annotated[str, typer.Argument(metavar="TAG", help="The release.")],
    root: Root = HERE,
    ref: MainRef = "",
    at: Now = "",
    output: OutputFormat = Format.TEXT,
    open_pr: OpenPr = False,
    remote: RemoteName = "origin",
    source: Source = "",
    dry_run: DryRun = False,
    quiet: Quiet = False,
    offline: Offline = False,
) -> None:
    """Write the event that promotes a release."""
    from fedfuse.flows.operating.checklist_outside import promotion_check

    outside = None if offline else promotion_check(root, counters=counters(source))
    desk = Desk(
        root,
        ref,
        at,
        output,
        open_pr=open_pr,
        remote=remote,
        dry_run=dry_run,
        quiet=quiet,
        promotion_check=outside,
    )
    run(desk, lambda _: {"kind": "promote", "release": tag})


def rollback(
    reason: Reason,
    to: Annotated[
        str, typer.Option("--to", metavar="TAG", help="Default: the newest healthy warm release.")
    ] = "",
    root: Root = HERE,
    ref: MainRef = "",
    at: Now = "",
    output: OutputFormat = Format.TEXT,
    open_pr: OpenPr = False,
    remote: RemoteName = "origin",
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Write the event that takes production back."""
    from fedfuse.flows.operating.events import rollback_fields

    desk = Desk(root, ref, at, output, open_pr=open_pr, remote=remote, dry_run=dry_run, quiet=quiet)
    run(desk, lambda scene: rollback_fields(scene, to, reason))


def hold(
    reason: Reason,
    root: Root = HERE,
    ref: MainRef = "",
    at: Now = "",
    output: OutputFormat = Format.TEXT,
    open_pr: OpenPr = False,
    remote: RemoteName = "origin",
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Write the event that holds promotions."""
    desk = Desk(root, ref, at, output, open_pr=open_pr, remote=remote, dry_run=dry_run, quiet=quiet)
    run(desk, lambda _: {"kind": "hold", "reason": reason})


def lift(
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="The event that holds.")],
    root: Root = HERE,
    ref: MainRef = "",
    at: Now = "",
    output: OutputFormat = Format.TEXT,
    open_pr: OpenPr = False,
    remote: RemoteName = "origin",
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Write the event that lifts a hold."""
    desk = Desk(root, ref, at, output, open_pr=open_pr, remote=remote, dry_run=dry_run, quiet=quiet)
    run(desk, lambda _: {"kind": "lift", "hold": number})


def yank(
    version: Annotated[str, typer.Argument(metavar="REF", help="As hf/textgen@v3.")],
    reason: Reason,
    root: Root = HERE,
    ref: MainRef = "",
    at: Now = "",
    output: OutputFormat = Format.TEXT,
    open_pr: OpenPr = False,
    remote: RemoteName = "origin",
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Write the event that withdraws a version."""
    desk = Desk(root, ref, at, output, open_pr=open_pr, remote=remote, dry_run=dry_run, quiet=quiet)
    run(desk, lambda _: {"kind": "yank", "version": version, "reason": reason})


def waive(
    manifest: Annotated[Path, typer.Option("--manifest", help="The manifest that is to land.")],
    gate: Annotated[Gate, typer.Option("--gate", help="Safety, compatibility: never.")],
    until: Annotated[
        str, typer.Option("--until", metavar="TIME", help="When it ends; a date is its start, UTC.")
    ],
    reason: Reason,
    root: Root = HERE,
    ref: MainRef = "",
    at: Now = "",
    output: OutputFormat = Format.TEXT,
    open_pr: OpenPr = False,
    remote: RemoteName = "origin",
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Write the event that waives a gate once."""
    from fedfuse.flows.operating.events import waiver_fields
    from fedfuse.model.release import timestamp

    end = moment(until if "T" in until else f"{until}T00:00:00Z")
    if end is None:
        raise typer.BadParameter("name when the waiver ends", param_hint="--until")
    desk = Desk(root, ref, at, output, open_pr=open_pr, remote=remote, dry_run=dry_run, quiet=quiet)
    run(
        desk,
        lambda scene: waiver_fields(
            scene, manifest, gate=gate.value, expires=timestamp(end), reason=reason
        ),
    )
