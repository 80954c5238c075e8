"""Prints reports and findings in the format that was asked for."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import typer

from fedfuse.cli.options import Format
from fedfuse.model.finding import Finding
from fedfuse.model.report import Report
from fedfuse.report import as_json, markdown, text
from fedfuse.report.reproduce import command


def print_report(report: Report, output: Format) -> None:
    """Print a check's report on standard output."""
    reproduce = command(report)
    match output:
        case Format.JSON:
            typer.echo(as_json.render(report), nl=False)
        case Format.MARKDOWN:
            typer.echo(markdown.render(report, reproduce=reproduce), nl=False)
        case Format.TEXT:
            typer.echo(text.render(report, reproduce=reproduce), nl=False)


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON document on standard output."""
    typer.echo(json.dumps(value, indent=2, sort_keys=True))


def print_lines(lines: Iterable[str], output: Format) -> None:
    """Print one thing a line: as a list in Markdown, as it is else."""
    for line in lines:
        typer.echo(f"- `{line}`" if output is Format.MARKDOWN else line)


def print_text(content: str, output: Format, *, language: str) -> None:
    """Print a whole file: fenced in Markdown, as it is else."""
    fenced = f"```{language}\n{content}```\n" if output is Format.MARKDOWN else content
    typer.echo(fenced, nl=False)


def finding_fields(finding: Finding) -> dict[str, Any]:
    """A finding as the JSON outputs hold it."""
    return as_json.finding_document(finding)


def print_findings(findings: tuple[Finding, ...]) -> None:
    """Print findings for people: where and what, then the fix."""
    typer.echo(text.render_findings(findings), nl=False)
