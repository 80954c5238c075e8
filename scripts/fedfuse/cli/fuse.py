"""`fedfuse fuse`: provider manifests in, one fused descriptor out; or trains a router."""

from pathlib import Path
from typing import Annotated

import typer

from fedfuse.cli.options import HERE, DryRun, Format, OutputFormat, Quiet, Root
from fedfuse.cli.reporting import show
from fedfuse.errors import UsageError
from fedfuse.flows.authoring import fuse as flow
from fedfuse.flows.authoring.fuse_router import FusedRouter, Recipe, fuse_router
from fedfuse.flows.releasing.addresses import hub_endpoint
from fedfuse.model.fused_descriptor import Thresholds
from fedfuse.report import fused_descriptor as report
from fedfuse.report.blocks import Block, Paragraph, Table
from fedfuse.report.findings import problems

app = typer.Typer(no_args_is_help=False, rich_markup_mode=None)
_LIMITS = Thresholds()


@app.callback(invoke_without_command=True)
def fuse(
    context: typer.Context,
    *,
    hf_manifest: Annotated[Path | None, typer.Option(help="What hf offers, JSON or YAML.")] = None,
    gcp_manifest: Annotated[Path | None, typer.Option(help="What gcp offers.")] = None,
    aws_manifest: Annotated[Path | None, typer.Option(help="What aws offers.")] = None,
    output: Annotated[
        Path | None, typer.Option(help="Where the fused descriptor is written.")
    ] = None,
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
    if context.invoked_subcommand:
        return
    inputs = {"hf": hf_manifest, "gcp": gcp_manifest, "aws": aws_manifest}
    output = _given("output", output)
    fused = flow.fuse(
        {name: _given(f"{name}-manifest", path) for name, path in inputs.items()},
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


def _given(option: str, path: Path | None) -> Path:
    """The path of an option that `fuse` needs, and `fuse router` does not."""
    if path is None:
        raise UsageError(f"Missing option '--{option}'", fix="fedfuse fuse --help")
    return path


@app.command("router")
def router(
    *,
    embedding: Annotated[
        str,
        typer.Option(metavar="DIR|hf://OWNER/NAME@COMMIT", help="What model2vec saved."),
    ],
    source: Annotated[str, typer.Option(help="Where a folder's vectors are from.")] = "",
    license_: Annotated[str, typer.Option("--license", help="Their license id.")],
    suite: Annotated[
        str, typer.Option(help="Prompts to learn and to be judged by.")
    ] = "routing/v1",
    types: Annotated[
        list[str] | None, typer.Option("--type", help="A prompt type; default: all of the suite.")
    ] = None,
    safety: Annotated[
        list[str] | None,
        typer.Option(help="A type that one sentence is enough for; default: jailbreak, sensitive."),
    ] = None,
    abstain_to: Annotated[str, typer.Option(help="The type when none is sure.")] = "chat",
    root: Root = HERE,
    format_: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Train a router and write releases/routers/v<n>/, if the registry's rules accept it."""
    recipe = Recipe(
        embedding,
        source,
        license_,
        suite,
        tuple(types or ()),
        tuple(safety or ("jailbreak", "sensitive")),
        abstain_to,
        hub_endpoint(),
    )
    made = fuse_router(root, recipe, dry_run=dry_run)
    show(format_, _router_blocks(made), made)
    if made.findings:
        raise typer.Exit(1)
    if not quiet:
        typer.echo(f"{'would write' if dry_run else 'wrote'} {made.folder}", err=True)


def _router_blocks(made: FusedRouter) -> tuple[Block, ...]:
    if made.findings:
        return (problems(made.findings),)
    said = f"macro-F1 {made.router.macro_f1:.3f} on {made.families} families it never saw"
    thresholds = [(label, f"{at:.2f}") for label, at in sorted(made.router.thresholds.items())]
    return Paragraph(said), Table(("type", "threshold"), thresholds, numbers=1)
