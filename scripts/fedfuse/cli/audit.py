"""`fedfuse audit`: re-prove this clone, and the Hub."""

from typing import TYPE_CHECKING, Annotated

import typer

from fedfuse.cli.options import HERE, Format, MainRef, Offline, OutputFormat, Quiet, Root
from fedfuse.errors import UsageError

if TYPE_CHECKING:
    from fedfuse.flows.audit import AuditReport
    from fedfuse.model.finding import Finding


def audit(
    root: Root = HERE,
    ref: MainRef = "",
    replay: Annotated[
        bool, typer.Option("--replay", help="Compute every release anew from the first commit.")
    ] = False,
    hub: Annotated[
        bool, typer.Option("--hub", help="Compare the Hub with git too; reads only.")
    ] = False,
    output: OutputFormat = Format.TEXT,
    offline: Offline = False,
    quiet: Quiet = False,
) -> None:
    """Prove tags, history and events anew."""
    from fedfuse.adapters.git.remote import Remote
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.cli.mirror import wanted_of
    from fedfuse.cli.reporting import finding_fields, print_findings, print_json
    from fedfuse.flows.audit import audit as audit_clone

    if hub and offline:
        raise UsageError(
            "--hub reads the Hub, which --offline forbids", fix="leave one of them out"
        )
    with Repository(root) as repository:
        where = None if offline else repository.remote("origin")
        report = audit_clone(
            repository,
            until=ref or repository.main_ref(),
            remote=Remote(repository.git_dir, where) if where else None,
            replay=replay,
        )
    findings = report.findings
    if hub:
        findings += wanted_of(root, ref=ref).differences(root)
    if output is Format.JSON:
        print_json(_figures(report) | {"findings": [finding_fields(f) for f in findings]})
    else:
        print_findings(findings)
        for line in () if quiet else _talk(report, findings):
            typer.echo(line)
    raise typer.Exit(1 if findings else 0)


def _figures(report: "AuditReport") -> dict[str, object]:
    return {
        "commits": report.commits,
        "releases": report.releases,
        "replayed": report.replayed,
        "refused": list(report.refused),
        "void_events": list(report.void_events),
    }


def _talk(report: "AuditReport", findings: "tuple[Finding, ...]") -> list[str]:
    from fedfuse.model.codes.history import EVENT_VOID, REFUSED

    refused = [f"{ref}: {REFUSED} is on main though it did not pass" for ref in report.refused]
    void = [
        f"{path}: {EVENT_VOID} is no valid event, changes nothing" for path in report.void_events
    ]
    proven = f"{report.commits} commits, {report.releases} release tags"
    anew = f"{report.replayed} releases computed anew"
    notes = [f"note: {line}" for line in (*refused, *void)]
    return [*notes, f"{proven} ({anew}): {len(findings)} problems"]
