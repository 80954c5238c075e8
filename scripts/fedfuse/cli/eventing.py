"""Makes the next event for a command: judges it, then writes it, pushes it, or only shows it."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from fedfuse.cli.clock import moment
from fedfuse.cli.options import Format

if TYPE_CHECKING:
    from fedfuse.adapters.git.remote import Remote
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.adapters.github import GitHub
    from fedfuse.flows.checking.check import PromotionCheck
    from fedfuse.flows.folding.scene import Scene
    from fedfuse.flows.operating.events import Draft
    from fedfuse.flows.operating.proposing import Proposal
    from fedfuse.model.checklist import Checklist
    from fedfuse.model.finding import Finding
    from fedfuse.model.yaml_text import Value

    Fields = Mapping[str, Value] | tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a command works, and what becomes of its event."""

    root: Path
    ref: str
    at: str
    output: Format
    _: KW_ONLY
    open_pr: bool
    remote: str
    dry_run: bool
    quiet: bool
    promotion_check: "PromotionCheck | None" = None
    """Answers a promotion's checklist as a whole; without it only main's history is asked."""


def run(desk: Desk, said: "Callable[[Scene], Fields]") -> None:
    """Make the event whose fields `said` gives for main as it is, and exit with its verdict."""
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.flows.folding.scene import Scene
    from fedfuse.flows.operating import events

    with Repository(desk.root) as repository:
        now = moment(desk.at) or datetime.now(UTC)
        scene = Scene.at(repository, desk.ref or repository.main_ref(), now)
        fields = said(scene)
        if isinstance(fields, tuple):
            _print_refusal(fields, None, desk)
            raise typer.Exit(1)
        made = events.draft(scene, fields, promotion_check=desk.promotion_check)
        if made.exit_code:
            _print_refusal(made.findings, made.checklist, desk)
            raise typer.Exit(made.exit_code)
        if made.warning and not desk.quiet:
            typer.echo(f"warning: {made.warning}", err=True)
        proposed = None if desk.dry_run else _deliver(desk, scene, made)
    _print_event(made, proposed, desk)


def _deliver(desk: Desk, scene: "Scene", made: "Draft") -> "Proposal | None":
    """Write the files into the work tree, or propose them in a pull request."""
    from fedfuse.flows.operating import events

    if desk.open_pr:
        return proposed(scene, made, remote=desk.remote)
    events.write(desk.root, made)
    return None


def proposed(scene: "Scene", made: "Draft", *, remote: str) -> "Proposal":
    """Push a branch to a remote of the clone, and open the pull request if GITHUB_TOKEN is set.

    Raises UsageError when the clone has no such remote.
    """
    from fedfuse.flows.operating.proposing import propose

    there = git_remote(scene.ledger.repository, remote)
    with code_host(scene.base.registry().repository) as github:
        return propose(scene, made, there, github)


def git_remote(repository: "Repository", name: str) -> "Remote":
    """A remote of the clone. Raises UsageError when it has none of that name."""
    from fedfuse.adapters.git.remote import Remote
    from fedfuse.errors import UsageError

    if repository.remote(name) is None:
        raise UsageError(
            f"this clone has no remote {name!r:.100}", fix="name one with --remote NAME"
        )
    return Remote(repository.git_dir, name)


@contextmanager
def code_host(name: str) -> "Iterator[GitHub | None]":
    """The repository OWNER/NAME on GitHub, as GITHUB_TOKEN may use it; None while that is unset."""
    if not os.environ.get("GITHUB_TOKEN", "").strip():
        yield None
        return
    from fedfuse.adapters.github import GitHub
    from fedfuse.adapters.github_http import Session

    with Session.of_environment() as session:
        yield GitHub(name, session)


def _print_refusal(found: "tuple[Finding, ...]", checklist: "Checklist | None", desk: Desk) -> None:
    from fedfuse.cli.reporting import print_blocks, print_findings, print_json
    from fedfuse.report import go_no_go

    if desk.output is Format.JSON:
        judged = go_no_go.fields(checklist) if checklist else None
        print_json({"findings": found, "checklist": judged})
        return
    if checklist:
        print_blocks(go_no_go.blocks(checklist), desk.output)
    else:
        print_findings(found, desk.output)
    if not desk.quiet:
        typer.echo("nothing was written", err=True)


def _print_event(made: "Draft", proposed: "Proposal | None", desk: Desk) -> None:
    from fedfuse.cli.reporting import print_json, print_lines, print_text
    from fedfuse.report import go_no_go

    if desk.output is Format.JSON:
        fields: dict[str, Any] = {
            "number": made.number,
            "kind": made.kind,
            "files": list(made.files),
            "branch": made.branch,
            "title": made.title,
            "pull_request": proposal_fields(proposed),
            "findings": [],
            "checklist": go_no_go.fields(made.checklist) if made.checklist else None,
        }
        print_json(fields)
        return
    if desk.dry_run:
        print_text(made.files[made.path].decode(), desk.output, language="yaml")
    elif proposed:
        typer.echo(proposed.url)
    else:
        print_lines(made.files, desk.output)
    if not desk.quiet:
        _say_what_follows(made, proposed, desk)


def _say_what_follows(made: "Draft", proposed: "Proposal | None", desk: Desk) -> None:
    from fedfuse.cli.reporting import print_blocks
    from fedfuse.report import go_no_go

    if made.checklist:
        print_blocks(go_no_go.blocks(made.checklist), err=True)
    if proposed:
        typer.echo(f"pull request: {proposed.step.value}", err=True)
    elif desk.dry_run:
        place = f"would be proposed as {made.branch}" if desk.open_pr else "would be written"
        typer.echo(f"{place}: {', '.join(made.files)}", err=True)
    else:
        commit = f"git add releases && git commit -m '{made.title}'"
        push = f"git push -u {desk.remote} HEAD"
        typer.echo(f"next: git switch -c {made.branch} && {commit} && {push}", err=True)


def proposal_fields(proposed: "Proposal | None") -> Mapping[str, Any] | None:
    """A proposal as JSON holds it."""
    if proposed is None:
        return None
    return {
        "number": proposed.number or None,
        "url": proposed.url,
        "head": proposed.commit,
        "step": proposed.step.value,
    }
