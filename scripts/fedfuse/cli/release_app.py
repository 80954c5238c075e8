"""`fedfuse app`: names the release App in a registry."""

from typing import Annotated

import typer

from fedfuse.cli.options import HERE, DryRun, Format, OutputFormat, Quiet, Root
from fedfuse.cli.reporting import print_json, print_lines
from fedfuse.flows.registry import organisation, release_app

App = Annotated[
    str,
    typer.Argument(
        metavar="SLUG:APP_ID:BOT_ID",
        help="Its name, id and bot's account id, as acme-release:1234567:198765432.",
    ),
]


def name_app(
    app: App,
    *,
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Name the release App in the rulesets and in registry.yaml."""
    named = organisation.release_app(app, option="APP")
    changed = release_app.name(root, named, dry_run=dry_run)
    if output is Format.JSON:
        print_json({"files": list(changed)})
    else:
        print_lines(changed, output)
    if not quiet:
        done = "these files would change; then" if dry_run else "next:"
        typer.echo(f"{done} merge them, and with a private key of the App in key.pem:", err=True)
        typer.echo(
            f"  gh variable set FEDFUSE_APP_ID --env release --body {named.app_id}", err=True
        )
        typer.echo("  gh secret set FEDFUSE_APP_KEY --env release <key.pem", err=True)
        typer.echo("  fedfuse doctor --github OWNER/NAME", err=True)
