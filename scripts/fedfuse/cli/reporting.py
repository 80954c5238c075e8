"""Prints reports and findings in the format that was asked for."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import typer

from fedfuse.cli.options import Format
from fedfuse.errors import FedfuseError
from fedfuse.model.finding import Finding
from fedfuse.model.report import Report
from fedfuse.report import markdown, pull_request, pull_request_json, text
from fedfuse.report.blocks import Block
from fedfuse.report.findings import problems
from fedfuse.report.json_values import json_value


def show(output: Format, blocks: Iterable[Block], fields: object) -> None:
    """Print a report on standard output: its fields as JSON, else its blocks."""
    if output is Format.JSON:
        print_json(fields)
    else:
        print_blocks(blocks, output)


def print_blocks(
    blocks: Iterable[Block], output: Format = Format.TEXT, *, err: bool = False
) -> None:
    """Print blocks for people; nothing when none of them has content."""
    render = markdown.render if output is Format.MARKDOWN else text.render
    if shown := render(blocks).strip("\n"):
        typer.echo(shown, err=err)


def print_report(report: Report, output: Format) -> None:
    """Print a check's report on standard output."""
    match output:
        case Format.JSON:
            typer.echo(pull_request_json.render(report), nl=False)
        case Format.MARKDOWN:
            typer.echo(pull_request.comment(report), nl=False)
        case Format.TEXT:
            print_blocks(pull_request.terminal(report))


def print_json(value: object) -> None:
    """Print one JSON document, made of the values' fields, on standard output."""
    typer.echo(json.dumps(json_value(value), indent=2, sort_keys=True))


def print_lines(lines: Iterable[str], output: Format) -> None:
    """Print one thing a line: as a list in Markdown, as it is else."""
    for line in lines:
        typer.echo(f"- `{line}`" if output is Format.MARKDOWN else line)


def print_text(content: str, output: Format, *, language: str) -> None:
    """Print a whole file: fenced in Markdown, as it is else."""
    fenced = f"```{language}\n{content}```\n" if output is Format.MARKDOWN else content
    typer.echo(fenced, nl=False)


def print_findings(findings: Iterable[Finding], output: Format = Format.TEXT) -> None:
    """Print findings for people: where and what, then the fix."""
    print_blocks((problems(findings),), output)


@contextmanager
def after_the_answer() -> Iterator[None]:
    """Do what follows the printed answer: an error here adds no second document to it."""
    try:
        yield
    except FedfuseError as err:
        err.is_answered = True
        raise
