"""`fedfuse serve`: answer prompts with a pulled release."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fedfuse.adapters import endpoints_file
from fedfuse.cli.options import HERE, DryRun, Format, OutputFormat, Quiet, Root
from fedfuse.cli.reporting import show
from fedfuse.errors import FedfuseError, UsageError
from fedfuse.report.blocks import Lines, Paragraph

if TYPE_CHECKING:
    from fedfuse.node.serving.run import Service

HELP = """Answer prompts with a pulled release.

DIR is what `fedfuse pull --warm --to DIR` filled: the release that DIR/current names answers.
DIR/endpoints.yaml says where its models are. A server lists the ids of the manifests it serves
under /v1/models (`--served-model-name`, `--alias`); `serves` maps them where it cannot.

\b
  apiVersion: fedfuse/v1
  kind: Endpoints
  endpoints:
    - url: http://127.0.0.1:8000
    - url: https://models.example.com/v1
      token: {env: MODELS_TOKEN}    # or {file: PATH} or {command: [PROGRAM, ...]}
      serves: {acme/textgen-lora-v3: tgi}
      timeout_seconds: 120
  configs: {acme/policy-adapter-v2: artifacts/policy-v2}    # of units of the format config

Clients speak the OpenAI protocol and ask for the model NAME or NAME/PROMPT_TYPE: /v1/models lists
them. Each event is one line of JSON on standard output, without any text of a prompt or an answer.
"""


def serve(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of pulled releases.")],
    endpoints: Annotated[
        Path | None, typer.Option("--endpoints", help="Default: DIR/endpoints.yaml.")
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 is a free one.")] = 8080,
    key_env: Annotated[
        str, typer.Option("--key-env", help="Variable with the key that clients must send.")
    ] = "",
    follow: Annotated[
        str, typer.Option("--follow", help="Pull candidate or production every minute.")
    ] = "",
    source: Annotated[str, typer.Option("--from", help="Where --follow pulls from.")] = "",
    registry: Annotated[str, typer.Option("--registry", help="What proves it.")] = "",
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Answer prompts with a pulled release."""
    key = _key(key_env, host)
    known = endpoints_file.read(endpoints or folder / "endpoints.yaml")
    puller = _puller(follow, folder, source, registry, root)
    if not puller and not (folder / "current").exists():
        fix = f"fedfuse pull --warm --to {folder}, or add --follow production"
        raise UsageError(f"{folder}/current names no release", fix=fix)
    run, events = _modules()
    with events.events((lambda _: None) if quiet or dry_run else typer.echo) as say:
        service = run.Service(folder, known, say, key, puller)
        if dry_run:
            raise typer.Exit(_rehearse(service, output, quiet=quiet))
        with run.bound(host, port) as listening:
            at, number = listening.getsockname()[:2]
            say({"event": "listening", "url": f"http://{f'[{at}]' if ':' in at else at}:{number}"})
            service.run(listening)


def _modules() -> tuple[Any, Any]:
    """What serves, and what says so. Raises FedfuseError when the extra is not installed."""
    try:
        from fedfuse.node.serving import events, run
    except ImportError as err:
        raise FedfuseError(
            f"fedfuse serve needs {err.name}, which is not installed",
            fix="pip install 'fedfuse[serve]'",
        ) from err
    return run, events


def _key(variable: str, host: str) -> str:
    key = os.environ.get(variable, "").strip() if variable else ""
    if variable and not key:
        raise UsageError(f"{variable} is not set", fix=f"export {variable}=... with a long key")
    if not key and not endpoints_file.is_loopback(host):
        raise UsageError(
            f"{host} can be reached by others, and no key is asked for",
            fix="add --key-env VARIABLE, or listen on 127.0.0.1",
        )
    return key


def _puller(
    channel: str, folder: Path, source: str, registry: str, root: Path
) -> Callable[[], tuple[str, ...]] | None:
    """What pulls a channel; None where none is followed."""
    if not channel:
        return None
    if channel not in {"candidate", "production"}:
        raise UsageError(f"{channel} cannot be followed", fix="--follow production")
    from fedfuse.flows.node.pull_options import Pulling

    pulling = Pulling(to=folder, source=source, registry=registry, root=root, quiet=True)
    return lambda: tuple(f"{f.place}: {f.message}" for f in pulling.follow(channel))


def _rehearse(service: "Service", output: Format, *, quiet: bool) -> int:
    """Say what would serve, and what it lacks."""
    import asyncio

    standing = asyncio.run(service.looked())
    missing = standing.missing
    lines = [f"{standing.wanted} would {'not ' if missing else ''}be served", *missing]
    fields = {"release": standing.wanted, "missing": missing}
    show(output, (Paragraph(Lines(() if quiet else tuple(lines))),), fields)
    return 1 if missing else 0


serve.__doc__ = HELP
