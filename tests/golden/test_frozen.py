"""The list of an engine's files is kept, and a frozen engine is never listed anew."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fedfuse import engine
from fedfuse.errors import FedfuseError
from tests.golden import frozen
from tests.golden.__main__ import main
from tests.golden.files import digest

LIST = f"{frozen.ROOM}/{engine.LIST}"
GATE = f"{frozen.ROOM}/gates/quality.py"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of everything that the list is of."""
    for folder in (frozen.ROOM, frozen.GOLDEN):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(frozen.TOP / folder, tmp_path / folder, ignore=ignored)
    return tmp_path


def thaw(checkout: Path) -> None:
    """Make the engine of a copy a draft again."""
    path = checkout / LIST
    path.write_text(path.read_text("ascii").replace("frozen\n", "draft\n", 1), "ascii")


def test_the_list_of_this_checkout_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 0, capsys.readouterr().err


def test_other_commands_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == main(["melt"]) == 2
    assert "usage: python -m tests.golden verify|renew|freeze" in capsys.readouterr().err


def test_a_draft_with_an_edited_source_is_listed_anew(checkout: Path) -> None:
    thaw(checkout)
    assert frozen.verify(checkout) == ""
    (checkout / GATE).write_text("edited\n")
    problem = frozen.verify(checkout)
    assert problem.startswith(f"{LIST}: 1 files are not as listed: gates/quality.py\n")
    assert problem.endswith("fix: .venv/bin/python -m tests.golden renew")


def test_a_frozen_engine_with_an_edited_source_needs_a_next_engine(checkout: Path) -> None:
    assert frozen.verify(checkout) == ""
    (checkout / GATE).write_text("edited\n")
    problem = frozen.verify(checkout)
    assert "gates/quality.py; engine 1 is frozen\n" in problem
    assert "copy scripts/fedfuse/engine/v1 to v2" in problem


def test_new_and_removed_files_are_named_and_golden_ones_too(checkout: Path) -> None:
    (checkout / frozen.ROOM / "new.py").write_text("")
    (checkout / frozen.ROOM / "roles.py").unlink()
    record = checkout / frozen.GOLDEN / "releases/acme-fused-v1.0.0.json"
    record.write_bytes(record.read_bytes() + b"\n")
    named = "new.py, roles.py, tests/golden/v1/releases/acme-fused-v1.0.0.json"
    assert f"3 files are not as listed: {named}; engine 1 is frozen\n" in frozen.verify(checkout)


@pytest.mark.parametrize("text", ["", "melted\n", "frozen"])
def test_a_list_without_a_state_or_without_lines_is_refused(checkout: Path, text: str) -> None:
    (checkout / LIST).write_text(text, "ascii")
    assert frozen.verify(checkout)


def test_a_list_out_of_order_is_refused(checkout: Path) -> None:
    state, first, second, *rest = (checkout / LIST).read_text("ascii").splitlines()
    lines = [state, second, first, *rest]
    (checkout / LIST).write_text("".join(f"{line}\n" for line in lines), "ascii")
    assert frozen.verify(checkout)


def test_the_installed_engine_is_the_listed_one() -> None:
    listed = (frozen.TOP / LIST).read_text("ascii").splitlines()[1:]
    sources = engine.sources(frozen.NUMBER)
    assert list(sources) == [line for line in listed if frozen.GOLDEN not in line]


def test_the_digest_of_an_engine_is_that_of_its_lines() -> None:
    lines = "".join(f"{line}\n" for line in engine.sources(1))
    assert engine.digest(1) == digest(lines.encode())


def test_each_engine_knows_its_number() -> None:
    assert all(number == engine.engine(number).NUMBER for number in engine.ENGINES)


def test_engine_1_is_frozen() -> None:
    assert engine.is_frozen(1)


@pytest.mark.parametrize("ask", [engine.digest, engine.is_frozen, engine.sources])
def test_an_unknown_engine_has_no_digest(ask: Callable[[int], object]) -> None:
    with pytest.raises(FedfuseError, match="engine 77"):
        ask(77)
