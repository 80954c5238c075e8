"""`fedfuse slo`: judge what serves by its objectives."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from fedfuse.adapters import sli_file
from fedfuse.adapters.git.repository import Repository
from fedfuse.cli.eventing import proposal_fields
from fedfuse.cli.options import (
    HERE,
    DryRun,
    Format,
    MainRef,
    Now,
    OutputFormat,
    Quiet,
    Root,
    Source,
    now,
    token,
)
from fedfuse.cli.remotes import git_remote, github_with_token
from fedfuse.cli.reporting import print_blocks, print_findings, print_json, print_text, show
from fedfuse.errors import UsageError
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.history.serving_history import History, history
from fedfuse.flows.operating import slo
from fedfuse.flows.operating.breach import (
    Response,
    merge_if_proven,
    rehearse,
    repository_name,
    respond,
)
from fedfuse.model.finding import Finding
from fedfuse.model.slo.outcome import Outcome
from fedfuse.report import prometheus_rules, slo_replay
from fedfuse.report import slo as report
from fedfuse.report.findings import problems

RemoteName = Annotated[str, typer.Option("--remote", help="Where branches are.")]
T = TypeVar("T")
NOT_READ = 3
"""Exit code for counters that cannot be read, or are not there: 1 would prove a breach."""
HELP = """Judge production by its objectives.

Nodes count requests by the release that answered them: fedfuse_slo_requests_total and
fedfuse_slo_good_requests_total with the labels release and objective (availability, cost,
safety), and the histogram fedfuse_request_duration_seconds with the label release and a bucket
at the latency objective. All of them are there from the start of a node, and begin at 0.

In a FILE each line is one such count. good and total count the requests of that instance since
it started. There latency is an objective like the others.

\b
  {"at": "2026-11-24T03:07:45Z", "release": "acme-v1.2.0",
   "objective": "availability", "instance": "node-1", "good": 611, "total": 617}"""

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)


@app.callback(help=HELP)
def group() -> None:
    """Judge production by its objectives."""


@app.command("check")
def check(
    source: Source,
    release: Annotated[
        str, typer.Option(metavar="TAG", help="Judge this release; default: what serves.")
    ] = "",
    at: Now = "",
    root: Root = HERE,
    ref: MainRef = "",
    output: OutputFormat = Format.TEXT,
    open_pr: Annotated[
        bool,
        typer.Option(
            "--open-pr", help="Open the rollback's pull request of a breach, and one issue."
        ),
    ] = False,
    remote: RemoteName = "origin",
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Judge a release by its counters; exit 1 for a breach, 3 for an objective without any."""
    reader = _right(slo.reader(source, token=token()), output)
    with Repository(root) as repository:
        past = history(repository, until=ref or repository.main_ref())
        outcome = slo.check(past, reader, release=release, now=now(at))
        if output is not Format.JSON:
            print_blocks(report.blocks(outcome), output)
        asked = open_pr and (outcome.breach or outcome.slow_burn)
        done = _respond(past, outcome, remote, dry_run=dry_run) if asked else None
    if output is Format.JSON:
        print_json({**report.document(outcome), "response": done and response_fields(done)})
    elif done:
        _print_response(done, output, quiet=quiet)
    elif outcome.to and not quiet:
        again = {"--source": source, "--at": at, "--root": str(root), "--ref": ref}
        typer.echo(f"next: {_opening(again)}", err=True)
    if outcome.silent and not quiet:
        what = f"error: no recent counters of {', '.join(outcome.silent)}"
        typer.echo(f"{what}\nfix: let the nodes expose them, as fedfuse slo --help says", err=True)
    raise typer.Exit(1 if outcome.breach else NOT_READ if outcome.silent else 0)


def _opening(options: Mapping[str, str]) -> str:
    """The command that proposes the rollback which was only found to be due."""
    given = {name: value for name, value in options.items() if value not in {"", str(HERE)}}
    words = (word for pair in given.items() for word in pair)
    return shlex.join(("fedfuse", "slo", "check", *words, "--open-pr"))


