"""`fedfuse init`: a fresh registry for another organisation."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fedfuse.cli.options import DryRun, Format, OutputFormat, Quiet

if TYPE_CHECKING:
    from fedfuse.flows.founding.init import Made

Target = Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make, new or empty.")]
Namespace = Annotated[str, typer.Option(help="Names its models: NAMESPACE/UNIT-vN.")]
Repo = Annotated[str, typer.Option(metavar="OWNER/NAME", help="Where it will live.")]
Shippers = Annotated[
    list[str],
    typer.Option(
        "--provider",
        metavar="PROVIDER=LOGIN:ID",
        help="Who may ship, as hf=alice:4312191; repeat, at least one for each of hf, gcp, aws.",
    ),
]
Hub = Annotated[str, typer.Option(help="hf://OWNER/NAME or dir:PATH; default by the names.")]
ReleaseName = Annotated[
    str, typer.Option(help="Tags are RELEASE_NAME-vX.Y.Z; default NAMESPACE-ai-federated.")
]
Prefixes = Annotated[
    list[str] | None,
    typer.Option("--prefix", metavar="PROVIDER=URI", help="Where its artifacts lie; repeat."),
]
Maintainers = Annotated[
    list[str] | None,
    typer.Option(
        "--maintainer", metavar="LOGIN:ID", help="Who decides; default every account; repeat."
    ),
]
App = Annotated[
    str,
    typer.Option(
        metavar="SLUG:APP_ID:BOT_ID",
        help="The release App, if there is one, as acme-release:1234567:198765432.",
    ),
]


def init(
    target: Target,
    *,
    namespace: Namespace,
    repo: Repo,
    provider: Shippers,
    hub: Hub = "",
    release_name: ReleaseName = "",
    prefix: Prefixes = None,
    maintainer: Maintainers = None,
    app: App = "",
    output: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Make a fresh, self-contained registry for another organisation."""
    from fedfuse.flows.founding import init as flow
    from fedfuse.flows.founding import organisation

    owner = organisation.parse(
        namespace=namespace,
        repository=repo,
        providers=provider,
        prefixes=prefix or (),
        maintainers=maintainer or (),
        hub=hub,
        release_name=release_name,
        app=app,
    )
    made = flow.make(target, owner, dry_run=dry_run)
    _print(made, target, output, dry_run=dry_run)
    if quiet:
        return
    if dry_run:
        typer.echo(f"would write {len(made.paths)} files to {target}", err=True)
    else:
        _say_what_follows(made, target, repo)


def _print(made: "Made", target: Path, output: Format, *, dry_run: bool) -> None:
    from fedfuse.cli.reporting import print_json, print_lines, print_text

    if output is Format.JSON:
        print_json(
            {"folder": str(target), "commit": made.commit or None, "files": list(made.paths)}
        )
    elif dry_run:
        print_text(made.registry_yaml, output, language="yaml")
    else:
        print_lines((str(target),), output)


def _say_what_follows(made: "Made", target: Path, repo: str) -> None:
    typer.echo(f"{len(made.paths)} files in commit {made.commit[:12]}; next:", err=True)
    typer.echo(
        f"  cd {shlex.quote(str(target))} && scripts/setup && .venv/bin/fedfuse validate",
        err=True,
    )
    typer.echo(f"  gh repo create {repo} --source . --push", err=True)
    typer.echo(f"  .venv/bin/fedfuse doctor --github {repo}", err=True)
    typer.echo(f"  .venv/bin/fedfuse new {made.example} ARTIFACT_DIR --help", err=True)
