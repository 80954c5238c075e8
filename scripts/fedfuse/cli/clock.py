"""The clock of a judgement, as a command line names it."""

from datetime import UTC, datetime
from typing import Annotated

import typer

At = Annotated[
    str,
    typer.Option(
        "--at", metavar="TIME", help="Clock (ISO 8601); default: committer date of the base."
    ),
]
Now = Annotated[str, typer.Option("--at", metavar="TIME", help="Clock (ISO 8601); default: now.")]


def moment(text: str) -> datetime | None:
    """The moment an `--at` names; None for an empty one. Raises typer.BadParameter."""
    if not text:
        return None
    try:
        named = datetime.fromisoformat(text)
        named.astimezone(UTC)  # the first and last day of the calendar have none in UTC
    except (ValueError, OverflowError) as err:
        raise typer.BadParameter(f"{text!r} is no ISO 8601 time") from err
    if named.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no time zone; append Z for UTC")
    return named
