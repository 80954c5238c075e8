"""A row, a part of the schema and what judges it make another kind of event."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from fedfuse.cli import commands
from fedfuse.flows.checking import event_rules
from fedfuse.model.event_kinds import KINDS, EventKind, Word
from fedfuse.model.finding import Finding
from fedfuse.model.rule import Rule
from tests.support.provider_workspace import Desk
from tests.support.registry import MAINTAINER

APP = 900
NOTE = EventKind(
    name="note",
    help="Write the event that notes something about a version.",
    words=(
        Word(name="version", metavar="REF", help="What it is about.", is_argument=True),
        Word(name="text", help="One line."),
    ),
    effect="This notes something about a version.",
    subject="{version}",
    story="note {version}: {text}",
    moves=False,
    app_may_open=True,
    rules=(Rule("E799", "A note is about a version on main", "None other is known.", "Fix it."),),
)


def judged(case: Any) -> Iterator[Finding]:
    unit, _, number = case.event.fields["version"].partition("@v")
    if case.main_state.base.manifest(unit, int(number)) is None:
        yield case.wrong("E799", "version", "there is no such version", fix="name another")


@pytest.fixture
def desk(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    monkeypatch.setitem(KINDS, "note", NOTE)
    monkeypatch.setitem(event_rules.RULES, "note", judged)
    listed = commands.Command("events:command", NOTE.help, of="note")
    monkeypatch.setitem(commands.COMMANDS, "note", listed)
    made = Desk(tmp_path, monkeypatch, capsys)
    file = made.root / "schemas/event.v1.schema.json"
    schema = json.loads(file.read_bytes())
    lifted = schema["$defs"]["yank"]
    properties = {**lifted["properties"], "kind": {"const": "note"}}
    properties["text"] = properties.pop("reason")
    required = ["text" if name == "reason" else name for name in lifted["required"]]
    schema["$defs"]["note"] = {**lifted, "properties": properties, "required": required}
    schema["properties"]["kind"]["enum"].append("note")
    condition = {"required": ["kind"], "properties": {"kind": {"const": "note"}}}
    schema["allOf"].append({"if": condition, "then": {"$ref": "#/$defs/note"}})
    file.write_text(json.dumps(schema))
    rules = made.root / "registry.yaml"
    rules.write_text(
        f"app: {json.dumps({'login': 'acme-release[bot]', 'id': APP})}\n{rules.read_text()}"
    )
    made.box.commit("registry: notes")
    made.box.land("hf/textgen-lora")
    return made


def noted(desk: Desk, actor: int) -> dict[str, Any]:
    """Write a note, propose it, and what `check` says of it."""
    done = desk.run("note", "hf/textgen-lora@v1", "--text", "remember this")
    assert done.returncode == 0, done.stderr + done.stdout
    assert "git commit -m 'releases: note hf/textgen-lora@v1 (event 0001)'" in done.stderr
    desk.box.branch("note")
    desk.box.commit("releases: note")
    judged = desk.run(
        *(
            "check",
            "--base=main",
            "--head=note",
            f"--actor-id={actor}",
            "--format=json",
            "--offline",
        )
    )
    said: dict[str, Any] = json.loads(judged.stdout)
    return said


def test_its_command_writes_an_event_that_check_admits(desk: Desk) -> None:
    said = noted(desk, MAINTAINER)
    assert (said["verdict"], said["deterministic"]["findings"]) == ("pass", [])
    written = (desk.root / "releases/events/0001.yaml").read_text()
    assert 'kind: note\nnumber: 1\nversion: hf/textgen-lora@v1\ntext: "remember this"\n' in written


def test_the_app_may_open_it_and_a_stranger_may_not(desk: Desk) -> None:
    assert noted(desk, APP)["identity"]["status"] == "ok"
    done = desk.run("check", "--base=main", "--head=note", "--actor-id=77", "--offline")
    assert (done.returncode, "E602" in done.stdout) == (1, True), done.stdout


def test_what_judges_it_refuses_it_before_it_is_written(desk: Desk) -> None:
    done = desk.run("note", "hf/textgen-lora@v9", "--text", "remember this")
    assert (done.returncode, "E799" in done.stdout + done.stderr) == (1, True)
    assert not (desk.root / "releases/events").exists()


def test_the_history_tells_it(desk: Desk) -> None:
    noted(desk, MAINTAINER)
    told = desk.run("history", "--ref=note")
    assert (told.returncode, "note hf/textgen-lora@v1: remember this" in told.stdout) == (0, True)
