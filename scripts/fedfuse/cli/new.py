"""`fedfuse new`: the manifest of a unit's next version, or an Evaluation of one on main."""

import json
from dataclasses import fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fedfuse.adapters.work_tree import WorkTree
from fedfuse.cli.options import HERE, DryRun, Format, OutputFormat, Quiet, Root
from fedfuse.cli.reporting import print_findings, print_json, print_lines, print_text
from fedfuse.errors import UsageError
from fedfuse.flows.authoring import new as flow
from fedfuse.flows.authoring import new_evaluation
from fedfuse.flows.authoring.new import Draft, Measurement
from fedfuse.flows.authoring.options import NewOptions
from fedfuse.flows.history import snapshots


class Track(StrEnum):
    """What the version may become."""

    RELEASE = "release"
    EXPERIMENT = "experiment"


_MEASURED = {"baseline", "hardware", "concurrency", "pricing", "seed", "login", "sealed"}
"""The options of a manifest that an Evaluation has too."""
Unit = Annotated[str, typer.Argument(metavar="UNIT", help="As hf/textgen; registry.yaml has all.")]
ArtifactDir = Annotated[Path | None, typer.Argument(metavar="ARTIFACT_DIR", help="Its files.")]
Evaluates = Annotated[
    str,
    typer.Option(
        metavar="REF", help="Write an Evaluation of this version instead, without UNIT and files."
    ),
]
By = Annotated[str, typer.Option(help="Who measured: registry, or a provider.")]
IsSealed = Annotated[bool, typer.Option("--sealed", help="Measured on the sealed suite.")]
Uri = Annotated[str, typer.Option(help="Where it was uploaded; default PREFIX/NAME-vN.")]
Revision = Annotated[
    str, typer.Option(help="The store's immutable revision: commit, generation or id.")
]
Evidence = Annotated[Path | None, typer.Option(help="CSV of `fedfuse eval run`.")]
Table = Annotated[Path | None, typer.Option(help="JSON {name: number} of a data report.")]
TrackName = Annotated[Track, typer.Option(help="release, or experiment: judged, never released.")]
License = Annotated[str, typer.Option("--license", help="As apache-2.0.")]
Contract = Annotated[int | None, typer.Option(min=1, help="Version of the role's contract.")]
Io = Annotated[
    list[str] | None,
    typer.Option(metavar="KEY=VALUE", help="A fact, as embedding_dim=384; repeat."),
]
BaseModel = Annotated[str, typer.Option(metavar="ID@REVISION", help="Base model of an adapter.")]
Subject = Annotated[str, typer.Option(help="Version a report measures, as gcp/embedder@v3.")]
Baseline = Annotated[str, typer.Option(help="Version that was measured in turn with this one.")]
Hardware = Annotated[str, typer.Option(metavar="ACCELERATOR@REGION", help="As 1xL4@us-east-1.")]
Concurrency = Annotated[int | None, typer.Option(min=1, help="Requests in flight.")]
Pricing = Annotated[str, typer.Option(metavar="PER_HOUR@DATE", help="As 0.80@2026-11-20.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed of the evaluation run.")]
TrainingSystem = Annotated[str, typer.Option(help="As autotrain, vertex or sagemaker.")]
TrainingRun = Annotated[str, typer.Option(help="URL or ARN of this version's run.")]
TrainingCode = Annotated[str, typer.Option(metavar="REPO@COMMIT", help="Code that ran.")]
TrainingDataset = Annotated[
    str, typer.Option(metavar="ID@SHA256", help="Data that it was trained on.")
]
TrainingSplits = Annotated[str, typer.Option(help="As train=8000,val=1000,test=1000.")]
Login = Annotated[str, typer.Option(help="Who submits; default the provider's only account.")]


