"""Prints reports and findings in the format that was asked for."""

import json
from collections.abc import Mapping
from typing import Any

import typer

from fedfuse.cli.options import Format
from fedfuse.model.finding import Finding
from fedfuse.model.release import timestamp
from fedfuse.model.report import Report
from fedfuse.report import as_json, escape, markdown, text


def print_report(report: Report, output: Format) -> None:
    """Print a check's report on standard output."""
    reproduce = (
        f"fedfuse check --base {report.base} --head {report.head} --at {timestamp(report.at)}"
    )
    match output:
        case Format.JSON:
            typer.echo(as_json.render(report))
        case Format.MARKDOWN:
            typer.echo(markdown.render(report, reproduce=reproduce))
        case Format.TEXT:
            typer.echo(text.render(report, reproduce=reproduce))


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON document on standard output."""
    typer.echo(json.dumps(value, indent=2, sort_keys=True))


def finding_fields(finding: Finding) -> dict[str, Any]:
    """A finding as the JSON outputs hold it."""
    return {
        "code": finding.code,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "message": finding.message,
        "expected": finding.expected,
        "found": finding.found,
        "fix": finding.fix,
    }


def print_findings(findings: tuple[Finding, ...]) -> None:
    """Print findings for people: where and what, then the fix."""
    for one in findings:
        typer.echo(escape.log_line(f"{one.place}: {one.code} {one.message}"))
        if one.expected or one.found:
            typer.echo(
                escape.log_line(f"  expected {one.expected or '-'}, found {one.found or '-'}")
            )
        if one.fix:
            typer.echo(escape.log_line(f"  fix: {one.fix}"))
