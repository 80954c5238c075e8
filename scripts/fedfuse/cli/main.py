"""The `fedfuse` command: mounts the commands and turns errors into exit codes."""

import sys

import typer

from fedfuse import __version__
from fedfuse.cli import (
    audit,
    candidates,
    check,
    checklist,
    doctor,
    events,
    explain,
    fuse,
    github_release,
    history,
    init,
    mirror,
    new,
    pull,
    release,
    report,
    slo,
    status,
    validate,
)
from fedfuse.cli import eval as evaluation
from fedfuse.errors import FedfuseError

INTERNAL_ERROR = 70

app = typer.Typer(
    name="fedfuse",
    help="Use a git repository as the registry of a multi-cloud model federation.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"fedfuse {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(
        False,
        "--version",
        help="Print the version and exit.",
        callback=_print_version,
        is_eager=True,
    ),
) -> None:
    """Use a git repository as the registry of a multi-cloud model federation."""


app.command("init", short_help="Make a registry for another organisation.")(init.init)
app.command("new", short_help="Write the manifest of the next version.")(new.new)
app.command("validate")(validate.validate)
app.command("check")(check.check)
app.command("explain", short_help="Explain a finding code or a gate.")(explain.explain)
app.command("release")(release.release)
app.command("mirror")(mirror.mirror)
app.command("pull")(pull.pull)
app.command("audit")(audit.audit)
app.command("status")(status.status)
app.command("history")(history.history)
app.command("promote")(events.promote)
app.command("rollback")(events.rollback)
app.command("hold")(events.hold)
app.command("lift")(events.lift)
app.command("yank")(events.yank)
app.command("waive")(events.waive)
app.command("checklist")(checklist.checklist)
app.command("candidates")(candidates.candidates)
app.command("report", short_help="Judge a pull request and publish it.")(report.report)
app.command("github-release", short_help="Publish release pages on GitHub.")(
    github_release.github_release
)
app.command("doctor", short_help="Say what keeps fedfuse from working.")(doctor.doctor)
app.command("fuse", short_help="Fuse three providers into one descriptor.")(fuse.fuse)
app.add_typer(evaluation.app, name="eval")
app.add_typer(slo.app, name="slo")


def main() -> None:
    """Run the command line. The only place where exceptions become exit codes.

    An interrupt ends with 130, which is typer's doing.
    """
    try:
        app()
    except FedfuseError as err:
        _say(f"error: {err.what}", f"fix: {err.fix}" if err.fix else "")
        sys.exit(err.exit_code)
    except Exception as err:  # noqa: BLE001 - the last line of defence: no traceback for users
        where = _innermost(err)
        _say(
            f"internal error: {type(err).__name__}: {err} ({where})",
            "fix: this is a bug of fedfuse; report it with the command line and this message",
        )
        sys.exit(INTERNAL_ERROR)


def _innermost(err: BaseException) -> str:
    trace = err.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "no location"
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"


def _say(*lines: str) -> None:
    for line in lines:
        if line:
            typer.echo(line, err=True)
