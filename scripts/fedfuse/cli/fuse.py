"""`fedfuse fuse`: three provider manifests in, one fused descriptor out."""

from pathlib import Path
from typing import Annotated

import typer

from fedfuse.cli.options import DryRun, Format, OutputFormat, Quiet
from fedfuse.cli.reporting import show
from fedfuse.flows.authoring import fuse as flow
from fedfuse.model.fused_descriptor import Thresholds
from fedfuse.report import fused_descriptor as report

_LIMITS = Thresholds()


def fuse(
    *,
    hf_manifest: Annotated[Path, typer.Option(help="What hf offers, JSON or YAML.")],
    gcp_manifest: Annotated[Path, typer.Option(help="What gcp offers.")],
    aws_manifest: Annotated[Path, typer.Option(help="What aws offers.")],
    output: Annotated[Path, typer.Option(help="Where the fused descriptor is written.")],
    namespace: Annotated[
        str, typer.Option(help="Names the result; default: the part of the ids before `/`.")
    ] = "",
    min_quality: Annotated[
        float, typer.Option(help="Smallest quality, a share.")
    ] = _LIMITS.min_quality,
    min_safety: Annotated[
        float, typer.Option(help="Smallest safety, a share.")
    ] = _LIMITS.min_safety,
    max_latency_ms_p95: Annotated[
        float, typer.Option(help="Largest p95 latency.")
    ] = _LIMITS.max_latency_ms_p95,
    max_cost_per_1k_tokens: Annotated[
        float, typer.Option(help="Largest cost.")
    ] = _LIMITS.max_cost_per_1k_tokens,
    format_: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Choose the best passing artifact of each provider and write one fused descriptor."""
    fused = flow.fuse(
        {"hf": hf_manifest, "gcp": gcp_manifest, "aws": aws_manifest},
        output=None if dry_run else output,
        namespace=namespace,
        thresholds=Thresholds(
            min_quality=min_quality,
            min_safety=min_safety,
            max_latency_ms_p95=max_latency_ms_p95,
            max_cost_per_1k_tokens=max_cost_per_1k_tokens,
        ),
    )
    show(format_, report.blocks(fused), report.fields(fused))
    if fused.findings:
        raise typer.Exit(1)
    if not quiet:
        typer.echo(f"{'would write' if dry_run else 'wrote'} {output}", err=True)
