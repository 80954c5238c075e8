"""The option that says where the requests are counted which production answers."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from fedfuse.flows.operating.checklist_outside import Counters

Source = Annotated[
    str,
    typer.Option(
        "--source",
        metavar="prometheus:URL|FILE",
        envvar="FEDFUSE_SLO_SOURCE",
        help="Where the counters come from; `fedfuse slo` shows a line of FILE.",
    ),
]


def counters(source: str) -> "Counters | None":
    """What opens a source; None where none is named."""
    from fedfuse.flows.operating import slo

    return (lambda: slo.reader(source, token=token())) if source else None


def token() -> str:
    """What Prometheus wants to hear, from the environment; empty for nothing."""
    from fedfuse.adapters.prometheus import TOKEN_VARIABLE

    return os.environ.get(TOKEN_VARIABLE, "").strip()
