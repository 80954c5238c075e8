"""`fedfuse promote`, `rollback`, `hold`, `lift`, `yank`, `waive`: write the next event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, Concatenate, ParamSpec

import typer

from fedfuse.adapters.git.repository import Repository
from fedfuse.cli.options import (
    HERE,
    DryRun,
    Format,
    MainRef,
    Now,
    Offline,
    OutputFormat,
    Quiet,
    Root,
    Source,
    counters,
    moment,
    now,
)
from fedfuse.cli.remotes import git_remote, github_with_token
from fedfuse.cli.reporting import print_blocks, print_findings, print_json, print_lines, print_text
from fedfuse.flows.checking.check import PromotionCheck
from fedfuse.flows.folding.scene import Scene
from fedfuse.flows.operating import events
from fedfuse.flows.operating.checklist_outside import promotion_check
from fedfuse.flows.operating.events import Draft
from fedfuse.flows.operating.proposing import Proposal, propose
from fedfuse.model.checklist import Checklist
from fedfuse.model.finding import Finding
from fedfuse.model.release import timestamp
from fedfuse.model.yaml_text import Value
from fedfuse.report import checklist

Fields = Mapping[str, Value] | tuple[Finding, ...]
"""The fields of an event, or what speaks against one."""
P = ParamSpec("P")


class Gate(StrEnum):
    """What may be waived."""

    QUALITY = "quality"
    LATENCY = "latency"


Reason = Annotated[str, typer.Option("--reason", help="Why, in one line; it stays for ever.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of every event command: where it works, and what becomes of its event."""

    root: Root = HERE
    ref: MainRef = ""
    at: Now = ""
    output: OutputFormat = Format.TEXT
    open_pr: Annotated[
        bool, typer.Option("--open-pr", help="Push a branch and open its pull request.")
    ] = False
    remote: Annotated[str, typer.Option("--remote", help="Where --open-pr pushes.")] = "origin"
    dry_run: DryRun = False
    quiet: Quiet = False


def _command(make: Callable[Concatenate[Options, P], None]) -> Callable[..., None]:
    """A command with the function's own parameters and the options of every event command."""
    shared = signature(Options).parameters
    _, *own = signature(make).parameters.values()

    @wraps(make)
    def command(**given: Any) -> None:
        options = Options(**{name: given.pop(name) for name in shared})
        make(options, **given)  # type: ignore[call-arg] # typer passes what the signature says

    keyword = (one.replace(kind=Parameter.KEYWORD_ONLY) for one in (*own, *shared.values()))
    made = Signature(list(keyword))
    vars(command)["__signature__"] = made
    command.__annotations__ = {name: one.annotation for name, one in made.parameters.items()}
    return command


@_command
def promote(
    options: Options,
    tag: Annotated[str, typer.Argument(metavar="TAG", help="The release.")],
    source: Source = "",
    offline: Offline = False,
) -> None:
    """Write the event that promotes a release."""
    check = None if offline else promotion_check(options.root, counters=counters(source))
    _make(options, lambda _: {"kind": "promote", "release": tag}, check)


@_command
def rollback(
    options: Options,
    reason: Reason,
    to: Annotated[
        str, typer.Option("--to", metavar="TAG", help="Default: the newest healthy warm release.")
    ] = "",
) -> None:
    """Write the event that takes production back."""
    _make(options, lambda scene: events.rollback_fields(scene, to, reason))


@_command
def hold(options: Options, reason: Reason) -> None:
    """Write the event that holds promotions."""
    _make(options, lambda _: {"kind": "hold", "reason": reason})


@_command
def lift(
    options: Options,
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="The event that holds.")],
) -> None:
    """Write the event that lifts a hold."""
    _make(options, lambda _: {"kind": "lift", "hold": number})


@_command
def yank(
    options: Options,
    version: Annotated[str, typer.Argument(metavar="REF", help="As hf/textgen@v3.")],
    reason: Reason,
) -> None:
    """Write the event that withdraws a version."""
    _make(options, lambda _: {"kind": "yank", "version": version, "reason": reason})


