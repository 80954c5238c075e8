"""Each kind of event is described once, and whatever else speaks of kinds says the same."""

import json
from string import Formatter
from typing import Any

import pytest

from fedfuse.cli.commands import COMMANDS
from fedfuse.engine.v1.gates.roster import GUIDES
from fedfuse.flows.checking.event_rules import RULES
from fedfuse.flows.operating.events import about
from fedfuse.model.codes import CATALOG
from fedfuse.model.event_kinds import KINDS, EventKind
from tests.unit.test_schema_files import SCHEMAS

SCHEMA = json.loads(SCHEMAS["event"].read_bytes())
OF_EVERY_EVENT = {"apiVersion", "kind", "number"}
FOLLOW: dict[str, dict[str, str]] = {
    "rollback": {"": "from"},
    "waive": {"manifest": "manifest_sha256", "until": "expires", "": "unit"},
}
"""Words of a command to the fields they become, and fields that no word names."""
ANY_KIND = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def fields(kind: EventKind, which: str) -> set[str]:
    definition: dict[str, Any] = SCHEMA["$defs"][kind.name]
    return set(definition[which]) - OF_EVERY_EVENT


def test_the_schema_and_the_judge_know_the_same_kinds() -> None:
    assert SCHEMA["properties"]["kind"]["enum"] == list(KINDS) == list(RULES)
    conditions = [one["if"]["properties"]["kind"]["const"] for one in SCHEMA["allOf"]]
    assert conditions == list(KINDS)


@ANY_KIND
def test_the_words_of_a_command_are_the_fields_that_the_schema_requires(kind: EventKind) -> None:
    renamed = FOLLOW.get(kind.name, {})
    words = {renamed.get(word.name, word.name) for word in kind.words} | {renamed.get("", "")}
    assert fields(kind, "required") <= words
    assert words - {""} <= fields(kind, "properties")


@ANY_KIND
def test_texts_are_made_of_fields_that_an_event_has(kind: EventKind) -> None:
    for text in (kind.subject, kind.wish, kind.story):
        named = {name for _, name, _, _ in Formatter().parse(text) if name}
        assert named <= fields(kind, "properties")


@ANY_KIND
def test_a_kind_has_a_command_and_its_rules_are_in_the_catalogue(kind: EventKind) -> None:
    assert COMMANDS[kind.name].help == kind.help
    assert all(CATALOG[rule.code] is rule for rule in kind.rules)


def test_a_code_is_of_one_kind_alone() -> None:
    codes = [rule.code for kind in KINDS.values() for rule in kind.rules]
    assert len(codes) == len(set(codes))


def test_what_may_be_waived_is_what_the_gates_say() -> None:
    (gate,) = (word for word in KINDS["waive"].words if word.name == "gate")
    assert set(gate.choices) == {name for name, guide in GUIDES.items() if guide.waivable}


def test_an_event_of_another_that_lacks_an_optional_field_is_another_wish() -> None:
    waiver = {"kind": "waive", "gate": "quality", "manifest_sha256": "a" * 64}
    assert about(waiver) == f" quality {'a' * 12}" != about({**waiver, "unit": "hf/textgen"})
