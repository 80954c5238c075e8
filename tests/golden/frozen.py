"""The list of an engine's sources and golden files, and whether it is kept."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from fedfuse import engine
from tests.golden.contracts import comparisons
from tests.golden.files import digest
from tests.golden.histories import HISTORIES
from tests.golden.play import play

TOP = Path(__file__).parents[2]
NUMBER = 1
"""The engine that the golden histories are of."""
GOLDEN = f"tests/golden/v{NUMBER}"
ROOM = f"scripts/fedfuse/engine/v{NUMBER}"
SCHEMAS = ("registry", "manifest", "evaluation", "event", "suite", "router")
RENEW = ".venv/bin/python -m tests.golden renew"


def outcomes() -> Mapping[str, bytes]:
    """Compare the contracts and play every history: the golden files, by path."""
    found: dict[str, bytes] = {"contracts.txt": comparisons()}
    for make in HISTORIES:
        with tempfile.TemporaryDirectory() as folder:
            played = play(make(), Path(folder) / "registry")
        found |= {f"{make.__name__}/{name}": data for name, data in played.items()}
    return found


def listing(top: Path = TOP) -> tuple[str, ...]:
    """`sha256  path` of the engine's sources, then of the golden files of a checkout."""
    room = sorted((top / ROOM).rglob("*.py"))
    golden = sorted(path for path in (top / GOLDEN).rglob("*") if path.is_file())
    return (
        *(_line(path, top / ROOM) for path in room),
        *(_line(path, top) for path in golden),
    )


def _line(path: Path, base: Path) -> str:
    return f"{digest(path.read_bytes())}  {path.relative_to(base).as_posix()}"


def verify(top: Path = TOP) -> str:
    """What is wrong with the list, as two lines for people; empty when it is kept."""
    path = top / ROOM / engine.LIST
    lines = path.read_text("ascii").splitlines() if path.is_file() else []
    state, *listed = lines or [""]
    differing = sorted({line.split("  ")[1] for line in {*listed} ^ {*listing(top)}})
    if state not in {"draft", "frozen"}:
        return f"{ROOM}/{engine.LIST}: the first line is neither draft nor frozen\nfix: {RENEW}"
    if not differing and listed == [*listing(top)]:
        return ""
    named = ", ".join(differing[:5]) + (" ..." if len(differing) > 5 else "")
    where = f"{ROOM}/{engine.LIST}: {len(differing)} files are not as listed: {named}"
    if state == "draft":
        return f"{where}\nfix: {RENEW}"
    return (
        f"{where}; engine {NUMBER} is frozen\n"
        f"fix: restore them from main; other rules are another engine: copy {ROOM} to "
        f"v{NUMBER + 1}, give it the next number in ENGINES of scripts/fedfuse/engine/__init__.py"
    )


def renew(top: Path = TOP, *, state: str = "draft") -> str:
    """Write the golden files and the list anew, while the engine is a draft.

    Returns what forbids it, as two lines for people; empty when it is done.
    """
    if engine.is_frozen(NUMBER):
        return verify(top)
    golden = top / GOLDEN
    for name in SCHEMAS:
        schema = f"{name}.v1.schema.json"
        _write(golden / "schemas" / schema, (top / "schemas" / schema).read_bytes())
    played = outcomes()
    for old in golden.iterdir():
        if old.is_dir() and old.name != "schemas":
            shutil.rmtree(old)
    for path, data in played.items():
        _write(golden / path, data)
    lines = "".join(f"{line}\n" for line in (state, *listing(top)))
    _write(top / ROOM / engine.LIST, lines.encode("ascii"))
    return ""


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
