"""Options that several commands share, spelled once, and what they mean.

Every command takes `Root` (unless it reads no registry), `OutputFormat` and `Quiet`, and `DryRun`
if it writes anything. One that has nothing to hush calls its parameter `_quiet`.
"""

import os
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from fedfuse.flows.operating.checklist_remote import Counters


class Format(StrEnum):
    """What standard output holds."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


Root = Annotated[Path, typer.Option("--root", help="Top folder of the registry.")]
OutputFormat = Annotated[Format, typer.Option("--format", help="What to print on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but data and errors.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")]
Offline = Annotated[bool, typer.Option("--offline", help="Talk to no server.")]
MainRef = Annotated[
    str, typer.Option("--ref", help="Commit of main; default origin/main, else main.")
]
At = Annotated[
    str,
    typer.Option(
        "--at", metavar="TIME", help="Clock (ISO 8601); default: committer date of the base."
    ),
]
Now = Annotated[str, typer.Option("--at", metavar="TIME", help="Clock (ISO 8601); default: now.")]
Source = Annotated[
    str,
    typer.Option(
        "--source",
        metavar="prometheus:URL|FILE",
        envvar="FEDFUSE_SLO_SOURCE",
        help="Where the counters come from; `fedfuse slo` shows a line of FILE.",
    ),
]
HERE = Path()
_YEARS = range(1970, 9999)
"""Of a clock; the last day of 9999 has no end in some time zones."""


def moment(text: str) -> datetime | None:
    """The moment an `--at` names; None for an empty one. Raises typer.BadParameter."""
    if not text:
        return None
    try:
        named = datetime.fromisoformat(text)
    except ValueError as err:
        raise typer.BadParameter(f"{text!r} is no ISO 8601 time") from err
    if named.year not in _YEARS:
        raise typer.BadParameter(f"{text!r} is not from 1970 to 9998")
    if named.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no time zone; append Z for UTC")
    return named


def now(text: str) -> datetime:
    """The moment an `--at` names; without one the present. Raises typer.BadParameter."""
    return moment(text) or datetime.now(UTC)


def counters(source: str) -> "Counters | None":
    """What opens a `--source`; None where none is named."""
    from fedfuse.flows.operating import slo

    return (lambda: slo.reader(source, token=token())) if source else None


def token() -> str:
    """The token for Prometheus, from the environment; empty for none."""
    from fedfuse.adapters.prometheus import TOKEN_VARIABLE

    return os.environ.get(TOKEN_VARIABLE, "").strip()
