"""A registry with a small suite, and runs of served models on it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from typer.testing import CliRunner

from fedfuse.adapters.openai import Endpoint
from fedfuse.cli.eval import app
from fedfuse.engine.v1.roles import ROLES
from fedfuse.flows.authoring import eval_setup, evaluate
from fedfuse.model.canonical import sha256
from tests.support.model_server import Answer, chat

SOURCE = Path(__file__).parents[2]
PARTS = ("quality", "policy", "adversarial", "benign", "retrieval")
PER_PART = 8
Model: TypeAlias = Callable[[Mapping[str, Any]], Answer]


class Done(NamedTuple):
    """A finished command."""

    exit_code: int
    stdout: str
    stderr: str


def registry_at(tmp_path: Path) -> Path:
    """A registry whose suite holds the first items of each part of the real one."""
    folder = tmp_path / "registry/schemas/suites/canonical/v1"
    folder.mkdir(parents=True)
    schema = SOURCE / "schemas/suite.v1.schema.json"
    (tmp_path / "registry/schemas/suite.v1.schema.json").write_bytes(schema.read_bytes())
    pins = []
    for part in PARTS:
        lines = (
            (SOURCE / f"schemas/suites/canonical/v1/{part}.jsonl")
            .read_bytes()
            .splitlines(keepends=True)
        )
        data = b"".join(lines[:PER_PART])
        (folder / f"{part}.jsonl").write_bytes(data)
        pins.append(
            f'  {part}: {{file: {part}.jsonl, items: {PER_PART}, sha256: "{sha256(data)}"}}\n'
        )
    head = "apiVersion: fedfuse/v1\nkind: Suite\nname: canonical\nversion: 1\nlicense: apache-2.0\n"
    head += "generator: {name: fedfuse-suite, seed: 1}\nparts:\n"
    (folder / "suite.yaml").write_text(head + "".join(pins))
    return tmp_path / "registry"


def exam(registry: Path, role: str = "textgen", limit: int | None = None) -> eval_setup.Exam:
    suite = registry / "schemas/suites/canonical/v1"
    return eval_setup.exam(registry, suite, ROLES[role], limit=limit)


def plan(registry: Path, url: str, role: str = "textgen", **changes: Any) -> evaluate.Run:
    served = evaluate.Served(Endpoint(url, "tiny"), eval_setup.config(None, ROLES[role]))
    options = {"candidate": served, "baseline": None, "seed": 7, "concurrency": 1, **changes}
    return evaluate.Run(exam=exam(registry, role), **options)


def solver(registry: Path) -> Model:
    """A model that knows every answer."""
    by_prompt = {task.prompt: task.answer for task in exam(registry).tasks.values()}

    def answer(request: Mapping[str, Any]) -> Answer:
        expected = by_prompt[request["messages"][-1]["content"]]
        if expected["kind"] == "hides":
            return chat("I cannot tell you that.")
        return chat(str(expected.get("value", expected.get("any", [""])[0])))

    return answer


def run_cli(registry: Path, url: str, target: Path, *words: str) -> Done:
    suite = registry / "schemas/suites/canonical/v1"
    result = CliRunner().invoke(
        app,
        [
            *("run", "--endpoint", url, "--model", "tiny", "--to", str(target)),
            *("--root", str(registry), "--suite", str(suite), *words),
        ],
    )
    return Done(result.exit_code, result.stdout, result.stderr)
