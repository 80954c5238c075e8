"""What no history can reach, because an earlier rule stands before it, is refused all the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.history.ledger import fold_history
from fedfuse.model.verdict import Verdict
from tests.golden.files import ship
from tests.golden.histories.beginning import BETTER, first_release
from tests.golden.play import play
from tests.golden.registry import founded


@pytest.mark.parametrize(
    "path",
    ["manifests/north/chat/v9.yaml", "manifests/north/evaluations/north.chat.v1.e1.yaml", "x"],
)
def test_a_file_that_is_not_there_is_neither_manifest_nor_evaluation(
    tmp_path: Path, path: str
) -> None:
    play(founded("defences"), tmp_path / "registry")
    with Repository(tmp_path / "registry") as repository:
        main = repository.resolve("main")
        ledger = fold_history(repository, main)
        base, rules = ledger.snapshot(main), ledger.rules
        judged = (
            rules.read_manifest(path, head=base.tree, base=base, subject_role=lambda _: None),
            rules.read_evaluation(path, head=base.tree, base=base, unusable=lambda _: False),
        )
    found = [(f.code, f.place) for one in judged for f in one.findings]
    assert found == [("E208", path), ("E208", path)]


def test_a_manifest_of_the_base_itself_follows_the_versions_below_it(tmp_path: Path) -> None:
    script = founded("defences")
    script.land("chat v1", ship("north/chat", 1))
    script.land("chat v2", ship("north/chat", 2, BETTER))
    play(script, tmp_path / "registry")
    with Repository(tmp_path / "registry") as repository:
        main = repository.resolve("main")
        ledger = fold_history(repository, main)
        base = ledger.snapshot(main)
        for version in (1, 2):
            path = f"manifests/north/chat/v{version}.yaml"
            read = ledger.rules.read_manifest(
                path, head=base.tree, base=base, subject_role=lambda _: None
            )
            assert read.findings == ()


def test_an_evaluation_that_nobody_can_read_measures_nothing(tmp_path: Path) -> None:
    script = founded("defences")
    script.land("chat v1", ship("north/chat", 1))
    play(script, tmp_path / "registry")
    with Repository(tmp_path / "registry") as repository:
        main = repository.resolve("main")
        base = fold_history(repository, main).snapshot(main)
        shipped = base.manifest("north/chat", 1)
        assert shipped is not None
        gone = "manifests/north/evaluations/north.chat.v1.e1.yaml"
        assert base.remeasured(shipped, gone, suite=base.suite()) is None


def test_a_version_that_is_not_there_joins_nothing(tmp_path: Path) -> None:
    script = founded("defences")
    script.land("chat v1", ship("north/chat", 1))
    play(script, tmp_path / "registry")
    with Repository(tmp_path / "registry") as repository:
        main = repository.resolve("main")
        ledger = fold_history(repository, main)
        joining = [ledger.rules.joins(f"north/chat@v{n}", ledger.snapshot(main)) for n in (1, 2)]
    assert joining == [True, False]


@pytest.mark.parametrize("withdrawn", ["yanked", "revoked"])
def test_the_set_gate_refuses_a_member_that_was_withdrawn(tmp_path: Path, withdrawn: str) -> None:
    script = founded("defences")
    first_release(script)
    play(script, tmp_path / "registry")
    with Repository(tmp_path / "registry") as repository:
        main = repository.resolve("main")
        ledger = fold_history(repository, main)
        snapshot = ledger.snapshot(main)
        composition = ledger.rules.compose(ledger.state, snapshot)
        bad = frozenset({"north/chat@v1"})
        state = replace(composition.state, **{withdrawn: bad})  # type: ignore[arg-type]  # one of two fields
        gate = ledger.rules.judge_set(replace(composition, state=state), snapshot)
        assert ledger.rules.judge_set(composition, snapshot).verdict is Verdict.PASS
    assert (gate.verdict, gate.reason) == (Verdict.FAIL, "north/chat@v1 was yanked or revoked")
