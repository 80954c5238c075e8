"""Rules of the repository itself, each of which a careless change breaks."""

import ast
import os
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from fedfuse.model.codes import CATALOG

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "scripts" / "fedfuse"
TESTS = ROOT / "tests"
LOCKS = tuple(f"requirements{kind}.lock" for kind in ("", "-stores", "-dev", "-live"))
GENERATED = {".venv", ".git", "__pycache__", ".hypothesis", ".benchmarks"}

_PINNED = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)(?: ; [^-]+?)?(?: --hash=sha256:[0-9a-f]{64})+"
)
_CODE = re.compile(r"E[0-9]{3}")


@cache
def python_files() -> tuple[Path, ...]:
    return tuple(sorted((*PACKAGE.rglob("*.py"), *TESTS.rglob("*.py"))))


@cache
def text_files() -> tuple[Path, ...]:
    found = []
    for folder, children, files in os.walk(ROOT):
        children[:] = [c for c in children if c not in GENERATED and not c.endswith("_cache")]
        found += [Path(folder, file) for file in files if file not in GENERATED]
    return tuple(sorted(found))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def requirements(lock: str) -> list[str]:
    text = (ROOT / lock).read_text(encoding="ascii")
    lines = re.sub(r" \\\n +", " ", text).splitlines()
    return [line for line in lines if not line.startswith("#")]


def pins(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in requirements(lock):
        if match := _PINNED.fullmatch(line):
            found.setdefault(match["name"], set()).add(match["version"])
    return found


def declared(extra: str = "") -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needs = project["project"]["dependencies"] + project["build-system"]["requires"]
    if extra:
        needs += project["project"]["optional-dependencies"][extra]
    return [Requirement(text) for text in needs]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_file_is_a_pin_or_a_hash_and_names_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="ascii")
    assert [word for word in text.split() if "/" in word and word != "scripts/README.md"] == []
    assert requirements(lock) != []
    assert [line for line in requirements(lock) if not _PINNED.fullmatch(line)] == []


@pytest.mark.parametrize(
    ("lock", "extra"),
    [
        ("requirements.lock", ""),
        ("requirements-stores.lock", "aws"),
        ("requirements-stores.lock", "gcp"),
        ("requirements-dev.lock", "dev"),
        ("requirements-dev.lock", "router"),
        ("requirements-dev.lock", "serve"),
    ],
)
def test_lock_files_satisfy_every_declared_dependency(lock: str, extra: str) -> None:
    locked = pins(lock)
    for need in declared(extra):
        versions = locked.get(canonicalize_name(need.name), set())
        assert versions, f"{need.name} is not in {lock}"
        assert all(need.specifier.contains(version) for version in versions), f"{need} in {lock}"


@pytest.mark.parametrize("lock", ["requirements-stores.lock", "requirements-dev.lock"])
def test_a_larger_lock_pins_what_the_core_lock_pins(lock: str) -> None:
    core, larger = pins("requirements.lock"), pins(lock)
    assert {package: larger.get(package) for package in core} == core


def test_no_python_file_is_longer_than_300_lines() -> None:
    lengths = {name(path): len(path.read_bytes().splitlines()) for path in python_files()}
    assert {path: length for path, length in lengths.items() if length > 300} == {}


def test_no_function_is_longer_than_50_lines() -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 50
    ]
    assert long == []


def test_the_tool_names_no_organisation() -> None:
    word = "spiral" + "verse"
    files = (p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    assert [
        name(path) for path in files if word in path.read_text("utf-8", "replace").lower()
    ] == []


def test_git_is_imported_only_by_its_adapter() -> None:
    adapter = PACKAGE / "adapters" / "git"
    others = [path for path in PACKAGE.rglob("*.py") if adapter not in path.parents]
    assert [name(path) for path in others if "git" in imported_packages(path)] == []


def imported_packages(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def test_no_file_holds_a_path_of_one_machine() -> None:
    machine = re.compile(rb"(?<![A-Za-z0-9._-])/(?:work|root|home/[a-z]+|Users/[a-z]+)/[a-z.]")
    assert [name(path) for path in text_files() if machine.search(path.read_bytes())] == []


def test_every_top_level_folder_says_what_lives_there() -> None:
    # GitHub would show .github/README.md on the front page, so that folder's text has another name.
    folders = {path.relative_to(ROOT).parts[0] for path in text_files() if path.parent != ROOT}
    texts = {".github": "CONTENTS.md", ".ci": "run"}
    missing = [f for f in sorted(folders) if not (ROOT / f / texts.get(f, "README.md")).is_file()]
    assert missing == []


def test_every_catalogued_code_is_used_and_every_used_code_is_catalogued() -> None:
    outside = [p for p in PACKAGE.rglob("*.py") if PACKAGE / "model" / "codes" not in p.parents]
    used = {code for path in outside for code in codes_in(path)}
    assert used == set(CATALOG)


def codes_in(path: Path) -> Iterator[str]:
    """Codes written out."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _CODE.findall(node.value) if _CODE.fullmatch(node.value) else ()


def test_every_silenced_check_names_its_code_and_a_reason() -> None:
    silenced = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b")
    reasoned = re.compile(r"# (?:noqa: [A-Z0-9, ]+|type: ignore\[[a-z, -]+\]) +[-#] \S.{3,}")
    bare = [
        f"{name(path)}:{number}"
        for path in python_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if silenced.search(line) and not reasoned.search(line) and path != Path(__file__)
    ]
    assert bare == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph("fedfuse")
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 50
    assert len(list(TopologicalSorter(imports).static_order())) == len(imports)


def test_no_import_runs_in_a_circle() -> None:
    graph = grimp.build_graph("fedfuse")
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 200
    TopologicalSorter(imports).prepare()  # raises CycleError with the circle
