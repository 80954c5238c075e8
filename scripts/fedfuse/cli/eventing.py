"""Makes the next event for a command: judges it, then writes it, pushes it, or only shows it."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Any

import typer

from fedfuse.adapters.git.repository import Repository
from fedfuse.cli.options import Format, now
from fedfuse.cli.remotes import git_remote, github_with_token
from fedfuse.cli.reporting import print_blocks, print_findings, print_json, print_lines, print_text
from fedfuse.flows.checking.remote_side import PromotionCheck
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.operating import events
from fedfuse.flows.operating.events import Draft
from fedfuse.flows.operating.proposing import Proposal, propose
from fedfuse.model.checklist import Checklist
from fedfuse.model.finding import Finding
from fedfuse.model.yaml_text import Value
from fedfuse.report import checklist

Fields = Mapping[str, Value] | tuple[Finding, ...]
"""The fields of an event, or what speaks against one."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of every event command: where it works, and what becomes of its event."""

    root: Path
    ref: str
    at: str
    output: Format
    _: KW_ONLY
    open_pr: bool
    remote: str
    dry_run: bool
    quiet: bool
    promotion_check: PromotionCheck | None = None
    """Answers a promotion's checklist as a whole; without it only main's history is asked."""


def run(options: Options, fields: Callable[[MainState], Fields]) -> None:
    """Make the event whose fields are computed for main as it is, and exit with its verdict."""
    with Repository(options.root) as repository:
        main_state = MainState.at(repository, options.ref or repository.main_ref(), now(options.at))
        found = fields(main_state)
        if isinstance(found, tuple):
            _print_refusal(found, None, options)
            raise typer.Exit(1)
        made = events.draft(main_state, found, promotion_check=options.promotion_check)
        if made.exit_code:
            _print_refusal(made.findings, made.checklist, options)
            raise typer.Exit(made.exit_code)
        if made.warning and not options.quiet:
            typer.echo(f"warning: {made.warning}", err=True)
        proposal = None if options.dry_run else _deliver(options, main_state, made)
    _print_event(made, proposal, options)


def _deliver(options: Options, main_state: MainState, made: Draft) -> Proposal | None:
    """Write the files into the work tree, or propose them in a pull request."""
    if not options.open_pr:
        events.write(options.root, made)
        return None
    there = git_remote(main_state.ledger.repository, options.remote)
    with github_with_token(main_state.base.registry().repository) as github:
        return propose(main_state, made, there, github)


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
