"""What an engine may reach: the vocabulary it shares with the tool, and pure parts of Python."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[2] / "scripts/fedfuse/engine"
FILES = sorted(path for room in ENGINE.glob("v*") for path in room.rglob("*.py"))
VOCABULARY = (
    "fedfuse.model.",
    "fedfuse.errors.",
    "fedfuse.engine.interface.",
    "fedfuse.engine.guide.",
)
PURE = frozenset(
    {
        "collections",
        "array",
        "dataclasses",
        "datetime",
        "enum",
        "functools",
        "hashlib",
        "itertools",
        "json",
        "math",
        "operator",
        "random",
        "re",
        "struct",
        "typing",
    }
)
"""Modules of the standard library that neither read nor write anything."""
IMPURE_NAMES = frozenset(
    {"open", "print", "input", "eval", "exec", "compile", "__import__", "globals", "breakpoint"}
)
IMPURE_CALLS = frozenset({"now", "utcnow", "today", "fromtimestamp"})
"""Of `datetime` and `date`: what depends on when and where it runs."""
UNPROMISED = frozenset({"choice", "choices", "gauss", "randbytes", "randint", "randrange"}) | {
    "sample",
    "shuffle",
    "uniform",
}
"""Of a seeded `Random`: what Python may draw otherwise one day. It promises `random` alone."""


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module, or name in a module, that a file imports, with a closing dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"{alias.name}." for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}." for alias in node.names)


def foreign(source: str, room: str) -> list[str]:
    """What a file of a room imports though it may not."""
    allowed = (*VOCABULARY, f"fedfuse.engine.{room}.")
    names = imported(ast.parse(source))
    return [n for n in names if not n.startswith(allowed) and n.split(".")[0] not in PURE]


def impure(source: str) -> list[str]:
    """What a file uses that depends on more than its arguments."""
    nodes = list(ast.walk(ast.parse(source)))
    found = [n.id for n in nodes if isinstance(n, ast.Name) and n.id in IMPURE_NAMES]
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found += UNPROMISED & {node.func.attr}
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = node.value.id
            clock = owner in {"datetime", "date"} and node.attr in IMPURE_CALLS
            if clock or (owner == "random" and node.attr != "Random"):
                found.append(f"{owner}.{node.attr}")
    return found


def test_there_are_engines() -> None:
    assert len(FILES) > 40


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ENGINE).as_posix())
def test_an_engine_imports_the_vocabulary_and_pure_python_alone(path: Path) -> None:
    room = path.relative_to(ENGINE).parts[0]
    assert foreign(path.read_text(), room) == []
    assert impure(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import fedfuse.adapters.git.repository",
        "from fedfuse import adapters",
        "from fedfuse.flows import check",
        "from fedfuse.engine import engine",
        "from fedfuse.engine.v2.fold import admit",
        "from pathlib import Path",
        "def f():\n    import time",
    ],
)
def test_a_foreign_import_is_seen(source: str) -> None:
    assert foreign(source, "v1")


@pytest.mark.parametrize(
    "source",
    [
        "open('x')",
        "datetime.now()",
        "random.random()",
        "random.Random(1).sample([1], 1)",
        "date.today()",
        "print(1)",
    ],
)
def test_what_depends_on_more_than_its_arguments_is_seen(source: str) -> None:
    assert impure(source)
