"""No dry run writes anything, here or on any server, and none that only reads does."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fedfuse.cli.options import DryRun
from tests.github.operating import BREACH, Desk
from tests.support.cli_runner import Done
from tests.support.command_lines import READING, WRITING, Rehearsal, everything
from tests.support.commands import every_command, taken
from tests.support.eval_runs import registry_at, solver
from tests.support.model_server import ModelServer, model_server
from tests.support.operating_registry import CHECKLIST, event
from tests.support.registry import TOOL, shipment
from tests.support.slo_registry import clock

pytestmark = pytest.mark.npm
REHEARSED_ELSEWHERE = {"upgrade", "eval seal", "eval release", "fuse router", "serve"}
"""They need a registry of an older tool (`tests/integration/test_upgrade.py`), sealed items
(`test_sealing.py` and `test_sealed_suite.py` beside it), word vectors (`test_fuse_router.py`), or
models (`tests/e2e/test_serve.py`)."""
TAGS = "refs/tags"


@dataclass
class MainState:
    """A registry in operation on GitHub, a model that is served, and all that commands read."""

    desk: Desk
    model: ModelServer
    number: int = 0
    head: str = ""

    def run(self, words: str, *more: str) -> Done:
        """Run fedfuse in the clone."""
        facts = {
            "up": self.up,
            "samples": self.desk.samples,
            "source": TOOL,
            "model": self.model.url,
            "number": self.number,
            "head": self.head,
            "at": clock(BREACH + 2),
        }
        return self.desk.run(*(word.format(**facts) for word in words.split()), *more)

    @property
    def up(self) -> Path:
        """The folder that holds everything."""
        return self.desk.box.root.parent

    def prepare(self, rehearsal: Rehearsal) -> None:
        """Do what is to be done before."""
        if rehearsal.breached:
            self.number = self.desk.breach()
            self.head = self.desk.store.pulls[self.number].head
        for words in rehearsal.first:
            if words == "LAND hold":
                self.desk.land(event(4, kind="hold", reason="slow"))
            else:
                assert self.run(words).code == 0
        oids = self.desk.bare.git("for-each-ref", "--format=%(refname:strip=2) %(objectname)", TAGS)
        self.desk.store.tags.update(dict(line.split() for line in oids.splitlines()))

    @property
    def state(self) -> Mapping[str, Any]:
        """All that could be written: files, refs, what GitHub has; and what the model was asked."""
        store, github = self.desk.store, self.desk.github
        return {
            "files": everything(self.up),
            "writes": list(github.writes),
            "github": [dict(self.desk.state), len(store.checks), len(store.comments)],
            "model": len(self.model.asked),
        }


@pytest.fixture
def main_state(desk: Desk) -> Iterator[MainState]:
    """The registry, and around it an artifact, a manifest, evidence, rulesets and an exam."""
    root, up = desk.box.root, desk.box.root.parent
    desk.land({CHECKLIST: (TOOL / CHECKLIST).read_bytes()})
    shutil.copytree(TOOL / ".github/rulesets", root / ".github/rulesets")
    made = shipment("hf/textgen-lora", 4, artifacts=up / "elsewhere", quality=0.9)
    for path, content in made.items():
        name = "run.csv" if path.endswith(".csv") else "v4.yaml"
        (up / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (up / "artifact").mkdir()
    (up / "artifact/model.safetensors").write_bytes(b"weights")
    (up / "exam").mkdir()
    with model_server(solver(registry_at(up / "exam"))) as model:
        yield MainState(desk, model)


@pytest.mark.parametrize("rehearsal", WRITING, ids=lambda one: one.words.partition("--source")[0])
def test_a_dry_run_says_what_would_happen_and_writes_nothing_at_all(
    main_state: MainState, rehearsal: Rehearsal
) -> None:
    main_state.prepare(rehearsal)
    before, code = main_state.state, int(rehearsal.refuses)
    said = main_state.run(rehearsal.words, "--dry-run")
    assert (said.code, main_state.state) == (code, before), said.err
    assert rehearsal.says in said.out + said.err
    quiet = main_state.run(rehearsal.words, "--dry-run", "--quiet")
    assert (quiet.code, quiet.err, main_state.state) == (code, "", before)
    document = main_state.run(rehearsal.words, "--dry-run", "--quiet", "--format=json")
    assert (document.code, document.err, main_state.state) == (code, "", before)
    assert document.json()
    done = main_state.run(rehearsal.words, "--format=json", "--quiet")
    assert (done.code, done.err, bool(done.json())) == (code, "", True)
    assert main_state.state != before, "the same words without --dry-run write"


@pytest.mark.parametrize(("command", "options"), READING.items(), ids=READING)
def test_a_command_without_dry_run_writes_nothing_in_any_case(
    main_state: MainState, command: str, options: str
) -> None:
    before = main_state.state
    for output in ("text", "markdown", "json"):
        done = main_state.run(f"{command} {options}", f"--format={output}", "--quiet")
        assert (done.code in {0, 1}, done.err) == (True, "")
    assert done.json()
    assert main_state.run(f"{command} {options}").code == done.code
    shutil.rmtree(main_state.desk.box.root / ".git/fedfuse", ignore_errors=True)
    assert main_state.state == before


def test_every_command_is_here_and_those_that_write_take_dry_run() -> None:
    writing = {name for name, called in every_command().items() if DryRun in taken(called)}
    assert {_command_of(one.words) for one in WRITING} == writing - REHEARSED_ELSEWHERE
    assert set(READING) == every_command().keys() - writing


def _command_of(words: str) -> str:
    return next(name for name in every_command() if words.startswith(f"{name} ") or words == name)
