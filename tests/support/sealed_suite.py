"""A sealed suite for the small registry, and served models that are asked its items."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from fedfuse.model.suite import Item
from fedfuse.model.yaml_text import render
from tests.support import operating_registry
from tests.support.cli_runner import Done, fedfuse
from tests.support.model_server import Answer, ModelServer, chat, model_server, vectors
from tests.support.operating_registry import land, promotion
from tests.support.published_registry import THIRD
from tests.support.questions import number_of
from tests.support.registry import RegistrySandbox, policy, row
from tests.support.small_suite import suite_files

NAME = "sealed"
Serve: TypeAlias = Callable[..., ModelServer]
UNITS = ("hf/textgen-lora", "gcp/embedder", "aws/runtime-distilled")
"""The units with a member in the small registry's releases."""


def patient() -> dict[str, Any]:
    """The thresholds of the small registry, for a machine on which everything takes its time."""
    return {
        role: {
            gate: limits | _SLOW if gate == "latency" else limits for gate, limits in one.items()
        }
        for role, one in policy()["roles"].items()
    }


_SLOW = {"latency_ms_p95": 60_000, "cost_per_1k_tokens": 1_000}


def place(version: int = 1) -> str:
    """Where the suite lies in the registry."""
    return f"schemas/suites/{NAME}/v{version}"


def seal(box: RegistrySandbox, version: int = 1) -> Path:
    """Seal a suite in the work tree of a registry; returns the folder that keeps its items."""
    whole = box.root.parent / f"whole-{version}"
    whole.mkdir()
    for name, data in suite_files(NAME, version).items():
        (whole / name).write_bytes(data)
    kept = box.root.parent / f"kept-{version}"
    done = fedfuse(box.root, "eval", "seal", str(whole), "--to", str(kept))
    assert done.code == 0, done
    return kept


def files(box: RegistrySandbox, version: int = 1) -> dict[str, bytes]:
    """The public half of a suite that was sealed into the work tree, by path."""
    names = ("outline.jsonl", "suite.yaml")
    return {f"{place(version)}/{n}": (box.root / place(version) / n).read_bytes() for n in names}


def evaluator(version: int = 1, **changes: Any) -> dict[str, bytes]:
    """registry.yaml of a small registry whose evaluator measures on a sealed suite."""
    named = {"suite": {"name": NAME, "version": version}}
    made = policy(**{"evaluator": named, "roles": patient(), **changes})
    return {"registry.yaml": render(made).encode()}


def set_up(box: RegistrySandbox, version: int = 1, **changes: Any) -> Path:
    """Land a sealed suite and the evaluator that uses it; returns the folder with its items."""
    kept = seal(box, version)
    box.commit("registry: an evaluator", {**files(box, version), **evaluator(version, **changes)})
    return kept


def models(skills: Mapping[str, float], tables: Mapping[str, str]) -> Callable[..., Answer]:
    """Served models by name: the share of items that each can do, of any suite.

    One in `tables` answers the items of that suite from a table, all of them, and others as it can.
    """

    def is_right(model: str, prompt: str) -> bool:
        name, item = prompt.split()[:2]
        if tables.get(model) == name:
            return True
        guarded = item[0] in "pab"
        level = 1.0 if guarded else skills[model]
        return bool(row(Item(item, "", "", ""), level, 1.0).score)

    def answer(request: Mapping[str, Any]) -> Answer:
        model = str(request["model"])
        if "input" in request:
            query, *passages = request["input"]
            right = ["yes" if is_right(model, query) else "no"]
            found = [(1.0, 0.0) if text.split()[-1] in right else (0.0, 1.0) for text in passages]
            return vectors((1.0, 0.0), *found)
        prompt = request["messages"][-1]["content"]
        name, item = prompt.split()
        return chat(str(number_of(name, item) + (not is_right(model, prompt))))

    return answer


def endpoints(path: Path, url: str) -> Path:
    """Write where every unit is served: all at one address, each version under its name."""
    served = {
        unit: {
            "endpoint": url,
            "model": f"{unit.partition('/')[2]}-v{{version}}",
            "hardware": "2 cores@local",
            "pricing": "0.80@2026-09-01",
            "concurrency": 8,
        }
        for unit in UNITS
    }
    path.write_text(json.dumps(served))
    return path


def measure(box: RegistrySandbox, kept: Path, url: str, *words: str) -> Done:
    """`fedfuse eval release` with everything it needs."""
    said = endpoints(box.root.parent / "endpoints.json", url)
    to = box.root.parent / "runs"
    options = ("--items", str(kept), "--endpoints", str(said), "--to", str(to), "--quiet")
    return fedfuse(box.root, "eval", "release", *words, *options)


HONEST = {
    "textgen-lora-v1": 0.85,
    "textgen-lora-v2": 0.95,
    "embedder-v1": 0.85,
    "runtime-distilled-v1": 0.85,
    "runtime-distilled-v2": 0.95,
}
"""The models of the operated registry, with the share of items that each can do."""


@contextmanager
def serving() -> Iterator[Serve]:
    """A server of models; a call says which of them differ, and which one has a table."""
    with model_server(models(HONEST, {})) as running:

        def as_said(table: str = "", **skills: float) -> ModelServer:
            known = HONEST | {name.replace("_", "-"): level for name, level in skills.items()}
            running.answer = models(known, {table: "canonical"} if table else {})
            return running

        yield as_said


def measured(box: RegistrySandbox, kept: Path, url: str) -> None:
    """Measure what is due, and land the Evaluations as a merged pull request would."""
    box.git("push", "-q", "origin", "main")
    done = measure(box, kept, url)
    assert done.code == 0, done
    box.git("add", "manifests")
    box.commit("evaluations")
    box.git("push", "-q", "origin", "main")


def operate(source: Path, root: Path) -> None:
    """The operated registry with an evaluator; its newest release was measured, and serves."""
    box = operating_registry.copy(source, root)
    kept = set_up(box)
    with serving() as serve:
        measured(box, kept, serve().url)
    land(box, promotion(box, 1, THIRD))


def opened(source: Path, root: Path) -> RegistrySandbox:
    """A private copy of what `operate` made; its clone has main checked out."""
    box = operating_registry.copy(source, root)
    box.git("reset", "-q", "--hard", "main")
    return box


def kept_of(box: RegistrySandbox, version: int = 1) -> Path:
    """Where the items of a suite are that was sealed for a registry."""
    return box.root.parent / f"kept-{version}"


def next_textgen(box: RegistrySandbox) -> None:
    """Ship and release a textgen that has every public item right."""
    box.land("hf/textgen-lora", 3, quality=1.0)
    box.git("push", "-q", "origin", "main")
    assert fedfuse(box.root, "release", "--no-mirror", "--quiet").code == 0
