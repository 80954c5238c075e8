"""Options that several commands share, spelled once.

Every command takes `Root` (unless it reads no registry), `OutputFormat` and `Quiet`, and `DryRun`
if it writes anything. One that has nothing to hush calls its parameter `_quiet`.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


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
HERE = Path()