def _respond(past: History, outcome: Outcome, remote: str, *, dry_run: bool) -> Response:
    main_state = MainState.of(past.ledger, past.commit, outcome.at)
    if dry_run:
        return rehearse(main_state, outcome)
    there = git_remote(past.ledger.repository, remote)
    with github_with_token(main_state.base.registry().repository) as github:
        return respond(main_state, outcome, remote=there, github=github)


def _print_response(done: Response, output: Format, *, quiet: bool) -> None:
    print_findings(done.findings, output)
    if quiet:
        return
    if done.findings:
        typer.echo("nothing was opened", err=True)
    if done.planned:
        typer.echo(f"would be proposed as {done.planned.branch}: {done.planned.title}", err=True)
    if done.planned_issue:
        typer.echo(f"issue, with GITHUB_TOKEN: would be opened: {done.planned_issue}", err=True)
    if done.proposal:
        typer.echo(f"pull request: {done.proposal.step.value}: {done.proposal.url}", err=True)
    if done.issue:
        typer.echo(f"issue: {done.issue.url}", err=True)


def response_fields(done: Response) -> Mapping[str, Any]:
    """A response as JSON holds it."""
    fields: dict[str, Any] = {
        "findings": done.findings,
        "pull_request": proposal_fields(done.proposal),
        "issue": done.issue and done.issue.url,
    }
    if done.planned_issue:
        made = done.planned
        pull = made and {"branch": made.branch, "title": made.title, "files": list(made.files)}
        fields["planned"] = {"pull_request": pull, "issue": done.planned_issue}
    return fields


@app.command("merge", short_help="Merge a rollback that a breach proves.")
def merge(
    number: Annotated[int, typer.Option("--pr", min=1, help="Number of the pull request.")],
    head: Annotated[str, typer.Option("--head", help="Its tip, as the App pushed it.")],
    at: Now = "",
    root: Root = HERE,
    remote: RemoteName = "origin",
    output: OutputFormat = Format.TEXT,
    dry_run: DryRun = False,
    _quiet: Quiet = False,
) -> None:
    """Merge a rollback that a breach proves; leave any other pull request to people."""
    with Repository(root) as repository, github_with_token(repository_name(repository)) as github:
        if github is None:
            raise UsageError("GITHUB_TOKEN is not set", fix="export the release App's token")
        done = merge_if_proven(
            repository,
            github,
            number,
            head=head,
            root=root,
            remote=git_remote(repository, remote),
            now=now(at),
            dry_run=dry_run,
        )
    if output is Format.JSON:
        print_json({"pull_request": number, "step": done.step.value, "why": done.why})
    else:
        because = f": {done.why}" if done.why else ""
        typer.echo(f"pull request {number}: {done.step.value}{because}")


@app.command("rules")
def rules(
    root: Root = HERE, ref: MainRef = "", output: OutputFormat = Format.TEXT, _quiet: Quiet = False
) -> None:
    """Print Prometheus alerting rules for the objectives."""
    with Repository(root) as repository:
        name, found = slo.objectives(repository, until=ref or repository.main_ref())
    if output is Format.JSON:
        print_json(prometheus_rules.document(found, release_name=name))
    else:
        print_text(prometheus_rules.render(found, release_name=name), output, language="yaml")


@app.command("replay")
def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Counts as `fedfuse slo` shows.")],
    release: Annotated[
        str, typer.Option(metavar="TAG", help="Replay this release; default: all in the file.")
    ] = "",
    root: Root = HERE,
    ref: MainRef = "",
    output: OutputFormat = Format.TEXT,
    _quiet: Quiet = False,
) -> None:
    """Show minute by minute what past traffic would have led to."""
    samples = _right(sli_file.load(file), output)
    with Repository(root) as repository:
        _, objectives = slo.objectives(repository, until=ref or repository.main_ref())
    found = slo.replays(samples, objectives, release=release)
    show(output, slo_replay.blocks(found), slo_replay.document(found))


def _right(read: T | tuple[Finding, ...], output: Format) -> T:
    """What was read. Prints findings, as JSON or on stderr, and exits when it is wrong."""
    if not isinstance(read, tuple):
        return read
    if output is Format.JSON:
        print_json({"error": "the counters cannot be read", "findings": read})
    print_blocks((problems(read),), err=True)
    raise typer.Exit(NOT_READ)
