"""`fedfuse node render`: write the configuration of an engine that is to run a node."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fedfuse.adapters import endpoints_file
from fedfuse.adapters.files import write_new
from fedfuse.adapters.yaml_blocks import written
from fedfuse.cli.options import DryRun, Format, OutputFormat, Quiet
from fedfuse.cli.reporting import print_json, print_text
from fedfuse.errors import UsageError
from fedfuse.node import loading
from fedfuse.node.release import Release
from fedfuse.node.rendering import kubernetes, litellm

HELP = """Write the configuration of an engine that runs a node.

DIR is what `fedfuse pull --warm --to DIR` filled, as for `fedfuse serve`; DIR/current names the
release that is rendered.

\b
kubernetes: ConfigMap, Deployment, Service and ServiceMonitor. Pods follow production by
            themselves (`--from`, `--registry`; for the latter the image needs git).
litellm:    a proxy in front of the node at `--url`: its models, and its vote as a guardrail.

No secret is read or written: `--key-env` names the variable with the node's key.
"""
app = typer.Typer(help="Run a node on other engines.", no_args_is_help=True, rich_markup_mode=None)


class Engine(StrEnum):
    """What is rendered for."""

    KUBERNETES = "kubernetes"
    LITELLM = "litellm"


@app.callback()
def group() -> None:
    """Run a node on other engines."""


@app.command("render", help=HELP, short_help="Write the configuration of an engine.")
def render(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of pulled releases.")],
    engine: Annotated[Engine, typer.Option("--for", help="The engine.")],
    to: Annotated[Path | None, typer.Option("--to", help="Folder for ENGINE.yaml.")] = None,
    endpoints: Annotated[Path | None, typer.Option(help="Default: DIR/endpoints.yaml.")] = None,
    image: Annotated[str, typer.Option(help="kubernetes: NAME@sha256:DIGEST.")] = "",
    source: Annotated[str, typer.Option("--from", help="kubernetes: hf://OWNER/NAME.")] = "",
    registry: Annotated[str, typer.Option(help="kubernetes: git URL that proves it.")] = "",
    url: Annotated[str, typer.Option(help="litellm: the node.")] = "http://127.0.0.1:8080",
    key_env: Annotated[str, typer.Option(help="Variable with its key.")] = "FEDFUSE_NODE_KEY",
    output: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Write the configuration of an engine."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", key_env):
        raise UsageError("--key-env is no variable's name", fix="--key-env FEDFUSE_NODE_KEY")
    if not (folder / "current").exists():
        fix = f"fedfuse pull --warm --to {folder}"
        raise UsageError(f"{folder}/current names no release", fix=fix)
    release, _ = loading.load(folder / "current")
    if engine is Engine.LITELLM:
        made = _litellm(release, url, key_env)
    else:
        known = endpoints_file.read(endpoints or folder / "endpoints.yaml")
        pod = kubernetes.Pod(image, source, registry, key_env)
        documents = kubernetes.documents(release, known, pod)
        made = written(documents, comment=kubernetes.comment(release, known, pod))
    path = to / f"{engine}.yaml" if to else None
    if path and not dry_run:
        write_new(path, made.encode())
    if output is Format.JSON:
        where = str(path) if path else None
        print_json({"release": release.tag, "path": where, "content": made})
    elif path is None:
        print_text(made, output, language="yaml")
    elif not quiet:
        typer.echo(f"{path}: {release.tag} {'would be' if dry_run else 'is'} rendered")


def _litellm(release: Release, url: str, key: str) -> str:
    if not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", url.rstrip("/")):
        raise UsageError("--url is no address of a node", fix="--url http://127.0.0.1:8080")
    comment = [line.format(key=key) for line in litellm.COMMENT]
    return written([litellm.config(release, url=url.rstrip("/"), key=key)], comment=comment)
