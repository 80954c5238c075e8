"""`fedfuse slo`: judge what serves by its objectives."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from fedfuse.cli.options import HERE, Format, MainRef, OutputFormat, Root

if TYPE_CHECKING:
    from fedfuse.model.finding import Finding

T = TypeVar("T")
NOT_READ = 3
"""Exit code for counters that cannot be read: 1 would say that they prove a breach."""
HELP = """Judge what serves by its objectives.

Nodes count requests by the release that answered them: fedfuse_slo_requests_total and
fedfuse_slo_good_requests_total with the labels release and objective (availability, cost,
safety), and the histogram fedfuse_request_duration_seconds with the label release and a bucket
at the latency objective. All are there from the start of a node, beginning at 0."""

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)


@app.callback(help=HELP)
def group() -> None:
    """Judge what serves by its objectives."""


@app.command("check")
def check(
    source: Annotated[
        str, typer.Option(metavar="prometheus:URL|FILE", help="Where the counters come from.")
    ],
    release: Annotated[
        str, typer.Option(metavar="TAG", help="Judge this release; default: what serves.")
    ] = "",
    at: Annotated[str, typer.Option("--at", help="Clock (ISO 8601); default: now.")] = "",
    root: Root = HERE,
    ref: MainRef = "",
    output: OutputFormat = Format.TEXT,
) -> None:
    """Judge a release by its counters; exit 1 for a breach."""
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.adapters.prometheus import TOKEN_VARIABLE
    from fedfuse.cli.clock import moment
    from fedfuse.cli.reporting import print_json
    from fedfuse.flows import slo
    from fedfuse.report import slo as report

    now = moment(at) or datetime.now(UTC)
    reader = _right(slo.reader(source, token=os.environ.get(TOKEN_VARIABLE, "").strip()))
    with Repository(root) as repository:
        until = ref or repository.main_ref()
        outcome = slo.check(repository, reader, until=until, release=release, now=now)
    if output is Format.JSON:
        print_json(report.document(outcome))
    else:
        typer.echo(
            (report.markdown if output is Format.MARKDOWN else report.text)(outcome), nl=False
        )
    raise typer.Exit(1 if outcome.breach else 0)


@app.command("rules")
def rules(root: Root = HERE, ref: MainRef = "") -> None:
    """Print Prometheus alerting rules for the objectives."""
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.flows.slo import objectives
    from fedfuse.report.slo_rules import render

    with Repository(root) as repository:
        name, found = objectives(repository, until=ref or repository.main_ref())
    typer.echo(render(found, release_name=name), nl=False)


@app.command("replay")
def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Samples as JSON lines.")],
    release: Annotated[
        str, typer.Option(metavar="TAG", help="Replay this release; default: all in the file.")
    ] = "",
    plot: Annotated[
        Path | None, typer.Option(metavar="OUT.svg", help="Draw the burn rates too.")
    ] = None,
    root: Root = HERE,
    ref: MainRef = "",
    output: OutputFormat = Format.TEXT,
) -> None:
    """Show minute by minute what past traffic would have led to."""
    from fedfuse.adapters import sli_file
    from fedfuse.adapters.files import write_new
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.cli.reporting import print_json
    from fedfuse.flows import slo
    from fedfuse.report import slo_replay as report
    from fedfuse.report.slo_plot import render

    samples = _right(sli_file.load(file))
    with Repository(root) as repository:
        _, objectives = slo.objectives(repository, until=ref or repository.main_ref())
    found = slo.replays(samples, objectives, release=release)
    if output is Format.JSON:
        print_json(report.document(found))
    else:
        typer.echo((report.markdown if output is Format.MARKDOWN else report.text)(found), nl=False)
    if plot:
        write_new(plot, render(found).encode("ascii"))


def _right(read: "T | tuple[Finding, ...]") -> "T":
    """What was read. Prints findings on stderr and exits when it is wrong."""
    from fedfuse.report.text import render_findings

    if not isinstance(read, tuple):
        return read
    typer.echo(render_findings(read), nl=False, err=True)
    raise typer.Exit(NOT_READ)
