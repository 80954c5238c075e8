"""The `fedfuse` command: runs what was asked for and turns errors into exit codes."""

import atexit
import gc
import sys
from collections.abc import Sequence
from itertools import pairwise

from fedfuse import __version__
from fedfuse.errors import FedfuseError, RefusedError

INTERNAL_ERROR = 70


def main() -> None:
    """Run the command line. The only place where exceptions become exit codes.

    An interrupt ends with 130, which is typer's doing.
    """
    words = sys.argv[1:]
    if words == ["--version"]:  # answered before the command line library costs its 50 ms
        sys.stdout.write(f"fedfuse {__version__}\n")
        sys.exit(0)
    # Most of what is made lives until the end: to look for cycles in it costs a tenth of a start.
    gc.set_threshold(50_000)
    atexit.register(gc.freeze)
    as_json = "--format=json" in words or ("--format", "json") in pairwise(words)
    try:
        sys.exit(_run(words, as_json=as_json))
    except FedfuseError as err:
        if as_json and not err.is_answered:
            name = "refused" if isinstance(err, RefusedError) else "error"
            _print_error(name, err.what, fix=err.fix)
        _say(f"error: {err.what}", f"fix: {err.fix}" if err.fix else "")
        sys.exit(err.exit_code)
    except Exception as err:  # noqa: BLE001 - the last line of defence: no traceback for users
        what = f"{type(err).__name__}: {err} ({_innermost(err)})"
        fix = "this is a bug of fedfuse; report it with the command line and this message"
        if as_json:
            _print_error("internal error", what, fix=fix)
        _say(f"internal error: {what}", f"fix: {fix}")
        sys.exit(INTERNAL_ERROR)


def _run(words: Sequence[str], *, as_json: bool) -> int:
    """Run what the words name; returns the exit code, or ends the process with it."""
    from click import ClickException

    from fedfuse.cli.commands import app

    try:
        return int(app(words)(standalone_mode=not as_json) or 0)
    except ClickException as err:  # words that do not fit, which only JSON has to hear of from here
        err.show()
        _print_error("error", err.format_message(), fix="fedfuse --help")
        return err.exit_code


def _print_error(name: str, what: str, *, fix: str) -> None:
    """A program that asks for JSON gets a document for every end of a command."""
    from fedfuse.cli.reporting import print_json

    print_json({name: what, "fix": fix})


def _innermost(err: BaseException) -> str:
    trace = err.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "no location"
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"


def _say(*lines: str) -> None:
    import typer

    for line in lines:
        if line:
            typer.echo(line, err=True)
