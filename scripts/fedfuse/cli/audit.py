"""`fedfuse audit`: re-prove this clone, and the Hub."""

from typing import Annotated

import typer

from fedfuse.cli.options import HERE, Format, MainRef, Offline, OutputFormat, Root


def audit(
    root: Root = HERE,
    ref: MainRef = "",
    replay: Annotated[
        bool, typer.Option("--replay", help="Recompute every release from the first commit.")
    ] = False,
    hub: Annotated[
        bool, typer.Option("--hub", help="Compare the Hub with git too; reads only.")
    ] = False,
    output: OutputFormat = Format.TEXT,
    offline: Offline = False,
) -> None:
    """Prove tags, records, add-only files and events of this clone anew."""
    from fedfuse.adapters.git.remote import Remote
    from fedfuse.adapters.git.repository import Repository
    from fedfuse.cli.reporting import finding_fields, print_findings, print_json
    from fedfuse.flows.audit import audit as audit_clone

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
        from fedfuse.cli.mirror import hub_findings

        findings += hub_findings(root, ref=ref)
    if output is Format.JSON:
        print_json(
            {
                "commits": report.commits,
                "releases": report.releases,
                "replayed": report.replayed,
                "findings": [finding_fields(f) for f in findings],
                "refused": list(report.refused),
            }
        )
    else:
        print_findings(findings)
        for refused in report.refused:
            typer.echo(f"note: {refused} is on main though it did not pass; it never serves")
        typer.echo(
            f"{report.commits} commits, {report.releases} releases "
            f"({report.replayed} recomputed): {len(findings)} problems"
        )
    raise typer.Exit(1 if findings else 0)
