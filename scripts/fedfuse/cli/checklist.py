"""`fedfuse checklist`: GO or NO-GO for a release."""

from typing import Annotated

import typer

from fedfuse.adapters.git.repository import Repository
from fedfuse.cli.options import (
    HERE,
    Format,
    MainRef,
    Now,
    Offline,
    OutputFormat,
    Quiet,
    Root,
    Source,
    counters,
    now,
)
from fedfuse.cli.reporting import show
from fedfuse.flows.checking.release_checklist import judge
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.operating.checklist_remote import promotion_check
from fedfuse.report import checklist as report


def checklist(
    tag: Annotated[str, typer.Argument(metavar="TAG", help="A release tag.")],
    root: Root = HERE,
    ref: MainRef = "",
    remote: Annotated[
        str, typer.Option("--remote", help="Remote whose tags count; '' for this clone only.")
    ] = "origin",
    source: Source = "",
    at: Now = "",
    output: OutputFormat = Format.TEXT,
    offline: Offline = False,
    _quiet: Quiet = False,
) -> None:
    """Say GO or NO-GO for a release."""
    with Repository(root) as repository:
        main_state = MainState.at(repository, ref or repository.main_ref(), now(at))
        check = (
            judge if offline else promotion_check(root, remote=remote, counters=counters(source))
        )
        judged = check(main_state, tag)
    show(output, report.blocks(judged), report.fields(judged))
    raise typer.Exit(judged.exit_code)
