"""`fedfuse explain`: say what a code, gate, check, store or word means and how to satisfy it."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from fedfuse import engine
from fedfuse.adapters.stores.roster import STORES
from fedfuse.cli.options import Format, OutputFormat, Quiet
from fedfuse.cli.reporting import show
from fedfuse.errors import UsageError
from fedfuse.model.codes import CATALOG
from fedfuse.model.event_kinds import KINDS
from fedfuse.model.glossary import CHECKS, WORDS
from fedfuse.model.passing import PASSING
from fedfuse.model.rule import Rule
from fedfuse.report import explain as report


def explain(
    topic: Annotated[
        str,
        typer.Argument(
            help="A code such as E206, a gate, a check such as mirror, a store, or a word."
        ),
    ],
    output: OutputFormat = Format.TEXT,
    _quiet: Quiet = False,
) -> None:
    """Explain a finding code, a gate, a check, a store or a word."""
    name = topic.lower()
    code, check = _rule("code", CATALOG.get(topic.upper())), _rule("check", CHECKS.get(name))
    found = code or _gate(name) or check or _store(name) or _word(name)
    show(output, report.blocks(found), found)


def _rule(kind: str, rule: Rule | None) -> Mapping[str, Any]:
    if rule is None:
        return {}
    return {"kind": kind, "topic": rule.code, "says": rule.title, "why": rule.why, "fix": rule.fix}


def _gate(name: str) -> Mapping[str, Any]:
    gate = engine.newest().GUIDES.get(name)
    if gate is None:
        return {}
    verdicts = {verdict.value: meaning for verdict, meaning in gate.verdicts.items()}
    texts = {"says": gate.rule, "why": gate.why, "fix": gate.fix, "verdicts": verdicts}
    return {"kind": "gate", "topic": name, **texts}


def _store(name: str) -> Mapping[str, Any]:
    store = next((one for one in STORES if one.name == name), None)
    if store is None:
        return {}
    read = f"To read it here, `pip install 'fedfuse[{store.extra}]'`. " if store.extra else ""
    named = " and ".join(f"`{variable}`" for variable in store.variables)
    fix = f"{read}Workflows read it by {named} of the environment `release`." if named else read
    return {
        "kind": "store",
        "topic": name,
        "says": f"Artifacts at {store.form} ({store.title}). The revision is {store.revision_is}.",
        "why": f"The check compares the sha256 of every file with the manifest. {store.digest}",
        "fix": fix or "Name the folder as `artifact_root` in registry.yaml.",
    }


def _word(name: str) -> Mapping[str, Any]:
    """What a word means. Raises UsageError, which names all topics, for one that is none."""
    if name in WORDS:
        return {"kind": "word", "topic": name, "says": WORDS[name], **_kinds(name)}
    topics = {
        "a gate": engine.newest().GUIDES,
        "a check": CHECKS,
        "a store": [one.name for one in STORES],
        "a word": WORDS,
    }
    known = ", ".join(f"{what} ({', '.join(names)})" for what, names in topics.items())
    raise UsageError(
        f"there is no code, gate, check, store or word {name!r:.100}",
        fix=f"name a code from a report, or {known}",
    )


def _kinds(word: str) -> Mapping[str, Any]:
    """The kinds of what a word means, each in a sentence; nothing for most words."""
    if word == "store":
        extras = {one.name: f", extra {one.extra}" if one.extra else "" for one in STORES}
        return {
            "kinds": {one.name: f"{one.form} ({one.title}{extras[one.name]})" for one in STORES}
        }
    if word == "passing":
        return {
            "kinds": {
                one.version: f"passes in {one.passes:.1%}, is inconclusive in "
                f"{one.inconclusive:.1%}, fails in {one.fails:.1%}"
                for one in PASSING
            }
        }
    if word == "event":
        return {"kinds": {kind.name: kind.sentence for kind in KINDS.values()}}
    return {}
