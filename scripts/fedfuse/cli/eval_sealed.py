"""`fedfuse eval seal` and `fedfuse eval release`: sealed suites, and measuring on them."""

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from fedfuse.adapters import files, kept_items
from fedfuse.adapters.artifacts import Stores
from fedfuse.adapters.git.repository import Repository
from fedfuse.cli.eventing import proposal_fields
from fedfuse.cli.options import HERE, DryRun, Format, MainRef, OutputFormat, Quiet, Root, now
from fedfuse.cli.remotes import git_remote, github_with_token
from fedfuse.cli.reporting import print_json, print_lines
from fedfuse.errors import UsageError
from fedfuse.flows.authoring import eval_setup, sealing
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.operating import measuring
from fedfuse.flows.operating.measuring import Bench, Due, Who
from fedfuse.flows.operating.proposing import Proposal
from fedfuse.flows.operating.proposing_evaluations import propose, proposed
from fedfuse.flows.releasing.addresses import hub_endpoint, stores
from fedfuse.model.manifest import Manifest
from fedfuse.model.role import Role
from fedfuse.suite.config import Config

API_KEY = "FEDFUSE_API_KEY"
ITEMS, ENDPOINTS = "FEDFUSE_SEALED_SUITE", "FEDFUSE_ENDPOINTS"
PLACE = "FOLDER|URI"


def items_at(place: str) -> eval_setup.Items | None:
    """What reads the items of a sealed suite from where they are kept; None for no place."""
    return partial(kept_items.read, place, endpoint=hub_endpoint()) if place else None


def seal(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A suite, outside of git.")],
    to: Annotated[Path, typer.Option("--to", metavar="KEPT", help="New folder for the items.")],
    root: Root = HERE,
    output: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Write a suite's outline and digests into the registry, and its items to be kept elsewhere."""
    files.refuse_used(to)
    made = sealing.seal(root, folder)
    if not dry_run:
        sealing.write(root, made, to)
    if output is Format.JSON:
        print_json({"files": list(made.public), "kept": [str(to / name) for name in made.kept]})
        return
    print_lines(made.public, output)
    if not quiet:
        would = "would be kept" if dry_run else "keep and show nobody"
        typer.echo(f"{would}: {', '.join(str(to / name) for name in made.kept)}", err=True)


def release(
    tag: Annotated[str, typer.Argument(metavar="TAG", help="Default: the newest release.")] = "",
    *,
    items: Annotated[
        str, typer.Option("--items", metavar=PLACE, envvar=ITEMS, help="Items of the sealed suite.")
    ] = "",
    endpoints: Annotated[
        Path | None,
        typer.Option(metavar="FILE.json", help="Unit to where its versions are served."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help="Keeps evidence, to go on from.")
    ] = None,
    login: Annotated[str, typer.Option(help="Who submits; default: the release App.")] = "",
    open_pr: Annotated[bool, typer.Option("--open-pr", help="Open one pull request.")] = False,
    remote: Annotated[str, typer.Option("--remote", help="Where branches are.")] = "origin",
    root: Root = HERE,
    ref: MainRef = "",
    output: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Measure a release's members, and what serves, on the sealed suite."""
    with Repository(root) as repository:
        main_state = MainState.at(repository, ref or repository.main_ref(), now(""))
        wanted = measuring.due(main_state, tag)
        if wanted is None or not wanted.refs or dry_run:
            _print(wanted, {}, None, output, quiet=quiet)
            return
        config_of = partial(_config, stores(repository, main_state.commit, root=root))
        bench = _bench(wanted, items, endpoints, to, Who(login, config_of, quiet=quiet))
        there = git_remote(repository, remote) if open_pr else None
        made = proposed(main_state, wanted, bench.items, there) if there else {}
        made = {**made, **measuring.measure(main_state, wanted.without(made), bench)}
        proposal = None
        if there:
            with github_with_token(main_state.base.registry().repository) as github:
                proposal = propose(main_state, wanted, made, bench.items, there, github)
        else:
            for path, data in made.items():
                files.write_new(root / path, data)
    _print(wanted, made, proposal, output, quiet=quiet)


def _bench(wanted: Due, items: str, endpoints: Path | None, to: Path | None, who: Who) -> Bench:
    """What measures; raises UsageError when not everything is said that it needs."""
    reader = items_at(items)
    if reader is None or endpoints is None or to is None:
        what = f"{len(wanted.refs)} versions are due: {', '.join(wanted.refs)}"
        raise UsageError(what, fix=f"add --items {PLACE} --endpoints FILE.json --to FOLDER")
    key = os.environ.get(API_KEY, "")
    return Bench(reader, measuring.endpoints(endpoints), key, API_KEY, to, who)


def _config(shelf: Stores, shipped: Manifest, role: Role) -> Config:
    """How a version is asked: by its artifact where that is a config, else plainly."""
    if shipped.artifact.format != "config":
        return eval_setup.plain(role)
    return eval_setup.config_in(partial(shelf.file, shipped), shipped.artifact.uri, role)


def _print(
    wanted: Due | None,
    made: Mapping[str, bytes],
    proposal: Proposal | None,
    output: Format,
    *,
    quiet: bool,
) -> None:
    refs = wanted.refs if wanted else ()
    if output is Format.JSON:
        fields: dict[str, Any] = {
            "suite": wanted.suite.label if wanted else None,
            "due": list(refs),
            "files": list(made),
            "pull_request": proposal_fields(proposal),
        }
        print_json(fields)
        return
    print_lines(refs, output)
    if quiet:
        return
    if wanted is None:
        typer.echo("registry.yaml names no evaluator, so nothing is due", err=True)
    elif not refs:
        typer.echo(f"everything was measured on {wanted.suite.label}", err=True)
    elif proposal:
        typer.echo(f"pull request: {proposal.step.value}: {proposal.url}", err=True)
    elif made:
        typer.echo("next: git add manifests && git commit", err=True)
