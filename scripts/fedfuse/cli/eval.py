"""`fedfuse eval`: measure served models on a suite."""

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from fedfuse import engine
from fedfuse.adapters.openai import Endpoint
from fedfuse.adapters.run_file import path_of
from fedfuse.cli import eval_sealed
from fedfuse.cli.eval_sealed import API_KEY, PLACE, items_at
from fedfuse.cli.options import HERE, DryRun, Format, OutputFormat, Quiet, Root
from fedfuse.cli.reporting import show
from fedfuse.flows.authoring import eval_setup, evaluate
from fedfuse.flows.authoring.eval_summary import Summary, summarise
from fedfuse.flows.authoring.evaluate import Results, Run
from fedfuse.flows.authoring.options import hardware_of, pricing_of
from fedfuse.report.blocks import Code, Table
from fedfuse.report.findings import problems

BASELINE_API_KEY = "FEDFUSE_BASELINE_API_KEY"

app = typer.Typer(
    help="Measure a served model on a suite.", no_args_is_help=True, rich_markup_mode=None
)

Url = Annotated[str, typer.Option("--endpoint", help="Address of an OpenAI-compatible server.")]
Model = Annotated[str, typer.Option("--model", help="Name the server knows the model by.")]
RoleName = Annotated[
    Literal["textgen", "runtime", "policy", "embed"],  # their artifacts can be served
    typer.Option("--role", help="Decides parts and metrics."),
]
Target = Annotated[Path, typer.Option("--to", metavar="FILE.csv", help="Evidence file to write.")]
SuiteDir = Annotated[Path | None, typer.Option("--suite", help="Default: the canonical suite.")]
Kept = Annotated[str, typer.Option("--items", metavar=PLACE, help="Items of a sealed suite.")]
ConfigDir = Annotated[Path | None, typer.Option("--config", help="Prompt and decoding artifact.")]
Report = Annotated[bool, typer.Option("--report", help="Primary part only, as a report measures.")]
BaseUrl = Annotated[str, typer.Option(help="Server of the baseline; default the same.")]
BaseModel = Annotated[str, typer.Option(help="Ask this model in turn; default the same.")]
BaseConfig = Annotated[Path | None, typer.Option(help="Ask with this config in turn.")]
Concurrency = Annotated[int, typer.Option(min=1, max=64, help="Requests in flight.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Ask only a sample; that is no evidence.")]
Seed = Annotated[int, typer.Option(min=0, help="Sent with every request.")]
Machine = Annotated[
    str, typer.Option("--hardware", metavar="ACCELERATOR@REGION", help="What serves the model.")
]
Price = Annotated[
    str, typer.Option("--pricing", metavar="PER_HOUR@DATE", help="What that costs; gives the cost.")
]


@app.callback()
def group() -> None:
    """Measure a served model on a suite."""


app.command("seal")(eval_sealed.seal)
app.command("release")(eval_sealed.release)


