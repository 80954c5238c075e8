"""`fedfuse init`: a fresh registry for another organisation."""

from pathlib import Path
from typing import Annotated

import typer

from fedfuse.cli.options import DryRun, Quiet


def init(
    target: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make, new or empty.")],
    *,
    namespace: Annotated[str, typer.Option(help="Names its models: NAMESPACE/UNIT-vN.")],
    repo: Annotated[str, typer.Option(metavar="OWNER/NAME", help="Where it will live.")],
    provider: Annotated[
        list[str],
        typer.Option(
            metavar="PROVIDER=LOGIN:ID", help="Who may ship, as hf=alice:4312191; repeat."
        ),
    ],
    hub: Annotated[
        str,
        typer.Option(help="hf://OWNER/NAME or dir:PATH; default hf://NAMESPACE/RELEASE_NAME."),
    ] = "",
    release_name: Annotated[
        str, typer.Option(help="Tags are RELEASE_NAME-vX.Y.Z; default NAMESPACE-ai-federated.")
    ] = "",
    prefix: Annotated[
        list[str] | None,
        typer.Option(metavar="PROVIDER=URI", help="Where its artifacts lie; repeat."),
    ] = None,
    maintainer: Annotated[
        list[str] | None,
        typer.Option(metavar="LOGIN:ID", help="Who decides; default every account; repeat."),
    ] = None,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Make a fresh, self-contained registry for another organisation."""
    from fedfuse.flows import init as flow
    from fedfuse.flows import organisation

    owner = organisation.parse(
        namespace=namespace,
        repository=repo,
        providers=provider,
        prefixes=prefix or (),
        maintainers=maintainer or (),
        hub=hub,
        release_name=release_name,
    )
    made = flow.make(target, owner, dry_run=dry_run)
    if dry_run:
        typer.echo(made.registry_yaml, nl=False)
        typer.echo(f"would write {len(made.paths)} files to {target}", err=True)
    elif not quiet:
        typer.echo(target)
        typer.echo(
            f"made {target}: {len(made.paths)} files in commit {made.commit[:12]}\n"
            "next:\n"
            f"  cd {target} && scripts/setup && .venv/bin/fedfuse validate\n"
            f"  gh repo create {repo} --source . --push\n"
            f"  .venv/bin/fedfuse new {made.example} ARTIFACT_DIR --help",
            err=True,
        )
