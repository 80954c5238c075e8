"""`fedfuse explain`: say what a code, gate, check or word means and how to satisfy it."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from fedfuse.cli.options import Format, OutputFormat, Quiet
from fedfuse.errors import UsageError


def explain(
    topic: Annotated[
        str,
        typer.Argument(help="A code such as E206, a gate, a check such as mirror, or a word."),
    ],
    output: OutputFormat = Format.TEXT,
    _quiet: Quiet = False,
) -> None:
    """Explain a finding code, a gate, a check or a word."""
    from fedfuse.cli.reporting import show
    from fedfuse.report import explain as report

    name = topic.lower()
    found = _code(topic.upper()) or _gate(name) or _check(name) or _word(name)
    show(output, report.blocks(found), found)


def _code(name: str) -> Mapping[str, Any]:
    from fedfuse.model.codes import CATALOG

    if name not in CATALOG:
        return {}
    rule = CATALOG[name]
    return {"kind": "code", "topic": name, "says": rule.title, "why": rule.why, "fix": rule.fix}


def _gate(name: str) -> Mapping[str, Any]:
    from fedfuse import engine

    gate = engine.newest().GUIDES.get(name)
    if gate is None:
        return {}
    verdicts = {verdict.value: meaning for verdict, meaning in gate.verdicts.items()}
    texts = {"says": gate.rule, "why": gate.why, "fix": gate.fix, "verdicts": verdicts}
    return {"kind": "gate", "topic": name, **texts}


def _check(name: str) -> Mapping[str, Any]:
    from fedfuse.model.topics import CHECKS

    check = CHECKS.get(name)
    if check is None:
        return {}
    return {"kind": "check", "topic": name, "says": check.asks, "why": check.why, "fix": check.fix}


def _word(name: str) -> Mapping[str, Any]:
    """What a word means. Raises UsageError, which names all topics, for one that is none."""
    from fedfuse import engine
    from fedfuse.model.topics import CHECKS, WORDS

    if name in WORDS:
        return {"kind": "word", "topic": name, "says": WORDS[name]}
    gates, checks, words = (", ".join(known) for known in (engine.newest().GUIDES, CHECKS, WORDS))
    raise UsageError(
        f"there is no code, gate, check or word {name!r:.100}",
        fix=f"name a code from a report, a gate ({gates}), a check ({checks}) or a word ({words})",
    )
