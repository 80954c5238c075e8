"""`fedfuse init`: a fresh registry for an organization."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fedfuse.cli.options import DryRun, Format, OutputFormat, Quiet
from fedfuse.errors import UsageError

if TYPE_CHECKING:
    from fedfuse.flows.registry.init import Made

Target = Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make, new or empty.")]
Namespace = Annotated[str, typer.Option(help="Names its models: NAMESPACE/UNIT-vN.")]
Repo = Annotated[str, typer.Option(metavar="OWNER/NAME", help="Where it will live.")]
Shippers = Annotated[
    list[str],
    typer.Option(
        "--provider",
        metavar="PROVIDER=LOGIN:ID",
        help="Who may ship, as hf=alice:4312191; any names, repeat for each account.",
    ),
]
Units = Annotated[
    list[str] | None,
    typer.Option(
        "--unit",
        metavar="PROVIDER/NAME=ROLE",
        help="What a provider ships; repeat. Default: the usual units of these providers.",
    ),
]
Tool = Annotated[
    str,
    typer.Option(
        metavar="OWNER/NAME@COMMIT",
        help="Where this tool is on GitHub; default: where it was cloned or built from.",
    ),
]
Vendored = Annotated[
    bool,
    typer.Option(
        "--vendored", help="Copy the tool into the registry, for sites without a network."
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
    unit: Units = None,
    maintainer: Maintainers = None,
    app: App = "",
    tool: Tool = "",
    vendored: Vendored = False,
    output: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Make a registry for an organization: data, judged by the tool that it pins."""
    from fedfuse.flows.registry import init as flow
    from fedfuse.flows.registry import organisation

    owner = organisation.parse(
        namespace=namespace,
        repository=repo,
        providers=provider,
        prefixes=prefix or (),
        units=unit or (),
        maintainers=maintainer or (),
        hub=hub,
        release_name=release_name,
        app=app,
    )
    if tool and vendored:
        raise UsageError("--tool pins the tool, --vendored copies it", fix="leave one of them out")
    tool_at = organisation.tool_place(tool) if tool else None
    made = flow.make(target, owner, tool_at=tool_at, vendored=vendored, dry_run=dry_run)
    _print(made, target, output, dry_run=dry_run)
    if quiet:
        return
    if dry_run:
        typer.echo(f"would write {len(made.paths)} files to {target}", err=True)
    else:
        _say_what_follows(made, target, repo, vendored=vendored)


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


def _say_what_follows(made: "Made", target: Path, repo: str, *, vendored: bool) -> None:
    folder = shlex.quote(str(target))
    typer.echo(f"{len(made.paths)} files in commit {made.commit[:12]}; next:", err=True)
    setup = " && scripts/setup runtime && . .venv/bin/activate" if vendored else ""
    typer.echo(f"  cd {folder}{setup} && fedfuse validate", err=True)
    typer.echo(f"  gh repo create {repo} --source . --push", err=True)
    typer.echo(f"  fedfuse doctor --github {repo}", err=True)
    typer.echo(f"  fedfuse new {made.example} ARTIFACT_DIR --help", err=True)