@_command
def waive(
    options: Options,
    manifest: Annotated[Path, typer.Option("--manifest", help="The manifest that is to land.")],
    gate: Annotated[Gate, typer.Option("--gate", help="Safety, compatibility: never.")],
    until: Annotated[
        str, typer.Option("--until", metavar="TIME", help="When it ends; a date is its start, UTC.")
    ],
    reason: Reason,
) -> None:
    """Write the event that waives a gate once."""
    end = moment(until if "T" in until else f"{until}T00:00:00Z")
    if end is None:
        raise typer.BadParameter("name when the waiver ends", param_hint="--until")
    expires = timestamp(end)

    def fields(scene: Scene) -> Fields:
        return events.waiver_fields(
            scene, manifest, gate=gate.value, expires=expires, reason=reason
        )

    _make(options, fields)


def _make(
    options: Options, fields: Callable[[Scene], Fields], check: PromotionCheck | None = None
) -> None:
    """Make the event for main as it is, and exit with its verdict.

    `check` answers a promotion's checklist as a whole; without it only main's history is asked.
    """
    with Repository(options.root) as repository:
        scene = Scene.at(repository, options.ref or repository.main_ref(), now(options.at))
        found = fields(scene)
        if isinstance(found, tuple):
            _print_refusal(found, None, options)
            raise typer.Exit(1)
        made = events.draft(scene, found, promotion_check=check)
        if made.exit_code:
            _print_refusal(made.findings, made.checklist, options)
            raise typer.Exit(made.exit_code)
        if made.warning and not options.quiet:
            typer.echo(f"warning: {made.warning}", err=True)
        proposal = None if options.dry_run else _deliver(options, scene, made)
    _print_event(made, proposal, options)


def _deliver(options: Options, scene: Scene, made: Draft) -> Proposal | None:
    """Write the files into the work tree, or propose them in a pull request."""
    if not options.open_pr:
        events.write(options.root, made)
        return None
    there = git_remote(scene.ledger.repository, options.remote)
    with github_with_token(scene.base.registry().repository) as github:
        return propose(scene, made, there, github)


def _print_refusal(found: tuple[Finding, ...], judged: Checklist | None, options: Options) -> None:
    if options.output is Format.JSON:
        items = checklist.fields(judged) if judged else None
        print_json({"findings": found, "checklist": items})
        return
    if judged:
        print_blocks(checklist.blocks(judged), options.output)
    else:
        print_findings(found, options.output)
    if not options.quiet:
        typer.echo("nothing was written", err=True)


def _print_event(made: Draft, proposal: Proposal | None, options: Options) -> None:
    if options.output is Format.JSON:
        print_json(
            {
                "number": made.number,
                "kind": made.kind,
                "files": list(made.files),
                "branch": made.branch,
                "title": made.title,
                "pull_request": proposal_fields(proposal),
                "findings": [],
                "checklist": checklist.fields(made.checklist) if made.checklist else None,
            }
        )
        return
    if options.dry_run:
        print_text(made.files[made.path].decode(), options.output, language="yaml")
    elif proposal:
        typer.echo(proposal.url)
    else:
        print_lines(made.files, options.output)
    if not options.quiet:
        _say_what_follows(made, proposal, options)


def _say_what_follows(made: Draft, proposal: Proposal | None, options: Options) -> None:
    if made.checklist:
        print_blocks(checklist.blocks(made.checklist), err=True)
    if proposal:
        typer.echo(f"pull request: {proposal.step.value}", err=True)
    elif options.dry_run:
        place = f"would be proposed as {made.branch}" if options.open_pr else "would be written"
        typer.echo(f"{place}: {', '.join(made.files)}", err=True)
    else:
        commit = f"git add releases && git commit -m '{made.title}'"
        push = f"git push -u {options.remote} HEAD"
        typer.echo(f"next: git switch -c {made.branch} && {commit} && {push}", err=True)


def proposal_fields(proposal: Proposal | None) -> Mapping[str, Any] | None:
    """A proposal as JSON holds it."""
    if proposal is None:
        return None
    return {
        "number": proposal.number or None,
        "url": proposal.url,
        "head": proposal.commit,
        "step": proposal.step.value,
    }