@app.command("run")
def run(
    endpoint: Url,
    model: Model,
    role: RoleName,
    to: Target,
    *,
    suite: SuiteDir = None,
    items: Kept = "",
    config: ConfigDir = None,
    report: Report = False,
    baseline_endpoint: BaseUrl = "",
    baseline_model: BaseModel = "",
    baseline_config: BaseConfig = None,
    concurrency: Concurrency = 1,
    limit: Limit = None,
    seed: Seed = 0,
    hardware: Machine = "",
    pricing: Price = "",
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Ask a served model every item of a suite and write the evidence; run again to resume."""
    known = engine.newest().ROLES[role]
    measured = known.as_reported() if report else known
    exam = eval_setup.exam(root, suite, measured, limit=limit, items=items_at(items))
    served = _endpoint(endpoint, model, API_KEY)
    baseline = None
    if baseline_endpoint or baseline_model or baseline_config:
        key = BASELINE_API_KEY if baseline_endpoint else API_KEY
        other = _endpoint(baseline_endpoint or endpoint, baseline_model or model, key)
        baseline = evaluate.Served(other, eval_setup.config(baseline_config, measured))
    plan = evaluate.Run(
        exam=exam,
        candidate=evaluate.Served(served, eval_setup.config(config, measured)),
        baseline=baseline,
        seed=seed,
        concurrency=concurrency,
        hardware=hardware_of(hardware),
        pricing=pricing_of(pricing),
    )
    if exam.sample and not quiet:
        typer.echo(f"asking a sample of {len(exam.items)} items: it is no evidence", err=True)
    if dry_run:
        _print_plan(plan, to, evaluate.rehearse(plan, to), output, quiet=quiet)
    else:
        _measure(plan, to, output, quiet=quiet)


def _measure(plan: Run, to: Path, output: Format, *, quiet: bool) -> None:
    results = evaluate.run(plan, to, quiet=quiet)
    summary = summarise(plan, results, path=str(to))
    _print(plan, results, summary, to=to, output=output, quiet=quiet)
    if summary.findings:
        raise typer.Exit(1)


def _endpoint(url: str, model: str, key_variable: str) -> Endpoint:
    return Endpoint(url, model, os.environ.get(key_variable, ""), key_variable=key_variable)


def _print_plan(plan: Run, to: Path, resumed: int, output: Format, *, quiet: bool) -> None:
    fields, suite, whole = _plan_fields(plan, to), plan.exam.suite, len(plan.exam.items)
    rows = {
        "evidence": fields["path"],
        "run file": fields["run_file"],
        "suite": f"{suite.name} v{suite.version}: {', '.join(fields['parts'])}",
        "model": fields["model"],
        "items": f"{whole}, resumed {resumed}",
    }
    show(output, (_figures(rows),), {**fields, "items": whole, "resumed": resumed})
    if not quiet and output is not Format.JSON:
        typer.echo(f"would ask for {whole - resumed} items and write {to}", err=True)


def _print(
    plan: Run, results: Results, summary: Summary, *, to: Path, output: Format, quiet: bool
) -> None:
    fields = _fields(plan, results, summary, to)
    blocks = _figures(_rows(fields)), problems(summary.findings)
    show(output, blocks, {**fields, "findings": summary.findings})
    done = not plan.exam.sample and not summary.findings
    if done and not quiet and output is not Format.JSON:
        typer.echo(f"next: fedfuse new UNIT ARTIFACT_DIR --evidence {to}", err=True)


def _plan_fields(plan: Run, to: Path) -> dict[str, Any]:
    """What is known before anything is asked."""
    exam = plan.exam
    return {
        "path": str(to),
        "run_file": str(path_of(to)),
        "suite": {
            "name": exam.suite.name,
            "version": exam.suite.version,
            "sha256": exam.suite.sha256,
        },
        "role": exam.role.name,
        "parts": list(exam.role.parts),
        "model": plan.candidate.endpoint.model,
        "seed": plan.seed,
        "concurrency": plan.concurrency,
        "hardware": plan.hardware,
        "pricing": plan.pricing,
    }


def _fields(plan: Run, results: Results, summary: Summary, to: Path) -> dict[str, Any]:
    return {
        **_plan_fields(plan, to),
        "sha256": summary.sha256,
        "started_at": results.record.started_at,
        "ended_at": results.record.ended_at,
        "evidence": not plan.exam.sample and not summary.findings,
        "items": summary.items,
        "errors": summary.errors,
        "resumed": results.resumed,
        "wall_seconds": round(results.wall_seconds, 1),
        "metrics": {name: _finite(value) for name, value in summary.metrics.items()},
        "baseline_latency_ms_p95": _finite(summary.baseline_latency_ms_p95),
        "failures": dict(summary.failures),
        "critical_failures": summary.critical_failures,
    }


def _finite(value: float | None) -> float | None:
    """JSON knows no infinity; a figure that errors made infinite is null."""
    return None if value is None or not math.isfinite(value) else round(value, 6)


def _rows(fields: Mapping[str, Any]) -> dict[str, Any]:
    rows = {
        "evidence": fields["path"],
        "run file": fields["run_file"],
        "sha256": fields["sha256"],
        "items": f"{fields['items']}, errors {fields['errors']}, resumed {fields['resumed']}",
        "wall time": f"{fields['wall_seconds']} s",
        **fields["metrics"],
        **{f"failed {part}": count for part, count in fields["failures"].items()},
    }
    if fields["failures"]:
        rows["critical failures"] = fields["critical_failures"]
    if fields["baseline_latency_ms_p95"] is not None:
        rows["baseline latency_ms_p95"] = fields["baseline_latency_ms_p95"]
    return rows


def _figures(rows: Mapping[str, Any]) -> Table:
    return Table(("figure", "value"), [(name, Code(str(value))) for name, value in rows.items()])
