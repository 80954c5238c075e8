"""`fedfuse promote`, `rollback` and the others: the command of each kind of event."""

from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from fedfuse.cli.eventing import Options, run
from fedfuse.cli.options import (
    HERE,
    DryRun,
    Format,
    MainRef,
    Now,
    Offline,
    OutputFormat,
    Quiet,
    Root,
    Source,
    counters,
    moment,
)
from fedfuse.flows.operating import events
from fedfuse.flows.operating.checklist_remote import promotion_check
from fedfuse.model.event_kinds import KINDS, Word
from fedfuse.model.release import timestamp

OpenPr = Annotated[bool, typer.Option("--open-pr", help="Push a branch and open its pull request.")]
RemoteName = Annotated[str, typer.Option("--remote", help="Where --open-pr pushes.")]
_TYPES: Mapping[str, type] = {"text": str, "number": int, "time": str, "file": Path}


def _option(name: str, alias: object, default: object) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=alias)


_SHARED = (
    _option("root", Root, HERE),
    _option("ref", MainRef, ""),
    _option("at", Now, ""),
    _option("output", OutputFormat, Format.TEXT),
    _option("open_pr", OpenPr, False),
    _option("remote", RemoteName, "origin"),
    _option("dry_run", DryRun, False),
    _option("quiet", Quiet, False),
)
"""What every kind takes; each is a field of `Options`."""
_OUTSIDE = (_option("source", Source, ""), _option("offline", Offline, False))
"""What a kind takes whose checklist asks more than main's history."""


def command(name: str) -> Callable[..., None]:
    """The command of a kind of event: its words, then the options that all kinds share.

    Typer reads a command's words from its signature, so that is made from the kind's description.
    """
    kind = KINDS[name]

    def write(**given: Any) -> None:
        words = {word.name: _meant(word, given[word.name]) for word in kind.words}
        options = Options(**{one.name: given[one.name] for one in _SHARED}, **_asking(given))
        run(options, lambda main_state: events.fields_of(name, main_state, words))

    own = [_asked(word) for word in kind.words]
    parameters = (*own, *_SHARED, *(_OUTSIDE if kind.has_checklist else ()))
    write.__name__, write.__doc__ = name, kind.help
    write.__annotations__ = {one.name: one.annotation for one in parameters}
    vars(write)["__signature__"] = Signature(parameters)
    return write


def _asked(word: Word) -> Parameter:
    """A word of a kind as Typer reads it."""
    metavar = word.metavar or None
    smallest = 1 if word.form == "number" else None
    if word.is_argument:
        info = typer.Argument(metavar=metavar, help=word.help, min=smallest)
    else:
        info = typer.Option(f"--{word.name}", metavar=metavar, help=word.help, min=smallest)
    default = "" if word.is_optional else Parameter.empty
    return _option(word.name, Annotated[_type(word), info], default)


def _type(word: Word) -> Any:
    """The type of a word: one of its choices, or what its form says."""
    anything: Any = Literal
    return anything[word.choices] if word.choices else _TYPES[word.form]


def _meant(word: Word, given: Any) -> Any:
    """What was given for a word, a moment as events write it. Raises typer.BadParameter."""
    if word.form != "time":
        return given
    named = moment(given if "T" in given else f"{given}T00:00:00Z") if given else None
    if named is None:
        raise typer.BadParameter("name a time", param_hint=f"--{word.name}")
    return timestamp(named)


def _asking(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What answers a checklist as a whole, where the kind has one and servers may be asked."""
    if given.get("offline", True):
        return {}
    check = promotion_check(given["root"], counters=counters(given["source"]))
    return {"promotion_check": check}