def new(
    unit: Unit = "",
    artifact_dir: ArtifactDir = None,
    *,
    evaluates: Evaluates = "",
    by: By = "",
    sealed: IsSealed = False,
    uri: Uri = "",
    revision: Revision = "",
    evidence: Evidence = None,
    table: Table = None,
    track: TrackName = Track.RELEASE,
    license_id: License = "",
    contract: Contract = None,
    io: Io = None,
    base_model: BaseModel = "",
    subject: Subject = "",
    baseline: Baseline = "",
    hardware: Hardware = "",
    concurrency: Concurrency = None,
    pricing: Pricing = "",
    seed: Seed = None,
    training_system: TrainingSystem = "",
    training_run: TrainingRun = "",
    training_code: TrainingCode = "",
    training_dataset: TrainingDataset = "",
    training_splits: TrainingSplits = "",
    login: Login = "",
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Write the manifest of a unit's next version; what is left out is as in the last one."""
    words = locals()

    options = NewOptions(**{field.name: words[field.name] for field in fields(NewOptions)})
    if evaluates:
        made = _evaluation(root, evaluates, unit, by=by, options=options, evidence=evidence)
    else:
        made = _manifest(
            root, unit, artifact_dir, options, flow.Measurement(evidence, table), quiet=quiet
        )
    if not made.findings and not dry_run:
        flow.write(root, made)
    _print(made, output, dry_run=dry_run)
    if not quiet:
        _say_what_follows(made, dry_run=dry_run)
    raise typer.Exit(1 if made.findings else 0)


def _print(made: Draft, output: Format, *, dry_run: bool) -> None:
    if output is Format.JSON:
        fields = {"files": list(made.files), "findings": made.findings}
        more = {"unjudged": made.unjudged} if made.unjudged else {}
        print_json({**fields, "taken_over": made.taken_over, **more})
    elif made.findings:
        print_findings(made.findings, output)
    elif dry_run:
        print_text(made.files[made.path].decode(), output, language="yaml")
    else:
        print_lines(made.files, output)


def _say_what_follows(made: Draft, *, dry_run: bool) -> None:
    for name, value in made.taken_over.items():
        shown = value if isinstance(value, str) else json.dumps(value)
        typer.echo(f"as in the version before: {name} {shown}", err=True)
    if made.unjudged:
        typer.echo(f"not judged here, what main shipped and withdrew: {made.unjudged}", err=True)
    if made.findings:
        typer.echo("nothing was written; lines are those of the document to be", err=True)
    elif dry_run:
        typer.echo(f"would be written: {', '.join(made.files)}", err=True)
    else:
        check = "fedfuse check --base origin/main --head HEAD"
        typer.echo(f"next: git add manifests && git commit && {check}", err=True)


def _manifest(
    root: Path,
    unit: str,
    artifact: Path | None,
    options: NewOptions,
    measured: Measurement,
    *,
    quiet: bool,
) -> Draft:
    if not unit or artifact is None:
        raise UsageError(
            "a manifest needs UNIT and ARTIFACT_DIR",
            fix="fedfuse new UNIT ARTIFACT_DIR, or fedfuse new --evaluates REF --by NAME",
        )
    if options.sealed:
        raise UsageError("a manifest is measured on the canonical suite", fix="leave --sealed out")
    return flow.draft(root, unit, artifact, options=options, measured=measured, quiet=quiet)


def _evaluation(
    root: Path, subject: str, unit: str, *, by: str, options: NewOptions, evidence: Path | None
) -> Draft:
    if unit or not by:
        raise UsageError(
            "an Evaluation ships no files, and somebody measured",
            fix=f"fedfuse new --evaluates {subject} --by registry --evidence FILE.csv",
        )
    unused = [
        field.name
        for field in fields(options)
        if field.name not in _MEASURED and getattr(options, field.name) != field.default
    ]
    if unused:
        name = unused[0].removesuffix("_id").replace("_", "-")
        raise UsageError(f"an Evaluation has no --{name}", fix=f"leave --{name} out")
    state, unjudged = flow.state_of_main(root)
    made = new_evaluation.draft(
        snapshots.of(WorkTree(root)),
        subject,
        by=by,
        options=options,
        evidence=evidence,
        state=state,
    )
    return replace(made, unjudged=unjudged)
