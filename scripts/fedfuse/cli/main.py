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
    try:
        from fedfuse.cli.commands import app

        app(words)()
    except FedfuseError as err:
        if isinstance(err, RefusedError) and _asks_for_json(words):
            _print_refusal(err)
        _say(f"error: {err.what}", f"fix: {err.fix}" if err.fix else "")
        sys.exit(err.exit_code)
    except Exception as err:  # noqa: BLE001 - the last line of defence: no traceback for users
        where = _innermost(err)
        _say(
            f"internal error: {type(err).__name__}: {err} ({where})",
            "fix: this is a bug of fedfuse; report it with the command line and this message",
        )
        sys.exit(INTERNAL_ERROR)


def _asks_for_json(words: Sequence[str]) -> bool:
    return "--format=json" in words or ("--format", "json") in pairwise(words)


def _print_refusal(err: RefusedError) -> None:
    """A refusal is an answer, so a program that asks for JSON gets a document for it too."""
    from fedfuse.cli.reporting import print_json

    print_json({"refused": err.what, "fix": err.fix})


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
